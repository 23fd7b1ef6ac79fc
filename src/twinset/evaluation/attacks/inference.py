"""Attribute inference: reading a secret column of a record off the twin row that is nearest in all the others.

A label is guessed right when it is the record's; a number when it lies within a twentieth of the column's ranks. What the
data says about everybody can be inferred by design and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags
from twinset.evaluation.attacks.arena import Arena
from twinset.evaluation.attacks.gains import gain
from twinset.evaluation.attacks.space import SPREAD, Points, nearest_rows

METRIC = "privacy.inference"
TARGETS = 400
BASE_ROWS = 15_000
MOST_SECRETS = 20
"""Columns that are tried as secrets; of wider tables a seeded draw."""
NEAR = SPREAD / 20


@dataclass(frozen=True, slots=True)
class Inference:
    """The attack, one column after the other as the secret."""

    metrics = (METRIC,)
    has_control = False

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """One score for each secret column."""
        ground, width = arena.ground, len(arena.ground.columns)
        size = min(ground.effort * TARGETS, ground.n_queries)
        targets = ground.members.take(slice(0, size)).beside(ground.strangers.take(slice(0, size)))
        twin = arena.twin.take(slice(0, BASE_ROWS))
        secrets = sorted(seed.generator().permutation(width)[:MOST_SECRETS].tolist()) if width > 1 else []
        for secret in secrets:
            others = [i for i in range(width) if i != secret]
            known, base = (ground.space.embed(rows.values, others) for rows in (targets, twin))
            guessed = nearest_rows(known, base, 1)[:, 0]
            truth, values = (ground.space.axes[secret].embed(rows.values[secret]) for rows in (targets, twin))
            is_right = _same(truth, values[guessed])
            naive = _best_blind_guess(truth, values)
            yield gain(METRIC, ground.columns[secret].name, is_right[:size], is_right[size:], naive)


def _same(truth: Points, guess: Points) -> Flags:
    return np.asarray((np.abs(truth - guess) <= NEAR).all(axis=1))


def _best_blind_guess(truth: Points, values: Points) -> float:
    """How often the one best of some twin values, guessed for everybody, is right."""
    candidates = np.unique(values[:200], axis=0)
    return max(float(_same(truth, guess[None, :]).mean()) for guess in candidates)
