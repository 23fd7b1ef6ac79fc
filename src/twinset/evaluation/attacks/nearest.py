"""Membership by the nearest row: suspicious is a record that has a twin row much nearer than any reference row.

Dividing by the distance to the nearest reference row calibrates for records that lie in a crowd (after Chen et al.,
GAN-Leaks, CCS 2020). It misses values that are copied one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import Arena
from twinset.evaluation.attacks.membership import membership, metrics_of

FLOOR = 1e-4
"""Squared distances below it are all "the same place": it is the rounding of the matrix product and a grid step."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The attack."""

    metrics = metrics_of("nearest")
    has_control = True

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """AUC and hit rate of the log ratio of the two distances."""
        twin, reference = (gaps[:, 0].astype(np.float64) + FLOOR for gaps in (arena.to_twin, arena.ground.to_reference))
        return membership(self.metrics, np.log(reference / twin), arena.ground, seed)
