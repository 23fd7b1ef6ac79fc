"""Staging: everything is made beside the output and published by one rename, so that an output is whole or not there.

The staging folder of ``twins/customers`` is ``twins/.customers.staging``. It remembers the fingerprint of the run it belongs
to; the same run finds what it had finished and goes on, another run starts afresh. A lock keeps two runs apart. Files appear
in it under their final names only when they are complete, so kill -9 at any moment leaves nothing half-made that could be
taken for done.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from twinset.errors import InternalError, OutputError
from twinset.export.atomic import replacing

_MARK = "run.json"
KEPT = "kept"
"""What samplers keep there is found by its content, so that it outlives a change of the plan as well as a fault."""


def write(path: Path, content: bytes | str, mode: int = 0o644) -> None:
    """A small file, whole or not at all."""
    with replacing(path) as file:
        os.fchmod(file.fileno(), mode)
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def friendly_disk(place: Path) -> Iterator[None]:
    """Turn the operating system's refusals into sentences: disk full, read-only, no permission."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutputError(
                f"the disk that holds {place} is full; make room and run the same command again: it goes on where it stopped"
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise OutputError(f"can't write to {error.filename or place}: {error.strerror}; choose another place") from error
        raise OutputError(f"writing to {place} failed: {error}") from error


class Staging:
    """The staging folder of one output (a folder or a single file), locked for one run."""

    def __init__(self, target: Path, folder: Path, lock: IO[str], is_resumed: bool) -> None:
        self.target = target
        self.folder = folder
        self.is_resumed = is_resumed
        self._lock = lock

    @property
    def out(self) -> Path:
        """What will be published."""
        return self.folder / "out"

    def place(self, *names: str) -> Path:
        """A folder for intermediate results."""
        path = self.folder.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def publish(self, *, replaces: bool) -> None:
        """Make the output appear: one rename. With ``replaces`` what stood there before makes way."""
        _sync_folder(self.out)
        old = self.folder / "replaced"
        if replaces and self.target.is_dir() and any(self.target.iterdir()):
            self.target.rename(old)
        self.out.rename(self.target)
        _sync_folder(self.target.parent)
        self.remove()

    def publish_files(self) -> None:
        """Make the files of ``out`` appear beside the target: the target itself first, then what describes it."""
        _sync_folder(self.out)
        for file in sorted(self.out.iterdir(), key=lambda file: file.name != self.target.name):
            file.replace(self.target.with_name(file.name))
        _sync_folder(self.target.parent)
        self.remove()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def staging_folder(target: Path) -> Path:
    """Where the staging of a target lies."""
    return target.with_name(f".{target.name}.staging")


def is_begun(target: Path, run: str) -> bool:
    """Whether an earlier attempt at this very run left something to go on from."""
    return _belongs_to(staging_folder(target), run)


def sweep(target: Path) -> None:
    """Remove the staging folder of a target that is finished, left by a kill between the rename and its removal."""
    folder = staging_folder(target)
    try:
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except (FileNotFoundError, BlockingIOError):
        return  # none was left, or another run is at work in it


@contextmanager
def staged(target: Path, run: str) -> Iterator[Staging]:
    """The staging folder for a run of that fingerprint, with what an earlier attempt at the same run left there.

    Raises OutputError where the place can't be written or another run is at work there.
    """
    folder = staging_folder(target)
    with friendly_disk(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(exist_ok=True, mode=0o700)
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError(f"can't write to {target}: {error.filename} is a file and not a folder") from error
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise OutputError(f"another run is writing to {target} now; wait for it or choose another place") from error
            is_resumed = _belongs_to(folder, run)
            if not is_resumed:
                _empty(folder)
                write(folder / _MARK, json.dumps({"run": run}))
            _clear_out(folder / "out")
            yield Staging(target, folder, lock, is_resumed)


def _belongs_to(folder: Path, run: str) -> bool:
    try:
        return bool(json.loads((folder / _MARK).read_text())["run"] == run)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _clear_out(out: Path) -> None:
    """Leave in ``out`` what parts have put there; all else is written again, quickly and from the same parts."""
    out.mkdir(exist_ok=True)
    for entry in out.iterdir():
        if entry.is_dir() and entry.name != "media":
            shutil.rmtree(entry)
        elif not entry.is_dir():
            entry.unlink()
    for partial in out.rglob("*.partial"):
        partial.unlink()


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name in ("lock", KEPT):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems can't sync a folder
            raise InternalError(f"can't sync {folder}") from error
    finally:
        os.close(handle)
