"""The area under the ROC curve, ties counted half, and its standard error after DeLong, DeLong and Clarke-Pearson (1988)."""

from __future__ import annotations

import numpy as np

from twinset.evaluate.arrays import Flags, Floats, divided


def midranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(times) - (times - 1) / 2)[place]


def auc(positive: Floats, negative: Floats) -> tuple[float, float]:
    """Chance that a positive's score lies above a negative's, and its standard error; both sides hold at least one row."""
    m, n = len(positive), len(negative)
    among_all = midranks(np.concatenate([positive, negative]))
    above = (among_all[:m] - midranks(positive)) / n
    below = 1 - (among_all[m:] - midranks(negative)) / m
    variance = sum(float(part.var(ddof=1)) / len(part) for part in (above, below) if len(part) > 1)
    return float(above.mean()), float(np.sqrt(variance))


def weighted_auc(score: Floats, is_positive: Flags, weights: Floats) -> Floats:
    """The area under each row of ``weights`` (draws × rows), as a bootstrap asks for: draws."""
    order = np.argsort(score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=np.inf))
    positive = np.cumsum(weights[:, order] * is_positive[order], axis=1)[:, ends]
    negative = np.cumsum(weights[:, order] * ~is_positive[order], axis=1)[:, ends]
    won = np.diff(positive, axis=1, prepend=0.0) * (negative - np.diff(negative, axis=1, prepend=0.0) / 2)
    return divided(won.sum(axis=1), positive[:, -1] * negative[:, -1])
