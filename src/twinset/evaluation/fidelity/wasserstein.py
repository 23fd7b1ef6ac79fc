"""Wasserstein distance (W1) of numbers and times: how far values must move on average for one side to become the other.

In units of train's interquartile range (its standard deviation where that range is 0), so that columns can be set beside
each other: 0.1 means a tenth of that range on average. Over non-missing values; it has no upper bound, and it is the figure
that sees impossible extremes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, deviation
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import fine, shares
from twinset.evaluation.encode import encoded


@dataclass(frozen=True, slots=True)
class Wasserstein:
    """``fidelity.wasserstein`` of each number and time, and their mean."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        scale = Scale("fidelity.wasserstein", high=np.inf)
        figures, constant = {}, []
        for column in encoded(comparison).columns:
            if column.kind == "label":
                continue
            unit = spread(np.asarray(column.train, np.float64))
            if unit > 0:
                points, count = fine(comparison, column, split)
                value, baseline = (_moved(count.reference, side, points) / unit for side in (count.synthetic, count.real))
                figures[column.name] = Figures(value, baseline)
            else:
                constant.append(scale.unknown(column.name, "train has one value only: there is no unit to measure in"))
        return [*constant, *scale.scores(figures, split.n)]


def spread(values: Floats) -> float:
    """Interquartile range, or the standard deviation where that is 0."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0
    low, high = np.quantile(known, [0.25, 0.75])
    return float(high - low) or deviation(known)


def _moved(first: Floats, second: Floats, points: Floats) -> Floats:
    distance = np.abs(np.cumsum(shares(first), axis=-1) - np.cumsum(shares(second), axis=-1))
    return distance[:, :-1] @ np.diff(points)
