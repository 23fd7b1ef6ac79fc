"""Declarations of tables in the words of each kind of database, from a schema: types, keys, what is never missing."""

from __future__ import annotations

import pyarrow as pa

from twinset.core import types
from twinset.core.constraints import Unique
from twinset.core.schema import Column, ForeignKey, Table
from twinset.databases.address import Kind
from twinset.databases.quoting import listed, named

_WORDS: dict[str, dict[Kind, str]] = {
    "boolean": {"postgresql": "boolean", "mysql": "BOOLEAN", "sqlite": "BOOLEAN", "duckdb": "BOOLEAN"},
    "small": {"postgresql": "smallint", "mysql": "SMALLINT", "sqlite": "INTEGER", "duckdb": "SMALLINT"},
    "whole": {"postgresql": "integer", "mysql": "INT", "sqlite": "INTEGER", "duckdb": "INTEGER"},
    "large": {"postgresql": "bigint", "mysql": "BIGINT", "sqlite": "INTEGER", "duckdb": "BIGINT"},
    "huge": {"postgresql": "numeric(20,0)", "mysql": "BIGINT UNSIGNED", "sqlite": "NUMERIC", "duckdb": "UBIGINT"},
    "single": {"postgresql": "real", "mysql": "FLOAT", "sqlite": "REAL", "duckdb": "REAL"},
    "real": {"postgresql": "double precision", "mysql": "DOUBLE", "sqlite": "REAL", "duckdb": "DOUBLE"},
    "date": {"postgresql": "date", "mysql": "DATE", "sqlite": "DATE", "duckdb": "DATE"},
    "moment": {
        "postgresql": "timestamp without time zone", "mysql": "DATETIME(6)", "sqlite": "TIMESTAMP", "duckdb": "TIMESTAMP",
    },
    "instant": {
        "postgresql": "timestamp with time zone", "mysql": "DATETIME(6)", "sqlite": "TIMESTAMP", "duckdb": "TIMESTAMPTZ",
    },
    "time": {"postgresql": "time without time zone", "mysql": "TIME(6)", "sqlite": "TIME", "duckdb": "TIME"},
    "length": {"postgresql": "interval", "mysql": "VARCHAR(64)", "sqlite": "TEXT", "duckdb": "INTERVAL"},
    "uuid": {"postgresql": "uuid", "mysql": "CHAR(36)", "sqlite": "TEXT", "duckdb": "UUID"},
    "key": {"postgresql": "text", "mysql": "VARCHAR(255)", "sqlite": "TEXT", "duckdb": "VARCHAR"},
    "text": {"postgresql": "text", "mysql": "LONGTEXT", "sqlite": "TEXT", "duckdb": "VARCHAR"},
}  # fmt: skip


def type_of(column: Column, kind: Kind, *, is_key: bool) -> str:
    """The type of a column."""
    storage = column.storage
    if pa.types.is_decimal(storage):
        return {"postgresql": "numeric", "mysql": "DECIMAL", "sqlite": "NUMERIC", "duckdb": "DECIMAL"}[kind] + (
            f"({storage.precision},{storage.scale})"
        )
    return _WORDS[_word(column, is_key)][kind]


def _word(column: Column, is_key: bool) -> str:
    storage = column.storage
    if pa.types.is_integer(storage):
        n_bits = storage.bit_width + pa.types.is_unsigned_integer(storage)
        return "small" if n_bits <= 16 else "whole" if n_bits <= 32 else "large" if n_bits <= 64 else "huge"
    if pa.types.is_boolean(storage):
        return "boolean"
    if pa.types.is_floating(storage):
        return "single" if storage.bit_width == 32 else "real"
    if pa.types.is_timestamp(storage):
        return "instant" if storage.tz else "moment"
    for test, word in ((pa.types.is_date, "date"), (pa.types.is_time, "time"), (pa.types.is_duration, "length")):
        if test(storage):
            return word
    if isinstance(column.type, types.Identifier) and column.type.form == "uuid":
        return "uuid"
    return "key" if is_key else "text"


def columns_of(table: Table, kind: Kind) -> list[str]:
    """The declarations of a table's columns."""
    keyed = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    keyed |= {name for names in uniques_of(table) for name in names}
    return [
        f"{named(one.name, kind)} {type_of(one, kind, is_key=one.name in keyed)}"
        + ("" if one.nullable and one.name not in table.primary_key else " NOT NULL")
        for one in table.columns
    ]


def uniques_of(table: Table) -> list[tuple[str, ...]]:
    """What is unique beside the primary key."""
    return [one.columns for one in table.constraints if isinstance(one, Unique) and one.columns != table.primary_key]


def primary(table: Table, kind: Kind) -> list[str]:
    """The declaration of the primary key, if there is one."""
    return [f"PRIMARY KEY ({listed(table.primary_key, kind)})"] if table.primary_key else []


def reference(key: ForeignKey, place: str, kind: Kind) -> str:
    """The declaration of a foreign key to a table at a place, which is quoted already."""
    return f"FOREIGN KEY ({listed(key.columns, kind)}) REFERENCES {place} ({listed(key.references, kind)})"


def is_key_of(key: ForeignKey, other: Table) -> bool:
    """Whether a database takes a foreign key to these columns: they are the other table's primary key, or unique."""
    return set(key.references) == set(other.primary_key) or any(
        set(names) == set(key.references) for names in uniques_of(other)
    )
