"""Three distances between the shares that a column's cells hold, over non-missing values.

- total variation: half the sum of absolute differences, the share of rows that would have to change cell;
- Jensen-Shannon: the square root of the divergence to base 2 (Endres and Schindelin 2003), from 0 to 1;
- Kullback-Leibler of train from the twin in nats, with 1/2 added to every cell (Krichevsky and Trofimov 1981), so that an
  empty cell costs much and not everything.

Cells are a column's hundred most frequent labels or about twenty ranges of numbers (:mod:`twinset.evaluation.cells`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, divided
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import counts, labelled, shares

Distance = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Shares:
    """``fidelity.tvd``, ``fidelity.js`` and ``fidelity.kl`` of each column, and their means."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        per_column = {
            cells.name: counts(cells.train, cells.synthetic, split, cells.n_codes) for cells in labelled(comparison, seed)
        }
        for scale, distance in _DISTANCES:
            figures = {}
            for name, count in per_column.items():
                value, baseline = (distance(count.reference[:, :-1], side[:, :-1]) for side in (count.synthetic, count.real))
                figures[name] = Figures(value, baseline)
            yield from scale.scores(figures, split.n)


def total_variation(first: Floats, second: Floats) -> Floats:
    """Draws × cells of counts -> one distance a draw."""
    return np.asarray(np.abs(shares(first) - shares(second)).sum(axis=-1) / 2)


def jensen_shannon(first: Floats, second: Floats) -> Floats:
    """Draws × cells of counts -> one distance a draw, to base 2."""
    p, q = shares(first), shares(second)
    middle = (p + q) / 2
    divergence = (_relative(p, middle) + _relative(q, middle)) / 2 / np.log(2)
    return np.asarray(np.sqrt(np.maximum(divergence, 0.0)))


def kullback_leibler(first: Floats, second: Floats) -> Floats:
    """Draws × cells of counts -> the divergence of the first from the second, in nats."""
    is_empty = (first.sum(axis=-1) == 0) | (second.sum(axis=-1) == 0)
    return np.where(is_empty, np.nan, _relative(shares(first + 0.5), shares(second + 0.5)))


def _relative(p: Floats, q: Floats) -> Floats:
    """Sum of p log(p / q) over the cells where neither is 0."""
    ratio = np.where(p > 0, divided(p, q, otherwise=1.0), 1.0)
    return np.asarray((p * np.log(ratio)).sum(axis=-1))


_DISTANCES: tuple[tuple[Scale, Distance], ...] = (
    (Scale("fidelity.tvd"), total_variation),
    (Scale("fidelity.js"), jensen_shannon),
    (Scale("fidelity.kl", high=np.inf), kullback_leibler),
)
