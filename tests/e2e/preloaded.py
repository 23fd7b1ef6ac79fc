"""A process that has loaded what commands load and forks for each one: a test waits for its command, not for imports.

It reads a line of JSON for each command (its words, folder, environment, and files for what it prints) and answers with a
line: the exit code. Nothing is run before the fork, so a command finds the interpreter as a fresh start leaves it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

MODULES = "jinja2 pyarrow.csv pyarrow.parquet scipy.stats sklearn.ensemble sklearn.linear_model sklearn.tree"


def serve() -> None:
    """Answer commands until the asking side is gone; returns in the process that is to run one, which is set up for it."""
    for line in sys.stdin:
        asked = json.loads(line)
        if (process := os.fork()) == 0:
            return become(asked)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
    os._exit(0)


def become(asked: dict) -> None:
    """Take over the words, folder, environment and files of a command."""
    os.setsid()
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, path in enumerate([os.devnull, asked["out"], asked["err"]]):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv[1:] = asked["words"]


if __name__ == "__main__":
    from twinset.cli.main import app, main
    from twinset.core.optional import keep_pandas_out

    app()
    for module in MODULES.split():
        importlib.import_module(module)
    keep_pandas_out()
    serve()
    main()
