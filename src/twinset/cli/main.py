"""The ``twinset`` command.

Exits: 0 done, 1 error, 2 usage, 3 the gate said no, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys

from twinset.cli import aggregates, commands, diff, impute  # noqa: F401  the commands in files of their own register themselves
from twinset.cli.console import complain
from twinset.errors import InternalError, TwinsetError

INTERRUPTED = 130


def main() -> None:
    """Run the command and leave with its exit code; nobody's mistake ends in a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        commands.app(arguments, prog_name="twinset")
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
