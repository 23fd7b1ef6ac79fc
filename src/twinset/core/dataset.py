"""Datasets: tables that can be read again and again, column by column, batch by batch.

``Dataset`` is the Protocol that every source meets. ``Tables`` is the plain one that holds Arrow tables; memory-mapped
tables make it out-of-core. Where the data came from is :mod:`twinset.sources`' to know.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from twinset.core.schema import Schema
from twinset.errors import DataError, SchemaError

Role = Literal["train", "holdout", "synthetic", "aggregate"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table."""

    table: str
    rows: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text a table came from is written, so that what comes out can be read by the same program.

    ``format`` is the name of an exporter ("csv", "parquet", "jsonl" ...); the rest matters to CSV only.
    """

    format: str = "parquet"
    separator: str = ","
    decimal: str = "."
    missing: str = ""
    header: bool = True


@dataclass(frozen=True, slots=True)
class Repair:
    """Something in a source that was mended on the way in: what, in which column, how often."""

    what: str
    column: str | None = None
    count: int = 1


@runtime_checkable
class Dataset(Protocol):
    """Tables with a schema. Scanning twice gives the same rows; ``fingerprint`` changes when any of them does."""

    @property
    def schema(self) -> Schema: ...

    @property
    def role(self) -> Role: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dialect(self) -> Dialect: ...

    @property
    def repairs(self) -> tuple[Repair, ...]: ...

    def count(self, table: str) -> int:
        """Number of rows of one table."""

    def scan(self, table: str, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """The rows of one table, the given columns (all, in order, when None)."""


@dataclass(frozen=True)
class Tables:
    """A dataset of Arrow tables, which may be memory-mapped."""

    schema: Schema
    tables: Mapping[str, pa.Table]
    role: Role = "train"
    dialect: Dialect = Dialect()
    repairs: tuple[Repair, ...] = field(default=())

    def __post_init__(self) -> None:
        for table in self.schema:
            held = self.tables.get(table.name)
            if held is None or tuple(held.column_names) != table.names:
                raise SchemaError(f"the data of table {table.name!r} does not have the columns of its schema")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the schema and the values of each column, however the rows are chunked or lie in memory."""
        digest = hashlib.sha256()
        for table in sorted(self.schema, key=lambda table: table.name):
            digest.update(json.dumps([table.name, [[one.name, one.to_data()] for one in table.columns]]).encode())
            stream = pa.PythonFile(_Hashing(digest), mode="w")
            with pa.ipc.new_stream(stream, table.arrow) as writer:
                for batch in self.tables[table.name].combine_chunks().to_batches(max_chunksize=1 << 16):
                    columns = [canonical(column) for column in batch.columns]
                    writer.write_batch(pa.record_batch(columns, schema=table.arrow))
        return digest.hexdigest()

    def count(self, table: str) -> int:
        return int(self.tables[table].num_rows)

    def scan(self, table: str, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        held = self.tables[table]
        return (held if columns is None else held.select(list(columns))).to_reader(max_chunksize=1 << 17)

    def to_arrow(self, table: str | None = None) -> pa.Table:
        """One table; the name may be left out where there is only one."""
        return self.tables[table or self.schema.only.name]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Lets pandas, polars, DuckDB and others take the one table as it is (Arrow PyCapsule interface)."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)


def canonical(array: pa.Array) -> pa.Array:
    """The same values in the same memory: nothing is left under missing values, before the first or after the last one."""
    if pa.types.is_struct(array.type):
        children = [canonical(child) for child in array.flatten()]
        return pa.StructArray.from_arrays(children, fields=list(array.type), mask=array.is_null())
    return array.take(pa.array(np.arange(len(array))))


class _Hashing:
    """A write-only file that hashes what it is given."""

    closed = False

    def __init__(self, digest: hashlib._Hash) -> None:
        self._digest = digest

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None: ...


def whole(data: Dataset, table: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """All rows of one table in memory; the name may be left out where there is only one."""
    return data.scan(table or data.schema.only.name, columns).read_all()


def from_batches(schema: Schema, batches: Sequence[Batch], role: Role, dialect: Dialect = Dialect()) -> Tables:
    """A dataset of the given batches, tables in the schema's order, rows in the batches'."""
    tables = {}
    for table in schema:
        rows = [batch.rows for batch in batches if batch.table == table.name]
        tables[table.name] = pa.Table.from_batches(rows, schema=table.arrow)
    if unknown := {batch.table for batch in batches} - set(tables):
        raise DataError(f"batches of unknown tables: {', '.join(sorted(unknown))}")
    return Tables(schema, tables, role, dialect)


def in_chunks(n_rows: int, size: int) -> list[tuple[int, int]]:
    """Bounds (start, stop) of consecutive chunks of at most ``size`` rows."""
    bounds = [*range(0, n_rows, size), n_rows]
    return list(itertools.pairwise(bounds))
