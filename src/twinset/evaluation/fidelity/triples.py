"""Triples of columns: total variation distance between their joint cells, of a seeded choice of triples.

Missing is a cell. There are up to some thousands of cells, so the distance is well above 0 for fresh real rows too: read it
beside its baseline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import Cells, coarse, counts
from twinset.evaluation.fidelity.pairs import chosen
from twinset.evaluation.fidelity.shares import total_variation


@dataclass(frozen=True, slots=True)
class Triples:
    """``fidelity.triple`` of at most ``most`` triples of columns, and their mean."""

    most: int = 30

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        cells, split = coarse(comparison, seed), halves(comparison, seed)
        figures = {}
        for places in chosen(len(cells), 3, self.most, seed.child("triples")).tolist():
            three = [cells[place] for place in places]
            train, twin, n_codes = _joint(three)
            count = counts(train, twin, split, n_codes)
            subject = " × ".join(each.name for each in three)
            value, baseline = (total_variation(count.reference, side) for side in (count.synthetic, count.real))
            figures[subject] = Figures(value, baseline)
        return Scale("fidelity.triple").scores(figures, split.n)


def _joint(cells: list[Cells]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """One code for each combination of codes that occurs."""
    n = len(cells[0].train)
    codes = np.zeros(n + len(cells[0].synthetic), np.int64)
    for each in cells:
        codes = codes * each.n_codes + np.concatenate([each.train, each.synthetic])
    found, place = np.unique(codes, return_inverse=True)
    return place[:n], place[n:], len(found)
