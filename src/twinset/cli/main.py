"""The ``twinset`` command.

What the commands need takes a moment to load, and is loaded inside :func:`main`, where an interrupt is answered for.

Exits: 0 done, 1 error, 2 usage, 3 the gate said no, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from twinset.errors import InternalError, TwinsetError

if TYPE_CHECKING:
    from typer import Typer

INTERRUPTED = 130


def app() -> Typer:
    """The app with all its commands: those in files of their own register themselves when they are imported."""
    from twinset.cli import aggregates, audit, commands, diff, impute  # noqa: F401

    return commands.app


def main() -> None:
    """Run the command and leave with its exit code; nobody's mistake ends in a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the commands are loaded, or an error is shown
        sys.stderr.write("error: interrupted\n")
        code = INTERRUPTED
    if hasattr(signal, "pthread_sigmask"):
        # How the command ends is settled. Python itself would end by a signal instead of the exit code that is promised
        # where an interrupt comes while it closes down, or came within code made from a string (as a dataclass's is).
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command in this process; gives its exit code."""
    from twinset.cli.console import complain
    from twinset.core.optional import keep_pandas_out

    keep_pandas_out()
    try:
        app()(arguments, prog_name="twinset")
    except SystemExit as end:  # how typer ends, also after usage errors (2) and interrupts (130)
        if end.code == INTERRUPTED:
            complain("interrupted; run the same command again and it goes on where it stopped")
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except InternalError as error:
        complain(f"{error}\nThis is a fault of Twinset's own. Please report it, with the command and `twinset doctor`.")
        return error.exit_code
    except TwinsetError as error:
        complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError:
        complain("there is not enough memory; close other programs, or use fewer rows or columns")
        return 1
    except Exception as error:
        if os.environ.get("TWINSET_TRACEBACK"):
            raise
        complain(
            f"{type(error).__name__}: {error}\nThis is a fault of Twinset's own. Please report it, with the command and "
            "what it prints with TWINSET_TRACEBACK=1 set."
        )
        return 1
    return 0


if __name__ == "__main__":
    main()
