"""95% intervals for what attacks measure: shares, differences of shares, and the hit rate of membership inference.

All take one figure a record, each record once, and records that are independent (one row an entity).

Sources: Wilson, JASA 22 (1927) for a share; Newcombe, Statistics in Medicine 17 (1998), method 10, for a difference of
shares; the percentile bootstrap for the hit rate.
"""

from __future__ import annotations

import numpy as np

from twinset.core.score import Interval
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats

Z = 1.959964
RESAMPLES = 200
FALSE_ALARMS = 0.01
"""The share of strangers that a membership attack may take for members."""


def wilson(hits: int, n: int) -> Interval:
    """Interval of a share; (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    p = hits / n
    middle, spread = p + Z**2 / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n * n))
    low, high = (float(end / (1 + Z**2 / n)) for end in (middle - spread, middle + spread))
    return (low if hits else 0.0), (high if hits < n else 1.0)


def newcombe(hits_a: int, n_a: int, hits_b: int, n_b: int) -> Interval:
    """Interval of share a minus share b, sound for small counts and for none."""
    if min(n_a, n_b) == 0:
        return -1.0, 1.0
    a, b = hits_a / n_a, hits_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson(hits_a, n_a), wilson(hits_b, n_b)
    below, above = np.hypot(a - low_a, high_b - b), np.hypot(high_a - a, b - low_b)
    return float(a - b - below), float(a - b + above)


def hit_rate(members: Floats, strangers: Floats, seed: Seed) -> tuple[float, Interval]:
    """Share of members found where 1% of strangers are taken for members, with a bootstrap interval over records.

    Among equal scores members are found by lot, as the straight line of the ROC curve has it.
    """
    levels = np.unique(np.concatenate([members, strangers]))
    places = [len(levels) - 1 - np.searchsorted(levels, side) for side in (members, strangers)]
    random = seed.generator()
    rates = []
    for i in range(RESAMPLES + 1):
        counts = []
        for place in places:
            drawn = place if i == 0 else place[random.integers(0, len(place), len(place))]
            counts.append(np.cumsum(np.bincount(drawn, minlength=len(levels))) / len(place))
        rates.append(float(np.interp(FALSE_ALARMS, np.r_[0, counts[1]], np.r_[0, counts[0]])))
    low, high = np.quantile(rates[1:], [0.025, 0.975])
    return rates[0], (float(low), float(high))
