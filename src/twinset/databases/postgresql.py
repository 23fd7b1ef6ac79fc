"""PostgreSQL by ADBC: catalogue and rows in one REPEATABLE READ transaction of one connection, rows by binary COPY.

One driver and one connection mean one set of credentials, those of libpq (PGPASSWORD, ~/.pgpass, PGSERVICE, sslmode), and
one snapshot for what the tables are and what they hold. Names come qualified, as nothing is on the search path.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa

from twinset.core.dataset import Repair
from twinset.core.optional import require
from twinset.databases.address import Address
from twinset.databases.catalogue import Catalogue, Field, Link, Relation
from twinset.databases.faults import guarded
from twinset.databases.open import Rows
from twinset.databases.postgresql_columns import Reading, reading_of
from twinset.databases.quoting import path

_OWN = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
_TABLES = f"""
SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind, c.oid::int8 AS oid,
  obj_description(c.oid, 'pg_class') AS comment, has_table_privilege(c.oid, 'SELECT') AS is_readable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {_OWN}
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.oid"""
_COLUMNS = f"""
SELECT a.attrelid::int8 AS oid, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS declared,
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
  NOT a.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS written, a.attgenerated <> '' AS is_generated,
  col_description(a.attrelid, a.attnum) AS comment,
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e
   WHERE e.enumtypid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END) AS labels
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND {_OWN} ORDER BY a.attnum"""
_NAMES = "(SELECT json_agg(a.attname ORDER BY k.place)::text FROM unnest({keys}) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.number)"  # noqa: E501
_RULES = f"""
SELECT o.conrelid::int8 AS oid, o.contype::text AS kind, o.conname::text AS name, o.confrelid::int8 AS other,
  {_NAMES.format(keys="o.conkey", table="o.conrelid")} AS columns,
  {_NAMES.format(keys="o.confkey", table="o.confrelid")} AS theirs, pg_get_expr(o.conbin, o.conrelid) AS checked
FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace
WHERE o.contype IN ('p', 'f', 'c') AND o.conrelid <> 0 AND o.conparentid = 0 AND {_OWN} ORDER BY o.oid"""
_UNIQUES = f"""
SELECT i.indrelid::int8 AS oid, {_NAMES.format(keys="i.indkey::int2[]", table="i.indrelid")} AS columns
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND NOT i.indisprimary AND i.indpred IS NULL AND i.indexprs IS NULL
  AND i.indnatts = i.indnkeyatts AND {_OWN}
ORDER BY i.indexrelid"""
_KINDS = {"v": "view", "m": "materialized view", "f": "foreign table"}
_SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL search_path = pg_catalog",
    "SET LOCAL synchronize_seqscans = off",  # so that unchanged rows come in the same order
    "SET LOCAL max_parallel_workers_per_gather = 0",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL timezone = 'UTC'",
)


@contextmanager
def opened(where: Address) -> Iterator[_Postgresql]:
    """The database in one snapshot, read-only."""
    with connected(where, "connecting to it") as connection:
        with guarded(where, "reading it"):
            for setting in _SETTINGS:
                run(connection, setting)
        yield _Postgresql(where, connection)


@contextmanager
def connected(where: Address, doing: str) -> Iterator[Any]:
    """A connection, in a transaction that nothing of stays unless it is committed."""
    require("adbc_driver_postgresql", extra="postgresql")
    driver = require("adbc_driver_postgresql.dbapi", extra="postgresql")
    with guarded(where, doing):
        connection = driver.connect(_uri(where))
    try:
        yield connection
    finally:
        with contextlib.suppress(Exception):  # a connection that is cut can't be closed, and is no more
            connection.close()


def _uri(where: Address) -> str:
    who = quote(where.user, safe="") + (f":{quote(where.password, safe='')}" if where.password else "")
    host = f"[{where.host}]" if ":" in where.host else where.host
    options = {"connect_timeout": "10", "fallback_application_name": "twinset", **where.options}
    port = f":{where.port}" if where.port else ""
    query = urlencode(options, quote_via=quote)
    return f"postgresql://{who}{'@' if who else ''}{host}{port}/{quote(where.base, safe='')}?{query}"


def run(connection: Any, statement: str) -> list[dict[str, Any]]:
    """What a statement gives, row by row; an empty list where it gives nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        if cursor.description is None:
            return []
        found: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
        return found


