"""MySQL and MariaDB: tables under other names, filled by inserts of many rows, and all renamed in one statement at the end.

These databases take no statement that makes a table back, so what a killed run leaves are tables whose names begin with
``_twinset_``; the next run, which waits until no other holds the lock of this database, drops them first.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Column
from twinset.databases import Address
from twinset.databases.faults import guarded, told
from twinset.databases.mysql import connected, read_catalogue, run
from twinset.databases.quoting import listed, literal, named
from twinset.errors import OutputError
from twinset.export.databases import declare
from twinset.export.databases.cells import texts
from twinset.export.databases.job import Job, Load
from twinset.export.sql import literals

_PREFIX = "_twinset_"
_MODE = "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO"
_BYTES = 1 << 20  # of one statement, about
_PLACE = "SELECT concat_ws('|', @@hostname, @@port, @@datadir, @@socket, database())"
_LINE = re.compile(r"^\s*(?:CONSTRAINT `(?P<name>(?:[^`]|``)+`?)` )?FOREIGN KEY", re.IGNORECASE)


def is_same(where: Address, source: Address) -> bool:
    """Whether two addresses lead to the same database of the same server."""
    found = []
    for one in (where, source):
        with connected(one, "connecting to it") as connection, guarded(one, "reading it"):
            found.append(run(connection, _PLACE)[0][0])
    return bool(found[0] == found[1])


def check(where: Address, overwrite: bool) -> None:
    """OutputError where tables can't be made, or are there."""
    with connected(where, "connecting to it") as connection, guarded(where, "making a table there", OutputError):
        _check(connection, where, overwrite)
        trial = named(f"{_PREFIX}trial", "mysql")
        run(connection, f"DROP TABLE IF EXISTS {trial}")
        run(connection, f"CREATE TABLE {trial} (id INT)")
        run(connection, f"DROP TABLE {trial}")


def _check(connection: Any, where: Address, overwrite: bool) -> list[str]:
    names = [one.name for one in read_catalogue(connection, (where.base,)).relations if not one.name.startswith(_PREFIX)]
    if names and not overwrite:
        shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
        raise OutputError(f"{where} holds {len(names)} tables already ({shown}); give an empty database, or overwrite")
    return names


def write(job: Job) -> dict[str, int]:
    """All tables; how many rows each got."""
    where = job.where
    if job.is_alike and job.source is not None and is_same(where, job.source):
        raise OutputError(f"{where} is the database that is read: its rows are never written over; give another target")
    with connected(where, "connecting to it", autocommit=True) as connection:
        with guarded(where, "looking at it", OutputError):
            _lock(connection, where)
            known = _check(connection, where, job.overwrite)
            run(connection, f"SET SESSION sql_mode = '{_MODE}', SESSION foreign_key_checks = 0")
            _clear(connection, where)
        counts = {}
        try:
            for number, load in enumerate(job.loads):
                with guarded(where, f"loading the table {load.table.name!r}"):
                    _make(connection, load, number, job)
                    counts[load.table.name] = _fill(connection, load, number, job)
            with guarded(where, "adding its keys"):
                _publish(connection, job, known)
        except BaseException:
            _give_up(connection, where)
            raise
    return counts


def _lock(connection: Any, where: Address) -> None:
    """One writer at a time; a killed one's lock goes with its connection."""
    name = literal(f"twinset:{where.base}"[:64], "mysql")
    if str(run(connection, f"SELECT GET_LOCK({name}, 30)")[0][0]) != "1":
        raise OutputError(f"{where} is being written to by another run of Twinset; wait until it has ended")


def _clear(connection: Any, where: Address) -> None:
    """Drop what killed runs left."""
    mine = run(
        connection,
        f"SELECT table_name FROM information_schema.tables WHERE table_schema = {literal(where.base, 'mysql')} "
        f"AND table_name LIKE '{_PREFIX.replace('_', '|_')}%' ESCAPE '|'",
    )
    if mine:
        run(connection, f"DROP TABLE {listed((str(name) for (name,) in mine), 'mysql')}")


def _give_up(connection: Any, where: Address) -> None:
    with contextlib.suppress(connection.Error, OSError):  # else the next run does it
        _clear(connection, where)


def _name(load: Load, job: Job) -> str:
    return load.like.name if job.is_alike and load.like else load.table.name[:64]


def _stage(number: int) -> str:
    return named(f"{_PREFIX}new_{number}", "mysql")


def _make(connection: Any, load: Load, number: int, job: Job) -> None:
    if job.is_alike and load.like:
        body = _body(load.like.ddl)
        for name, kind in job.widened(load).items():
            line = re.compile(
                rf"^(\s*{re.escape(named(name, 'mysql'))}) {re.escape(load.like[name].declared)}", re.MULTILINE
            )
            body = line.sub(rf"\1 {kind}", body, count=1)
        run(connection, f"CREATE TABLE {_stage(number)} {body}")
        return
    parts = declare.columns_of(load.table, "mysql") + declare.primary(load.table, "mysql")
    parts += [f"UNIQUE KEY ({listed(names, 'mysql')})" for names in declare.uniques_of(load.table)]
    run(connection, f"CREATE TABLE {_stage(number)} ({', '.join(parts)}) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin")


