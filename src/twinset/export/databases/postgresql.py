"""PostgreSQL: one transaction from the first statement to the last, rows by binary COPY, keys and rules after them.

A connection that is cut, or a process that is killed, leaves nothing: the server takes all of it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from twinset.databases import Address, Relation
from twinset.databases.faults import guarded, told
from twinset.databases.postgresql import connected, read_catalogue, run
from twinset.databases.quoting import listed, literal, named, path
from twinset.errors import OutputError
from twinset.export.databases import declare
from twinset.export.databases.job import Job, Load
from twinset.export.databases.postgresql_blueprint import Blueprint, blueprint_of
from twinset.export.databases.postgresql_cells import copied, declared, staged, turned

_STAGE = "twinset_stage"


def is_same(where: Address, source: Address) -> bool:
    """Whether two addresses lead to the same database of the same server, and to tables of the same schemas."""
    query = "SELECT pg_postmaster_start_time()::text || current_database() AS place"
    found = []
    for one in (where, source):
        with connected(one, "connecting to it") as connection, guarded(one, "reading it"):
            found.append(run(connection, query)[0]["place"])
    return found[0] == found[1] and (not where.schemas or not source.schemas or bool({*where.schemas} & {*source.schemas}))


def check(where: Address, overwrite: bool) -> None:
    """OutputError where tables can't be made, or are there."""
    with connected(where, "connecting to it") as connection, guarded(where, "looking at it", OutputError):
        _check(connection, where, overwrite)


def _check(connection: Any, where: Address, overwrite: bool) -> None:
    home = where.schemas[0] if where.schemas else "public"
    own = f"nspname = {literal(home, 'postgresql')}"
    rights = run(
        connection,
        "SELECT has_database_privilege(current_database(), 'CREATE') AS may_base, pg_is_in_recovery() AS is_copy, "
        f"(SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE {own}) AS may",
    )[0]
    if rights["is_copy"]:
        raise OutputError(f"{where} is a read-only copy of another server; give the address of that one")
    if rights["may"] is False or (rights["may"] is None and not rights["may_base"]):
        raise OutputError(
            f"{where}: this user may not make tables in the schema {home!r}; run: GRANT CREATE ON SCHEMA {home} TO ..., or "
            "name another one with ?schema="
        )
    names = list(read_catalogue(connection, where.schemas).labels.values())
    if names and not overwrite:
        shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        raise OutputError(f"{where} holds {len(names)} tables already ({shown}); give an empty database, or overwrite")


def write(job: Job) -> dict[str, int]:
    """All tables in one transaction; how many rows each got."""
    where = job.where
    if job.is_alike and job.source is not None and is_same(where, job.source):
        raise OutputError(f"{where} is the database that is read: its rows are never written over; give another target")
    plan = _blueprint(job)
    with connected(where, "connecting to it") as connection:
        with guarded(where, "looking at it", OutputError):
            _check(connection, where, job.overwrite)
            for setting in (
                "SET LOCAL search_path = pg_catalog",
                "SET LOCAL statement_timeout = 0",
                "SET LOCAL timezone = 'UTC'",
            ):
                run(connection, setting)
            known = {one.key for one in read_catalogue(connection, ()).relations}
        with guarded(where, "making its tables", OutputError):
            _make(connection, job, plan, known)
        counts = {}
        for load in job.loads:
            with guarded(where, f"loading the table {load.table.name!r}"):
                counts[load.table.name] = _load(connection, load, job, plan)
        with guarded(where, "adding its keys"):
            _finish(connection, job, plan)
            connection.commit()
    return counts


def _blueprint(job: Job) -> Blueprint | None:
    """The source's declarations, where they can be used as they are."""
    if not job.is_alike or job.source is None:
        return None
    schemas = {load.like.schema for load in job.loads if load.like}
    if job.where.schemas and schemas != set(job.where.schemas):
        job.notes.append(
            f"the target's schema is not the source's ({', '.join(sorted(schemas))}): tables are made from their types"
        )
        return None
    with connected(job.source, "connecting to it") as connection, guarded(job.source, "reading its declarations"):
        run(connection, "SET LOCAL search_path = pg_catalog")
        return blueprint_of(connection, [load.like for load in job.loads if load.like], job)


def _key(load: Load, job: Job, plan: Blueprint | None) -> tuple[str, str]:
    if plan is not None and load.like is not None:
        return load.like.key
    kept = load.table.name.encode()[:63].decode(errors="ignore")  # of a longer name, as PostgreSQL has it
    return (job.where.schemas[0] if job.where.schemas else "public"), kept


