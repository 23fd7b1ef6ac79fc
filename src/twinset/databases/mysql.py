"""MySQL and MariaDB by PyMySQL: rows as the text that the server sends, turned into types by Arrow, in one snapshot."""

from __future__ import annotations

import contextlib
import os
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
from twinset.databases.clauses import checks_of
from twinset.databases.faults import guarded
from twinset.databases.open import Rows
from twinset.databases.quoting import listed, literal, named, path

_BATCH = 1 << 15
_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "year")
_TEXTS = (
    "char",
    "varchar",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "enum",
    "set",
    "json",
    "time",
    "uuid",
    "inet4",
    "inet6",
)
_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_MOMENTS = ("date", "datetime", "timestamp")
_SNAPSHOT = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


@contextmanager
def opened(where: Address) -> Iterator[_MySql]:
    """The database in one snapshot, read-only."""
    with connected(where, "connecting to it") as connection:
        with guarded(where, "reading it"):
            for statement in _SNAPSHOT:
                run(connection, statement)
        yield _MySql(where, connection)


@contextmanager
def connected(where: Address, doing: str, **more: Any) -> Iterator[Any]:
    """A connection whose moments are UTC and whose texts come as the bytes that they are sent in."""
    driver = require("pymysql", extra="mysql")
    options: dict[str, Any] = {
        "host": where.host or "localhost", "port": where.port or 3306, "user": where.user or None, "database": where.base,
        "password": where.password or _usual_password(), "charset": "utf8mb4", "connect_timeout": 10, "conv": dict(driver.converters.encoders),
        "init_command": "SET SESSION time_zone = '+00:00'", **_known(where), **more,
    }  # fmt: skip
    with guarded(where, doing):
        connection = driver.connect(**options)
    try:
        yield connection
    finally:
        with contextlib.suppress(Exception):  # a connection that is cut can't be closed, and is no more
            connection.close()


def _usual_password() -> str:
    return os.environ.get("MYSQL_PWD", "")


def _known(where: Address) -> dict[str, Any]:
    """The options of the URL that PyMySQL has: a socket, certificates."""
    known = ("unix_socket", "ssl_ca", "ssl_cert", "ssl_key", "read_default_file", "read_default_group")
    return {name: value for name, value in where.options.items() if name in known}


