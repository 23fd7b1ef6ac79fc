"""Range kept: whether numbers and times reach no further than train's, and as far.

``fidelity.range`` is the share of the twin's values that lie in train's range; ``fidelity.reach`` the share of train's
values that lie in the twin's. 1 is all. A range goes from the K-th smallest to the K-th largest value (``privacy.K``; nearer
the ends in small tables), because extremes belong to somebody and a twin should not reach them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, divided
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.encode import encoded
from twinset.privacy import K


@dataclass(frozen=True, slots=True)
class Span:
    """``fidelity.range`` and ``fidelity.reach`` of each number and time, and the means."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        inside: dict[str, Figures] = {}
        reached: dict[str, Figures] = {}
        for column in encoded(comparison).columns:
            if column.kind != "label" and split.n:
                train, twin = (np.asarray(side, np.float64) for side in split.pooled(column))
                reference, real, synthetic = train[split.reference], train[split.real], twin[split.synthetic]
                inside[column.name] = Figures(_inside(synthetic, *_range(reference)), _inside(real, *_range(reference)))
                reached[column.name] = Figures(_inside(reference, *_range(synthetic)), _inside(reference, *_range(real)))
        yield from Scale("fidelity.range", "higher", of_rows=True).scores(inside, split.n)
        yield from Scale("fidelity.reach", "higher", of_rows=True).scores(reached, split.n)


def _range(values: Floats) -> tuple[Floats, Floats]:
    n = values.shape[1]
    place = min(K, max(n // 20, 1)) - 1
    known = np.isfinite(values)
    low = np.partition(np.where(known, values, np.inf), place, axis=1)[:, place]
    high = np.partition(np.where(known, values, -np.inf), n - 1 - place, axis=1)[:, n - 1 - place]
    return low, high


def _inside(values: Floats, low: Floats, high: Floats) -> Floats:
    inside = ((values >= low[:, None]) & (values <= high[:, None])).sum(axis=1)
    share = divided(inside, np.isfinite(values).sum(axis=1))
    return np.where(np.isfinite(low) & np.isfinite(high), share, np.nan)
