"""SQLite: the source's own statements, or declarations from the schema; rows in one transaction by prepared statements."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from twinset.core.schema import Column
from twinset.databases import quoting
from twinset.databases.quoting import listed, named
from twinset.export.databases import declare
from twinset.export.databases.cells import texts
from twinset.export.databases.job import Job, Load


def check_driver() -> None:
    """Python has its driver."""


def fill(path: Path, job: Job) -> dict[str, int]:
    """Make the file, and how many rows each table got."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        for load in job.loads:
            base.execute(load.like.ddl if job.is_alike and load.like else _declared(load, job))
        counts = {load.table.name: _insert(base, load, job) for load in job.loads}
        if job.is_alike:
            _rest(base, job)
        else:
            for load in job.loads:
                _indexes(base, load)
        base.execute("COMMIT")
    return counts


def _name(load: Load, job: Job) -> str:
    return load.like.name if job.is_alike and load.like else load.table.name


def _declared(load: Load, job: Job) -> str:
    parts = declare.columns_of(load.table, "sqlite") + declare.primary(load.table, "sqlite")
    parts += [
        declare.reference(key, named(key.table, "sqlite"), "sqlite")
        for key in load.table.foreign_keys
        if job.holds(load, key) and declare.is_key_of(key, job.load_of(key.table).table)
    ]
    return f"CREATE TABLE {named(load.table.name, 'sqlite')} ({', '.join(parts)})"


def _insert(base: sqlite3.Connection, load: Load, job: Job) -> int:
    left = {one.name for one in load.like.fields if one.generated is not None} if job.is_alike and load.like else set()
    columns = [one for one in load.table.columns if one.name not in left]
    fillers = _fillers(load, job)
    names = listed([*(one.name for one in columns), *fillers], "sqlite")
    marks = ", ".join(["?"] * len(columns) + list(fillers.values()))
    statement = f"INSERT INTO {named(_name(load, job), 'sqlite')} ({names}) VALUES ({marks})"
    n_rows = 0
    for batch in load.batches([one.name for one in columns]):
        base.executemany(statement, _rows(batch, columns))
        n_rows += batch.num_rows
    return n_rows


def _fillers(load: Load, job: Job) -> dict[str, str]:
    """Columns that are never missing, and of which there are no values: they get an empty one."""
    if not (job.is_alike and load.like):
        return {}
    known = set(load.table.names)
    found = {
        one.name: "x''" if "BLOB" in one.declared.upper() else "''"
        for one in load.like.fields
        if one.name not in known and not one.nullable and one.default is None and one.generated is None
    }
    job.notes += [f"{load.table.name}.{name} can't be empty and was not learned: it is '' in every row" for name in found]
    return found


def _rows(batch: pa.RecordBatch, columns: list[Column]) -> Iterator[tuple[object, ...]]:
    arrays = (_plain(batch.column(one.name), one).to_pylist() for one in columns)
    return zip(*arrays, strict=True)


def _plain(array: pa.Array, column: Column) -> pa.Array:
    """Numbers, bytes and texts as they are, everything else as text."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_boolean(array.type):
        return array.cast(pa.int8())
    if array.type == pa.uint64():  # wider than SQLite's whole numbers
        return array.cast(pa.string())
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type) or pa.types.is_binary(array.type):
        return array
    return texts(array, column.type)


def _rest(base: sqlite3.Connection, job: Job) -> None:
    """Indexes, views and triggers of the source, after the rows."""
    assert job.source is not None
    names = {load.like.name for load in job.loads if load.like}
    with contextlib.closing(sqlite3.connect(f"file:{job.source.path}?mode=ro", uri=True)) as source:
        found = source.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('index', 'view', 'trigger') "
            "AND sql IS NOT NULL ORDER BY CASE type WHEN 'index' THEN 0 WHEN 'view' THEN 1 ELSE 2 END, rowid"
        ).fetchall()
    for kind, name, table, sql in found:
        if kind != "view" and table not in names:
            continue
        try:
            base.execute(sql)
        except sqlite3.Error as error:
            job.notes.append(f"the {kind} {name!r} could not be made: {error}")
    job.notes[:] = [
        note.replace("so this foreign key is not declared", "though the source declares that key") for note in job.notes
    ]


def _indexes(base: sqlite3.Connection, load: Load) -> None:
    for columns in declare.uniques_of(load.table):
        name = f"{load.table.name}_{'_'.join(columns)}_key"
        table = named(load.table.name, "sqlite")
        base.execute(f"CREATE UNIQUE INDEX {named(name, 'sqlite')} ON {table} ({quoting.listed(columns, 'sqlite')})")
