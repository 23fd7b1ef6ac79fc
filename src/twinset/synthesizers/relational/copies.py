"""Columns that say again what another table's row has: the same person the same everywhere.

Such as the customer's e-mail in each order, or in a login the telephone number of whoever owns its account. What is looked
at are columns of which nothing is learned anyway (people, texts, identifiers): they are made like any such column, for where
they are missing is learned, and are then filled with what stands in the row that a key leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.constraints import Unique
from twinset.core.keys import Places, at, places, plain
from twinset.core.schema import Column
from twinset.synthesizers.relational.real import AGAIN, KINDS, LOOKED_AT, Real
from twinset.synthesizers.relational.shape import Shape, Tie

_FIRST = 200
_PROTECTED = (types.Personal, types.Text, types.Identifier)


@dataclass(frozen=True, slots=True)
class Copy:
    """``column`` says again what ``source`` says in ``table``: an owner's, however far above, or that of a tie's key."""

    column: str
    tie: int | None
    table: str
    source: str


def find_copies(real: Real, name: str) -> Iterator[Copy]:
    """The copies in a table, beside its mirrors."""
    shape, done = real.shapes[name], {*real.mirrors[name]}
    ways = [*_above(real, name), *((n, tie.key.table, real.places[name, n]) for n, tie in _other(shape))]
    for number, table, spots in ways:
        for column in shape.drawn:
            if column.name in done or not isinstance(column.type, _PROTECTED) or not _may_copy(real, shape, column, number):
                continue
            source = _source(real, name, column, table, spots)
            if source is not None:
                done.add(column.name)
                yield Copy(column.name, number, table, source)


def _above(real: Real, name: str) -> Iterator[tuple[None, str, Places]]:
    """The owner, the owner's owner and so on, each with the place of every row's."""
    spots, here = np.arange(real.rows[name].num_rows), name
    while (tie := real.shapes[here].owner) is not None:
        owners, above = real.owners[here], tie.key.table
        spots = np.where(spots >= 0, owners[np.maximum(spots, 0)] if len(owners) else -1, -1)
        spots = np.where(spots < real.rows[above].num_rows, spots, -1)
        yield None, above, spots
        here = above


def _other(shape: Shape) -> list[tuple[int, Tie]]:
    return [*shape.of("partner"), *shape.of("list")]


def _may_copy(real: Real, shape: Shape, column: Column, number: int | None) -> bool:
    """Whether a column may be filled so: one that keys lead to, or that is unique, only where owners have one row each."""
    name = shape.table.name
    led = {(key.table, one) for other in real.shapes.values() for key in other.table.foreign_keys for one in key.references}
    unique = {one for rule in shape.table.constraints if isinstance(rule, Unique) for one in rule.columns}
    if column.name not in {*shape.table.primary_key, *unique} and (name, column.name) not in led:
        return True
    owners = real.owners[name]
    return number is None and len(owners) > 0 and not real.n_ghosts(name) and len(np.unique(owners)) == len(owners)


def _source(real: Real, name: str, column: Column, table: str, spots: Places) -> str | None:
    """The column there that says the same."""
    own = plain(real.rows[name].column(column.name))
    there = np.flatnonzero((spots >= 0) & np.asarray(own.is_valid()))[:LOOKED_AT]
    own = own.take(pa.array(there))
    for source in real.rows[table].schema:
        theirs = plain(real.rows[table].column(source.name))
        if theirs.type == own.type and not pa.types.is_nested(own.type) and _says_again(own, theirs, spots[there]):
            return str(source.name)
    return None


def _says_again(own: pa.Array, theirs: pa.Array, spots: Places) -> bool:
    """Whether nearly all values are those there, and so many different ones that this is no chance."""
    for n_rows in (_FIRST, len(own)):
        same = pc.fill_null(pc.equal(own.slice(0, n_rows), at(theirs, spots[:n_rows])), False)
        if (pc.mean(same).as_py() or 0.0) < AGAIN:
            return False
    return len(own.unique()) >= KINDS


def from_above(rows: pa.Table, copies: Sequence[Copy], above: Iterable[tuple[str, pa.Table, Places]]) -> pa.Table:
    """The rows with what they say again of their owners: each one's table, its rows, and the place of every row's there."""
    for table, theirs, spots in above:
        wanted = [one for one in copies if one.tie is None and one.table == table]
        rows = _filled(rows, wanted, theirs, np.where(spots < theirs.num_rows, spots, -1))
    return rows


def from_tie(rows: pa.Table, copies: Sequence[Copy], number: int, tie: Tie, theirs: pa.Table) -> pa.Table:
    """The rows with what they say again of the rows that a key leads to."""
    wanted = [one for one in copies if one.tie == number]
    return _filled(rows, wanted, theirs, places(rows, tie.key, theirs)) if wanted else rows


def _filled(rows: pa.Table, copies: Sequence[Copy], theirs: pa.Table, spots: Places) -> pa.Table:
    for one in copies:
        drawn = plain(rows.column(one.column))
        values = at(plain(theirs.column(one.source)), spots).cast(drawn.type)
        values = pc.if_else(pc.and_(drawn.is_valid(), pa.array(spots >= 0)), values, drawn)
        rows = rows.set_column(rows.column_names.index(one.column), one.column, values)
    return rows
