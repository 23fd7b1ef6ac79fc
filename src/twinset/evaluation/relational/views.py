"""One table of linked ones as a table by itself, and the same with what its rows' relatives say.

By itself a table loses the keys that only count rows (they are compared as keys) and gains a column that says whose each row
is. Joined, each row has beside its own columns those of the rows that it points to, its siblings' and its children's counts,
means and spreads. Only who belongs to whom is summed up: how many rows point to a shared list depends on how many subjects
there are, which differs between a twin and a holdout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.align import align
from twinset.evaluation.arrays import Floats, Rows, divided
from twinset.evaluation.encode import Array, Encoded, EncodedColumn, Kind, encoded
from twinset.evaluation.encode import Side as Name
from twinset.evaluation.relational.sides import Family, Link, Side, groups
from twinset.evaluation.result import Note

WHOSE = "\N{LEFT-TO-RIGHT MARK}whose"
"""The column that says whose a row is; no table of anybody's has one of this name."""
MOST_SUMMED = 8
"""Numbers, and labels, of a table that are summed up over siblings or children, at most."""
MOST_ROWS = 20_000
_TIMES = (types.Date, types.DateTime, types.Time)
_FIRST = {"train": 0, "synthetic": 1 << 40, "holdout": 2 << 40}


def alone(family: Family, table: str) -> tuple[Comparison, tuple[Note, ...]]:
    """A table by itself, in one schema, without a holdout where the holdout holds the same rows; DataError as ``align``."""
    return family.cached(f"alone {table}", lambda: _alone(family, table))


def _alone(family: Family, table: str) -> tuple[Comparison, tuple[Note, ...]]:
    left_out = counting_keys(family, table)
    sides = [_by_itself(family.side(name), name, table, left_out) for name in family.sides]
    aligned = align(sides[0], sides[1], sides[2] if len(sides) > 2 and table not in family.shared else None)
    notes = tuple(Note("a key: compared as a key and not by value", name) for name in sorted(left_out))
    return Comparison(aligned.train, aligned.synthetic, aligned.holdout), notes + aligned.notes


def counting_keys(family: Family, table: str) -> set[str]:
    """Columns of keys that say nothing by themselves: neither a time nor what a shared list calls its rows."""
    own = family.schema[table]
    found = {name for key in own.foreign_keys for name in key.columns if _counts(family, table, name)}
    if len(own.primary_key) == 1 and _counts(family, table, own.primary_key[0]):
        found |= set(own.primary_key)
    return found


def _counts(family: Family, table: str, name: str) -> bool:
    """Whether a key column only tells rows apart; columns of protected types stay, as they are looked for in the twin."""
    own = family.schema[table]
    if isinstance(own[name].type, (*_TIMES, types.Personal, types.Text)):
        return False
    ends = [family.schema[key.table] for key in own.foreign_keys if name in key.columns]
    return not any(end.is_reference for end in ends) if ends else not own.is_reference


def _by_itself(side: Side, name: Name, table: str, left_out: set[str]) -> Tables:
    own, rows = side.data.schema[table], side.data.tables[table]
    kept = tuple(column for column in own.columns if column.name not in left_out)
    whose = pa.array(side.roots[table] + _FIRST[name])
    columns = (*kept, Column(WHOSE, types.Identifier(), pa.int64()))
    view = rows.select([column.name for column in kept]).append_column(WHOSE, whose)
    return Tables(Schema((Table(table, columns, entity=(WHOSE,)),)), {table: view}, side.data.role)


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of a joined view; ``values`` by side. ``of``: the column that it was made of, None for counts."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    values: dict[Name, Array]
    of: str | None = None


def joined(family: Family, table: str, seed: Seed) -> tuple[Comparison, tuple[Feature, ...]]:
    """A table with what its relatives say, of a draw of rows; and which of its columns come from where."""
    return family.cached(f"joined {table}", lambda: _joined(family, table, seed.child("joined", table)))


def _joined(family: Family, table: str, seed: Seed) -> tuple[Comparison, tuple[Feature, ...]]:
    own, _ = alone(family, table)
    sides = [name for name in family.sides if name != "holdout" or own.holdout is not None]
    drawn = {name: _draw(family.side(name).n(table), seed.child(name)) for name in sides}
    found = [
        Feature(c.name, c.kind, c.labels, {s: c.side(s)[drawn[s]] for s in sides}, c.name) for c in encoded(own).columns
    ]
    found += _of_parents(family, table, drawn)
    if (link := family.owner(table)) is not None:
        at = {side: groups(family.side(side), link)[drawn[side]] for side in sides}
        found += summed(family, link, at, f"siblings by {link.columns}")
    for link in family.owned(table):
        found += summed(family, link, drawn, f"{link.table} per {table}")
    return compared(family, table, drawn, found), tuple(found)


