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
from twinset.synthesizers.rules.weights import Weighted

Floats = npt.NDArray[np.float64]
Weights = tuple[float, ...]

HOUR = DAY // 24
_STEP = 366 * DAY
"""Spans are rounded up to these, so that the blocks of a table share one density."""
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
    pairs = [(name, 1) for name in said] if isinstance(said, list | tuple) else list(options.mapping(said, what).items())
    lower = {_known(name, what, names): weight for name, weight in pairs}
    weights = tuple(options.number(lower.get(name, other), f"a weight of {what}", 0) for name in names)
    if not any(weights):
        raise PlanError(f"at least one weight of {what} is above 0")
    return weights


def _known(name: Any, what: str, names: tuple[Any, ...]) -> Any:
    return options.choice(name.lower() if isinstance(name, str) else name, f"each of {what}", names)


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
        first, last = int(low.min()) // _STEP * (_STEP // HOUR), -(-int(high.max()) // _STEP) * (_STEP // HOUR)
        if last - first > LONGEST:
            raise PlanError("weights of hours, weekdays and months are for spans of at most 400 years")
        density = _density(self, first, last)
        start, end = (_sum_at(ends, first, density.sums) for ends in (low, high))
        if (n_empty := int(np.count_nonzero(np.broadcast_to(end <= start, draws.shape)))) > 0:
            raise PlanError(f"{n_empty:,} rows have a span in which all weights are 0; widen it")
        return _inverted(start + draws * (end - start), first, density)


@lru_cache(maxsize=32)
def _density(calendar: Calendar, first: int, last: int) -> Weighted:
    """The weights of all hours from ``first`` to before ``last``, which begin days."""
    days = np.arange(first // 24, last // 24)
    weights = np.ones(len(days))
    if calendar.weekdays:
        weights *= np.array(calendar.weekdays)[(days + 3) % 7]
    if calendar.months:
        weights *= np.array(calendar.months)[days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12]
    if calendar.growth != 1:
        highest = days[-1] if calendar.growth > 1 else days[0]
        weights *= np.exp((days - highest) * (math.log(calendar.growth) / 365.25))
    return Weighted.of((weights[:, None] * np.array(calendar.hours or (1.0,) * 24)).ravel(), cells=4)


def _sum_at(moments: Moments, first: int, sums: Floats) -> Floats:
    """The share of the density that lies before each moment."""
    places = moments - first * HOUR
    cells = places // HOUR
    before, after = (np.where(at < 0, 0.0, sums[np.clip(at, 0, len(sums) - 1)]) for at in (cells - 1, cells))
    return np.asarray(before + (after - before) * ((places - cells * HOUR) / HOUR))


def _inverted(shares: Floats, first: int, density: Weighted) -> Moments:
    """The moments before which these shares of the density lie."""
    cells = density.at(np.minimum(shares, np.nextafter(1.0, 0.0)))
    before = np.where(cells > 0, density.sums[cells - 1], 0.0)
    within = (shares - before) / np.maximum(density.sums[cells] - before, 1e-300)
    return np.asarray((first + cells) * HOUR + (np.clip(within, 0, 1) * (HOUR - 1)).astype(np.int64))
