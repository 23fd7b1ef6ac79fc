"""Keys that hold under a condition, as where a type beside an id says which table the id is of: filled where they hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.keys import is_live, plain
from twinset.core.schema import Table
from twinset.core.seed import Seed
from twinset.synthesizers.relational.shape import Tie
from twinset.synthesizers.relational.wide import beside

Mask = npt.NDArray[np.bool_]


def filled(rows: pa.Table, tie: Tie, found: Mapping[str, pa.Array]) -> pa.Table:
    """The rows with the columns that a tie fills; those of a key that holds under a condition only where it does."""
    if tie.key.when is None:
        return beside(rows, pa.table({name: found[name] for name in tie.fills}))
    live = is_live(rows, tie.key)
    for name in tie.fills:
        own = plain(rows.column(name))
        picks = pa.array(np.arange(len(own)) + np.where(live, len(own), 0))
        rows = beside(rows, pa.table({name: pa.concat_arrays([own, found[name].cast(own.type)]).take(picks)}))
    return rows


def with_labels(labels: pa.Array, live: Mask, seed: Seed) -> pa.Array:
    """The labels of a list where its key holds; rows that were drawn none have that of some other row."""
    there = np.asarray(labels.is_valid().to_numpy(zero_copy_only=False)) & live
    without, some = np.flatnonzero(live & ~there), np.flatnonzero(there)
    picks = np.arange(len(labels))
    if len(some):
        picks[without] = seed.generator().choice(some, len(without))
    return labels.take(pa.array(picks))


def depends(table: Table) -> frozenset[str]:
    """The columns of a table's keys that hold under a condition."""
    return frozenset(name for key in table.foreign_keys if key.when is not None for name in key.columns)