def compared(family: Family, table: str, drawn: dict[Name, Rows], found: list[Feature]) -> Comparison:
    """The comparison of such columns, rows by whose they are."""
    columns = tuple(
        EncodedColumn(each.name, each.kind, each.labels, each.values["train"], each.values["synthetic"],
                      each.values.get("holdout"))
        for each in found
    )  # fmt: skip
    cache: dict[str, object] = {"encoded": Encoded(columns, ())}
    sides: dict[Name, Tables] = {}
    for name, rows in drawn.items():
        whose = family.side(name).roots[table][rows]
        cache[f"entities {name}"] = np.unique(whose, return_inverse=True)[1]
        schema = Schema((Table(table, (Column(WHOSE, types.Identifier(), pa.int64()),), entity=(WHOSE,)),))
        sides[name] = Tables(schema, {table: pa.table({WHOSE: whose})}, name)
    return Comparison(sides["train"], sides["synthetic"], sides.get("holdout"), cache=cache)


def _draw(n_rows: int, seed: Seed) -> Rows:
    return seed.generator().permutation(n_rows)[:MOST_ROWS]


def _of_parents(family: Family, table: str, drawn: dict[Name, Rows]) -> Iterator[Feature]:
    """The columns of each row that a row points to, and of that row's owners."""
    for link in (link for link in family.links if link.table == table):
        at = {side: family.side(side).places[link][rows] for side, rows in drawn.items()}
        parent, path = link.key.table, link.columns
        while True:
            yield from _gathered(family, parent, at, path)
            up = family.owner(parent)
            if up is None or up.key.table in (parent, table):
                break
            at = {side: _beyond(family.side(side).places[up], spots) for side, spots in at.items()}
            parent, path = up.key.table, f"{path} → {up.columns}"


def _beyond(places: Rows, spots: Rows) -> Rows:
    return np.where(spots >= 0, places[np.maximum(spots, 0)], -1) if len(places) else np.full(len(spots), -1)


def _gathered(family: Family, parent: str, at: dict[Name, Rows], path: str) -> Iterator[Feature]:
    if min(family.side(side).n(parent) for side in family.sides) == 0:
        return
    comparison, _ = alone(family, parent)
    keys = {name for key in family.schema[parent].foreign_keys for name in key.columns} | {
        *family.schema[parent].primary_key
    }
    for column in encoded(comparison).columns:
        if column.name in keys:
            continue
        values = {side: _taken(_of_side(column, comparison, side), spots) for side, spots in at.items()}
        yield Feature(f"{path} → {parent}.{column.name}", column.kind, column.labels, values, column.name)


def _of_side(column: EncodedColumn, comparison: Comparison, side: Name) -> Array:
    """A side's values; a table that the holdout shares with train has train's, row by row only where they lie the same."""
    return column.side("train" if side == "holdout" and comparison.holdout is None else side)


def _taken(values: Array, spots: Rows) -> Array:
    """Values at some places; missing where there is no place."""
    nothing = -1 if values.dtype.kind == "i" else np.nan
    if not len(values):
        return np.full(len(spots), nothing, values.dtype)
    return np.where(spots >= 0, values[np.maximum(spots, 0)], np.asarray(nothing, values.dtype))


def summed(family: Family, link: Link, at: dict[Name, Rows], words: str) -> Iterator[Feature]:
    """How many rows a link's groups have, and the means and spreads of their columns."""
    comparison, _ = alone(family, link.table)
    whose = {side: groups(family.side(side), link) for side in at}
    n = {side: 1 + max(int(each.max(initial=-1)), int(at[side].max(initial=-1))) for side, each in whose.items()}
    sizes = {side: np.bincount(each, minlength=n[side]) for side, each in whose.items()}
    yield Feature(f"{words}: count", "number", (), {side: sizes[side][at[side]].astype(np.float64) for side in at})
    columns = encoded(comparison).columns
    for column in [one for one in columns if one.kind != "label"][:MOST_SUMMED]:
        known = {side: moments(_of_side(column, comparison, side), whose[side], n[side]) for side in at}
        for place, what in enumerate(("mean", "spread")):
            values: dict[Name, Array] = {side: known[side][place][at[side]] for side in at}
            yield Feature(f"{words}: {what} of {column.name}", "number", (), values, column.name)
    for column in [one for one in columns if one.kind == "label"][:MOST_SUMMED]:
        alike = {side: commonest(_of_side(column, comparison, side), whose[side], n[side]) for side in at}
        values = {side: divided(alike[side], sizes[side])[at[side]] for side in at}
        yield Feature(f"{words}: share of the commonest {column.name}", "number", (), values, column.name)


def moments(values: Array, whose: Rows, n: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the known values of each group; NaN where there is none."""
    known = np.isfinite(values)
    middle = float(values[known].mean()) if known.any() else 0.0
    kept = np.where(known, values - middle, 0.0)
    count = np.bincount(whose, weights=known, minlength=n)
    mean = divided(np.bincount(whose, weights=kept, minlength=n), count)
    square = divided(np.bincount(whose, weights=kept**2, minlength=n), count)
    return mean + middle, np.sqrt(np.maximum(square - mean**2, 0.0))


def commonest(codes: Array, whose: Rows, n: int) -> Floats:
    """How many rows of each group have its commonest label."""
    width = int(codes.max(initial=0)) + 2
    pairs, times = np.unique(whose * width + codes + 1, return_counts=True)
    result = np.zeros(n)
    np.maximum.at(result, pairs // width, np.where(pairs % width > 0, times, 0))
    return result
