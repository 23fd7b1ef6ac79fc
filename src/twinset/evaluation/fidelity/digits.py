"""The look of numbers: how many decimal places they have, and how often they are round.

``fidelity.decimals`` is the total variation distance between the numbers of decimal places that values have.
``fidelity.heaping`` is that between their levels of roundness: the largest step of 1, 5, 10, 50, 100 … (in units of train's
last decimal place) that divides a value; 60 s, 5 min, 15 min, an hour, a day for datetimes and times; days of the week for
dates. Zero is not round, it is nothing. Models that treat numbers as continuous smear both, which marginal distances
hardly see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core import types
from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.cells import counts
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.evaluation.fidelity.shares import total_variation

MOST_DECIMALS = 8
_ROUND = tuple(float(first * 10**power) for power in range(7) for first in (1, 5))
_CLOCK = (1.0, 60.0, 300.0, 900.0, 3600.0, 86_400.0)


@dataclass(frozen=True, slots=True)
class Digits:
    """``fidelity.decimals`` of each number, ``fidelity.heaping`` of each number and time, and the means."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        table = comparison.train.schema.only
        places: dict[str, Figures] = {}
        levels: dict[str, Figures] = {}
        for column in encoded(comparison).columns:
            if column.kind == "label":
                continue
            train, twin = (np.asarray(side, np.float64) for side in split.pooled(column))
            if column.kind == "number":
                have = decimals(train), decimals(twin)
                places[column.name] = _figures(*have, split, MOST_DECIMALS + 3)
            if isinstance(table[column.name].type, types.Date):
                levels[column.name] = _figures(_weekday(train), _weekday(twin), split, 8)
            else:
                steps = _steps(column, train)
                levels[column.name] = _figures(_level(train, steps), _level(twin, steps), split, len(steps) + 2)
        yield from Scale("fidelity.decimals", of_rows=True).scores(places, split.n)
        yield from Scale("fidelity.heaping", of_rows=True).scores(levels, split.n)


def _figures(train: Rows, twin: Rows, split: Halves, n_codes: int) -> Figures:
    """Distances between shares of codes; the code 0 is a value that does not count."""
    count = counts(train, twin, split, n_codes)
    value, baseline = (total_variation(count.reference[:, 1:], side[:, 1:]) for side in (count.synthetic, count.real))
    return Figures(value, baseline)


def decimals(values: Floats) -> Rows:
    """1 + the number of decimal places of each value (at most 8, then "more"); 0 for missing."""
    places = np.full(len(values), MOST_DECIMALS + 2, np.int64)
    for place in range(MOST_DECIMALS, -1, -1):
        places[_divides(10.0**-place, values)] = place + 1
    return np.where(np.isfinite(values), places, 0)


def _divides(step: float, values: Floats) -> Floats:
    known = np.where(np.isfinite(values), values, step / 2)
    return np.asarray(np.abs(np.round(known / step) * step - known) <= 1e-12 * np.maximum(step, np.abs(known)))


def _steps(column: EncodedColumn, train: Floats) -> tuple[float, ...]:
    if column.kind == "time":
        return _CLOCK
    have = decimals(train)
    have = have[(have > 0) & (have < MOST_DECIMALS + 2)]
    unit = 10.0 ** -float(np.quantile(have, 0.99, method="inverted_cdf") - 1) if len(have) else 1.0
    return tuple(unit * step for step in _ROUND)


def _level(values: Floats, steps: tuple[float, ...]) -> Rows:
    """1 where no step divides the value, 2 for the first and so on; 0 for missing and zero."""
    level = np.ones(len(values), np.int64)
    for place, step in enumerate(steps):
        level[_divides(step, values)] = place + 2
    return np.where(np.isfinite(values) & (values != 0), level, 0)


def _weekday(days: Floats) -> Rows:
    return np.where(np.isfinite(days), np.where(np.isfinite(days), days, 0) % 7 + 1, 0).astype(np.int64)
