"""Membership by a classifier: one learns to tell twin rows from reference rows; suspicious is a record it takes for twin.

It sees what the density of whole rows does not: that the twin prefers a combination of a few columns which the record has
(a simple form of the attacks of Houssiau et al., TAPAS, 2022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluate.attacks.arena import Arena, Records
from twinset.evaluate.attacks.intervals import Floats
from twinset.evaluate.attacks.membership import membership, metrics_of

ROWS = 10_000
"""Records of each side that it learns from, at most."""
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Classifier:
    """The attack, by boosted trees."""

    metrics = metrics_of("classifier")
    has_control = True

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """AUC and hit rate of the classifier's log odds."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        size = min(ROWS, len(arena.twin), len(arena.ground.reference))
        sides = [_matrix(rows.take(slice(0, size))) for rows in (arena.twin, arena.ground.reference)]
        model = HistGradientBoostingClassifier(
            max_iter=ROUNDS, early_stopping=False, min_samples_leaf=5, random_state=seed.integer()
        )
        model.fit(np.vstack(sides), np.repeat([1, 0], size))
        return membership(self.metrics, model.decision_function(_matrix(arena.ground.query_rows)), arena.ground, seed)


def _matrix(rows: Records) -> Floats:
    return np.column_stack([np.clip(values.astype(np.float64), -1e300, 1e300) for values in rows.values])
