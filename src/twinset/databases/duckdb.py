"""DuckDB: its own catalogue, and its rows as Arrow. Nothing is downloaded, and no view or file of others is touched."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Repair
from twinset.core.optional import require
from twinset.databases.address import Address
from twinset.databases.catalogue import Catalogue, Field, Link, Relation
from twinset.databases.faults import guarded
from twinset.databases.open import Rows
from twinset.databases.quoting import named, path
from twinset.errors import DataError

_BATCH = 1 << 17
CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "2"}
_TABLES = "FROM (FROM duckdb_tables() WHERE NOT internal AND NOT temporary)"
_OF = "schema_name, table_name"
_COLUMNS = "column_name, data_type, is_nullable, column_default, is_generated, generation_expression, comment"
_RULES = "constraint_type, constraint_column_names, referenced_table, referenced_column_names, expression"
_AS_TEXT = ("BIT", "UNION", "MAP", "VARINT", "BIGNUM", "TIME WITH", "UHUGEINT", "GEOMETRY", "VARIANT")


@contextmanager
def opened(where: Address) -> Iterator[_DuckDb]:
    """The file, read-only, in one transaction."""
    duckdb = require("duckdb", extra="duckdb")
    if where.path is None or not where.path.is_file():
        raise DataError(f"there is no file {str(where.path)!r}")
    with guarded(where, "opening it"):
        base = duckdb.connect(str(where.path), read_only=True, config=CONFIG)
    with contextlib.closing(base):
        with guarded(where, "reading it"):
            base.execute("SET enable_external_access = false")
            base.execute("BEGIN TRANSACTION")
        yield _DuckDb(where, base)


class _DuckDb:
    def __init__(self, where: Address, base: Any) -> None:
        self._where, self._base = where, base

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._base.execute(query).fetchall()
        return found

    @cached_property
    def catalogue(self) -> Catalogue:
        own = "database_name = current_database()"
        with guarded(self._where, "reading its tables"):
            tables = self._all(f"SELECT schema_name, table_name, comment, sql {_TABLES} WHERE {own} ORDER BY table_oid")
            columns = self._all(
                f"SELECT {_OF}, {_COLUMNS} FROM duckdb_columns() WHERE {own} AND NOT internal ORDER BY column_index"
            )
            rules = self._all(f"SELECT {_OF}, {_RULES} FROM duckdb_constraints() WHERE {own} ORDER BY constraint_index")
            views = self._all(f"SELECT view_name FROM duckdb_views() WHERE {own} AND NOT internal ORDER BY 1")
        wanted = [one for one in tables if not self._where.schemas or one[0] in self._where.schemas]
        relations = tuple(_relation(one, columns, rules) for one in wanted)
        return Catalogue(relations, "main", tuple(f"the view {view!r}" for (view,) in views))

    def rows(self, relation: Relation) -> Rows:
        columns = ", ".join(_selected(one) for one in relation.fields)
        with guarded(self._where, f"reading the table {relation.name!r}"):
            reader = self._base.sql(f"SELECT {columns} FROM {path(relation.key, 'duckdb')}").to_arrow_reader(_BATCH)
        repairs = [
            Repair(f"{one.declared} read as text", one.name) for one in relation.fields if one.declared.startswith(_AS_TEXT)
        ]
        schema = pa.schema([_field(one, of) for one, of in zip(reader.schema, relation.fields, strict=True)])
        return Rows(pa.RecordBatchReader.from_batches(schema, self._guarded(reader, schema, relation)), repairs)

    def _guarded(self, reader: pa.RecordBatchReader, schema: pa.Schema, relation: Relation) -> Iterator[pa.RecordBatch]:
        with guarded(self._where, f"reading the table {relation.name!r}"):
            for batch in reader:
                yield pa.record_batch(
                    [own.cast(to.type) for own, to in zip(batch.columns, schema, strict=True)], schema=schema
                )


def _field(found: pa.Field, one: Field) -> pa.Field:
    return pa.field(found.name, pa.duration("us") if one.declared == "INTERVAL" else found.type)


def _selected(one: Field) -> str:
    column = named(one.name, "duckdb")
    if one.declared == "INTERVAL":
        return f"epoch_us({column}) AS {column}"
    if one.declared.startswith(_AS_TEXT):
        return f"CAST({column} AS VARCHAR) AS {column}"
    if one.declared == "HUGEINT":
        return f"CAST({column} AS DECIMAL(38, 0)) AS {column}"
    return column


def _relation(table: tuple[Any, ...], columns: list[tuple[Any, ...]], rules: list[tuple[Any, ...]]) -> Relation:
    schema, name, comment, ddl = table
    own = [rule[2:] for rule in rules if rule[:2] == (schema, name)]
    fields = tuple(
        Field(
            one[2],
            one[3],
            bool(one[4]),
            None if one[6] else one[5],
            (one[7] or "an expression") if one[6] else None,
            _labels(one[3]),
            one[8] or "",
        )
        for one in columns
        if one[:2] == (schema, name)
    )
    of = {word: [rule for rule in own if rule[0] == word] for word in ("PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY")}
    return Relation(
        schema,
        name,
        fields,
        tuple(of["PRIMARY KEY"][0][1]) if of["PRIMARY KEY"] else (),
        tuple(Link(tuple(rule[1]), (schema, rule[2]), tuple(rule[3])) for rule in of["FOREIGN KEY"]),
        tuple(tuple(rule[1]) for rule in of["UNIQUE"]),
        tuple(rule[4] for rule in of["CHECK"] if rule[4]),
        comment or "",
        ddl or "",
    )


def _labels(declared: str) -> tuple[str, ...]:
    """The labels of ENUM('a', 'b')."""
    if not declared.startswith("ENUM("):
        return ()
    return tuple(text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", declared))
