"""Alpha-precision and beta-recall (Alaa, van Breugel, Saveliev and van der Schaar, ICML 2022).

``fidelity.alpha_precision``: for each alpha, the smallest ball around real rows that holds a share alpha of them should hold
a share alpha of the twin's. ``fidelity.beta_recall``: for each beta, a real row counts as covered where the nearest row of
the twin's densest share beta is no further than the real row's nearest real neighbour; a share beta should be. Both are
1 - 2 × the mean distance from that ideal over alpha (beta), 1 at best, and are measured on small draws. Rows are
standardised numbers and one-hot labels; the paper's learned one-class embedding is not used, so the balls are those of the
data. For whole rows and small draws even fresh real rows are far from 1 in recall: read it beside its baseline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.encode import encoded
from twinset.evaluation.matrix import Draw, for_lines

N_DRAWS = 8
MOST_ROWS = 1_500
FEWEST_ROWS = 10
MOST_COLUMNS = 100
_LEVELS = np.linspace(0.05, 0.95, 19)


@dataclass(frozen=True, slots=True)
class Support:
    """``fidelity.alpha_precision`` and ``fidelity.beta_recall`` of the table."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        scales = Scale("fidelity.alpha_precision", "higher"), Scale("fidelity.beta_recall", "higher")
        n = min(split.n, MOST_ROWS)
        if n < FEWEST_ROWS:
            return [scale.unknown(None, f"{n} rows a side: at least {FEWEST_ROWS} are needed", n) for scale in scales]
        points = _points(comparison, split, n)
        kinds = [(_measured(reference, twin), _measured(reference, real)) for reference, twin, real in points]
        figures = np.array(kinds)
        return [scale.score(None, Figures(figures[:, 0, kind], figures[:, 1, kind]), n) for kind, scale in enumerate(scales)]


def _points(comparison: Comparison, split: Halves, n: int) -> Iterable[tuple[Floats, ...]]:
    """Rows as points: of the reference, of the twin, of other real rows, for some of the splits."""
    columns = encoded(comparison).columns[:MOST_COLUMNS]
    draws = zip(split.reference[:N_DRAWS], split.synthetic, split.real, strict=False)
    for reference, twin, real in draws:
        rows = (split.train_pool[reference[:n]], split.synthetic_pool[twin[:n]], split.train_pool[real[:n]])
        sides = (Draw("train", rows[0]), Draw("synthetic", rows[1]), Draw("train", rows[2]))
        yield tuple(for_lines(columns, draw).values.astype(np.float32) for draw in sides)


def _measured(reference: Floats, other: Floats) -> tuple[float, float]:
    return _precision(reference, other), _recall(reference, other)


def _precision(reference: Floats, other: Floats) -> float:
    centre = reference.mean(axis=0)
    radii = np.quantile(_length(reference - centre), _LEVELS)
    inside = (_length(other - centre)[:, None] <= radii).mean(axis=0)
    return float(1 - 2 * np.abs(inside - _LEVELS).mean())


def _recall(reference: Floats, other: Floats) -> float:
    centre = other.mean(axis=0)
    from_centre = _length(other - centre)
    neighbour = _distances(reference, reference)
    np.fill_diagonal(neighbour, np.inf)
    order = np.argsort(from_centre, kind="stable")
    nearest = np.minimum.accumulate(_distances(reference, other)[:, order], axis=1)
    sizes = np.maximum((_LEVELS * len(other)).astype(int), 1) - 1
    covered = (nearest[:, sizes] <= neighbour.min(axis=1)[:, None]).mean(axis=0)
    return float(1 - 2 * np.abs(covered - _LEVELS).mean())


def _length(vectors: Floats) -> Floats:
    return np.asarray(np.sqrt((vectors**2).sum(axis=1)))


def _distances(first: Floats, second: Floats) -> Floats:
    """Squared Euclidean distances, rows × rows."""
    square = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * (first @ second.T)
    return np.asarray(np.maximum(square, 0))
