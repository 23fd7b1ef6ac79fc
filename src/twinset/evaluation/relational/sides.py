"""The sides of a comparison of linked tables: rows, where their keys lead, and whose they are.

Train's schema says what the keys are and who owns what; it holds for all sides. What is measured on them is not known here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.keys import Places, places
from twinset.core.schema import ForeignKey, Schema, Table
from twinset.errors import DataError
from twinset.evaluation.arrays import Rows
from twinset.evaluation.encode import Side as Name
from twinset.evaluation.result import Note
from twinset.privacy import kinship

T = TypeVar("T")
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Link:
    """One key of one table; ``label`` names both ends in words."""

    table: str
    key: ForeignKey

    @property
    def label(self) -> str:
        """ "flights.tailnum → planes"."""
        return f"{self.table}.{self.columns} → {self.key.table}"

    @property
    def columns(self) -> str:
        names = self.key.columns
        return names[0] if len(names) == 1 else f"({', '.join(names)})"


@dataclass(frozen=True, slots=True)
class Side:
    """One side; ``roots`` number the subjects of each root table through all tables that are theirs."""

    data: Tables
    places: Mapping[Link, Places]
    roots: Mapping[str, Rows]

    def n(self, table: str) -> int:
        return self.data.count(table)


@dataclass(frozen=True)
class Family:
    """Linked tables on two or three sides. ``standing``: references whose rows in use are mostly the real ones: lists are
    nobody's, and what stands in them is not asked whether it leaked.

    ``shared``: tables whose rows are the same in train and in the holdout, so that nothing of them is unseen.
    """

    schema: Schema
    train: Side
    synthetic: Side
    holdout: Side | None
    standing: frozenset[str]
    shared: frozenset[str]
    notes: tuple[Note, ...] = ()
    cache: dict[str, object] = field(default_factory=dict)

    @property
    def links(self) -> tuple[Link, ...]:
        """All keys, table by table."""
        return tuple(self.train.places)

    def side(self, name: Name) -> Side:
        side: Side | None = getattr(self, name)
        if side is None:
            raise LookupError("this comparison has no holdout")
        return side

    @property
    def sides(self) -> tuple[Name, ...]:
        return ("train", "synthetic") if self.holdout is None else ("train", "synthetic", "holdout")

    def root(self, table: str) -> str:
        return kinship.root_of(self.schema, table)

    def owned(self, table: str) -> tuple[Link, ...]:
        """The keys of other tables that make their rows belong to this table's."""
        return tuple(link for link in self.links if link.key.owns and link.key.table == table and link.table != table)

    def owner(self, table: str) -> Link | None:
        return next((link for link in self.links if link.table == table and link.key.owns), None)

    def has_rows(self, *tables: str) -> bool:
        """Whether every side has rows of all these tables."""
        return min(self.side(side).n(table) for side in self.sides for table in tables) > 0

    def made(self) -> list[Table]:
        """The tables of which the twin has rows of its own."""
        return [table for table in self.schema if table.name not in self.standing]

    def cached(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once."""
        if key not in self.cache:
            self.cache[key] = make()
        return cast(T, self.cache[key])


def family(train: Dataset, synthetic: Dataset, holdout: Dataset | None = None) -> Family:
    """The sides of a comparison; DataError where a table or a key's column is missing on one of them."""
    schema = kinship.settled(train)
    notes: list[Note] = []
    real = _held(train, schema, "train", train, notes)
    twin = _held(synthetic, schema, "synthetic", train, notes)
    standing = {table.name for table in schema if table.is_reference and _stands(real, twin, table.name)}
    shared: set[str] = set()
    unseen = None
    if holdout is not None:
        held = _held(holdout, schema, "holdout", train, notes)
        shared = {table.name for table in schema if _is_same(real, held, table.name)}
        unseen = _side(_with(held, {name: real.tables[name] for name in shared}))
    return Family(schema, _side(real), _side(twin), unseen, frozenset(standing), frozenset(shared), tuple(notes))


def _stands(real: Tables, twin: Tables, name: str) -> bool:
    """Whether most rows of a reference to which the twin's keys lead are real ones, whatever stands in the rest of it."""
    rows, own = real.tables[name], twin.tables[name].select(real.tables[name].column_names)
    used = np.zeros(own.num_rows, dtype=np.bool_)
    for table in twin.schema:
        for key in table.foreign_keys:
            if key.table == name:
                spots = places(twin.tables[table.name], key, own)
                used[spots[spots >= 0]] = True
    own_key = real.schema[name].primary_key
    if not own_key or not used.any():
        return _is_same(real, twin, name)
    is_real = places(own, ForeignKey(own_key, name, own_key), rows) >= 0
    return bool(is_real[used].mean() >= _MOSTLY)


def _with(data: Tables, rows: Mapping[str, pa.Table]) -> Tables:
    """The same with other rows in some tables, as they lie there."""
    tables = tuple(
        table.with_columns(
            tuple(dataclasses.replace(one, storage=rows[table.name].schema.field(one.name).type) for one in table.columns)
        )
        if table.name in rows
        else table
        for table in data.schema
    )
    return dataclasses.replace(data, schema=Schema(tables), tables={**data.tables, **rows})


def _held(data: Dataset, schema: Schema, role: Name, train: Dataset, notes: list[Note]) -> Tables:
    """A side's tables under train's keys; a reference that it lacks is taken from train, and that is told."""
    there = {table.name for table in data.schema}
    tables, rows = [], {}
    for table in schema:
        if table.name not in there and not table.is_reference:
            raise DataError(f"the {role} data has no table {table.name!r}; it has: {', '.join(sorted(there)) or 'none'}")
        if table.name not in there:
            notes.append(Note(f"the {role} data has no table {table.name!r}: the real one stands in, as it is a reference"))
        source = data if table.name in there else train
        tables.append(_as_there(table, source.schema[table.name], role))
        rows[table.name] = whole(source, table.name, tables[-1].names)
    return Tables(Schema(tuple(tables)), rows, role)


def _as_there(table: Table, other: Table, role: Name) -> Table:
    """The table with the columns that a side has, as it stores them."""
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.reads)}
    keys |= {*table.entity}
    if missing := sorted(keys - set(other.names)):
        raise DataError(f"table {table.name!r} of the {role} data lacks columns of its keys: {', '.join(missing)}")
    columns = tuple(
        dataclasses.replace(column, storage=other[column.name].storage)
        for column in table.columns
        if column.name in other.names
    )
    known = {column.name for column in columns}
    constraints = tuple(one for one in table.constraints if known.issuperset(one.columns))
    keys_of = (table.primary_key, table.foreign_keys, table.entity)
    return Table(table.name, columns, *keys_of, constraints, is_reference=table.is_reference)


def _side(data: Tables) -> Side:
    places = {
        Link(table.name, key): found for table in data.schema for key, found in kinship.links(data, table.name).items()
    }
    return Side(data, places, kinship.roots(data))


def _is_same(one: Tables, other: Tables, table: str) -> bool:
    """Whether both sides hold the same rows of a table, in any order."""
    mine, theirs = one.tables[table], other.tables[table]
    if mine.num_rows != theirs.num_rows or mine.column_names != theirs.column_names:
        return False
    return bool(mine.equals(theirs)) or _sorted(mine) == _sorted(theirs)


def _sorted(rows: pa.Table) -> pa.Table | None:
    """The rows in one order; None, which equals nothing, where they can't be ordered."""
    try:
        return rows.sort_by([(name, "ascending") for name in rows.column_names]).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return None


def groups(side: Side, link: Link) -> Rows:
    """A number for each row of a link's table: the same for rows with the same parent; orphans of one key are together."""
    places = side.places[link]
    alone = side.n(link.key.table) + side.roots[link.table]
    return np.where(places >= 0, places, alone)
