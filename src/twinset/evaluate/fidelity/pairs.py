"""Pairs of columns: their joint cells, and the strength of their association.

``fidelity.pair`` is the total variation distance between the joint shares of two columns' cells, missing being a cell; it
sees every change that cells can show. ``fidelity.association`` is the absolute difference of one number that says how
strongly the two hang together, whatever their marginals: Spearman's rank correlation of two numbers (signed, so up to 2),
the correlation ratio of a number's ranks given a label, or Cramér's V of two labels with Bergsma's (2013) correction for
bias. Ranks are those of the cells. Of many columns a seeded choice of pairs is measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluate.baseline import Figures, Floats, Halves, Rows, Scale, halves
from twinset.evaluate.cells import Cells, Counts, coarse, counts
from twinset.evaluate.fidelity.shares import total_variation

MOST_PAIRS = 300


@dataclass(frozen=True, slots=True)
class Pairs:
    """``fidelity.pair`` and ``fidelity.association`` of pairs of columns, and their means."""

    most: int = MOST_PAIRS

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        cells, split = coarse(comparison, seed), halves(comparison, seed)
        joint: dict[str, Figures] = {}
        strength: dict[str, Figures] = {}
        detail = {"measured": 0, "of": math.comb(len(cells), 2)}
        for i, j in chosen(len(cells), 2, self.most, seed.child("pairs")).tolist():
            subject, table = f"{cells[i].name} × {cells[j].name}", tables(cells[i], cells[j], split)
            flat = [side.reshape(len(side), -1) for side in (table.reference, table.synthetic, table.real)]
            joint[subject] = Figures(total_variation(flat[0], flat[1]), total_variation(flat[0], flat[2]), detail)
            strength[subject] = _differences(table, cells[i], cells[j])
        detail["measured"] = len(joint)
        yield from Scale("fidelity.pair").scores(joint, split.n)
        yield from Scale("fidelity.association", high=2.0).scores(strength, split.n)


def chosen(n_columns: int, size: int, most: int, seed: Seed) -> Rows:
    """At most ``most`` sets of ``size`` columns as sorted rows of positions; a seeded choice where there are more."""
    rng = seed.generator()
    if math.comb(n_columns, size) <= 4 * most:
        import itertools

        every = np.array(list(itertools.combinations(range(n_columns), size)), np.int64).reshape(-1, size)
        return every[np.sort(rng.permutation(len(every))[:most])]
    drawn = np.sort(rng.integers(n_columns, size=(8 * most, size)), axis=1)
    drawn = np.unique(drawn[(np.diff(drawn, axis=1) > 0).all(axis=1)], axis=0)
    return drawn[np.sort(rng.permutation(len(drawn))[:most])]


def tables(first: Cells, second: Cells, split: Halves) -> Counts:
    """Joint counts of two columns in every half: splits × codes of the first × codes of the second."""
    shape = (-1, first.n_codes, second.n_codes)
    codes = [one * second.n_codes + other for one, other in ((first.train, second.train), (first.synthetic, second.synthetic))]
    joint = counts(codes[0], codes[1], split, first.n_codes * second.n_codes)
    return Counts(joint.reference.reshape(shape), joint.real.reshape(shape), joint.synthetic.reshape(shape))


def _differences(table: Counts, first: Cells, second: Cells) -> Figures:
    reference, real, synthetic = (association(side, first, second) for side in (table.reference, table.real, table.synthetic))
    return Figures(np.abs(synthetic - reference), np.abs(real - reference))


def association(joint: Floats, first: Cells, second: Cells) -> Floats:
    """Strength from joint counts (draws × codes × codes, missing last): signed for two numbers, else 0 to 1."""
    known = joint[:, :-1, :-1]
    kinds = (first.kind == "label", second.kind == "label")
    if kinds == (True, True):
        return _cramers_v(known)
    if kinds == (False, False):
        return _spearman(known)
    return _correlation_ratio(known if kinds[0] else known.transpose(0, 2, 1))


def _midranks(margin: Floats) -> Floats:
    """Rank of each cell in its draw (draws × cells), centred and scaled to unit variance; 0 for a constant."""
    total = np.maximum(margin.sum(axis=-1, keepdims=True), 1.0)
    rank = (np.cumsum(margin, axis=-1) - margin / 2) / total - 0.5
    deviation = np.sqrt((margin * rank**2).sum(axis=-1, keepdims=True) / total)
    return np.divide(rank, deviation, out=np.zeros_like(rank), where=deviation > 1e-9)


def _spearman(joint: Floats) -> Floats:
    rows, columns = _midranks(joint.sum(axis=2)), _midranks(joint.sum(axis=1))
    total = np.maximum(joint.sum(axis=(1, 2)), 1.0)
    return np.asarray(np.einsum("bij,bi,bj->b", joint, rows, columns) / total)


def _correlation_ratio(joint: Floats) -> Floats:
    """Labels × ranks: the share of the ranks' standard deviation that lies between the labels."""
    ranks = _midranks(joint.sum(axis=1))
    sums, sizes = np.einsum("bij,bj->bi", joint, ranks), joint.sum(axis=2)
    between = np.divide(sums**2, sizes, out=np.zeros_like(sums), where=sizes > 0).sum(axis=1)
    return np.sqrt(np.clip(between / np.maximum(sizes.sum(axis=1), 1.0), 0.0, 1.0))


def _cramers_v(joint: Floats) -> Floats:
    total = np.maximum(joint.sum(axis=(1, 2)), 2.0)
    rows, columns = joint.sum(axis=2), joint.sum(axis=1)
    expected = rows[:, :, None] * columns[:, None, :] / total[:, None, None]
    square = np.divide((joint - expected) ** 2, expected, out=np.zeros_like(joint), where=expected > 0).sum(axis=(1, 2)) / total
    r, k = (rows > 0).sum(axis=1), (columns > 0).sum(axis=1)
    excess = np.maximum(square - (r - 1) * (k - 1) / (total - 1), 0.0)
    r, k = r - (r - 1) ** 2 / (total - 1), k - (k - 1) ** 2 / (total - 1)
    least = np.minimum(r, k) - 1
    return np.sqrt(np.clip(np.divide(excess, least, out=np.zeros_like(excess), where=least > 1e-9), 0.0, 1.0))
