"""DuckDB: declarations from the source's catalogue or from the schema, rows straight from Arrow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.optional import require
from twinset.core.schema import ForeignKey
from twinset.databases import Field, Relation
from twinset.databases.duckdb import CONFIG
from twinset.databases.quoting import listed, literal, named, path
from twinset.export.databases import declare
from twinset.export.databases.cells import fitted
from twinset.export.databases.job import Job, Load


def check_driver() -> None:
    """MissingExtraError without it."""
    require("duckdb", extra="duckdb")


def fill(place: Path, job: Job) -> dict[str, int]:
    """Make the file, and how many rows each table got."""
    duckdb = require("duckdb", extra="duckdb")
    source = _of_source(duckdb, job)
    with duckdb.connect(str(place), config=CONFIG) as base:
        base.execute("BEGIN")
        for schema in sorted({_key(load, job)[0] for load in job.loads} - {"main"}):
            base.execute(f"CREATE SCHEMA {named(schema, 'duckdb')}")
        for statement in _sequences(source["sequences"], job):
            base.execute(statement)
        counts = {}
        for load in job.loads:
            base.execute(_declared(load, job))
            counts[load.table.name] = _insert(base, load, job)
        base.execute("COMMIT")
        for statement in [*(sql for _, sql in source["indexes"]), *_comments(job)]:
            try:
                base.execute(statement)
            except duckdb.Error as error:
                job.notes.append(f"{statement[:80]!r} could not be run: {str(error)[:200]}")
        base.execute("CHECKPOINT")
    return counts


def _of_source(duckdb: Any, job: Job) -> dict[str, list[tuple[str, str]]]:
    """Names and statements of the source's sequences and indexes."""
    if not job.is_alike or job.source is None:
        return {"sequences": [], "indexes": []}
    with duckdb.connect(str(job.source.path), read_only=True, config=CONFIG) as base:
        names = {load.like.name for load in job.loads if load.like}
        sequences = base.execute("SELECT sequence_name, sql FROM duckdb_sequences()").fetchall()
        indexes = base.execute("SELECT table_name, sql FROM duckdb_indexes() WHERE sql IS NOT NULL").fetchall()
    return {"sequences": sequences, "indexes": [one for one in indexes if one[0] in names]}


def _key(load: Load, job: Job) -> tuple[str, str]:
    return load.like.key if job.is_alike and load.like else ("main", load.table.name)


def _sequences(found: list[tuple[str, str]], job: Job) -> list[str]:
    """Sequences that go on after the highest number that rows have."""
    statements = []
    for name, sql in found:
        highest = 0
        for load in job.loads:
            for one in load.like.fields if load.like else ():
                is_fed = one.default is not None and re.search(rf"nextval\('\W*{re.escape(name)}\W*'", one.default)
                if is_fed and one.name in load.table.names:
                    cells = load.rows([one.name])[one.name].drop_null().to_pylist()
                    highest = max([highest, *cells])
        statements.append(re.sub(r"START (WITH )?-?\d+", f"START {highest + 1}", sql) if highest else sql)
    return statements


def _declared(load: Load, job: Job) -> str:
    place = path(_key(load, job), "duckdb")
    if not (job.is_alike and load.like):
        parts = declare.columns_of(load.table, "duckdb") + declare.primary(load.table, "duckdb")
        parts += [f"UNIQUE ({listed(names, 'duckdb')})" for names in declare.uniques_of(load.table)]
        parts += _references(load, job)
        return f"CREATE TABLE {place} ({', '.join(parts)})"
    like = load.like
    parts = [_field(one) for one in like.fields]
    parts += [f"PRIMARY KEY ({listed(like.primary_key, 'duckdb')})"] if like.primary_key else []
    parts += [f"UNIQUE ({listed(names, 'duckdb')})" for names in like.uniques]
    parts += [f"CHECK ({check})" for check in like.checks]
    parts += _references(load, job)
    return f"CREATE TABLE {place} ({', '.join(parts)})"


def _references(load: Load, job: Job) -> list[str]:
    """Foreign keys to tables that are there already: DuckDB adds none later, nor within a table whose rows come at once."""
    done = []
    for one in job.loads:
        if one is load:
            break
        done.append(one.table.name)
    found = []
    for key in load.table.foreign_keys:
        if not job.holds(load, key) or not declare.is_key_of(key, job.load_of(key.table).table):
            continue
        if key.table in done:
            found.append(declare.reference(key, path(_key(job.load_of(key.table), job), "duckdb"), "duckdb"))
        else:
            job.notes.append(_said(load, key))
    return found


def _said(load: Load, key: ForeignKey) -> str:
    return (
        f"{load.table.name}: DuckDB checks each row at once, so the foreign key of {', '.join(key.columns)} to {key.table}, "
        "which is part of a circle, is not declared; its rows hold it"
    )


def _field(one: Field) -> str:
    column = f"{named(one.name, 'duckdb')} {one.declared}"
    if one.generated is not None:
        return f"{column} GENERATED ALWAYS AS ({one.generated})"
    default = f" DEFAULT {one.default}" if one.default is not None else ""
    return f"{column}{default}{'' if one.nullable else ' NOT NULL'}"


def _insert(base: Any, load: Load, job: Job) -> int:
    like = load.like if job.is_alike else None
    left = {one.name for one in like.fields if one.generated is not None} if like else set()
    columns = [one for one in load.table.columns if one.name not in left]
    schema = pa.schema([(one.name, one.storage) for one in columns])
    batches = (
        pa.record_batch([fitted(batch.column(one.name), one, one.storage) for one in columns], schema=schema)
        for batch in load.batches(schema.names)
    )
    selected, names = [_selected(one.name, like) for one in columns], list(schema.names)
    for one in like.fields if like else ():
        if one.name not in load.table.names and not one.nullable and one.default is None and one.generated is None:
            names.append(one.name)
            selected.append(f"CAST('' AS {one.declared})")
            job.notes.append(f"{load.table.name}.{one.name} can't be empty and was not learned: it is '' in every row")
    rows = pa.RecordBatchReader.from_batches(schema, batches)
    base.register("twinset_rows", rows)
    found = base.execute(
        f"INSERT INTO {path(_key(load, job), 'duckdb')} ({listed(names, 'duckdb')}) "
        f"SELECT {', '.join(selected)} FROM twinset_rows"
    ).fetchone()
    base.unregister("twinset_rows")
    return int(found[0])


def _selected(name: str, like: Relation | None) -> str:
    return f"CAST({named(name, 'duckdb')} AS {like[name].declared})" if like else named(name, "duckdb")


def _comments(job: Job) -> list[str]:
    if not job.is_alike:
        return []
    found = []
    for load in job.loads:
        place = path(_key(load, job), "duckdb")
        if load.like and load.like.comment:
            found.append(f"COMMENT ON TABLE {place} IS {literal(load.like.comment, 'duckdb')}")
        for one in load.like.fields if load.like else ():
            if one.comment:
                found.append(f"COMMENT ON COLUMN {place}.{named(one.name, 'duckdb')} IS {literal(one.comment, 'duckdb')}")
    return found
