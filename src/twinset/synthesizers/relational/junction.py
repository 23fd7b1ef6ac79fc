"""Tables whose primary key is nothing but keys to others, such as a student and a course: how many rows they can have, and
combinations for rows that have another row's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.keys import Places, at, numbered, places, plain
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.shape import Shape, Tie

_ROUNDS, _AT_ONCE = 40, 4_000_000
"""Rounds in which free combinations are guessed; combinations that are looked through at once when guessing ends."""


@dataclass(frozen=True, slots=True)
class Junction:
    """The ties that the primary key is made of: to the ``owner``, if there is one, and to ``others``."""

    owner: Tie | None
    others: tuple[Tie, ...]

    def most_each(self, n_rows: Mapping[str, int]) -> int:
        """How many different rows one owner can have, where the other tables have so many rows."""
        return math.prod(n_rows[tie.key.table] for tie in self.others)

    def most(self, n_rows: Mapping[str, int]) -> int:
        """How many different rows there can be."""
        return self.most_each(n_rows) * (1 if self.owner is None else n_rows[self.owner.key.table])

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it joins."""
        owner = () if self.owner is None else (self.owner.key.table,)
        return (*owner, *(tie.key.table for tie in self.others))

    def repaired(self, rows: pa.Table, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> pa.Table | None:
        """The rows with other partners, none of their owner's, for those that have another row's key.

        None where an owner has more rows than there are partners.
        """
        own = () if self.owner is None else self.owner.key.columns
        left = numbered([plain(rows.column(name)) for name in own]) if own else np.zeros(rows.num_rows, np.int64)
        parents = [tables[tie.key.table] for tie in self.others]
        n_all = math.prod(parent.num_rows for parent in parents)
        right = self._right(rows, parents, n_all)
        if (found := _different(left, right, n_all, rng)) is None:
            return None
        moved, codes = np.flatnonzero(found != right), found
        for tie, parent in zip(self.others, parents, strict=True):
            codes, spots = np.divmod(codes, parent.num_rows)
            for name, theirs in zip(tie.key.columns, tie.key.references, strict=True):
                values = plain(rows.column(name))
                new = at(plain(parent.column(theirs)), spots[moved]).cast(values.type)
                picks = np.arange(len(values))
                picks[moved] = len(values) + np.arange(len(moved))
                both = pa.concat_arrays([values, new]).take(pa.array(picks))
                rows = rows.set_column(rows.column_names.index(name), name, both)
        return rows

    def _right(self, rows: pa.Table, parents: list[pa.Table], n_all: int) -> Numbers:
        """Which combination of the other tables' rows each has; from ``n_all`` on those that are not there."""
        codes, factor, lost = np.zeros(rows.num_rows, dtype=np.int64), 1, np.zeros(rows.num_rows, dtype=np.bool_)
        for tie, parent in zip(self.others, parents, strict=True):
            spots = places(rows, tie.key, parent)
            codes, factor, lost = codes + spots * factor, factor * parent.num_rows, lost | (spots < 0)
        names = [name for tie in self.others for name in tie.key.columns]
        return np.where(lost, n_all + numbered([plain(rows.column(name)) for name in names]), codes)


def junction_of(shape: Shape) -> Junction | None:
    """The ties of a table's primary key, where it is made of whole keys to other rows and nothing else."""
    key = set(shape.table.primary_key)
    ties = [tie for tie in shape.ties if set(tie.fills) & key]
    is_whole = all(set(tie.fills) == set(tie.key.columns) <= key and tie.key.when is None for tie in ties)
    others = tuple(tie for tie in ties if tie.kind != "owner")
    if not is_whole or not others or {name for tie in ties for name in tie.fills} != key:
        return None
    return Junction(next((tie for tie in ties if tie.kind == "owner"), None), others)


def within(counts: Numbers, most: int, rng: np.random.Generator) -> Numbers:
    """The counts, what is above ``most`` dealt to others, who have rows already as far as these will do."""
    over, counts = int(np.maximum(counts - most, 0).sum()), np.minimum(counts, most)
    while over:
        free = np.flatnonzero((counts < most) & (counts > 0))
        free = rng.permutation(free if len(free) else np.flatnonzero(counts < most))
        if not len(free):
            break
        each = max(1, over // len(free))
        free = free[:over]
        more = np.minimum(most - counts[free], each)
        counts[free] += more
        over -= int(more.sum())
    return counts


def _different(left: Numbers, right: Numbers, n_right: int, rng: np.random.Generator) -> Numbers | None:
    """The right sides, others of the ``n_right`` where a pair comes twice; None where there are too few."""
    right, width = right.copy(), max(n_right, int(right.max(initial=0)) + 1)
    _, first = np.unique(left * width + right, return_index=True)
    taken = (left * width + right)[first]
    rest = np.setdiff1d(np.arange(len(left)), first)
    for _ in range(_ROUNDS if n_right else 0):
        if not len(rest):
            return right
        guess = rng.integers(0, n_right, len(rest))
        pairs = left[rest] * width + guess
        is_free = ~np.isin(pairs, taken)
        _, new = np.unique(pairs, return_index=True)
        is_free &= np.isin(np.arange(len(rest)), new)
        right[rest[is_free]] = guess[is_free]
        taken, rest = np.concatenate([taken, pairs[is_free]]), rest[~is_free]
    for some in _by_left(left, rest, n_right):
        if not _fill(left, right, some, n_right, rng):
            return None
    return right


def _by_left(left: Numbers, rest: Places, n_right: int) -> Iterator[Places]:
    """The rows by whose they are, as many at once as there is room for all their combinations."""
    owners, of = np.unique(left[rest], return_inverse=True)
    step = max(1, _AT_ONCE // max(n_right, 1))
    for start in range(0, len(owners), step):
        yield rest[(of >= start) & (of < start + step)]


def _fill(left: Numbers, right: Numbers, rest: Places, n_right: int, rng: np.random.Generator) -> bool:
    """Give some rows of a few owners combinations that these lack; whether there are enough."""
    owners, of = np.unique(left[rest], return_inverse=True)
    is_free = np.ones((len(owners), n_right), dtype=np.bool_)
    others = np.setdiff1d(np.flatnonzero(np.isin(left, owners) & (right < n_right)), rest)
    is_free[np.searchsorted(owners, left[others]), right[others]] = False
    order = np.argsort(np.where(is_free, rng.random(is_free.shape), 2.0), axis=1)
    rest, of = rest[np.argsort(of, kind="stable")], np.sort(of)
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    if (rank >= is_free.sum(axis=1)[of]).any():
        return False
    right[rest] = order[of, rank]
    return True
