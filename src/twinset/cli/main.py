"""The ``twinset`` command.

What the commands need takes a moment to load, and is loaded inside :func:`main`, where an interrupt is answered for.

Nobody's plugin of pydantic has a say in how a plan is read; looking for one costs a moment too.

Exits: 0 done, 1 error, 2 usage, 3 the gate said no, 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from twinset.errors import InternalError, TwinsetError

if TYPE_CHECKING:
    from types import FrameType

    from typer import Typer

INTERRUPTED = 130
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What disks say that can't take any more."""

_LOADED = 100_000
"""Objects that a start may make before rubbish is looked for: more than it makes, for all that is loaded stays."""


def app() -> Typer:
    """The app with all its commands: those in files of their own register themselves when they are imported."""
    from twinset.cli import aggregates, audit, commands, diff, impute, init, review, texts  # noqa: F401

    return commands.app


class InterruptError(KeyboardInterrupt):
    """SIGINT or SIGTERM.

    Where a plain KeyboardInterrupt has passed through code made from a string (a dataclass's, while it loads), Python ends
    by a signal whatever exit code it is told; it takes no notice of a class of its own.
    """


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise InterruptError


def main() -> None:
    """Run the command and leave with its exit code; nobody's mistake ends in a traceback."""
    collect_later()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        code = run(sys.argv[1:])
        _settle()
    except KeyboardInterrupt:  # while the commands are loaded, or an error is shown
        _settle()
        sys.stderr.write("error: interrupted\n")
        code = INTERRUPTED
    _leave(code)


def collect_later() -> None:
    """No search for rubbish while the command starts, of whose time it would take a tenth; as ever from the first one on."""
    usual = gc.get_threshold()

    def found(phase: str, info: dict[str, int]) -> None:
        gc.callbacks.remove(found)
        gc.set_threshold(*usual)

    gc.callbacks.append(found)
    gc.set_threshold(_LOADED)


def complain(text: str) -> None:
    """An error, on stderr; what draws it is loaded when there is one."""
    from twinset.cli import console

    console.complain(text)


def _settle() -> None:
    """How the command ends is known: an interrupt changes nothing any more while Python closes down."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave(code: int) -> NoReturn:
    """End; where rows were only printed nothing is left to do, so that Python, which takes a fifth of such a command's
    time to take itself apart, is spared it."""
    if code == 0:
        from twinset.cli import quick

        if quick.asked(sys.argv[1:]) is not None:
            os._exit(code)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command in this process; gives its exit code."""
    from twinset.cli import quick
    from twinset.core.optional import keep_pandas_out

    keep_pandas_out()
    try:
        if not quick.printed(arguments):
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
        complain(_unforeseen(error))
        return 1
    return 0


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"can't write {error.filename or 'the output'}: {os.strerror(error.errno)}"
    return (
        f"{type(error).__name__}: {error}\nThis is a fault of Twinset's own. Please report it, with the command and "
        "what it prints with TWINSET_TRACEBACK=1 set."
    )


if __name__ == "__main__":
    main()
