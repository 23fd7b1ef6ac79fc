"""How an engine behaves towards its surroundings: it shares no random state and leaves no files behind."""

from __future__ import annotations

import os
import random  # noqa: TID251  # watched, not used
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from twinset.testing.bench import demand

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "shutil.copyfile", "shutil.move")
_watched: list[list[str]] = []
_hooks: list[object] = []


@contextmanager
def global_random_state(number: int) -> Iterator[None]:
    """Set the global random states for a while, demand that nobody sets them meanwhile, and put them back."""
    before = random.getstate(), np.random.get_state(legacy=False)  # noqa: NPY002
    random.seed(number)
    np.random.seed(number)  # noqa: NPY002
    expected = _global_states()
    try:
        yield
        demand(_global_states() == expected, "global random state (of random or numpy.random) was used; draw from the Seed")
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002


def _global_states() -> tuple[object, str]:
    return random.getstate(), repr(np.random.get_state(legacy=False))  # noqa: NPY002


@contextmanager
def no_files_written() -> Iterator[None]:
    """Demand that nothing on the disk is made, changed or removed meanwhile (by Python; compiled code is not seen)."""
    if not _hooks:
        sys.addaudithook(_notice)
        _hooks.append(_notice)
    seen: list[str] = []
    _watched.append(seen)
    try:
        yield
    finally:
        _watched.remove(seen)
    demand(not seen, f"files were written outside of save(): {', '.join(seen[:3])}")


def _notice(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook; it can't be taken away again, and does nothing unless somebody watches."""
    if not _watched:
        return
    if event in _CHANGES:
        what = f"{event} {arguments[0]}"
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
        what = str(arguments[0])
    else:
        return
    if "__pycache__" not in what and what != os.devnull:
        for seen in _watched:
            seen.append(what)
