"""What a PostgreSQL database says of its own tables, as the statements that make them again.

Everything comes from the system's own printers (format_type, pg_get_expr, pg_get_constraintdef, pg_get_indexdef), with
nothing on the search path, so that each name is qualified.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from twinset.databases import Relation
from twinset.databases.postgresql import run
from twinset.databases.quoting import literal, named, path
from twinset.export.databases.job import Job, Load


@dataclass
class Blueprint:
    """Statements before tables are made, columns of each, statements after the rows, and those that may fail."""

    before: list[str] = field(default_factory=list)
    columns: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    after: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)


_COLUMNS = """
SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS declared, a.attnotnull AS is_set,
  a.attidentity::text AS identity, a.attgenerated::text AS generated, pg_get_expr(d.adbin, d.adrelid) AS written,
  CASE WHEN a.attcollation <> t.typcollation THEN (SELECT quote_ident(n.nspname) || '.' || quote_ident(l.collname)
    FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation) END AS collation,
  col_description(a.attrelid, a.attnum) AS comment
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_TYPES = """
SELECT n.nspname::text AS schema, t.typname::text AS name, t.typtype::text AS kind,
  format_type(t.typbasetype, t.typtypmod) AS base,
  t.typnotnull AS is_set, t.typdefault AS written, obj_description(t.oid, 'pg_type') AS comment,
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e WHERE e.enumtypid = t.oid) AS labels,
  (SELECT json_agg(pg_get_constraintdef(o.oid) ORDER BY o.oid)::text FROM pg_constraint o WHERE o.contypid = t.oid) AS rules
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY t.typtype DESC, t.oid"""
_EXTENSIONS = """
SELECT DISTINCT e.extname::text AS name FROM pg_attribute a
  JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = a.atttypid AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid WHERE a.attrelid IN ({oids})"""
_SEQUENCES = """
SELECT n.nspname::text AS schema, c.relname::text AS name, format_type(s.seqtypid, NULL) AS declared, s.seqincrement AS step,
  s.seqmin AS low, s.seqmax AS high, s.seqstart AS start, s.seqcache AS cache, s.seqcycle AS is_cycle,
  d.deptype::text AS tie, d.refobjid::int8 AS oid, a.attname::text AS feeds
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refobjsubid > 0
    AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE n.nspname NOT LIKE 'pg\\_%' ORDER BY c.oid"""
_RULES = """
SELECT conname::text AS name, contype::text AS kind, pg_get_constraintdef(oid) AS written, confrelid::int8 AS other,
  (SELECT json_agg(a.attname ORDER BY k.place)::text FROM unnest(conkey) WITH ORDINALITY k(number, place)
   JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.number) AS columns
FROM pg_constraint WHERE conrelid = {oid} AND contype IN ('p', 'u', 'c', 'x', 'f') AND conparentid = 0
ORDER BY array_position('{{p,u,x,c,f}}'::text[], contype::text), conname"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) AS written FROM pg_index i
WHERE i.indrelid = {oid} AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid)
ORDER BY i.indexrelid"""


def blueprint_of(connection: Any, relations: Sequence[Relation], job: Job) -> Blueprint:
    """The statements that make these tables, with those of the source's foreign keys that rows hold."""
    plan, oids = Blueprint(), {}
    for one in relations:
        place = literal(path(one.key, "postgresql"), "postgresql")
        oids[one.key] = run(connection, f"SELECT {place}::regclass::oid::int8 AS oid")[0]["oid"]
    written = ", ".join(map(str, oids.values()))
    plan.before += [
        f"CREATE EXTENSION IF NOT EXISTS {named(one['name'], 'postgresql')}"
        for one in run(connection, _EXTENSIONS.format(oids=written))
    ]
    plan.before += [statement for one in run(connection, _TYPES) for statement in _type(one)]
    sequences = [one for one in run(connection, _SEQUENCES) if one["tie"] is None or one["oid"] in oids.values()]
    plan.before += [_sequence(one) for one in sequences if one["tie"] != "i"]
    links: list[str] = []
    for load in job.loads:
        if load.like is not None:
            _table(connection, load, oids[load.like.key], plan, links, job)
    plan.after += links
    keys = {oid: key for key, oid in oids.items()}
    plan.optional += [statement for one in sequences if one["feeds"] for statement in _fed(one, keys[one["oid"]])]
    return plan


