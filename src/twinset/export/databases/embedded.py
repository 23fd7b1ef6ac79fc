"""SQLite and DuckDB: a new file beside the place, which takes it when all is in, and which nobody has seen before."""

from __future__ import annotations

import glob
import importlib
import os
from pathlib import Path

from twinset import databases
from twinset.databases.address import Address
from twinset.databases.faults import guarded
from twinset.errors import DataError, OutputError
from twinset.export.databases.job import Job


def is_same(where: Address, source: Address) -> bool:
    """Whether two addresses are of the same file."""
    assert where.path is not None
    assert source.path is not None
    return where.path.exists() and source.path.exists() and where.path.samefile(source.path)


def check(where: Address, overwrite: bool) -> None:
    """OutputError where the file is there and holds tables, or where none can be made."""
    path = where.path
    assert path is not None
    folder = path.absolute().parent
    if path.is_dir():
        raise OutputError(f"{path} is a directory; give the name of a file")
    if not folder.is_dir():
        raise OutputError(f"{folder} does not exist; make it first")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{folder} can't be written to; give another place")
    if path.exists() and path.stat().st_size and not overwrite:
        with databases.reading(where) as reader:
            names = list(reader.catalogue.labels.values())
        if names:
            shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
            raise OutputError(
                f"{path} holds {len(names)} tables already ({shown}); give another file, or overwrite this one"
            )
    importlib.import_module(f"twinset.export.databases.{where.kind}").check_driver()


def write(job: Job) -> dict[str, int]:
    """All tables into a new file; how many rows each got."""
    check(job.where, job.overwrite)
    if job.source is not None and job.source.kind == job.where.kind and is_same(job.where, job.source):
        raise OutputError(f"{job.where} is the database that is read: its rows are never written over; give another target")
    path = job.where.path
    assert path is not None
    _clear(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    module = importlib.import_module(f"twinset.export.databases.{job.where.kind}")
    try:
        with guarded(job.where, "writing it", DataError):
            counts: dict[str, int] = module.fill(partial, job)
            _sync(partial)
            partial.replace(path)
            _sync(path.absolute().parent)
    finally:
        for rest in (partial, *_beside(partial)):
            rest.unlink(missing_ok=True)
    return counts


def _clear(path: Path) -> None:
    """Remove what killed runs of this same place left; the number in a file's name is its writer's."""
    for rest in path.absolute().parent.glob(f".{glob.escape(path.name)}.*.partial*"):
        number = rest.name.removeprefix(f".{path.name}.").partition(".")[0]
        if number.isdigit() and not _is_alive(int(number)):
            rest.unlink(missing_ok=True)


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return number != os.getpid()


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in (".wal", "-wal", "-journal", "-shm")]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
