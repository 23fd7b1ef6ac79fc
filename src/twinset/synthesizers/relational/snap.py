"""Keys of values, such as a place and an hour: led to a row that is there, where only a few real ones are not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core.keys import ORPHAN, Places, numbered, places, plain
from twinset.core.schema import ForeignKey
from twinset.core.seed import Seed
from twinset.synthesizers.relational.alike import as_numbers


def snapped(rows: pa.Table, key: ForeignKey, parents: pa.Table | None, lost: float, seed: Seed) -> pa.Table:
    """The rows with the last column of ``key`` moved to the nearest value that some parent with the same others has.

    A share ``lost`` of the rows keeps a key that no parent has, if so many have one.
    """
    if parents is None or not rows.num_rows or not parents.num_rows:
        return rows
    spots = places(rows, key, parents)
    astray = np.flatnonzero(spots == ORPHAN)
    n_moved = len(astray) - round(lost * rows.num_rows)
    if n_moved <= 0:
        return rows
    moved = np.sort(seed.generator().permutation(astray)[:n_moved])
    some = rows.take(pa.array(moved))
    found = _nearest(some, key, parents)
    target, source = key.columns[-1], key.references[-1]
    values = plain(rows.column(target))
    new = plain(parents.column(source)).take(pa.array(np.maximum(found, 0)))
    both = pa.concat_arrays([values, new.cast(values.type)])
    picks = np.arange(len(values))
    has = found >= 0
    picks[moved[has]] = len(values) + np.flatnonzero(has)
    return rows.set_column(rows.column_names.index(target), target, both.take(pa.array(picks)))


def _nearest(rows: pa.Table, key: ForeignKey, parents: pa.Table) -> Places:
    """The parent with the same other columns and the nearest last one; -1 where no parent has the others."""
    shared = list(zip(key.columns[:-1], key.references[:-1], strict=True))
    n_parents = parents.num_rows
    if shared:
        groups = numbered(
            [
                pa.concat_arrays([plain(parents.column(b)), plain(rows.column(a)).cast(plain(parents.column(b)).type)])
                for a, b in shared
            ]
        )
    else:
        groups = np.zeros(n_parents + rows.num_rows, dtype=np.int64)
    theirs, own = as_numbers(parents.column(key.references[-1])), as_numbers(rows.column(key.columns[-1]))
    order = np.lexsort((theirs, groups[:n_parents]))
    found = np.full(rows.num_rows, -1, dtype=np.int64)
    for group in np.unique(groups[n_parents:]):
        of = order[groups[:n_parents][order] == group]
        mine = np.flatnonzero(groups[n_parents:] == group)
        if not len(of):
            continue
        after = np.clip(np.searchsorted(theirs[of], own[mine]), 0, len(of) - 1)
        before = np.maximum(after - 1, 0)
        is_before = np.abs(theirs[of][before] - own[mine]) < np.abs(theirs[of][after] - own[mine])
        found[mine] = of[np.where(is_before, before, after)]
    return found
