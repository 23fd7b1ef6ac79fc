"""``write`` and ``check_target``: into a database of whatever kind."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twinset import databases
from twinset.core.schema import Schema
from twinset.databases.address import Address
from twinset.errors import OutputError
from twinset.export.databases.job import Job, job_of

OVERWRITE = "give another place, or overwrite"


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows each table got, and what is not as in the source or the schema."""

    n_rows: Mapping[str, int]
    notes: tuple[str, ...]


def write(
    tables: Mapping[str, Sequence[Path]],
    schema: Schema,
    url: str | os.PathLike[str],
    *,
    like: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
) -> Written:
    """Write Parquet files, those of each table below each other, into a database.

    ``like`` is the source's URL: of the same kind of database its declarations are taken (types, defaults, enums, checks,
    comments, generated columns, sequences, indexes), else tables are made from the schema. A target that holds tables is
    refused unless ``overwrite``. A foreign key that rows of the data break is not declared, which a note says.

    Raises OutputError where it can't be written, DataError for rows that the database refuses; nothing is changed then.
    """
    where = databases.address(url)
    source = None if like is None or not databases.is_url(like) else databases.address(like)
    catalogue = None
    if source is not None:
        with databases.reading(source) as reader:
            catalogue = reader.catalogue
    job = job_of(tables, schema, where, source, catalogue)
    job.overwrite = overwrite
    counts: dict[str, int] = _module(where).write(job)
    return Written(counts, tuple(job.notes))


def check_target(
    url: str | os.PathLike[str], overwrite: bool = False, *, like: str | os.PathLike[str] | None = None
) -> None:
    """Before anything is learned: can it be reached, may tables be made there, is it empty, is it not the source itself."""
    where = databases.address(url)
    if like is not None and databases.is_url(like):
        source = databases.address(like)
        if source.kind == where.kind and _module(where).is_same(where, source):
            raise OutputError(f"{where} is the database that is read: its rows are never written over; give another target")
    _module(where).check(where, overwrite)


def _module(where: Address) -> Any:
    name = "embedded" if where.path is not None else where.kind
    return importlib.import_module(f"twinset.export.databases.{name}")


__all__ = ["OVERWRITE", "Job", "Written", "check_target", "write"]
