"""Times that come after a time of the owner's: learned as the gap between them, so that they go on to come after it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.keys import Places, plain
from twinset.core.schema import Column
from twinset.privacy.values import Numbers

_FEWEST = 50


@dataclass(frozen=True, slots=True)
class Gap:
    """``column`` of a child is ``after`` of its owner and more, in units of its storage. ``usual`` stands for an owner's
    time that is missing.
    """

    column: str
    after: str
    usual: int

    def as_learned(self, column: Column) -> Column:
        """The column as its engine sees it."""
        return dataclasses.replace(column, type=types.Integer(), storage=pa.int64(), domain=None)


def find_gaps(
    own: Sequence[Column], above: Sequence[Column], rows: pa.Table, owners: pa.Table, places: Places
) -> Iterator[Gap]:
    """The times that never come before one of the owner's; of several the latest of these."""
    for column in own:
        if not isinstance(column.type, types.Date | types.DateTime):
            continue
        found: list[tuple[float, Gap]] = []
        for parent in above:
            if type(parent.type) is not type(column.type) or parent.storage != column.storage:
                continue
            start, gap = _gap(rows, column.name, owners, parent.name, places)
            known = gap[~np.ma.getmaskarray(gap)]
            if len(known) >= _FEWEST and known.min() >= 0 and known.max() > 0:
                found.append((float(known.mean()), Gap(column.name, parent.name, int(np.median(start.compressed())))))
        if found:
            yield min(found, key=lambda one: one[0])[1]


def _gap(rows: pa.Table, column: str, owners: pa.Table, after: str, places: Places) -> tuple:  # type: ignore[type-arg]
    start, end = _whole(plain(owners.column(after))), _whole(plain(rows.column(column)))
    there = (places >= 0) & (places < len(start))
    spots = np.where(there, places, 0)
    first = np.ma.masked_array(np.ma.getdata(start)[spots], mask=~there | np.ma.getmaskarray(start)[spots])
    return start, end - first


def taken_away(gap: Gap, rows: pa.Table, owners: pa.Table, places: Places) -> pa.Array:
    """The gap of each row."""
    start, own = _whole(plain(owners.column(gap.after))), _whole(plain(rows.column(gap.column)))
    there = (places >= 0) & (places < len(start))
    first = np.where(there, start.filled(gap.usual)[np.where(there, places, 0)], gap.usual)
    return pa.array(np.ma.getdata(own) - first, mask=np.ma.getmaskarray(own))


def added(gap: Gap, gaps: pa.Array, start: pa.Array, storage: pa.DataType) -> pa.Array:
    """The times again, given the owner's time of each row."""
    own, first = _whole(gaps), _whole(start).filled(gap.usual)
    values = pa.array(np.ma.getdata(own) + first, mask=np.ma.getmaskarray(own))
    return values.cast(pa.int32()).cast(storage) if pa.types.is_date32(storage) else values.cast(storage)


def _whole(column: pa.Array) -> np.ma.MaskedArray[tuple[int], np.dtype[np.int64]]:
    own = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
    numbers: Numbers = own.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return np.ma.masked_array(numbers, mask=column.is_null().to_numpy(zero_copy_only=False))
