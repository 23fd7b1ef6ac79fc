"""Membership by density: suspicious is a record around which the twin is denser than the population is.

DOMIAS (van Breugel, Sun, Qian, van der Schaar, AISTATS 2023) divides the twin's density at a record by a reference density.
Both are kernel estimates here, with a Gaussian kernel as wide as the population is sparse at the record, summed over the
nearest rows of each side; the constants of the kernel cancel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.attacks.arena import Arena
from twinset.evaluation.attacks.membership import membership, metrics_of
from twinset.evaluation.attacks.nearest import FLOOR

WIDTH = 0.5
"""Squared width of the kernel in squared distances to the nearest reference row; wider ones blur single records."""


@dataclass(frozen=True, slots=True)
class Domias:
    """The attack."""

    metrics = metrics_of("domias")
    has_control = True

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """AUC and hit rate of the log ratio of the two densities."""
        width = WIDTH * arena.ground.to_reference[:, :1].astype(np.float64) + FLOOR
        twin, reference = (_log_density(gaps / width) for gaps in (arena.to_twin, arena.ground.to_reference))
        return membership(self.metrics, twin - reference, arena.ground, seed)


def _log_density(gaps: Floats) -> Floats:
    """Log of the sum of the kernels, stable where every row is far."""
    nearest = gaps[:, :1]
    return np.asarray(np.log(np.exp((nearest - gaps) / 2).sum(axis=1)) - nearest[:, 0] / 2)
