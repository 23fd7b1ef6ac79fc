"""Lists that many share (countries, products, airlines): rows that stand as they are, and keys to them as labels.

A row of a list that the rows of at least k roots lead to is shared, and is kept; the others are made like any table's. In
the table that points to it, a key is a label: the kept row's number, ``other`` for any other row, and for a key that no row
has, that key itself where k roots share it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.keys import MISSING, ORPHAN, Places, numbered, plain
from twinset.privacy.values import Numbers, holders

OTHER = "other"
Mask = npt.NDArray[np.bool_]
Draws = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Labels:
    """The labels of one key to a list.

    ``orphans`` are the shared keys that no row of it has; ``n_others`` says how many of its rows are in use and not kept.
    """

    orphans: pa.Table
    n_others: int

    def of(self, places: Places, kept: Numbers, keys: pa.Table) -> pa.Array:
        """Each row's label. ``kept`` gives a list row's number among the kept ones, or -1; ``keys`` are the rows' own."""
        names = np.array([*map(str, range(int(kept.max(initial=-1)) + 1)), *self._orphan_names, OTHER])
        spots = np.full(len(places), len(names) - 1, dtype=np.int64)
        there = np.flatnonzero(places >= 0)
        number = kept[places[there]]
        spots[there[number >= 0]] = number[number >= 0]
        lost = np.flatnonzero(places == ORPHAN)
        if len(lost) and self.orphans.num_rows:
            known = _places_in(self.orphans, keys.take(pa.array(lost)))
            spots[lost[known >= 0]] = len(names) - 1 - self.orphans.num_rows + known[known >= 0]
        return pa.array(names, pa.string()).take(pa.array(spots, mask=places == MISSING))

    @property
    def _orphan_names(self) -> list[str]:
        return [f"o{number}" for number in range(self.orphans.num_rows)]


def _places_in(book: pa.Table, keys: pa.Table) -> Places:
    """The place in ``book`` of each of ``keys``, -1 for others."""
    both = [pa.concat_arrays([plain(book.column(name)), plain(keys.column(name))]) for name in book.column_names]
    numbers = numbered(both)
    place_of = np.full(int(numbers.max(initial=0)) + 1, -1, dtype=np.int64)
    place_of[numbers[: book.num_rows]] = np.arange(book.num_rows)
    return place_of[numbers[book.num_rows :]]


def shared_orphans(places: Places, keys: pa.Table, roots: Numbers, k: int) -> pa.Table:
    """The keys that no row of the list has and that the rows of at least ``k`` roots hold."""
    lost = np.flatnonzero(places == ORPHAN)
    own = keys.take(pa.array(lost))
    if not len(lost):
        return own
    numbers = numbered([plain(column) for column in own.columns])
    _, first, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    held = holders(numbers, len(first), roots[lost])
    return own.take(pa.array(first[held >= k]))


def find_keys(labels: pa.Array, own: Labels, kept: pa.Table, made: pa.Table, draws: Draws) -> pa.Table:
    """The key of each label: a kept row's, a shared orphan's, for ``other`` that of one of as many made rows as were used.

    A label that too few share to be learned, whatever it is called then, is any row's. ``draws`` from 0 to 1 say which: the
    same for rows that must have the same.
    """
    orphans = own.orphans.rename_columns(kept.column_names)
    n_kept, n_orphans = kept.num_rows, orphans.num_rows
    rest = made.slice(0, max(own.n_others, 1)) if made.num_rows else kept
    books = [
        pa.concat_arrays([plain(kept.column(name)), plain(orphans.column(name)), plain(rest.column(name))])
        for name in kept.column_names
    ]
    names = [*map(str, range(n_kept)), *(f"o{number}" for number in range(n_orphans))]
    spots = np.asarray(pc.fill_null(pc.index_in(labels, pa.array(names, pa.string())), -1).to_numpy(zero_copy_only=False))
    spots = spots.astype(np.int64)
    is_other = spots < 0
    is_made = np.asarray(pc.fill_null(pc.equal(labels, OTHER), False).to_numpy(zero_copy_only=False), dtype=np.bool_)
    spots[is_made] = n_kept + n_orphans + (draws[is_made] * rest.num_rows).astype(np.int64)
    is_any = is_other & ~is_made
    picks = (draws[is_any] * (n_kept + rest.num_rows)).astype(np.int64)
    spots[is_any] = np.where(picks < n_kept, picks, picks + n_orphans)
    mask = np.asarray(labels.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    mask = mask | (is_other & (n_kept + rest.num_rows == 0))
    return pa.table([book.take(pa.array(np.where(mask, 0, spots), mask=mask)) for book in books], names=kept.column_names)
