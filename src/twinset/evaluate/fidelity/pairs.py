"""Pairs of columns: their joint cells, and the strength of their association.

``fidelity.pair`` is the total variation distance between the joint shares of two columns' cells, missing being a cell; it
sees every change that cells can show. ``fidelity.association`` is about how the two hang together, whatever their
marginals. Each kind of pair has a pattern whose length is the usual strength: the rank correlation of two numbers
(|Spearman's rho|), the mean ranks of a number given a label (the correlation ratio), the residuals from independence of two
labels (Cramér's V). The figure is the length of the difference of two patterns, so that a correlation that changes sign, or
labels that change places, count even where the strength stays the same. Ranks are those of the cells.

Of many columns a seeded choice of pairs is measured.
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
        patterns: dict[str, Figures] = {}
        detail = {"measured": 0, "of": math.comb(len(cells), 2)}
        for i, j in chosen(len(cells), 2, self.most, seed.child("pairs")).tolist():
            subject, table = f"{cells[i].name} × {cells[j].name}", tables(cells[i], cells[j], split)
            flat = [side.reshape(len(side), -1) for side in (table.reference, table.synthetic, table.real)]
            joint[subject] = Figures(total_variation(flat[0], flat[1]), total_variation(flat[0], flat[2]), detail)
            patterns[subject] = _differences(table, cells[i], cells[j])
        detail["measured"] = len(joint)
        yield from Scale("fidelity.pair").scores(joint, split.n)
        yield from Scale("fidelity.association", high=2.0).scores(patterns, split.n)


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
    codes = [
        one * second.n_codes + other for one, other in ((first.train, second.train), (first.synthetic, second.synthetic))
    ]
    joint = counts(codes[0], codes[1], split, first.n_codes * second.n_codes)
    return Counts(joint.reference.reshape(shape), joint.real.reshape(shape), joint.synthetic.reshape(shape))


def _differences(table: Counts, first: Cells, second: Cells) -> Figures:
    reference, real, synthetic = (pattern(side, first, second) for side in (table.reference, table.real, table.synthetic))
    return Figures(strength(synthetic - reference), strength(real - reference))


def strength(pattern: Floats) -> Floats:
    """Length of each draw's pattern: |rho|, eta or V of a pattern itself, how far two are apart of a difference."""
    return np.sqrt((pattern**2).sum(axis=1))


def pattern(joint: Floats, first: Cells, second: Cells) -> Floats:
    """How two columns hang together, from joint counts (draws × codes × codes, missing last): draws × components."""
    known = joint[:, :-1, :-1]
    are_labels = (first.kind == "label", second.kind == "label")
    if are_labels == (True, True):
        return _residuals(known)
    if are_labels == (False, False):
        return _rank_correlation(known)
    return _mean_ranks(known if are_labels[0] else known.transpose(0, 2, 1))


def _midranks(margin: Floats) -> Floats:
    """Rank of each cell in its draw (draws × cells), centred and scaled to unit variance; 0 for a constant."""
    total = np.maximum(margin.sum(axis=-1, keepdims=True), 1.0)
    rank = (np.cumsum(margin, axis=-1) - margin / 2) / total - 0.5
    deviation = np.sqrt((margin * rank**2).sum(axis=-1, keepdims=True) / total)
    return np.divide(rank, deviation, out=np.zeros_like(rank), where=deviation > 1e-9)


def _rank_correlation(joint: Floats) -> Floats:
    rows, columns = _midranks(joint.sum(axis=2)), _midranks(joint.sum(axis=1))
    total = np.maximum(joint.sum(axis=(1, 2)), 1.0)
    return np.asarray(np.einsum("bij,bi,bj->b", joint, rows, columns) / total)[:, None]


def _mean_ranks(joint: Floats) -> Floats:
    """Labels × ranks: the mean rank of each label, times the root of the label's share."""
    ranks, sizes = _midranks(joint.sum(axis=1)), joint.sum(axis=2)
    means = np.divide(np.einsum("bij,bj->bi", joint, ranks), sizes, out=np.zeros_like(sizes), where=sizes > 0)
    return np.asarray(means * np.sqrt(sizes / np.maximum(sizes.sum(axis=1, keepdims=True), 1.0)))


def _residuals(joint: Floats) -> Floats:
    """(share - product of the margins) / root of that product, per root of the smaller number of labels less one."""
    share = joint / np.maximum(joint.sum(axis=(1, 2), keepdims=True), 1.0)
    rows, columns = share.sum(axis=2), share.sum(axis=1)
    expected = rows[:, :, None] * columns[:, None, :]
    residual = np.divide(share - expected, np.sqrt(expected), out=np.zeros_like(share), where=expected > 0)
    least = np.minimum((rows > 0).sum(axis=1), (columns > 0).sum(axis=1)) - 1
    return np.asarray((residual / np.sqrt(np.maximum(least, 1))[:, None, None]).reshape(len(joint), -1))
