"""What made texts say of themselves, with no real ones beside them: whether they repeat each other, how varied they are.

Without a corpus little can be called too little; the alarm is for what no use of texts bears: more than a quarter of a
column's texts nearly repeat an earlier one, and not by the luck of few texts.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core.score import Score
from twinset.evaluation.attacks.intervals import wilson
from twinset.evaluation.text.diversity import distinct_of, with_interval
from twinset.evaluation.text.measure import LIKENESS, MOST
from twinset.texts.minhash import repeats, signatures, similar_pairs

REPEATS = 0.25
"""The share of near-duplicates above which the alarm rings, the low end of its interval that is."""


def measure_own(name: str, texts: pa.Array) -> tuple[Score, ...]:
    """Scores of one column of texts, of at most ``MOST`` of them, spread over all."""
    some = texts.drop_null()
    some = some.take(pa.array(np.unique(np.linspace(0, len(some) - 1, min(len(some), MOST)).astype(np.int64))))
    if len(some) < 2:
        return (Score("text.duplicates", name, None, "lower", n=len(some), reason="there are fewer than two texts"),)
    made = signatures(some)
    hits = int(repeats(similar_pairs(made, LIKENESS), len(made)).sum())
    interval = wilson(hits, len(made))
    detail = {"rings": interval[0] > REPEATS}
    value, (low, high) = with_interval(distinct_of(some, 2), np.arange(len(some)))
    bounds = max(0.0, low), min(1.0, high)
    pairs = [Score("text.distinct_2", name, value, "baseline", bounds, n=len(some))] if np.isfinite(value) else []
    return (Score("text.duplicates", name, hits / len(made), "lower", interval, n=len(made), detail=detail), *pairs)
