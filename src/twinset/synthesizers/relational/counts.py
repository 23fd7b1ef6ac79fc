"""How many rows each owner gets: as drawn, and together exactly as many as are wanted."""

from __future__ import annotations

import numpy as np

from twinset.core.keys import Places
from twinset.privacy.values import Numbers


def settle(drawn: Numbers, wanted: int, rng: np.random.Generator) -> Numbers:
    """The counts, scaled by systematic rounding so that they sum to ``wanted``; who has none goes on to have none.

    Where no count is above one (one-to-one), who has a row is changed instead.
    """
    counts = np.maximum(drawn, 0)
    if not len(counts) or wanted == 0:
        return np.zeros(len(counts), dtype=np.int64)
    if counts.max() <= 1:
        return _few(counts, wanted, rng)
    total = int(counts.sum())
    order = rng.permutation(len(counts))
    reached = np.floor(np.cumsum(counts[order] * (wanted / total)) + rng.random())
    reached[-1] = wanted if reached[-1] != wanted else reached[-1]
    scaled = np.empty(len(counts), dtype=np.int64)
    scaled[order] = np.diff(np.minimum(reached, wanted), prepend=0).astype(np.int64)
    return scaled


def _few(counts: Numbers, wanted: int, rng: np.random.Generator) -> Numbers:
    """Counts of at most one, with that sum; above one only where more rows are wanted than there are owners."""
    over, wanted_of_one = divmod(wanted, len(counts))
    if over:
        counts = np.zeros_like(counts)
    change = wanted_of_one - int(counts.sum())
    free = np.flatnonzero(counts == (0 if change > 0 else 1))
    counts = counts.copy()
    counts[rng.permutation(free)[: abs(change)]] += 1 if change > 0 else -1
    return counts + over


def places_of(counts: Numbers) -> Places:
    """The owner's place of every row."""
    return np.repeat(np.arange(len(counts)), counts)


def part_of(counts: Numbers, start: int, stop: int) -> tuple[Numbers, Numbers]:
    """Of the rows [start, stop), owner by owner, how many each owner has, and how many of its rows are before them."""
    ends = np.cumsum(counts)
    first = np.clip(ends - counts, start, stop)
    return np.clip(ends, start, stop) - first, np.clip(start - (ends - counts), 0, counts)


def ordinals(counts: Numbers) -> Numbers:
    """The number of every row among those of its owner, from 1."""
    ends = np.cumsum(counts)
    return np.arange(1, int(ends[-1]) + 1 if len(ends) else 1) - np.repeat(ends - counts, counts)


def between(n_rows: int, start: int, stop: int, n_all: int) -> tuple[int, int]:
    """Which of ``n_rows`` rows go with the places [start, stop) of ``n_all``, so that all together make all of them."""
    if n_all == 0:
        return (0, n_rows) if start == 0 else (n_rows, n_rows)
    return n_rows * start // n_all, n_rows * stop // n_all