def _make(connection: Any, job: Job, plan: Blueprint | None, known: set[tuple[str, str]]) -> None:
    keys = [_key(load, job, plan) for load in job.loads]
    if len({(schema, name.encode()[:63]) for schema, name in keys}) < len(keys):
        raise OutputError(f"{job.where}: two tables' names are the same in their first 63 bytes, which is all that it keeps")
    if old := [path(key, "postgresql") for key in keys if key in known]:
        run(connection, f"DROP TABLE {', '.join(old)}")
    for schema in sorted({schema for schema, _ in keys} - {"public"}):
        run(connection, f"CREATE SCHEMA IF NOT EXISTS {named(schema, 'postgresql')}")
    for statement in plan.before if plan else ():
        _optional(connection, statement, job)
    for load, key in zip(job.loads, keys, strict=True):
        columns = plan.columns[key] if plan and key in plan.columns else declare.columns_of(load.table, "postgresql")
        run(connection, f"CREATE TABLE {path(key, 'postgresql')} ({', '.join(columns)})")


def _optional(connection: Any, statement: str, job: Job) -> None:
    """A statement without which the rest is still of use; what fails is said."""
    error_type = connection.Error
    run(connection, "SAVEPOINT twinset_optional")
    try:
        run(connection, statement)
    except error_type as error:
        run(connection, "ROLLBACK TO SAVEPOINT twinset_optional")
        job.notes.append(f"left out: {' '.join(statement.split())[:120]}: {told(job.where, 'it', error)[:300]}")
    run(connection, "RELEASE SAVEPOINT twinset_optional")


def _load(connection: Any, load: Load, job: Job, plan: Blueprint | None) -> int:
    """The rows of one table: straight into it where COPY takes each column, else by way of a temporary one."""
    key, like = _key(load, job, plan), load.like if plan else None
    left = {one.name for one in like.fields if one.generated is not None} if like else set()
    columns = [one for one in load.table.columns if one.name not in left]
    wider = job.widened(load) if like else {}
    kinds = {one.name: wider.get(one.name) or declared(one, like) for one in columns}
    fillers = _fillers(load, like, job)
    targets = {name: copied(kind) for name, kind in kinds.items()}
    is_direct = all(target is not None for target in targets.values()) and not fillers
    schema = pa.schema([(one.name, targets[one.name] if is_direct else staged(one)) for one in columns])
    counted = _Counting(load.batches(schema.names))
    batches = (turned(batch, columns, schema, kinds) for batch in counted)
    if not columns:
        return 0
    rows = pa.RecordBatchReader.from_batches(schema, batches)
    with connection.cursor() as cursor:
        if is_direct:
            cursor.adbc_ingest(key[1], rows, mode="append", db_schema_name=key[0])
        else:
            cursor.adbc_ingest(_STAGE, rows, mode="create", temporary=True)
    if not is_direct:
        names = listed([*schema.names, *fillers], "postgresql")
        cells = [f"{named(name, 'postgresql')}::{kinds[name]}" for name in schema.names]
        run(
            connection,
            f"INSERT INTO {path(key, 'postgresql')} ({names}) OVERRIDING SYSTEM VALUE "
            f"SELECT {', '.join([*cells, *fillers.values()])} FROM pg_temp.{_STAGE}",
        )
        run(connection, f"DROP TABLE pg_temp.{_STAGE}")
    return counted.n_rows


class _Counting:
    """Batches, and how many rows they had."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches, self.n_rows = batches, 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.n_rows += batch.num_rows
            yield batch


def _fillers(load: Load, like: Relation | None, job: Job) -> dict[str, str]:
    """Columns that are never missing, and of which there are no values: they get an empty one."""
    found = {}
    for one in like.fields if like else ():
        if one.name not in load.table.names and not one.nullable and one.default is None and one.generated is None:
            found[one.name] = f"''::{one.declared}"
            job.notes.append(f"{load.table.name}.{one.name} can't be empty and was not learned: it is '' in every row")
    return found


def _finish(connection: Any, job: Job, plan: Blueprint | None) -> None:
    if plan is not None:
        for statement in plan.after:
            run(connection, statement)
        for statement in plan.optional:
            _optional(connection, statement, job)
        return
    for load in job.loads:
        table = path(_key(load, job, plan), "postgresql")
        parts = declare.primary(load.table, "postgresql")
        parts += [f"UNIQUE ({listed(names, 'postgresql')})" for names in declare.uniques_of(load.table)]
        for part in parts:
            run(connection, f"ALTER TABLE {table} ADD {part}")
    for load in job.loads:
        for key in load.table.foreign_keys:
            other = job.load_of(key.table) if any(one.table.name == key.table for one in job.loads) else None
            if other is None or not job.holds(load, key) or not declare.is_key_of(key, other.table):
                continue
            place = path(_key(other, job, plan), "postgresql")
            table = path(_key(load, job, plan), "postgresql")
            _optional(connection, f"ALTER TABLE {table} ADD {declare.reference(key, place, 'postgresql')}", job)
