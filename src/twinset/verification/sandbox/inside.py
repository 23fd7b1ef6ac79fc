"""What runs inside the sandbox: a Python that locks itself in, then runs one piece of code and its tests.

Started as a script by :mod:`twinset.verification.sandbox.run`, with the two files of locks beside it and the job on stdin,
and never imported. Where bubblewrap has set the walls up, it makes sure that they stand. It needs the standard library
alone. What it found goes to one descriptor: lines of few words.

The code and its tests share one process, as they must to meet at all: code that sets out to forge the answer of its tests
can do so. The locks do not depend on the code's goodwill; the verdict does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import types
import unittest
from collections.abc import Callable
from typing import Any

MEGABYTE = 1 << 20


def main() -> None:
    """Lock, then run: the order is all that matters here."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # pathlib is not needed inside
    import landlock  # type: ignore[import-not-found]
    import seccomp  # type: ignore[import-not-found]

    del sys.path[0]
    job = json.load(sys.stdin)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.chdir(job["folder"])
    if "landlock" in job["locks"]:
        seccomp.give_up_rights()
        landlock.restrict(job["readable"], [job["folder"], os.devnull])
    elif os.path.exists("/proc"):  # noqa: PTH110  # bubblewrap was told to leave it out
        return
    _limit(job)
    if "seccomp" in job["locks"]:
        seccomp.restrict()
    else:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    tell = _teller(int(sys.argv[1]))
    tell("locked")
    _run(job, tell)


def _limit(job: dict[str, Any]) -> None:
    for what, value in (
        (resource.RLIMIT_AS, job["megabytes"] * MEGABYTE),
        (resource.RLIMIT_FSIZE, job["disk"] * MEGABYTE),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 1))


def _teller(descriptor: int) -> Callable[[str], None]:
    def tell(text: str) -> None:
        os.write(descriptor, f"{text}\n".encode())

    return tell


def _run(job: dict[str, Any], tell: Callable[[str], None]) -> None:
    module = types.ModuleType(job["module"])
    sys.modules[job["module"]] = module
    if not _tried(lambda: exec(compile(job["code"], "code.py", "exec"), module.__dict__), tell):
        return
    tell("code")
    scope = dict(module.__dict__)
    if not _tried(lambda: _test(job["tests"], scope, tell), tell):
        return
    tell("done")


def _test(tests: str, scope: dict[str, Any], tell: Callable[[str], None]) -> None:
    """The tests themselves, then what they define: functions test_… without arguments, and unittest's cases."""
    known = set(scope)
    exec(compile(tests, "tests.py", "exec"), scope)
    n_found = tests.count("assert")
    for name, made in [(name, made) for name, made in scope.items() if name not in known]:
        if isinstance(made, type) and issubclass(made, unittest.TestCase):
            suite = unittest.defaultTestLoader.loadTestsFromTestCase(made)
            result = unittest.TestResult()
            suite.run(result)
            if not result.wasSuccessful():
                raise AssertionError(name)
            n_found += result.testsRun - len(result.skipped)
        elif name.startswith("test") and callable(made):
            made()
            n_found += 1
    if not n_found and tests.strip():
        tell("nothing")


def _tried(step: Callable[[], object], tell: Callable[[str], None]) -> bool:
    try:
        step()
    except BaseException as error:  # noqa: BLE001  # whatever the code raises is the finding, SystemExit too
        kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
        tell(f"raised {kinds[0] if kinds else 'Exception'}")
        return False
    return True


if __name__ == "__main__":
    main()
    os._exit(0)  # no clean-up of what the code left behind
