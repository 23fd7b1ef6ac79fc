"""Run pieces of Python in the sandbox, each in a process of its own, and say what became of them.

Where the locks are not to be had nothing is run: :func:`demand` says what is missing. Each run gets a fresh folder, the only
place it can write to, which is emptied afterwards; a guard outside ends what takes too long or fills the disk.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from twinset.errors import GenerationError, PlanError
from twinset.verification.sandbox import bubblewrap, landlock, seccomp

_LOOK = 0.02  # seconds between two looks of the guard
_MOST_ENTRIES = 1000
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/dev/urandom", "/etc/ld.so.cache")
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
                "LANG": "C.UTF-8", "PATH": ""}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """CPU seconds, megabytes of memory and of files, and whether installed packages may be read.

    ``patience`` times the CPU seconds is what it may take by the clock, which a busy machine stretches.
    """

    seconds: int = 5
    megabytes: int = 512
    disk: int = 8
    patience: int = 4
    packages: bool = False

    def __post_init__(self) -> None:
        for what, low, high in (("seconds", 1, 600), ("megabytes", 64, 65536), ("disk", 1, 1024), ("patience", 1, 60)):
            value = getattr(self, what)
            if type(value) is not int or not low <= value <= high:
                raise PlanError(f"{what} is a whole number from {low} to {high}, not {value!r}")


@dataclass(frozen=True, slots=True)
class Ran:
    """How far it came: ``words`` are what the sandbox told, ``stopped`` says what it was ended for, if it was."""

    words: tuple[str, ...]
    stopped: str = ""

    @property
    def is_done(self) -> bool:
        """Whether code and tests came to their end without an error."""
        return not self.stopped and self.words[-1:] == ("done",)


def locks() -> tuple[str, ...]:
    """What locks code in on this machine; nothing where there is no way to.

    Landlock and seccomp, both in the kernel, come first; then bubblewrap, with seccomp where that is there; then bubblewrap
    alone, for other users than root.
    """
    has_seccomp = seccomp.is_there()
    if has_seccomp and landlock.version() >= landlock.NEEDED:
        return ("landlock", "seccomp")
    if has_seccomp:
        return ("bubblewrap", "seccomp") if bubblewrap.is_there() else ()
    return ("bubblewrap",) if os.geteuid() and bubblewrap.is_there(alone=True) else ()


def demand() -> tuple[str, ...]:
    """The locks that there are; PlanError where code can't be locked in on this machine, with what is missing."""
    found = locks()
    if not found:
        raise PlanError(
            "code is run in a sandbox alone, and this machine has none: it takes Linux 6.2 or later on x86-64 with "
            f"Landlock and seccomp (here: {os.uname().sysname} {os.uname().release} on {os.uname().machine}), or "
            "the program bubblewrap (apt install bubblewrap) where users may make namespaces, on other processors "
            "as another user than root; leave the check of code out, or run it on such a machine"
        )
    return found


def ran(code: str, tests: str, limits: Limits, module: str = "solution") -> Ran:
    """Run a piece of code, then its tests, locked in; PlanError where that can't be done here."""
    found = demand()
    with _scratch() as folder:
        job = {
            "code": code, "tests": tests, "module": module, "folder": str(folder), "readable": readable(limits.packages),
            "seconds": limits.seconds, "megabytes": limits.megabytes, "disk": limits.disk, "locks": found,
        }  # fmt: skip
        return _guarded(json.dumps(job), folder, limits, found)


def readable(packages: bool) -> list[str]:
    """What Python itself must read: its library and the system's, installed packages where asked for."""
    paths = sysconfig.get_paths()
    own = [paths["stdlib"], paths["platstdlib"], f"{sys.base_prefix}/lib"]
    if packages:
        own += [paths["purelib"], paths["platlib"]]
    return [place for place in dict.fromkeys([*own, *_SYSTEM]) if Path(place).exists()]


def _guarded(job: str, folder: Path, limits: Limits, found: tuple[str, ...]) -> Ran:
    reading, writing = os.pipe()
    script = str(Path(__file__).with_name("inside.py"))
    words = [sys.executable, "-s", "-P", "-B", *(() if limits.packages else ("-S",)), script, str(writing)]
    if "bubblewrap" in found:
        words = bubblewrap.wrapped(words, readable(limits.packages), folder, alone="seccomp" not in found)
    try:
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_ENVIRONMENT,
            pass_fds=(writing,), cwd=folder, start_new_session=True,
        ) as process:  # fmt: skip
            os.close(writing)
            try:
                _hand_over(process, job)
                stopped = _watched(process, folder, limits)
            finally:
                process.kill()
        told = tuple(os.read(reading, 4096).decode("ascii", "replace").splitlines())
    finally:
        os.close(reading)
    if told[:1] != ("locked",):
        raise GenerationError("the sandbox could not be closed, so nothing was run in it; twinset doctor says what is there")
    return Ran(told[1:], stopped or _ended(process.returncode))


def _hand_over(process: subprocess.Popen[bytes], job: str) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(job.encode())
        process.stdin.close()
    except BrokenPipeError:
        return  # it ended before it read: what it told says so


def _watched(process: subprocess.Popen[bytes], folder: Path, limits: Limits) -> str:
    """What it was ended for: the clock or the disk; nothing where it ended of itself."""
    last = time.monotonic() + limits.seconds * limits.patience
    while True:
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            if time.monotonic() > last:
                return "time"
            if _is_too_full(folder, limits.disk << 20):
                return "disk"
        else:
            return "disk" if _is_too_full(folder, limits.disk << 20) else ""


def _is_too_full(folder: Path, most: int) -> bool:
    n_bytes = 0
    for count, size in enumerate(_sizes(folder), start=1):
        n_bytes += size
        if n_bytes > most or count > _MOST_ENTRIES:
            return True
    return False


def _sizes(folder: Path) -> Iterator[int]:
    """What each entry below a folder takes, nothing followed; what goes away meanwhile, or lies too deep, takes nothing."""
    places = [str(folder)]
    while places:
        with suppress(OSError), os.scandir(places.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    places.append(entry.path)
                yield entry.stat(follow_symlinks=False).st_size


def _ended(code: int) -> str:
    """Ended by a signal: out of CPU time, or by a fault of memory or of its own; bubblewrap adds 128."""
    code = 128 - code if code > 128 else code
    return {0: "", -24: "time", -9: "time"}.get(code, f"signal {-code}" if code < 0 else "")


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="twinset-code-"))
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Empty it, however deep the code has made it: beyond Python's own depth by the system's program."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        subprocess.run(["/bin/rm", "-rf", "--", str(folder)], check=False, stderr=subprocess.DEVNULL)


def all_ran(jobs: Iterable[tuple[str, str]], limits: Limits, module: str, workers: int) -> list[Ran]:
    """Several, so many at a time, in order."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda job: ran(job[0], job[1], limits, module), jobs))
