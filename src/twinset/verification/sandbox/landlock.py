"""Which files this process may touch from now on (Landlock, Linux 5.13 and later): a list of folders, all else is refused.

Standard library alone: this file runs inside the sandbox too. Rights can be given up and never be taken back. Landlock does
not govern changes of mode, owner and times, nor signals before its sixth version;
:mod:`twinset.verification.sandbox.seccomp` refuses those calls. Source: linux/landlock.h, and the kernel's documentation
"Landlock: unprivileged access control".
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Sequence

NEEDED = 3
"""The first version that governs truncation (Linux 6.2)."""

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 13, 1 << 14
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_FILES = _READ_FILE | _WRITE_FILE | _TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Landlock's version here; 0 where there is none."""
    return max(0, int(_libc().syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))))


def restrict(readable: Sequence[str], writable: Sequence[str]) -> None:
    """Let this process and its children read below the first, write below the second, and no more; OSError if not."""
    known = version()
    if known < NEEDED:
        raise OSError(f"Landlock has version {known} here, and {NEEDED} is needed")
    every = (1 << (16 if known >= 5 else 15)) - 1
    asked = _Ruleset(every, 3 if known >= 4 else 0, 3 if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    rules = _called(_CREATE, ctypes.byref(asked), ctypes.c_size_t(size), ctypes.c_uint32(0))
    for places, rights in ((readable, _READ), (writable, _WRITE)):
        for place in places:
            _allow(rules, place, rights)
    _called(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))
    os.close(rules)


def _allow(rules: int, place: str, rights: int) -> None:
    folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        own = rights if stat.S_ISDIR(os.fstat(folder).st_mode) else rights & _OF_FILES
        rule = _Beneath(own, folder)
        _called(_ADD, ctypes.c_int(rules), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(folder)


def _called(number: int, *arguments: object) -> int:
    result = int(_libc().syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
