"""What the rows of a block know of their parents and of the rows beside them, for rules of timelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.errors import PlanError
from twinset.synthesizers.rules.moments import Moments
from twinset.synthesizers.rules.rule import Index, Rows


@dataclass(frozen=True, slots=True)
class Families:
    """The parents of some rows: the number of each in its table, the first row of each here, and each row's among them."""

    owners: Index
    first: Index
    of: Index
    wanted: Index
    """How many rows each parent has."""

    @classmethod
    def of_rows(cls, rows: Rows) -> Families:
        owners, first, of = np.unique(rows.owner(), return_index=True, return_inverse=True)
        return cls(owners, first, of, rows.siblings()[first])

    def place(self, rows: Rows) -> Index:
        """Where each row stands among all rows of these parents, laid one after the other."""
        return np.asarray((np.cumsum(self.wanted) - self.wanted)[self.of] + rows.position())


def moments_of(array: pa.Array, missing: int) -> Moments:
    """Days or moments as microseconds since 1970."""
    numbers = pc.cast(array, pa.timestamp("us", getattr(array.type, "tz", None)), safe=False).cast(pa.int64())
    return np.asarray(pc.fill_null(numbers, missing).to_numpy(zero_copy_only=False), dtype=np.int64)


def check_dated(storage: pa.DataType, path: str) -> None:
    """PlanError where a path leads to no days or moments."""
    if not (pa.types.is_timestamp(storage) or pa.types.is_date(storage)):
        raise PlanError(f"{path!r} is no column of days or moments, but of {storage}")


def moments_array(moments: Moments, storage: pa.DataType, is_missing: Index | None = None) -> pa.Array:
    """Microseconds since 1970 as days or moments of that storage."""
    array = pa.array(moments, mask=is_missing).view(pa.timestamp("us"))
    if pa.types.is_date(storage):
        return array.cast(pa.date32(), safe=False)
    return array.cast(storage) if storage.tz is None else array.cast(pa.timestamp("us", "UTC")).cast(storage)


def flat(pieces: Sequence[tuple[Index, int, Index]], lengths: Index, empty: int = 0) -> Index:
    """Values that were found step by step (owners, the step, the values), laid one owner after the other."""
    starts = np.cumsum(lengths) - lengths
    out = np.full(int(lengths.sum()), empty, dtype=np.int64)
    for owners, step, values in pieces:
        out[starts[owners] + step] = values
    return out
