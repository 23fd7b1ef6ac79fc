"""Chances that follow from the number of a parent and of a step alone, so that any part of a timeline can be told alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed
from twinset.synthesizers.rules.keys import mixed, random_words
from twinset.synthesizers.rules.rule import Index

Floats = npt.NDArray[np.float64]
_GOLDEN = 0x9E3779B97F4A7C15


def chances(owners: Index, step: int, seed: Seed) -> Floats:
    """A number from 0 to 1, without these, for one step of each owner."""
    words = mixed(random_words(owners, seed), (step + 1) * _GOLDEN & 0xFFFFFFFFFFFFFFFF)
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def waits(owners: Index, step: int, seed: Seed, mean: float | Floats) -> Floats:
    """Times to wait for what happens by chance, which are ``mean`` on average."""
    return np.asarray(-np.log(chances(owners, step, seed)) * mean)


def common_seed(seed: Seed) -> Seed:
    """The seed that all columns of a table's timeline share, from the seed of any of them."""
    return Seed(seed.root, (*seed.path[:-1], "timeline"))
