"""Numbers, dates and times as ticks: float64 that are whole where the column has a grid, NaN where a value is missing.

A column of prices is counted in cents, a day in days since 1970, a time of day in its storage's units. Knows nothing of what
may be learned of them; numbers that are not finite, or beyond 1e200, count as missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.privacy.alphabet import ANYWHERE, Ticks
from twinset.synthesizers.tabular.clock import MINUTES, clock_of, from_clock, to_clock

MOST_DECIMALS = 12
_LARGEST = 2.0**53
FARTHEST = 1e200  # what lies beyond measures nothing, and sums of such stay finite
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_CLOCK = (1, 60, 300, 900, 3600, 86400)
_MINUTES = (1.0, 5.0, 15.0, 60.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """How a column's numbers are counted: ``decimals`` places make one tick; ``ladder`` are steps of roundness in ticks.

    ``clock`` are the ticks of a day where the numbers are times of day (:mod:`twinset.synthesizers.tabular.clock`), else 0.
    """

    decimals: int
    ladder: tuple[float, ...]
    clock: int = 0


def is_countable(storage: pa.DataType) -> bool:
    """Whether values of this storage have ticks (timestamps are cut into a day and a time first)."""
    is_span = pa.types.is_date(storage) or pa.types.is_time(storage) or pa.types.is_duration(storage)
    return bool(_is_number(storage) or is_span)


def _is_number(storage: pa.DataType) -> bool:
    return bool(pa.types.is_integer(storage) or pa.types.is_floating(storage) or pa.types.is_decimal(storage))


def to_numbers(values: pa.Array) -> Ticks:
    """float64 in the storage's own units (days for dates), NaN for missing and for what is not finite or beyond 1e200."""
    kind = values.type
    if pa.types.is_date(kind):
        values = values.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_time(kind) or pa.types.is_duration(kind):
        values = values.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64())
    numbers = np.array(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    numbers[~(np.abs(numbers) <= FARTHEST)] = np.nan
    return numbers


def grid_of(column: Column, numbers: Ticks) -> Grid:
    """The grid of these numbers (see :func:`to_numbers`)."""
    grid = _plain_grid(column, numbers)
    if grid.decimals or grid.ladder[0] == ANYWHERE or not _is_number(column.storage) or not (clock := clock_of(numbers)):
        return grid
    return Grid(0, _MINUTES if clock == MINUTES else clock_ladder(1), clock)


def _plain_grid(column: Column, numbers: Ticks) -> Grid:
    kind, storage = column.type, column.storage
    if isinstance(kind, types.Date) or pa.types.is_date(storage):
        return Grid(0, (1.0,))
    if pa.types.is_time(storage) or pa.types.is_duration(storage):
        return Grid(0, clock_ladder(PER_SECOND[storage.unit]))
    if pa.types.is_integer(storage) or isinstance(kind, types.Integer):
        return Grid(0, _tens(numbers))
    declared = kind.decimals if isinstance(kind, types.Real | types.Geo) else None
    if declared is None and pa.types.is_decimal(storage):
        declared = int(storage.scale)
    if declared is not None:
        decimals = min(declared, MOST_DECIMALS, _room(numbers))
        return Grid(decimals, _tens(numbers * 10.0**decimals))
    decimals, is_whole = _decimals(numbers, is_single=storage == pa.float32())
    ladder = _tens(numbers * 10.0**decimals)
    return Grid(decimals, ladder if is_whole else (ANYWHERE, *ladder))


def clock_ladder(per_second: int) -> tuple[float, ...]:
    """From one unit over seconds, minutes and quarters of an hour to days."""
    fine = [unit for unit in (1, 10**3, 10**6) if unit < per_second]
    return tuple(float(step) for step in [*fine, *(per_second * step for step in _CLOCK)])


def _tens(ticks: Ticks) -> tuple[float, ...]:
    """1, 5, 10, 50 ... up to the largest tick."""
    largest = np.nanmax(np.abs(ticks), initial=1.0)
    steps = [1.0]
    while steps[-1] * 10 <= largest and len(steps) < 25:
        steps += [steps[-1] * 5, steps[-1] * 10]
    return tuple(steps)


def _room(numbers: Ticks) -> int:
    """How many decimals can be counted exactly."""
    largest = np.nanmax(np.abs(numbers), initial=1.0)
    return max(0, int(np.floor(np.log10(_LARGEST / largest))))


def _decimals(numbers: Ticks, *, is_single: bool) -> tuple[int, bool]:
    """(decimals, whether all numbers have that few): as many as at least one number in a hundred needs."""
    rest = numbers[~np.isnan(numbers)]
    n_all, found = len(rest), 0
    for decimals in range(min(MOST_DECIMALS, _room(rest)) + 1):
        rounded = np.rint(rest * 10.0**decimals) / 10.0**decimals
        on_grid = (rounded.astype(np.float32) == rest.astype(np.float32)) if is_single else (rounded == rest)
        if 100 * int(on_grid.sum()) >= n_all or on_grid.all():
            found = decimals
        rest = rest[~on_grid]
        if not len(rest):
            return found, True
    return found, False


def to_ticks(numbers: Ticks, grid: Grid) -> Ticks:
    """Numbers counted on the grid; what is off the grid is kept as it is where the ladder says ANYWHERE, else rounded."""
    if grid.clock:
        return to_clock(np.rint(numbers), grid.clock)
    scaled = numbers * 10.0**grid.decimals
    whole = np.rint(scaled)
    if grid.ladder[0] != ANYWHERE:
        return whole
    return np.where(whole / 10.0**grid.decimals == numbers, whole, scaled)


def from_ticks(ticks: Ticks, grid: Grid) -> Ticks:
    """Ticks as numbers; those on the grid as they were, others to within rounding."""
    return from_clock(np.rint(ticks), grid.clock) if grid.clock else ticks / 10.0**grid.decimals


def a_day(column: Column, grid: Grid) -> float:
    """After how many ticks the column's values begin anew; 0 where they don't."""
    return float(86400 * PER_SECOND[column.storage.unit]) if pa.types.is_time(column.storage) else float(grid.clock)


def to_storage(numbers: Ticks, column: Column) -> pa.Array:
    """Numbers as values of the column's storage; NaN becomes missing."""
    storage = column.storage
    missing = np.isnan(numbers)
    if pa.types.is_floating(storage):
        return pa.array(numbers, pa.float64(), mask=missing).cast(storage)
    if pa.types.is_decimal(storage):
        return pc.round(pa.array(numbers, pa.float64(), mask=missing), storage.scale).cast(storage)
    low, high = _bounds(storage)
    whole = np.clip(np.rint(np.where(missing, 0.0, numbers)), low, high).astype(np.int64)
    units = pa.array(whole, pa.int64(), mask=missing)
    if pa.types.is_date(storage):
        return units.cast(pa.int32()).cast(pa.date32()).cast(storage)
    return (units.cast(pa.int32()) if pa.types.is_time32(storage) else units).cast(storage)


def largest_tick(storage: pa.DataType, decimals: int) -> float:
    """No tick of this storage lies farther from zero, the ends of cells (:mod:`twinset.privacy.alphabet`) included."""
    if pa.types.is_floating(storage):
        largest = float(np.finfo(storage.to_pandas_dtype()).max)
    elif pa.types.is_decimal(storage):
        largest = 10.0 ** (storage.precision - storage.scale)
    else:
        largest = max(map(abs, _bounds(storage)))
    return 4 * min(largest * 10.0**decimals, FARTHEST)


def _bounds(storage: pa.DataType) -> tuple[float, float]:
    """Whole numbers that the storage can hold (as float64 that int64 can hold)."""
    if pa.types.is_integer(storage):
        low = 0 if pa.types.is_unsigned_integer(storage) else -(2 ** (storage.bit_width - 1))
        high = 2 ** (storage.bit_width - (0 if low == 0 else 1)) - 1
        return float(max(low, -(2**63) + 1024)), float(min(high, 2**63 - 1024))
    if pa.types.is_time(storage):
        return 0.0, float(86400 * PER_SECOND[storage.unit] - 1)
    return (-(2.0**31) + 1, 2.0**31 - 1) if pa.types.is_date(storage) else (-(2.0**62), 2.0**62)
