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


Choice = tuple[Tie, ...]
"""The ties of one part of a key: one, or several of which a type says which holds."""


@dataclass(frozen=True, slots=True)
class Junction:
    """The ties that the primary key is made of: to the ``owner``, if there is one, and to ``others``."""

    owner: Tie | None
    others: tuple[Choice, ...]

    def most_each(self, n_rows: Mapping[str, int]) -> int:
        """How many different rows one owner can have, where the other tables have so many rows."""
        return math.prod(sum(n_rows[tie.key.table] for tie in choice) for choice in self.others)

    def most(self, n_rows: Mapping[str, int]) -> int:
        """How many different rows there can be."""
        return self.most_each(n_rows) * (1 if self.owner is None else n_rows[self.owner.key.table])

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it joins."""
        owner = () if self.owner is None else (self.owner.key.table,)
        return (*owner, *(tie.key.table for choice in self.others for tie in choice))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the key beside the owner's."""
        return tuple(dict.fromkeys(name for choice in self.others for tie in choice for name in tie.key.reads))

    def repaired(self, rows: pa.Table, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> pa.Table | None:
        """The rows with other partners, none of their owner's, for those that have another row's key.

        None where an owner has more rows than there are partners.
        """
        own = () if self.owner is None else self.owner.key.columns
        left = numbered([plain(rows.column(name)) for name in own]) if own else np.zeros(rows.num_rows, np.int64)
        n_rows = {name: tables[name].num_rows for name in self.tables}
        right = self._right(rows, tables)
        if (found := _different(left, right, self.most_each(n_rows), rng)) is None:
            return None
        moved = np.flatnonzero(found != right)
        codes = found[moved]
        for choice in self.others:
            codes, spots = np.divmod(codes, max(sum(n_rows[tie.key.table] for tie in choice), 1))
            for tie in choice:
                is_its = (spots >= 0) & (spots < n_rows[tie.key.table])
                rows = _led(rows, tie, tables[tie.key.table], moved[is_its], spots[is_its])
                spots = spots - n_rows[tie.key.table]
        return rows

    def _right(self, rows: pa.Table, tables: Mapping[str, pa.Table]) -> Numbers:
        """Which combination of the other tables' rows each has; after the last those that are not there."""
        codes, factor, lost = np.zeros(rows.num_rows, dtype=np.int64), 1, np.zeros(rows.num_rows, dtype=np.bool_)
        for choice in self.others:
            found, first = np.full(rows.num_rows, -1, dtype=np.int64), 0
            for tie in choice:
                spots = places(rows, tie.key, tables[tie.key.table])
                found = np.where(spots >= 0, first + spots, found)
                first += tables[tie.key.table].num_rows
            codes, factor, lost = codes + found * factor, factor * first, lost | (found < 0)
        return np.where(lost, factor + numbered([plain(rows.column(name)) for name in self.columns]), codes)


def _led(rows: pa.Table, tie: Tie, parents: pa.Table, moved: Places, spots: Places) -> pa.Table:
    """The rows, some of which are led to these places by a tie, with the type that says so."""
    new = {own: at(plain(parents.column(theirs)), spots)
           for own, theirs in zip(tie.key.columns, tie.key.references, strict=True)}  # fmt: skip
    if tie.key.when is not None:
        new[tie.key.when[0]] = pa.array([tie.key.when[1]]).take(pa.array(np.zeros(len(moved), dtype=np.int64)))
    for name, values in new.items():
        own = plain(rows.column(name))
        picks = np.arange(len(own))
        picks[moved] = len(own) + np.arange(len(moved))
        both = pa.concat_arrays([own, values.cast(own.type)]).take(pa.array(picks))
        rows = rows.set_column(rows.column_names.index(name), name, both)
    return rows


def junction_of(shape: Shape) -> Junction | None:
    """The ties of a table's primary key, where it is made of whole keys to other rows and nothing else."""
    key = set(shape.table.primary_key)
    ties = [tie for tie in shape.ties if set(tie.fills) & key]
    is_whole = all(set(tie.fills) == set(tie.key.columns) and set(tie.key.reads) <= key for tie in ties)
    parts: dict[tuple[str, ...], list[Tie]] = {}
    for tie in ties:
        if tie.kind != "owner":
            parts.setdefault(tie.key.reads, []).append(tie)
    if not is_whole or not parts or {name for tie in ties for name in tie.key.reads} != key:
        return None
    return Junction(next((tie for tie in ties if tie.kind == "owner"), None), tuple(map(tuple, parts.values())))


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
