"""Missing values: how far apart the shares of missing cells are, 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import coarse, counts, shares


@dataclass(frozen=True, slots=True)
class Missing:
    """``fidelity.missing`` of each column, and the mean."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        figures = {}
        for cells in coarse(comparison, seed):
            is_missing = (cells.train == cells.n_values, cells.synthetic == cells.n_values)
            count = counts(is_missing[0].astype(np.int32), is_missing[1].astype(np.int32), split, 2)
            rates = [shares(side)[:, 1] for side in (count.reference, count.synthetic, count.real)]
            figures[cells.name] = Figures(np.abs(rates[1] - rates[0]), np.abs(rates[2] - rates[0]))
        return Scale("fidelity.missing", of_rows=True).scores(figures, split.n)
