"""A second way to lock code in, where the kernel has no Landlock: namespaces, set up by the program bubblewrap.

The code sees a file system of Python's library and one fresh folder, no network, and no processes but its own. What it may
ask of the kernel is still up to :mod:`twinset.verification.sandbox.seccomp`, where that is there; where it is not (another
processor than x86-64), a limit of no further processes stands in for it, which the kernel holds root not to: so that way is
for other users alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

PROGRAM = "bwrap"
_APART = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
    "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
)  # fmt: skip
_ALONE = ("--disable-userns",)  # from version 0.8; where seccomp is, it refuses that and more
_PATIENCE = 10


@lru_cache(maxsize=2)
def is_there(alone: bool = False) -> bool:
    """Whether the program is installed and may make namespaces here, which many forbid; ``alone``: without seccomp."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    try:
        words = [program, *_APART, *(_ALONE if alone else ()), "--ro-bind", "/", "/", "/bin/true"]
        return subprocess.run(words, capture_output=True, check=False, timeout=_PATIENCE).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def wrapped(words: Sequence[str], readable: Sequence[str], folder: Path, alone: bool) -> list[str]:
    """The command that runs another where only these places can be read, and only the folder written to."""
    made = [shutil.which(PROGRAM) or PROGRAM, *_APART, *(_ALONE if alone else ())]
    for place in dict.fromkeys([*readable, *_of_python()]):
        if place != "/dev/urandom":
            made += ["--ro-bind", os.path.realpath(place), place]
    for device in ("/dev/null", "/dev/urandom"):
        made += ["--dev-bind", device, device]
    return [*made, "--bind", str(folder), str(folder), "--remount-ro", "/", "--chdir", str(folder), "--", *words]


def _of_python() -> list[str]:
    """The interpreter itself, what says where its library is, and the scripts that run inside."""
    own = [sys.executable, f"{sys.prefix}/pyvenv.cfg", os.path.realpath(sys.executable), str(Path(__file__).parent)]
    return [place for place in own if Path(place).exists()]
