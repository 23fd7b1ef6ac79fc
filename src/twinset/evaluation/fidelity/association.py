"""How two columns hang together, whatever their marginals: a pattern whose length is the usual strength of association.

The pattern is the rank correlation of two numbers (its length |Spearman's rho|), the mean ranks of a number given a label
(the correlation ratio), or the residuals from independence of two labels (Cramér's V). The distance of two patterns counts
a correlation that changes sign, or labels that change places, even where the strength stays the same. Numbers and times
are taken as ranks in about twenty cells of their own side.
"""

from __future__ import annotations

import numpy as np

from twinset.evaluation.arrays import Floats, divided
from twinset.evaluation.cells import Cells


def strength(pattern: Floats) -> Floats:
    """Length of each draw's pattern: |rho|, eta or V of a pattern itself, how far two are apart of a difference."""
    return np.asarray(np.sqrt((pattern**2).sum(axis=1)))


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
    return divided(rank, np.where(deviation > 1e-9, deviation, 0.0), otherwise=0.0)


def _rank_correlation(joint: Floats) -> Floats:
    rows, columns = _midranks(joint.sum(axis=2)), _midranks(joint.sum(axis=1))
    total = np.maximum(joint.sum(axis=(1, 2)), 1.0)
    return np.asarray(np.einsum("bij,bi,bj->b", joint, rows, columns) / total)[:, None]


def _mean_ranks(joint: Floats) -> Floats:
    """Labels × ranks: the mean rank of each label, times the root of the label's share."""
    ranks, sizes = _midranks(joint.sum(axis=1)), joint.sum(axis=2)
    means = divided(np.einsum("bij,bj->bi", joint, ranks), sizes, otherwise=0.0)
    return np.asarray(means * np.sqrt(sizes / np.maximum(sizes.sum(axis=1, keepdims=True), 1.0)))


def _residuals(joint: Floats) -> Floats:
    """(share - product of the margins) / root of that product, per root of the smaller number of labels less one."""
    share = joint / np.maximum(joint.sum(axis=(1, 2), keepdims=True), 1.0)
    rows, columns = share.sum(axis=2), share.sum(axis=1)
    expected = rows[:, :, None] * columns[:, None, :]
    residual = divided(share - expected, np.sqrt(expected), otherwise=0.0)
    least = np.minimum((rows > 0).sum(axis=1), (columns > 0).sum(axis=1)) - 1
    return np.asarray((residual / np.sqrt(np.maximum(least, 1))[:, None, None]).reshape(len(joint), -1))
