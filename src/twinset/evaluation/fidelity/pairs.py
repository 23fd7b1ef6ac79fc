"""Pairs of columns: their joint cells, and how they hang together.

``fidelity.pair`` is the total variation distance between the joint shares of two columns' cells, missing being a cell; it
sees every change that cells can show. ``fidelity.association`` is the distance between their patterns of association
(:mod:`twinset.evaluation.fidelity.association`), which marginals have no part in. Of many columns a seeded choice of pairs
is measured.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Rows
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.cells import Cells, Counts, coarse, counts, ranked
from twinset.evaluation.fidelity.association import pattern, strength
from twinset.evaluation.fidelity.shares import total_variation

MOST_PAIRS = 300


@dataclass(frozen=True, slots=True)
class Pairs:
    """``fidelity.pair`` and ``fidelity.association`` of pairs of columns, and their means."""

    most: int = MOST_PAIRS

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        cells, ranks, split = coarse(comparison, seed), ranked(comparison, seed), halves(comparison, seed)
        pairs = chosen(len(cells), 2, self.most, seed.child("pairs")).tolist()
        names = {f"{cells[i].name} × {cells[j].name}": (i, j) for i, j in pairs}
        joint = {name: _joint(cells[i], cells[j], split) for name, (i, j) in names.items()}
        hanging = {name: _hanging(ranks[i], ranks[j], split) for name, (i, j) in names.items()}
        detail = {"of": math.comb(len(cells), 2)}
        yield from Scale("fidelity.pair").scores(joint, split.n, detail)
        yield from Scale("fidelity.association", high=2.0).scores(hanging, split.n, detail)


def chosen(n_columns: int, size: int, most: int, seed: Seed) -> Rows:
    """At most ``most`` sets of ``size`` columns as sorted rows of positions; a seeded choice where there are more."""
    rng = seed.generator()
    if math.comb(n_columns, size) <= 4 * most:
        every = np.array(list(itertools.combinations(range(n_columns), size)), np.int64).reshape(-1, size)
        return every[np.sort(rng.permutation(len(every))[:most])]
    drawn = np.sort(rng.integers(n_columns, size=(8 * most, size)), axis=1)
    drawn = np.unique(drawn[(np.diff(drawn, axis=1) > 0).all(axis=1)], axis=0)
    return drawn[np.sort(rng.permutation(len(drawn))[:most])]


def tables(first: Cells, second: Cells, split: Halves) -> Counts:
    """Joint counts of two columns in every half: splits × codes of the first × codes of the second."""
    shape = (-1, first.n_codes, second.n_codes)
    codes = [
        one * second.n_codes + other for one, other in ((first.train, second.train), (first.synthetic, second.synthetic))
    ]
    joint = counts(codes[0], codes[1], split, first.n_codes * second.n_codes)
    return Counts(joint.reference.reshape(shape), joint.real.reshape(shape), joint.synthetic.reshape(shape))


def _joint(first: Cells, second: Cells, split: Halves) -> Figures:
    table = tables(first, second, split)
    reference, synthetic, real = (side.reshape(len(side), -1) for side in (table.reference, table.synthetic, table.real))
    return Figures(total_variation(reference, synthetic), total_variation(reference, real))


def _hanging(first: Cells, second: Cells, split: Halves) -> Figures:
    table = tables(first, second, split)
    reference, synthetic, real = (pattern(side, first, second) for side in (table.reference, table.synthetic, table.real))
    return Figures(strength(synthetic - reference), strength(real - reference))
