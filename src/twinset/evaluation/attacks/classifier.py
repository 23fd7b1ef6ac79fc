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
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.attacks.arena import Arena, Records
from twinset.evaluation.attacks.membership import membership, metrics_of

ROWS = 10_000
"""Rows of each side that it learns from, at most."""
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Classifier:
    """The attack, by boosted trees."""

    metrics = metrics_of("classifier")
    has_control = True

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """AUC and hit rate of the classifier's log odds."""
        size = min(ROWS, len(arena.twin), len(arena.ground.reference))
        sides = np.vstack([_matrix(rows.take(slice(0, size))) for rows in (arena.twin, arena.ground.reference)])
        queries = _matrix(arena.ground.query_rows)
        has_values = ~np.isnan(sides).all(axis=0)
        suspicion = np.zeros(len(queries))
        if has_values.any():
            suspicion = _log_odds(sides[:, has_values], np.repeat([1, 0], size), queries[:, has_values], seed)
        return membership(self.metrics, suspicion, arena.ground, seed)


def _log_odds(sides: Floats, is_twin: Rows, queries: Floats, seed: Seed) -> Floats:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=ROUNDS, early_stopping=False, min_samples_leaf=5, random_state=seed.integer()
    )
    return np.asarray(model.fit(sides, is_twin).decision_function(queries))


def _matrix(rows: Records) -> Floats:
    return np.column_stack([np.clip(values.astype(np.float64), -1e300, 1e300) for values in rows.values])