class _Postgresql:
    def __init__(self, where: Address, connection: Any) -> None:
        self._where, self._connection = where, connection

    @cached_property
    def catalogue(self) -> Catalogue:
        with guarded(self._where, "reading its tables"):
            return read_catalogue(self._connection, self._where.schemas)

    def rows(self, relation: Relation) -> Rows:
        readings = [reading_of(one) for one in relation.fields]
        columns = ", ".join(how.selected for how in readings) or "NULL"
        query = f"SELECT {columns} FROM {'ONLY ' if relation.ddl == 'r' else ''}{path(relation.key, 'postgresql')}"
        repairs = [Repair(how.said, one.name) for how, one in zip(readings, relation.fields, strict=True) if how.said]
        schema = pa.schema([(one.name, how.storage) for how, one in zip(readings, relation.fields, strict=True)])
        batches = self._batches(query, relation.name, schema, readings, repairs)
        return Rows(pa.RecordBatchReader.from_batches(schema, batches), repairs)

    def _batches(
        self, query: str, name: str, schema: pa.Schema, readings: list[Reading], repairs: list[Repair]
    ) -> Iterator[pa.RecordBatch]:
        n_lost = dict.fromkeys(schema.names, 0)
        with guarded(self._where, f"reading the table {name!r}"), self._connection.cursor() as cursor:
            cursor.execute(query)
            for batch in cursor.fetch_record_batch():
                arrays = [how.turned(array) for how, array in zip(readings, batch.columns, strict=True)]
                for column, before, after in zip(schema.names, batch.columns, arrays, strict=True):
                    n_lost[column] += after.null_count - before.null_count
                yield pa.record_batch(arrays, schema=schema)
        repairs += [Repair("endless values became missing", column, count) for column, count in n_lost.items() if count]


def read_catalogue(connection: Any, schemas: tuple[str, ...]) -> Catalogue:
    """What the system's tables say, of the named schemas or of all."""
    tables = [one for one in run(connection, _TABLES) if not schemas or one["schema"] in schemas]
    keys = {one["oid"]: (one["schema"], one["name"]) for one in tables}
    columns, rules, uniques = (_by_table(run(connection, query)) for query in (_COLUMNS, _RULES, _UNIQUES))
    relations = tuple(
        _relation(one, columns.get(one["oid"], []), rules.get(one["oid"], []), uniques.get(one["oid"], []), keys)
        for one in tables
        if one["kind"] in ("r", "p")
    )
    left = tuple(f"the {_KINDS[one['kind']]} {one['name']!r}" for one in tables if one["kind"] in _KINDS)
    return Catalogue(relations, "public", left)


def _by_table(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["oid"], []).append(row)
    return found


def _relation(
    table: dict[str, Any],
    columns: list[dict[str, Any]],
    rules: list[dict[str, Any]],
    uniques: list[dict[str, Any]],
    keys: dict[int, tuple[str, str]],
) -> Relation:
    primary = [_listed(rule["columns"]) for rule in rules if rule["kind"] == "p"]
    links = tuple(
        Link(
            _listed(rule["columns"]),
            keys.get(rule["other"], ("", "a table of another schema")),
            _listed(rule["theirs"]),
            rule["name"],
        )
        for rule in rules
        if rule["kind"] == "f"
    )
    return Relation(
        table["schema"],
        table["name"],
        tuple(_field(column) for column in columns),
        primary[0] if primary else (),
        links,
        tuple(_listed(one["columns"]) for one in uniques),
        tuple(rule["checked"] for rule in rules if rule["kind"] == "c" and rule["checked"]),
        table["comment"] or "",
        table["kind"],
        table["is_readable"],
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _field(column: dict[str, Any]) -> Field:
    return Field(
        column["name"],
        column["base"] or column["declared"],
        column["nullable"],
        None if column["is_generated"] else column["written"],
        column["written"] if column["is_generated"] else None,
        _listed(column["labels"]) if column["labels"] else (),
        column["comment"] or "",
    )
