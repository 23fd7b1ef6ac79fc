"""A density over time: weights of hours of the day, weekdays and months, and growth over the years.

It is constant within an hour. Moments of a window are drawn by inverting its sum, so that any window of any row has exactly
its own part of the density, and nothing is drawn twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.moments import DAY, Moments

Floats = npt.NDArray[np.float64]
Weights = tuple[float, ...]

HOUR = DAY // 24
LONGEST = 400 * 366 * 24
"""Hours that a density can span."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OFFICE_HOURS = (0.1,) * 7 + (1.0, 4.0, *(10.0,) * 3, 6.0, *(10.0,) * 4, 4.0, 1.0) + (0.3,) * 5
_OFFICE_DAYS = (1.0,) * 5 + (0.05, 0.05)


def hours_of(said: Any) -> Weights:
    """Weights of the 24 hours: ``office``, a mapping of hours to weights, a list of hours; nothing for none."""
    return _OFFICE_HOURS if said == "office" else _weights(said, "hours", tuple(range(24)), 0)


def weekdays_of(said: Any) -> Weights:
    """Weights of Monday to Sunday, by their first three letters."""
    return _OFFICE_DAYS if said == "office" else _weights(said, "weekdays", _WEEKDAYS, 0)


def months_of(said: Any) -> Weights:
    """Weights of the months, by number or their first three letters; those that are not named have 1."""
    said = options.paired(said)
    if isinstance(said, Mapping):
        said = {_MONTHS[name - 1] if type(name) is int and 1 <= name <= 12 else name: one for name, one in said.items()}
    return _weights(said, "months", _MONTHS, 1)


def _weights(said: Any, what: str, names: tuple[Any, ...], other: float) -> Weights:
    if said is None:
        return ()
    said = options.paired(said)
    if isinstance(said, list | tuple):
        said = dict.fromkeys(said, 1)
    for name in options.mapping(said, what):
        options.choice(name.lower() if isinstance(name, str) else name, f"each of {what}", names)
    lower = {name.lower() if isinstance(name, str) else name: weight for name, weight in said.items()}
    weights = tuple(options.number(lower.get(name, other), f"a weight of {what}", 0) for name in names)
    if not any(weights):
        raise PlanError(f"at least one weight of {what} is above 0")
    return weights


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weights, each empty where all are alike."""

    weekdays: Weights
    months: Weights
    hours: Weights
    growth: float

    @property
    def is_even(self) -> bool:
        return not (self.weekdays or self.months or self.hours) and self.growth == 1

    def at(self, draws: Floats, low: Moments, high: Moments) -> Moments:
        """The moments at these shares (0 to 1) of each window from ``low`` to before ``high``."""
        if self.is_even or not len(draws):
            return low + (draws * (high - low)).astype(np.int64)
        first, last = int(low.min()) // HOUR, -(-int(high.max()) // HOUR)
        if last - first > LONGEST:
            raise PlanError("weights of hours, weekdays and months are for spans of at most 400 years")
        sums = _sums(self, first, last)
        start, end = (_sum_at(ends, first, sums) for ends in (low, high))
        if (n_empty := int(np.count_nonzero(np.broadcast_to(end <= start, draws.shape)))) > 0:
            raise PlanError(f"{n_empty:,} rows have a span in which all weights are 0; widen it")
        return _inverted(start + draws * (end - start), first, sums)


@lru_cache(maxsize=32)
def _sums(calendar: Calendar, first: int, last: int) -> Floats:
    """The weights of all hours from ``first`` to before ``last``, cumulated from 0."""
    days = np.arange(first // 24, last // 24 + 1)
    weights = np.ones(len(days))
    if calendar.weekdays:
        weights *= np.array(calendar.weekdays)[(days + 3) % 7]
    if calendar.months:
        weights *= np.array(calendar.months)[days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12]
    if calendar.growth != 1:
        weights *= np.exp((days - days[0]) * (math.log(calendar.growth) / 365.25))
    hours = np.array(calendar.hours or (1.0,) * 24)
    cells = (weights[:, None] * hours).ravel()[first % 24 : first % 24 + last - first]
    return np.concatenate([[0.0], np.cumsum(cells)])


def _sum_at(moments: Moments, first: int, sums: Floats) -> Floats:
    places = moments - first * HOUR
    cells = places // HOUR
    following = np.minimum(cells + 1, len(sums) - 1)
    return np.asarray(sums[cells] + (sums[following] - sums[cells]) * ((places - cells * HOUR) / HOUR))


def _inverted(values: Floats, first: int, sums: Floats) -> Moments:
    cells = np.clip(np.searchsorted(sums, values, side="right") - 1, 0, len(sums) - 2)
    within = (values - sums[cells]) / np.maximum(sums[cells + 1] - sums[cells], 1e-300)
    return np.asarray((first + cells) * HOUR + (np.clip(within, 0, 1) * (HOUR - 1)).astype(np.int64))
