"""Kolmogorov-Smirnov distance of numbers and times: the largest gap between two distribution functions.

0 is alike, 1 is disjoint. Over non-missing values; taken at the quantiles of both sides (1/256 apart), so it can be short of
the exact distance by at most that. It is blind to what happens in the tails: see the Wasserstein distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import fine, shares
from twinset.evaluation.encode import encoded


@dataclass(frozen=True, slots=True)
class KolmogorovSmirnov:
    """``fidelity.ks`` of each number and time, and their mean."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        figures = {}
        for column in encoded(comparison).columns:
            if column.kind != "label":
                _, count = fine(comparison, column, split)
                figures[column.name] = Figures(gap(count.reference, count.synthetic), gap(count.reference, count.real))
        return Scale("fidelity.ks").scores(figures, split.n)


def gap(first: Floats, second: Floats) -> Floats:
    """Largest difference of the cumulative shares, draws × points -> draws."""
    distance = np.abs(np.cumsum(shares(first), axis=-1) - np.cumsum(shares(second), axis=-1))
    return np.asarray(distance.max(axis=-1, initial=0.0))
