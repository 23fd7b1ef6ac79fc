"""Combinations of labels that a column follows from, such as the two ends of a route that has one length.

Where too few have a combination for what follows from it to be learned, it isn't made either: a route would come with any
length.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.keys import numbered, plain
from twinset.core.schema import Column
from twinset.privacy.values import Numbers, holders
from twinset.synthesizers.relational.alike import codes_of, is_same
from twinset.synthesizers.relational.lists import OTHER, Mask
from twinset.synthesizers.relational.summary import is_label, is_number


def find_combos(labels: pa.Table, rows: pa.Table, columns: Sequence[Column], roots: Numbers, k: int) -> tuple[pa.Table, ...]:
    """For each two of the ``labels`` from which a column follows, and from neither alone, what of them ``k`` roots share."""
    columns = [column for column in columns if is_number(column) or is_label(column)]
    found = (_found(labels.select(pair), rows, columns, roots, k) for pair in itertools.combinations(labels.column_names, 2))
    return tuple(one for one in found if one is not None)


def _found(pair: pa.Table, rows: pa.Table, columns: Sequence[Column], roots: Numbers, k: int) -> pa.Table | None:
    some = np.flatnonzero(~_has_other(pair))
    own = pair.take(pa.array(some))
    left, right = (plain(one) for one in own.columns)
    together, alone = numbered([left, right]), (numbered([left]), numbered([right]))
    for column in columns:
        codes = codes_of(plain(rows.column(column.name)).take(pa.array(some)))
        if not any(is_same(codes, one) for one in alone) and is_same(codes, together):
            return own.take(_shared(together, roots[some], k))
    return None


def _shared(numbers: Numbers, roots: Numbers, k: int) -> pa.Array:
    """The first row of each combination that ``k`` roots have."""
    _, first, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    return pa.array(np.sort(first[holders(numbers, len(first), roots) >= k]))


def are_shared(rows: pa.Table, combos: pa.Table) -> Mask:
    """Whether each row has one of the combinations, or a label that stands for many."""
    labels = combos.column_names
    numbers = numbered([pa.concat_arrays([plain(combos.column(one)), plain(rows.column(one))]) for one in labels])
    return np.isin(numbers[combos.num_rows :], numbers[: combos.num_rows]) | _has_other(rows.select(labels))


def _has_other(labels: pa.Table) -> Mask:
    is_other = [pc.fill_null(pc.equal(plain(one), OTHER), True) for one in labels.columns]
    found = [np.asarray(one.to_numpy(zero_copy_only=False), dtype=np.bool_) for one in is_other]
    return np.asarray(np.logical_or.reduce(found))
