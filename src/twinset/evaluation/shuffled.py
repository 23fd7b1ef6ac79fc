"""Permutation importance: copies of the rows in each of which one column, and all that is made of it, is shuffled."""

from __future__ import annotations

import numpy as np

from twinset.evaluation.arrays import Floats
from twinset.evaluation.matrix import Features


def shuffled_copies(given: Features) -> tuple[tuple[str, ...], Floats]:
    """The columns' names, and copies × rows × features: the rows as they are, then with each column's features shuffled.

    The rows must be in random order: shuffling is moving by half of them, the same for all features of a column.
    """
    names = tuple(dict.fromkeys(name for source in given.sources for name in source))
    copies = np.repeat(given.values[None], len(names) + 1, axis=0)
    for copy, name in zip(copies[1:], names, strict=True):
        touched = [place for place, source in enumerate(given.sources) if name in source]
        copy[:, touched] = np.roll(given.values[:, touched], len(given.values) // 2, axis=0)
    return names, copies
