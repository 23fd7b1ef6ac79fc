"""Draws that are less noisy than chance: what comes out is nearer to what is in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers

Floats = npt.NDArray[np.float64]


def evenly(groups: Numbers, rng: np.random.Generator) -> Floats:
    """Uniform draws, one for each row, spread evenly over the rows of a group (stratified sampling).

    What comes out of a group is what is in it with less noise than independent draws would give.
    """
    order, size = rng.permutation(len(groups)), np.bincount(groups)
    mixed = groups[order]
    mixed = mixed.astype(np.uint16) if len(size) <= 1 << 16 else mixed  # short numbers are sorted by their digits
    order = order[np.argsort(mixed, kind="stable")]
    first = np.cumsum(size) - size
    rank = np.empty(len(groups))
    rank[order] = np.arange(len(groups))
    return np.asarray((rank - first[groups] + rng.random(len(groups))) / size[groups])


def systematic(chances: Floats, order: Numbers, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which rows are picked, each with its own chance: of every stretch of rows in that order as many as there should be.

    Systematic sampling with unequal chances (Madow 1949). At most one number is off.
    """
    reached = np.floor(np.cumsum(chances[order]) + rng.random())
    picked = np.empty(len(chances), dtype=np.bool_)
    picked[order] = np.diff(reached, prepend=0.0) > 0
    return picked