def run(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    """What a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [tuple(row) for row in cursor.fetchall() or ()]


class _MySql:
    def __init__(self, where: Address, connection: Any) -> None:
        self._where, self._connection = where, connection

    @cached_property
    def catalogue(self) -> Catalogue:
        with guarded(self._where, "reading its tables"):
            return read_catalogue(self._connection, self._where.schemas or (self._where.base,))

    def rows(self, relation: Relation) -> Rows:
        kinds = [_storage(one) for one in relation.fields]
        schema = pa.schema(list(zip(relation.names, kinds, strict=True)))
        repairs = [Repair(f"{one.declared} read as text", one.name) for one in relation.fields if _is_other(one)]
        return Rows(pa.RecordBatchReader.from_batches(schema, self._batches(relation, schema, repairs)), repairs)

    def _batches(self, relation: Relation, schema: pa.Schema, repairs: list[Repair]) -> Iterator[pa.RecordBatch]:
        pymysql = require("pymysql.cursors", extra="mysql")
        columns = ", ".join(_selected(one) for one in relation.fields)
        table = path(relation.key, "mysql")
        order = f" ORDER BY {listed(relation.primary_key, 'mysql')}" if relation.primary_key else ""
        with guarded(self._where, f"reading the table {relation.name!r}"):
            repairs += self._zero_dates(relation, table)
            with self._connection.cursor(pymysql.SSCursor) as cursor:
                cursor.execute(f"SELECT {columns} FROM {table}{order}")
                while rows := cursor.fetchmany(_BATCH):
                    cells = zip(*rows, strict=True)
                    yield pa.record_batch(
                        [_array(own, one.type) for own, one in zip(cells, schema, strict=True)], schema=schema
                    )

    def _zero_dates(self, relation: Relation, table: str) -> list[Repair]:
        names = [one.name for one in relation.fields if _word(one) in _MOMENTS]
        if not names:
            return []
        sums = ", ".join(f"SUM({named(name, 'mysql')} = 0)" for name in names)
        counts = run(self._connection, f"SELECT {sums} FROM {table}")[0]
        return [
            Repair("zero dates became missing", name, int(n)) for name, n in zip(names, counts, strict=True) if n and int(n)
        ]


def _word(one: Field) -> str:
    return re.split(r"[ (]", one.declared.lower(), maxsplit=1)[0]


def _is_other(one: Field) -> bool:
    return _word(one) not in (*_INTEGERS, *_TEXTS, *_BYTES, *_MOMENTS, "decimal", "float", "double", "bit")


def _storage(one: Field) -> pa.DataType:
    word = _word(one)
    if word in _INTEGERS or word == "bit":
        return pa.uint64() if "unsigned" in one.declared.lower() and word == "bigint" else pa.int64()
    if word in ("float", "double"):
        return pa.float64()
    if word == "decimal":
        digits = re.search(r"\((\d+)(?:,(\d+))?\)", one.declared)
        n_digits, scale = (int(digits[1]), int(digits[2] or 0)) if digits else (10, 0)
        return pa.decimal128(n_digits, scale) if n_digits <= 38 else pa.float64()
    if word == "date":
        return pa.date32()
    if word in _MOMENTS:
        return pa.timestamp("us", "UTC" if word == "timestamp" else None)
    return pa.binary() if word in _BYTES else pa.string()


def _selected(one: Field) -> str:
    column = named(one.name, "mysql")
    if _word(one) in _MOMENTS:
        return f"IF({column} = 0, NULL, {column})"
    if _word(one) == "bit":
        return f"{column} + 0"
    if _is_other(one):
        is_place = _word(one) in ("geometry", "point", "linestring", "polygon") or _word(one).startswith(("multi", "geom"))
        return f"ST_AsText({column})" if is_place else f"CAST({column} AS CHAR)"
    return column


def _array(cells: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_binary(kind):
        return pa.array([cell.encode() if isinstance(cell, str) else cell for cell in cells], kind)
    text = pa.array(cells, pa.string())
    if pa.types.is_timestamp(kind) and kind.tz:
        return text.cast(pa.timestamp("us")).cast(kind)
    return text if kind == pa.string() else text.cast(kind)


def read_catalogue(connection: Any, schemas: tuple[str, ...]) -> Catalogue:
    """What the information schema says of these databases."""
    inside = f"IN ({', '.join(literal(schema, 'mysql') for schema in schemas)})"
    tables = run(
        connection,
        "SELECT table_schema, table_name, table_type, table_comment FROM information_schema.tables "
        f"WHERE table_schema {inside} ORDER BY table_schema, table_name",
    )
    columns = run(
        connection,
        "SELECT table_schema, table_name, column_name, column_type, is_nullable, column_default, extra, "
        f"generation_expression, column_comment FROM information_schema.columns WHERE table_schema {inside} ORDER BY ordinal_position",
    )
    links = run(
        connection,
        "SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name, "
        f"referenced_column_name FROM information_schema.key_column_usage WHERE table_schema {inside} "
        "AND referenced_table_name IS NOT NULL ORDER BY constraint_name, ordinal_position",
    )
    indexes = run(
        connection,
        "SELECT table_schema, table_name, index_name, column_name, sub_part FROM information_schema.statistics "
        f"WHERE table_schema {inside} AND non_unique = 0 ORDER BY index_name, seq_in_index",
    )
    plain = ("BASE TABLE", "SYSTEM VERSIONED")
    relations = tuple(_relation(connection, table, columns, links, indexes) for table in tables if table[2] in plain)
    left = tuple(f"the {str(kind).lower()} {name!r}" for _, name, kind, _ in tables if kind not in plain)
    return Catalogue(relations, schemas[0], left)


def _relation(connection: Any, table: tuple[Any, ...], columns: Any, links: Any, indexes: Any) -> Relation:
    key = (table[0], table[1])
    ddl = str(run(connection, f"SHOW CREATE TABLE {path(key, 'mysql')}")[0][1])
    keys: dict[str, list[Any]] = {}
    for row in (row for row in indexes if row[:2] == key):
        keys.setdefault(row[2], []).append(row)
    found: dict[str, list[Any]] = {}
    for row in (row for row in links if row[:2] == key):
        found.setdefault(row[2], []).append(row)
    return Relation(
        *key,
        tuple(_field(row) for row in columns if row[:2] == key),
        tuple(row[3] for row in keys.pop("PRIMARY", [])),
        tuple(
            Link(tuple(r[3] for r in rows), (rows[0][4], rows[0][5]), tuple(r[6] for r in rows), name)
            for name, rows in found.items()
        ),
        tuple(tuple(row[3] for row in rows) for rows in keys.values() if all(row[3] and not row[4] for row in rows)),
        tuple(checks_of(ddl)),
        table[3] or "",
        ddl,
    )


def _field(row: tuple[Any, ...]) -> Field:
    _, _, name, declared, nullable, default, extra, expression, comment = row
    is_generated = "GENERATED" in str(extra).upper() and "DEFAULT_GENERATED" not in str(extra).upper()
    labels = re.findall(r"'((?:[^']|'')*)'", declared) if str(declared).lower().startswith("enum(") else []
    return Field(
        name,
        declared,
        nullable == "YES",
        None if is_generated else default,
        (expression or "an expression") if is_generated else None,
        tuple(label.replace("''", "'") for label in labels),
        comment or "",
    )
