"""The area under the ROC curve, ties counted half, and its standard error after DeLong, DeLong and Clarke-Pearson (1988).

With rows of the same person the error is Obuchowski's (1997), for clustered data, without the covariance of the two sides.
"""

from __future__ import annotations

import numpy as np

from twinset.evaluation.arrays import Flags, Floats, Rows, divided


def midranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(times) - (times - 1) / 2)[place]


def auc(positive: Floats, negative: Floats, units: tuple[Rows, Rows] | None = None) -> tuple[float, float]:
    """Chance that a positive's score lies above a negative's, and its standard error; both sides hold at least one row.

    ``units`` are whose row each is, on either side: rows of one unit are not independent and count together.
    """
    m, n = len(positive), len(negative)
    among_all = midranks(np.concatenate([positive, negative]))
    above = (among_all[:m] - midranks(positive)) / n
    below = 1 - (among_all[m:] - midranks(negative)) / m
    whose = units or (np.arange(m), np.arange(n))
    variance = _variance_of_mean(above, whose[0]) + _variance_of_mean(below, whose[1])
    return float(above.mean()), float(np.sqrt(variance))


def _variance_of_mean(values: Floats, whose: Rows) -> float:
    """From the sums of deviations of independent units; 0 where there is one unit only."""
    sums = np.bincount(whose, weights=values - values.mean())
    n_units = len(np.unique(whose))
    return float((sums**2).sum()) / len(values) ** 2 * n_units / (n_units - 1) if n_units > 1 else 0.0


def weighted_auc(score: Floats, is_positive: Flags, weights: Floats) -> Floats:
    """The area under each row of ``weights`` (draws × rows), as a bootstrap asks for: draws."""
    order = np.argsort(score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=np.inf))
    positive = np.cumsum(weights[:, order] * is_positive[order], axis=1)[:, ends]
    negative = np.cumsum(weights[:, order] * ~is_positive[order], axis=1)[:, ends]
    won = np.diff(positive, axis=1, prepend=0.0) * (negative - np.diff(negative, axis=1, prepend=0.0) / 2)
    return divided(won.sum(axis=1), positive[:, -1] * negative[:, -1])