def _body(ddl: str) -> str:
    """What stands after the name in SHOW CREATE TABLE, without foreign keys and the next automatic number."""
    lines = ddl[ddl.index("(\n") :].split("\n")
    kept = [line for line in lines if not _LINE.match(line)]
    end = next(place for place in range(len(kept) - 1, -1, -1) if kept[place].startswith(")"))
    kept[end - 1] = kept[end - 1].removesuffix(",")
    kept[end] = re.sub(r"\sAUTO_INCREMENT=\d+", "", kept[end])
    return "\n".join(kept)


def _links(ddl: str) -> list[tuple[str, str]]:
    """The foreign keys of a declaration: each one's name, and its clause."""
    found = []
    for line in ddl.split("\n"):
        if _LINE.match(line):
            clause = line.strip().removesuffix(",")
            name = re.match(r"CONSTRAINT `((?:[^`]|``)+)`", clause)
            found.append((name[1].replace("``", "`") if name else "", clause))
    return found


def _fill(connection: Any, load: Load, number: int, job: Job) -> int:
    left = {one.name for one in load.like.fields if one.generated is not None} if job.is_alike and load.like else set()
    columns = [one for one in load.table.columns if one.name not in left]
    fillers = _fillers(load, job)
    names = listed([*(one.name for one in columns), *fillers], "mysql")
    begin = f"INSERT INTO {_stage(number)} ({names}) VALUES "
    n_rows = 0
    run(connection, "START TRANSACTION")
    for batch in load.batches([one.name for one in columns]):
        for rows in _statements(batch, columns, "".join(f", {filler}" for filler in fillers.values())):
            run(connection, begin + rows)
        n_rows += batch.num_rows
    run(connection, "COMMIT")
    return n_rows


def _fillers(load: Load, job: Job) -> dict[str, str]:
    """Columns that are never missing, and of which there are no values: they get an empty one."""
    found = {}
    for one in load.like.fields if job.is_alike and load.like else ():
        is_fed = one.nullable or one.default is not None or one.generated is not None
        if one.name not in load.table.names and not is_fed:
            found[one.name] = "''"
            job.notes.append(f"{load.table.name}.{one.name} can't be empty and was not learned: it is '' in every row")
    return found


def _statements(batch: pa.RecordBatch, columns: list[Column], more: str) -> Iterator[str]:
    """Rows in brackets with commas between them, about so many bytes at a time."""
    cells = [_literals(batch.column(one.name), one) for one in columns]
    if not cells:
        return
    inside = pc.binary_join_element_wise(*cells, ", ", null_handling="replace", null_replacement="NULL")
    rows = pc.binary_join_element_wise("(", inside, f"{more})", "")
    size = max(1, int(len(rows) * _BYTES / max(rows.nbytes, 1)))
    for start in range(0, len(rows), size):
        yield ", ".join(rows.slice(start, size).to_pylist())


def _literals(array: pa.Array, column: Column) -> pa.Array:
    if pa.types.is_timestamp(array.type) and array.type.tz:
        array = array.cast(pa.timestamp(array.type.unit, "UTC")).cast(pa.timestamp(array.type.unit))
    if pa.types.is_boolean(array.type):
        return array.cast(pa.int8()).cast(pa.string())
    if pa.types.is_duration(array.type):
        return literals(texts(array, column.type), column.type)
    return literals(array, column.type)


def _publish(connection: Any, job: Job, known: list[str]) -> None:
    """Keys between the new tables, and then all of them in the place of the old ones at once."""
    places = {load.table.name: _stage(number) for number, load in enumerate(job.loads)}
    taken = _taken(connection, job.where)
    run(connection, "SET SESSION foreign_key_checks = 1")
    for load in job.loads:
        for clause in _clauses(load, job, places, taken):
            try:
                run(connection, f"ALTER TABLE {places[load.table.name]} ADD {clause}")
            except connection.IntegrityError:
                raise
            except (connection.OperationalError, connection.ProgrammingError) as error:
                job.notes.append(f"left out of {load.table.name}: {clause}: {told(job.where, 'it', error)[:300]}")
    run(connection, "SET SESSION foreign_key_checks = 0")
    moves, old = [], []
    for number, load in enumerate(job.loads):
        name = named(_name(load, job), "mysql")
        if _name(load, job) in known:
            old.append(named(f"{_PREFIX}old_{number}", "mysql"))
            moves.append(f"{name} TO {old[-1]}")
        moves.append(f"{_stage(number)} TO {name}")
    run(connection, f"RENAME TABLE {', '.join(moves)}")
    if old:
        run(connection, f"DROP TABLE {', '.join(old)}")


def _taken(connection: Any, where: Address) -> set[str]:
    """The names of foreign keys that are there, as a database has each name once."""
    query = "SELECT constraint_name FROM information_schema.referential_constraints WHERE constraint_schema = "
    return {str(name) for (name,) in run(connection, query + literal(where.base, "mysql"))}


def _clauses(load: Load, job: Job, places: dict[str, str], taken: set[str]) -> Iterator[str]:
    if not (job.is_alike and load.like and job.catalogue):
        for key in load.table.foreign_keys:
            if key.table in places and job.holds(load, key) and declare.is_key_of(key, job.load_of(key.table).table):
                yield declare.reference(key, places[key.table], "mysql")
        return
    written = dict(_links(load.like.ddl))
    for link in load.like.links:
        if not job.link_holds(load, link) or link.name not in written:
            continue
        other = places[job.catalogue.labels[link.table]]
        clause = written[link.name]
        if link.name in taken:
            clause = clause[clause.upper().index("FOREIGN KEY") :]
        start, rest = clause.split(" REFERENCES ", 1)
        yield f"{start} REFERENCES {other} {rest[rest.index('(') :]}"
