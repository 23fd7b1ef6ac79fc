"""Code that tries to get out of the sandbox, for real, and code that is wrong: neither gets through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.schema import Column, Table
from twinset.errors import PlanError
from twinset.verification.code import CodeRuns
from twinset.verification.sandbox import bubblewrap, landlock, run, seccomp
from twinset.verification.sandbox.run import Limits, Ran, ran

pytestmark = pytest.mark.skipif(
    not (seccomp.is_there() and landlock.version() >= landlock.NEEDED), reason="needs Landlock and seccomp on x86-64"
)
QUICK = Limits(seconds=1, megabytes=256, disk=2, patience=2)

REFUSED = {
    "reads a file": "open('/etc/passwd').read()",
    "reads its parent's secrets": "import os; open(f'/proc/{os.getppid()}/environ').read()",
    "lists a folder": "import os; os.listdir('/')",
    "reads through a symbolic link": "import os; os.symlink('/etc/passwd', 'p'); open('p').read()",
    "links a file in": "import os; os.link('/etc/passwd', 'p')",
    "goes up": "open('../escaped', 'w').write('x')",
    "writes elsewhere": "open('/tmp/escaped', 'w').write('x')",
    "writes to shared memory": "open('/dev/shm/escaped', 'w').write('x')",
    "changes modes": "import os; os.chmod('/tmp', 0o700)",
    "changes times": "import os; os.utime('/tmp', (0, 0))",
    "opens a socket": "import socket; socket.socket()",
    "connects": "import socket; socket.create_connection(('127.0.0.1', 80), 1)",
    "listens beside": "import socket; socket.socket(socket.AF_UNIX)",
    "forks": "import os; os.fork()",
    "starts a program": "import subprocess; subprocess.run(['/bin/true'])",
    "becomes a program": "import os; os.execv('/bin/true', ['true'])",
    "starts processes": "import multiprocessing as m; p = m.Process(target=print); p.start()",
    "kills its parent": "import os; os.kill(os.getppid(), 9)",
    "kills everybody": "import os; os.kill(-1, 9)",
    "traces its parent": "import ctypes, os\nassert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0",
    "reads its parent's memory": "import os; open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
    "lifts its limits": "import resource; resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)",
    "takes memory": "x = bytearray(1 << 30)",
    "takes memory without a name": "import os; os.memfd_create('x')",
    "leaves its root": "import os; os.chroot('.')",
    "mounts": "import ctypes\nassert ctypes.CDLL(None).mount(b'none', b'.', b'tmpfs', 0, None) == 0",
    "makes a namespace": "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
    "loads a module": "import ctypes\nassert ctypes.CDLL(None).syscall(175, 0, 0, 0) == 0",
    "asks the kernel in bulk": "import ctypes\nassert ctypes.CDLL(None).syscall(425, 8, 0) >= 0",
    "writes too large a file": "open('f', 'wb').write(bytes(3 << 20))",
}  # fmt: skip


@pytest.fixture
def no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    if not bubblewrap.is_there():
        pytest.skip("needs the Debian package bubblewrap, and users that may make namespaces: apt install bubblewrap")


@pytest.mark.parametrize("name", REFUSED)
def test_what_tries_to_get_out_meets_an_error(name: str) -> None:
    before = {path: path.exists() for path in (Path("/tmp/escaped"), Path("/dev/shm/escaped"))}
    found = ran(REFUSED[name], "", QUICK)
    assert found.words[-1:] == (next((word for word in found.words if word.startswith("raised ")), "nothing"),), found
    assert {path: path.exists() for path in before} == before == dict.fromkeys(before, False)


ENDED = {
    "never ends": ("while True: pass", "time"),
    "does not care for signals": ("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", "time"),
    "waits": ("import time; time.sleep(1000)", "time"),
    "waits deaf": ("import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\ntime.sleep(1000)", "time"),
    "fills the disk": ("for i in range(10**6): open(str(i), 'wb').write(bytes(1 << 20))", "disk"),
    "makes files without end": ("for i in range(10**9): open(str(i), 'wb')", "disk"),
    "digs": ("import os\nwhile True: os.mkdir('a'); os.chdir('a')", "disk"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "signal 11"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDED)
def test_what_does_not_end_is_ended_and_leaves_nothing(name: str) -> None:
    code, stopped = ENDED[name]
    assert ran(code, "", QUICK) == Ran((), stopped)
    assert not list(Path("/tmp").glob("twinset-code-*")) or os.environ.get("PYTEST_XDIST_WORKER")


HARMLESS = ("lists a folder",)
"""With bubblewrap the root is a bare one, in which nothing is to be seen."""


def test_bubblewrap_stands_in_for_landlock(no_landlock: None) -> None:
    assert run.locks() == ("bubblewrap", "seccomp")
    assert ran(GOOD, "assert double(2) == 4", QUICK).is_done
    assert ran("import numpy", "", Limits(packages=True)).is_done
    for name, code in REFUSED.items():
        assert name in HARMLESS or not ran(code, "", QUICK).is_done, name
    seen = "import os; assert not {'boot', 'proc', 'sys', 'var'} & set(os.listdir('/')), os.listdir('/')"
    assert ran(seen, "", QUICK).is_done


@pytest.mark.verify
def test_bubblewrap_ends_what_does_not_end(no_landlock: None) -> None:
    for name, (code, _) in ENDED.items():
        assert ran(code, "", QUICK).stopped, name


CONTAINED = (
    *HARMLESS, "opens a socket", "listens beside", "kills its parent", "traces its parent", "takes memory without a name",
)  # fmt: skip
"""What bubblewrap alone lets be done where it does no harm: nobody is reached, and the memory is bounded by its files."""


@pytest.mark.skipif(not os.geteuid(), reason="bubblewrap alone is for other users than root")
def test_bubblewrap_alone_holds_other_users_than_root(no_landlock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "is_there", lambda: False)
    if not bubblewrap.is_there(alone=True):
        pytest.skip("needs bubblewrap 0.8 or later")
    assert run.locks() == ("bubblewrap",)
    for name, code in REFUSED.items():
        assert name in CONTAINED or not ran(code, "", QUICK).is_done, name


def test_threads_without_end_stay_within_their_memory() -> None:
    code = "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
    assert not ran(code, "", QUICK).is_done


@pytest.mark.parametrize(
    "code",
    [
        "import threading\nt = threading.Thread(target=print); t.start(); t.join()",
        "import asyncio\nasync def f(): return 1\nassert asyncio.run(f()) == 1",
        "open('a', 'w').write('x'); assert open('a').read() == 'x'",
        "import tempfile, sqlite3, json, decimal, hashlib, random, re\ntempfile.TemporaryFile().write(b'x')",
        "import os; os.mkdir('d'); open('d/f', 'w'); os.rename('d/f', 'd/g'); os.remove('d/g'); os.rmdir('d')",
        "import os; assert 'HOME' not in os.environ and 'USER' not in os.environ",
    ],
)
def test_ordinary_code_runs(code: str) -> None:
    assert ran(code, "", QUICK).is_done


def test_installed_packages_are_read_where_asked_for() -> None:
    code = "import numpy; assert numpy.arange(3).sum() == 3"
    assert ran(code, "", Limits(packages=True)).is_done
    assert ran(code, "", QUICK).words[-1] == "raised ModuleNotFoundError"


GOOD, BAD = "def double(x):\n    return 2 * x\n", "def double(x):\n    return x\n"
CASE = "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): self.assertEqual(double(1), 2)"
CASES = {
    "passes": (GOOD, "assert double(2) == 4", None),
    "passes in functions": (GOOD, "def test_it():\n    assert double(2) == 4", None),
    "passes by import": (GOOD, "from solution import double\nassert double(2) == 4", None),
    "passes in cases": (GOOD, CASE, None),
    "fenced": (f"```python\n{GOOD}```", "```\nassert double(2) == 4\n```", None),
    "wrong": (BAD, "assert double(2) == 4", "its tests fail: AssertionError"),
    "wrong in functions": (BAD, "def test_it():\n    assert double(2) == 4", "its tests fail: AssertionError"),
    "wrong in cases": (BAD, CASE, "its tests fail: AssertionError"),
    "no such name": (GOOD, "assert triple(2) == 6", "its tests fail: NameError"),
    "no syntax": ("def double(x) return x", "assert double(2) == 4", "its code fails: SyntaxError"),
    "raises": ("1 / 0", "assert True", "its code fails: ZeroDivisionError"),
    "leaves": ("import sys; sys.exit(0)", "assert True", "its code fails: SystemExit"),
    "leaves at once": ("import os; os._exit(0)", "assert True", "its code ends the program"),
    "leaves from its tests": (f"{GOOD}import os", "os._exit(0)\nassert False", "its tests end the program"),
    "never ends": (GOOD, "while double(2): assert True", "its tests can't be run to the end: it took too long"),
    "no tests": (GOOD, "  ", "there are no tests"),
    "tests of nothing": (GOOD, "print(double(2))", "its tests test nothing"),
    "no code": ("", "assert True", "there is no code"),
}  # fmt: skip


def test_each_fault_of_code_is_refused_in_its_words() -> None:
    rows = pa.record_batch({"code": [case[0] for case in CASES.values()], "tests": [case[1] for case in CASES.values()]})
    check = CodeRuns("code", "tests", seconds=1, workers=2)
    assert dict(zip(CASES, check.reasons(rows), strict=True)) == {name: case[2] for name, case in CASES.items()}


def test_where_there_is_no_sandbox_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    monkeypatch.setattr(bubblewrap, "is_there", lambda alone=False: False)
    table = Table("t", (Column("code", types.Text(), pa.string()),))
    for attempt in (lambda: CodeRuns("code").fits(table), lambda: ran("1", "", QUICK)):
        with pytest.raises(PlanError, match=r"sandbox alone.*Landlock and seccomp.*apt install bubblewrap"):
            attempt()


def test_locks_are_needed_before_anything_is_said() -> None:
    """The script that runs inside does nothing without its job, and tells only after it is locked."""
    script = Path(run.__file__).with_name("inside.py")
    done = subprocess.run([sys.executable, str(script), "1"], input=b"{}", capture_output=True, check=False)
    assert done.returncode != 0
    assert done.stdout == b""
