"""SQLite, with Python's own driver. A column holds what its rows say, not its declaration: they are looked at first.

Whole numbers stay whole, numbers of both kinds become reals, texts beside numbers make all of them text (which is said).
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.dataset import Repair
from twinset.databases.address import Address
from twinset.databases.catalogue import Catalogue, Field, Link, Relation
from twinset.databases.clauses import checks_of, generated_of
from twinset.databases.faults import guarded
from twinset.databases.open import Rows
from twinset.databases.quoting import literal, named
from twinset.errors import DataError

_BATCH = 1 << 15
_GENERATED = (2, 3)  # what table_xinfo says of virtual and of stored columns


@contextmanager
def opened(where: Address) -> Iterator[_Sqlite]:
    """The file, read-only, in one read transaction."""
    if where.path is None or not where.path.is_file():
        raise DataError(f"there is no file {str(where.path)!r}")
    with guarded(where, "opening it"):
        base = sqlite3.connect(f"file:{quote(str(where.path))}?mode=ro", uri=True, isolation_level=None)
    with contextlib.closing(base):
        base.text_factory = bytes
        with guarded(where, "reading it"):
            base.execute("BEGIN")
            base.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot begins with the first read
        yield _Sqlite(where, base)


class _Sqlite:
    def __init__(self, where: Address, base: sqlite3.Connection) -> None:
        self._where, self._base = where, base

    def _all(self, query: str) -> list[tuple[object, ...]]:
        rows = self._base.execute(query).fetchall()
        return [tuple(cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell for cell in row) for row in rows]

    @cached_property
    def catalogue(self) -> Catalogue:
        with guarded(self._where, "reading its tables"):
            found = self._all(
                "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
            )
            shadows = {
                str(one[0]) for one in self._all("SELECT name FROM pragma_table_list WHERE type IN ('shadow', 'virtual')")
            }
            tables = [
                self._relation(str(name), str(sql)) for kind, name, sql in found if kind == "table" and name not in shadows
            ]
        left = [
            f"the {'view' if kind == 'view' else 'virtual table'} {name!r}"
            for kind, name, _ in found
            if kind == "view" or name in shadows
        ]
        return Catalogue(tuple(_completed(one, tables) for one in tables), left_out=tuple(left))

    def _relation(self, name: str, ddl: str) -> Relation:
        table = literal(name, "sqlite")
        columns = self._all(f'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo({table})')
        keyed = sorted((int(str(pk)), str(column)) for column, _, _, _, pk, _ in columns if pk)
        fields = tuple(
            Field(
                str(column),
                str(kind),
                not is_set,
                None if default is None else str(default),
                generated_of(ddl, str(column)) if hidden in _GENERATED else None,
            )
            for column, kind, is_set, default, _, hidden in columns
            if hidden != 1
        )
        return Relation(
            "",
            name,
            fields,
            tuple(column for _, column in keyed),
            self._links(table),
            self._uniques(table),
            tuple(checks_of(ddl)),
            ddl=ddl,
        )

    def _links(self, table: str) -> tuple[Link, ...]:
        found: dict[object, list[tuple[str, str, str]]] = {}
        query = (
            f'SELECT id, "table", "from", coalesce("to", \'\') FROM pragma_foreign_key_list({table}) ORDER BY id DESC, seq'
        )
        for number, other, own, theirs in self._all(query):
            found.setdefault(number, []).append((str(other), str(own), str(theirs)))
        return tuple(
            Link(tuple(p[1] for p in parts), ("", parts[0][0]), tuple(p[2] for p in parts)) for parts in found.values()
        )

    def _uniques(self, table: str) -> tuple[tuple[str, ...], ...]:
        indexes = self._all(
            f"SELECT name FROM pragma_index_list({table}) WHERE [unique] AND origin <> 'pk' AND NOT partial ORDER BY -seq"
        )
        found = []
        for (name,) in indexes:
            columns = self._all(f"SELECT name FROM pragma_index_info({literal(str(name), 'sqlite')}) ORDER BY seqno")
            if all(column is not None for (column,) in columns):
                found.append(tuple(str(column) for (column,) in columns))
        return tuple(found)

    def rows(self, relation: Relation) -> Rows:
        with guarded(self._where, f"reading the table {relation.name!r}"):
            kinds, repairs = self._kinds(relation)
        schema = pa.schema(list(zip(relation.names, kinds, strict=True)))
        return Rows(pa.RecordBatchReader.from_batches(schema, self._batches(relation, schema)), list(repairs))

    def _kinds(self, relation: Relation) -> tuple[list[pa.DataType], tuple[Repair, ...]]:
        """The storage of each column, from the kinds of cells that it holds."""
        words = ("integer", "real", "text", "blob")
        sums = ", ".join(f"total(typeof({named(name, 'sqlite')}) = '{word}')" for name in relation.names for word in words)
        counts = self._all(f"SELECT {sums} FROM {named(relation.name, 'sqlite')}")[0]
        kinds, repairs = [], []
        for place, one in enumerate(relation.fields):
            n_whole, n_real, n_text, n_blob = (int(float(str(count))) for count in counts[4 * place : 4 * place + 4])
            kinds.append(_storage(one.declared, n_whole, n_real, n_text, n_blob))
            if n_text and (n_whole or n_real) and not n_blob:
                repairs.append(Repair("numbers among texts, read as text", one.name, n_whole + n_real))
        return kinds, tuple(repairs)

    def _batches(self, relation: Relation, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        columns = ", ".join(
            f"CAST({named(field.name, 'sqlite')} AS TEXT)" if field.type == pa.string() else named(field.name, "sqlite")
            for field in schema
        )
        with guarded(self._where, f"reading the table {relation.name!r}"):
            cursor = self._base.execute(f"SELECT {columns} FROM {named(relation.name, 'sqlite')} NOT INDEXED")
            while rows := cursor.fetchmany(_BATCH):
                cells = zip(*rows, strict=True)
                arrays = [_array(list(own), field.type) for own, field in zip(cells, schema, strict=True)]
                yield pa.record_batch(arrays, schema=schema)


def _array(cells: list[object], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        try:
            return pa.array(cells, pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:  # bytes that are no UTF-8
            return pa.array([cell.decode("utf-8", "replace") if isinstance(cell, bytes) else None for cell in cells], kind)
    if pa.types.is_boolean(kind):
        return pc.not_equal(pa.array(cells, pa.int64()), 0)
    if pa.types.is_binary(kind):
        return pa.array([cell if cell is None or isinstance(cell, bytes) else str(cell).encode() for cell in cells], kind)
    return pa.array(cells, kind)


def _storage(declared: str, n_whole: int, n_real: int, n_text: int, n_blob: int) -> pa.DataType:
    if n_blob:
        return pa.binary()
    if n_text:
        return pa.string()
    if n_real:
        return pa.float64()
    if n_whole:
        return pa.bool_() if declared.upper().startswith("BOOL") else pa.int64()
    said = declared.upper()
    return (
        pa.int64()
        if "INT" in said
        else pa.string()
        if re.search("CHAR|TEXT|CLOB|DATE|TIME", said)
        else pa.float64()
        if re.search("REAL|FLOA|DOUB|NUM|DEC", said)
        else pa.string()
    )


def _completed(relation: Relation, tables: list[Relation]) -> Relation:
    """Keys that name no columns point to the other table's primary key; names are the same in any case of letters."""
    links = []
    for link in relation.links:
        other = next((one for one in tables if one.name.casefold() == link.table[1].casefold()), None)
        if other is None:
            continue
        theirs = link.references if all(link.references) else other.primary_key
        if len(theirs) == len(link.columns):
            links.append(Link(_cased(link.columns, relation), other.key, _cased(theirs, other)))
    return dataclasses.replace(relation, links=tuple(links))


def _cased(names: tuple[str, ...], relation: Relation) -> tuple[str, ...]:
    known = {name.casefold(): name for name in relation.names}
    return tuple(known.get(name.casefold(), name) for name in names)
