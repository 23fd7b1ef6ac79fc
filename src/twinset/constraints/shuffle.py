"""Numbers shuffled without being stored: a keyed permutation of [0, size), for values that must all differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed

MOST = 2**60
_ROUNDS = 4


def shuffled(numbers: npt.NDArray[np.int64], size: int, seed: Seed) -> npt.NDArray[Any]:
    """A number in [0, size) for each number, different ones for different numbers; those from ``size`` on start again.

    A Feistel network (Luby and Rackoff 1988) over a power of four, walked until it is inside (Black and Rogaway 2002).
    Beyond ``MOST`` numbers, each shuffled one stands in a stretch of its own, at a drawn place (objects: Python's integers).
    """
    if size > MOST:
        stretch = size // MOST
        within = seed.child("within").generator().integers(2**63, size=len(numbers), dtype=np.int64).astype(object)
        places: npt.NDArray[Any] = shuffled(numbers, MOST, seed).astype(object) * stretch + within % stretch
        return places
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    keys = seed.child("rounds").generator().integers(2**63, size=_ROUNDS, dtype=np.uint64)
    worth = (numbers % size).astype(np.uint64)
    outside = np.arange(len(worth))
    while len(outside):
        worth[outside] = _feistel(worth[outside], keys, half)
        outside = outside[worth[outside] >= size]
    return worth.astype(np.int64)


def _feistel(words: npt.NDArray[np.uint64], keys: npt.NDArray[np.uint64], half: int) -> npt.NDArray[np.uint64]:
    mask, shift = np.uint64(2**half - 1), np.uint64(half)
    left, right = words >> shift, words & mask
    for key in keys:
        left, right = right, left ^ (_mixed(right + key) & mask)
    return (left << shift) | right


def _mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014), which wraps on purpose."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
