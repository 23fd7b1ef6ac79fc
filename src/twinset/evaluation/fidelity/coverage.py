"""Category coverage: the share of train's labels that the twin has too, of those that at least 2 × ``privacy.K`` rows hold.

Rarer labels are left to privacy: a twin should not have to repeat them. The detail says what share of the twin's rows have
a label that no real row has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, divided
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import counts
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.privacy import K


@dataclass(frozen=True, slots=True)
class Coverage:
    """``fidelity.coverage`` of each column of labels, and the mean."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        figures = {}
        for column in encoded(comparison).columns:
            if column.kind == "label":
                train, twin = (side.astype(np.int64) + 1 for side in split.pooled(column))
                count = counts(train, twin, split, len(column.labels) + 1)
                value, baseline = (_found(count.reference[:, 1:], side[:, 1:]) for side in (count.synthetic, count.real))
                figures[column.name] = Figures(value, baseline, {"invented": _invented(column)})
        return Scale("fidelity.coverage", "higher").scores(figures, split.n)


def _found(wanted: Floats, held: Floats) -> Floats:
    is_wanted = wanted >= 2 * K
    return divided((is_wanted & (held > 0)).sum(axis=1), is_wanted.sum(axis=1))


def _invented(column: EncodedColumn) -> float:
    """Share of the twin's rows whose label no real row has."""
    is_real = np.zeros(len(column.labels) + 1, bool)
    for side in (column.train, column.holdout):
        if side is not None:
            is_real[side.astype(np.int64)] = True
    twin = column.synthetic.astype(np.int64)
    return float((~is_real[twin] & (twin >= 0)).mean())
