"""Whether the holdout is what it is taken for: rows that are no rows of train.

Rows of common values stand in both by nature, about as often as rows of train stand in train twice. Clearly beyond that, the
holdout was learned from as well, and no attack can tell members from strangers.
"""

from __future__ import annotations

import numpy as np

from twinset.evaluation.attacks.arena import Ground
from twinset.evaluation.attacks.intervals import newcombe
from twinset.evaluation.attacks.words import words

MOST = 0.05
"""Rows of the holdout, as a share, that may be rows of train beyond those that are by nature."""


def overlap(ground: Ground) -> str:
    """Why the holdout is not unseen, or nothing."""
    known, unseen = words(ground.train).keys(), words(ground.strangers).keys()
    _, place, times = np.unique(known, return_inverse=True, return_counts=True)
    n_twice, n_both = int((times[place] > 1).sum()), int(np.isin(unseen, known).sum())
    if newcombe(n_both, len(unseen), n_twice, len(known))[0] <= MOST:
        return ""
    by_nature = f"{n_twice / len(known):.0%} would be by nature"
    return (
        f"{n_both:,} of {len(unseen):,} rows of the holdout are rows of train ({by_nature}): they were learned from, "
        "and no leak can be told from knowledge"
    )
