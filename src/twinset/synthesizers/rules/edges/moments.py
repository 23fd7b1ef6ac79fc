"""Days and moments at edges: ends of ranges, leap days, ends of months and years, daylight-saving gaps and folds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.rules.moments import DAY, SECOND

Found = tuple[int, str]
_HOUR = 3_600 * SECOND
_LONGEST = 60
"""Years of which the daylight-saving changes are looked for."""

_KNOWN = (
    ("1970-01-01", "the epoch"), ("1999-12-31", "end of a century"), ("2000-01-01", "first day of 2000"),
    ("2000-02-29", "leap day of a century"), ("2038-01-19", "end of 32-bit seconds"), ("1900-03-01", "no leap day before"),
)  # fmt: skip


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(np.int64))


def days_between(first: int, last: int) -> Iterator[Found]:
    """Edges among the days from first to last, counted from 1970; at most ten years of each sort, spread over the range."""
    yield first, "first of the range"
    yield last, "last of the range"
    candidates = [(int(np.datetime64(day, "D").astype(np.int64)), detail) for day, detail in _KNOWN]
    years = _spread(*(int(str(np.datetime64(number, "D"))[:4]) for number in (first, last)))
    for year in years:
        candidates += [(day_number(year, 1, 1), "first day of a year"), (day_number(year, 12, 31), "last day of a year")]
        candidates += [(day_number(year, 3, 1) - 1, "last day of February"), (day_number(year, 1, 31), "end of a month")]
        candidates += [(day_number(year, 4, 30), "end of a month")]
    leaps = [year for year in range(years[0], years[-1] + 1) if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0]
    candidates += [(day_number(year, 2, 29), "leap day") for year in leaps[:10]]
    seen = {first, last}
    for number, detail in sorted(candidates, key=lambda found: found[1] != "leap day"):
        if first <= number <= last and number not in seen:
            seen.add(number)
            yield number, detail


def _spread(first: int, last: int) -> list[int]:
    years = np.unique(np.linspace(first, last, min(10, last - first + 1)).astype(int))
    return [int(year) for year in years]


def moments_between(first: int, last: int, zone: str | None, is_local: bool) -> Iterator[Found]:
    """Edges among the moments from first to last, local microseconds: also the ends of days and clocks that change.

    ``is_local``: moments without a zone, of which a gap of ``zone`` holds some that never were.
    """
    yield first, "first of the range"
    yield last, "last of the range"
    seen = {first, last}
    for number, detail in (*_ends_of_days(first, last), *_clocks(first, last, zone, is_local)):
        if first <= number <= last and number not in seen:
            seen.add(number)
            yield number, detail


def _ends_of_days(first: int, last: int) -> Iterator[Found]:
    for number, detail in days_between(first // DAY, last // DAY):
        yield number * DAY, f"{detail}, midnight"
        yield (number + 1) * DAY - SECOND, f"{detail}, last second"


def _clocks(first: int, last: int, zone: str | None, is_local: bool) -> Iterator[Found]:
    """Around each change of the clock. Moments of a zone are given as their earliest local time, so that a fold has both."""
    if zone is None or last - first > _LONGEST * 366 * DAY:
        return
    for before, after in changes(first, last, zone)[:20]:
        if after > before:
            yield before - SECOND, "last second before a daylight-saving gap"
            yield after, "first second after a daylight-saving gap"
            if is_local:
                yield before + (after - before) // 2, "in a daylight-saving gap: a time that never was"
        else:
            yield after - SECOND, "last second before a daylight-saving fold"
            yield after, "first second of a daylight-saving fold: a time that comes twice"
            yield after + (before - after) // 2, "in a daylight-saving fold: a time that comes twice"
            yield before, "first second after a daylight-saving fold"


@lru_cache(maxsize=64)
def changes(first: int, last: int, zone: str) -> tuple[tuple[int, int], ...]:
    """The changes of the clocks of a zone: the local time that each would have had, and the one that it has."""
    hours = np.arange(first // _HOUR - 24, last // _HOUR + 24, dtype=np.int64) * _HOUR
    offsets = _local(hours, zone) - hours
    found = []
    for place in np.flatnonzero(np.diff(offsets)):
        low, high = int(hours[place]), int(hours[place + 1])
        while high - low > SECOND:  # to the second
            middle = (low + high) // 2 // SECOND * SECOND
            if _local(np.array([middle]), zone)[0] - middle == offsets[place]:
                low = middle
            else:
                high = middle
        found.append((high + int(offsets[place]), high + int(offsets[place + 1])))
    return tuple(found)


def _local(instants: np.ndarray[tuple[int], np.dtype[np.int64]], zone: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    zoned = pa.array(instants).view(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))
    return np.asarray(pc.local_timestamp(zoned).cast(pa.int64()).to_numpy(), dtype=np.int64)
