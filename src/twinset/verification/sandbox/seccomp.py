"""Which calls of the kernel this process may make from now on (seccomp, x86-64): those of the list, all else is refused.

Standard library alone: this file runs inside the sandbox too. What is not listed fails with EPERM, as a missing right does,
so that code which asks for more meets an ordinary error. There are no processes (fork and exec are not listed, clone makes
threads alone), no sockets but pairs, no signals to others, no memory that limits don't count (memfd, shm), no change of
modes, owners, limits or times, no tracing. Source: linux/seccomp.h, linux/filter.h, and the table of system calls of
x86-64.
"""

from __future__ import annotations

import ctypes
import errno
import os

_PRCTL_NO_NEW_PRIVS, _PRCTL_BOUNDING_DROP, _PRCTL_PARENT_DEATH = 38, 24, 1
_SECCOMP, _SET_FILTER, _ALL_THREADS = 317, 1, 1
_X86_64, _X32 = 0xC000003E, 0x40000000
_ALLOW, _KILL, _REFUSE, _MISSING = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NR, _ARCH, _ARGUMENTS = 0, 4, 16
_THREAD_FLAGS = 0x3D0F00  # what pthread_create asks clone for, exactly
_CLONE3 = 435

_FILES = (
    0, 1, 2, 3, 4, 5, 6, 8, 17, 18, 19, 20, 21, 32, 33, 40, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 87,
    89, 95, 217, 257, 258, 262, 263, 264, 267, 269, 292, 295, 296, 316, 332, 437, 439,
)  # fmt: skip
_MEMORY = (9, 10, 11, 12, 25, 28, 158, 324)
_WAITING = (7, 22, 23, 24, 35, 202, 213, 230, 232, 233, 270, 271, 281, 283, 284, 286, 287, 290, 291, 293, 441)
_SELF = (
    13, 14, 15, 34, 36, 37, 38, 39, 60, 61, 63, 96, 97, 98, 99, 100, 102, 104, 107, 108, 110, 111, 115, 118, 120,
    121, 124, 127, 128, 130, 131, 186, 201, 204, 218, 219, 228, 229, 231, 273, 274, 309, 318, 334,
)  # fmt: skip
_RECEIVE = (45, 51, 52, 54, 55, 48)
_FCNTL, _IOCTL, _CLONE, _KILL_CALL, _TGKILL, _PRCTL, _PRLIMIT, _SOCKETPAIR, _SENDTO = 72, 16, 56, 62, 234, 157, 302, 53, 44


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("true", ctypes.c_uint8), ("false", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def is_there() -> bool:
    """Whether this machine has seccomp, and is of the kind that the list is for."""
    if os.uname().sysname != "Linux" or os.uname().machine != "x86_64" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    action = ctypes.c_uint32(_ALLOW)
    return int(ctypes.CDLL(None, use_errno=True).syscall(_SECCOMP, 2, 0, ctypes.byref(action))) == 0


def give_up_rights() -> None:
    """Gain no rights by anything that is run, end with the parent, and drop what root may do; OSError where refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    _done(libc.prctl(_PRCTL_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _done(libc.prctl(_PRCTL_PARENT_DEATH, 9, 0, 0, 0), "pdeathsig")
    for capability in range(64):
        libc.prctl(_PRCTL_BOUNDING_DROP, capability, 0, 0, 0)  # refused to those who have none to drop
    header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    _done(libc.syscall(126, ctypes.byref(header), ctypes.byref(nothing)), "capset")


def restrict() -> None:
    """Refuse every call that is not listed, in all threads; OSError where the filter can't be set."""
    filters = _filter(os.getpid())
    held = (_Instruction * len(filters))(*filters)
    program = _Program(len(filters), held)
    call = ctypes.CDLL(None, use_errno=True).syscall
    _done(call(_SECCOMP, _SET_FILTER, ctypes.c_uint(_ALL_THREADS), ctypes.byref(program)), "seccomp")


def _done(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _filter(own: int) -> list[_Instruction]:
    """The list as a program; ``own`` is the number of the process that it is for."""
    made = [
        _Instruction(_LOAD, 0, 0, _ARCH),
        _Instruction(_EQUAL, 1, 0, _X86_64),
        _Instruction(_RETURN, 0, 0, _KILL),
        _Instruction(_LOAD, 0, 0, _NR),
        _Instruction(_AT_LEAST, 0, 1, _X32),
        _Instruction(_RETURN, 0, 0, _KILL),
        *_where(_CLONE3, [_Instruction(_RETURN, 0, 0, _MISSING)]),
    ]
    for number in sorted({*_FILES, *_MEMORY, *_WAITING, *_SELF, *_RECEIVE}):
        made += _where(number, [_Instruction(_RETURN, 0, 0, _ALLOW)])
    for number, place, values in (
        (_FCNTL, 1, (0, 1, 2, 3, 4, 5, 6, 7, 1030)),
        (_IOCTL, 1, (0x5401, 0x5421, 0x5450, 0x5451, 0x541B)),
        (_CLONE, 0, (_THREAD_FLAGS,)),
        (_KILL_CALL, 0, (own,)),
        (_TGKILL, 0, (own,)),
        (_PRCTL, 0, (15, 0x53564D41)),
        (_PRLIMIT, 0, (0,)),
        (_SOCKETPAIR, 0, (1,)),
        (_SENDTO, 4, (0,)),
    ):
        made += _where(number, _one_of(place, values))
    return [*made, _Instruction(_RETURN, 0, 0, _REFUSE)]


def _where(number: int, then: list[_Instruction]) -> list[_Instruction]:
    """What is done at this call; the next instruction is met at any other."""
    return [_Instruction(_EQUAL, 0, len(then), number), *then]


def _one_of(place: int, values: tuple[int, ...]) -> list[_Instruction]:
    """Allow the call if an argument, all 64 bits of it, is one of these; else refuse it."""
    low = _ARGUMENTS + 8 * place
    made = [
        _Instruction(_LOAD, 0, 0, low + 4),
        _Instruction(_EQUAL, 1, 0, 0),
        _Instruction(_RETURN, 0, 0, _REFUSE),
        _Instruction(_LOAD, 0, 0, low),
    ]
    for value in values:
        made += _where(value, [_Instruction(_RETURN, 0, 0, _ALLOW)])
    return [*made, _Instruction(_RETURN, 0, 0, _REFUSE)]
