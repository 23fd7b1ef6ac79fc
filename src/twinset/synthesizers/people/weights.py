"""Weighted choice by one look into a table: a table of 65,536 places holds each word as often as its weight says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SIZE = 1 << 16


def shares(weights: Sequence[float]) -> npt.NDArray[np.int32]:
    """How many of the 65,536 places each word has: at least one, the rest by weight (largest remainders)."""
    weight = np.asarray(weights, np.float64)
    exact = weight / weight.sum() * (SIZE - len(weight))
    counts = exact.astype(np.int32)
    missing = SIZE - len(weight) - int(counts.sum())
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[:missing]] += 1
    return np.asarray(counts + np.int32(1))


def table(counts: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The table that :func:`shares` describes: 16 random bits in, an index out."""
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)