def _type(one: dict[str, Any]) -> list[str]:
    """An enum or a domain, unless one of this name is there already."""
    name = path((one["schema"], one["name"]), "postgresql")
    if one["kind"] == "e":
        labels = ", ".join(literal(label, "postgresql") for label in json.loads(one["labels"] or "[]"))
        made = f"CREATE TYPE {name} AS ENUM ({labels})"
    else:
        rules = " ".join(json.loads(one["rules"] or "[]"))
        default = f" DEFAULT {one['written']}" if one["written"] is not None else ""
        made = f"CREATE DOMAIN {name} AS {one['base']}{default}{' NOT NULL' if one['is_set'] else ''} {rules}"
    body = f"BEGIN {made}; EXCEPTION WHEN duplicate_object THEN NULL; END"
    schema = f"CREATE SCHEMA IF NOT EXISTS {named(one['schema'], 'postgresql')}"
    return [*([schema] if one["schema"] != "public" else []), f"DO {literal(body, 'postgresql')}"]


def _sequence(one: dict[str, Any]) -> str:
    return (
        f"CREATE SEQUENCE IF NOT EXISTS {path((one['schema'], one['name']), 'postgresql')} AS {one['declared']} "
        f"INCREMENT BY {one['step']} MINVALUE {one['low']} MAXVALUE {one['high']} START WITH {one['start']} "
        f"CACHE {one['cache']}{' CYCLE' if one['is_cycle'] else ''}"
    )


def _table(connection: Any, load: Load, oid: int, plan: Blueprint, links: list[str], job: Job) -> None:
    assert load.like is not None
    table = path(load.like.key, "postgresql")
    columns = run(connection, _COLUMNS.format(oid=oid))
    wider = job.widened(load)
    plan.columns[load.like.key] = [_column({**one, "declared": wider.get(one["name"], one["declared"])}) for one in columns]
    for one in columns:
        if one["written"] is not None and not one["generated"]:
            plan.optional.append(
                f"ALTER TABLE {table} ALTER {named(one['name'], 'postgresql')} SET DEFAULT {one['written']}"
            )
        if one["comment"]:
            place = f"{table}.{named(one['name'], 'postgresql')}"
            plan.optional.append(f"COMMENT ON COLUMN {place} IS {literal(one['comment'], 'postgresql')}")
    if load.like.comment:
        plan.optional.append(f"COMMENT ON TABLE {table} IS {literal(load.like.comment, 'postgresql')}")
    if load.like.ddl == "p":
        job.notes.append(f"{load.table.name} is partitioned in the source, and one table in the target")
    broken = {link.name for link in load.like.links if not job.link_holds(load, link)}
    for one in run(connection, _RULES.format(oid=oid)):
        statement = f"ALTER TABLE {table} ADD CONSTRAINT {named(one['name'], 'postgresql')} {one['written']}"
        if one["kind"] != "f":
            (plan.after if one["kind"] in ("p", "u") else plan.optional).append(statement)
        elif one["name"] not in broken:
            links.append(statement.removesuffix(" NOT VALID"))
    plan.optional += [one["written"] for one in run(connection, _INDEXES.format(oid=oid))]


def _column(one: dict[str, Any]) -> str:
    words = [named(one["name"], "postgresql"), one["declared"]]
    if one["collation"]:
        words.append(f"COLLATE {one['collation']}")
    if one["generated"]:
        words.append(f"GENERATED ALWAYS AS ({one['written']}) STORED")
    if one["identity"]:
        words.append(f"GENERATED {'ALWAYS' if one['identity'] == 'a' else 'BY DEFAULT'} AS IDENTITY")
    return " ".join([*words, *(["NOT NULL"] if one["is_set"] else [])])


def _fed(one: dict[str, Any], key: tuple[str, str]) -> list[str]:
    """A sequence tied to its column, and set to go on after the highest number there."""
    table, column = path(key, "postgresql"), named(one["feeds"], "postgresql")
    name = path((one["schema"], one["name"]), "postgresql")
    place = f"pg_get_serial_sequence({literal(table, 'postgresql')}, {literal(one['feeds'], 'postgresql')})"
    tied = [] if one["tie"] == "i" else [f"ALTER SEQUENCE {name} OWNED BY {table}.{column}"]
    return [*tied, f"SELECT setval({place}, max({column})) FROM {table} HAVING max({column}) IS NOT NULL"]
