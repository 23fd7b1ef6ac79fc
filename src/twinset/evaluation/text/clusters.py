"""Kinds of text by clusters of both sides together: whether the shares are alike, and how much the largest one holds."""

from __future__ import annotations

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows

_MOST = 24


def clusters(sides: list[Floats], seed: Seed) -> list[Rows]:
    """The cluster of each text, of as many clusters as the smaller side can fill with about ten texts."""
    from sklearn.cluster import KMeans

    n_clusters = max(2, min(_MOST, min(map(len, sides)) // 10))
    every = np.concatenate(sides)
    found = KMeans(n_clusters, n_init=2, random_state=seed.child("clusters").integer()).fit_predict(every)
    return [part.astype(np.int64) for part in np.split(found, np.cumsum(list(map(len, sides)))[:-1])]


def misplaced(one: Rows, other: Rows) -> float:
    """The share of texts that would have to be of another cluster (total variation)."""
    n = int(max(one.max(initial=0), other.max(initial=0))) + 1
    shares = [np.bincount(side, minlength=n) / max(len(side), 1) for side in (one, other)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def largest(one: Rows) -> float:
    """The share of texts in the cluster that holds most."""
    return float(np.bincount(one).max(initial=0) / max(len(one), 1))
