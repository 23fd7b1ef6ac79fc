"""Membership inference: was this very record learned from?

An attack gives each record a suspicion. What it is worth is told by how often a member's suspicion exceeds a stranger's
(the area under the ROC curve, AUC) and by how many members it finds where it may take one stranger in a hundred for a
member: an attacker who is sure of a few people harms them, whatever the average (Carlini et al., Membership inference
attacks from first principles, IEEE S&P 2022). Isolated records are reported apart.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.attacks.arena import Ground
from twinset.evaluation.attacks.intervals import FALSE_ALARMS, Z, hit_rate
from twinset.evaluation.auc import auc

FEWEST = 30
FEWEST_STRANGERS = 300
"""So few strangers can't show what happens to one in a hundred."""


def metrics_of(attack: str) -> tuple[str, str]:
    """The names of the two figures of a membership attack."""
    return f"privacy.{attack}", f"privacy.{attack}_tpr"


def membership(metrics: tuple[str, str], suspicion: Floats, ground: Ground, seed: Seed) -> Iterable[Score]:
    """Both figures for all records and for isolated ones; ``suspicion`` is of the ground's queries, members first."""
    is_member = np.arange(2 * ground.n_queries) < ground.n_queries
    for subject, chosen in ((None, np.ones(len(is_member), dtype=np.bool_)), ("isolated rows", ground.is_isolated)):
        members, strangers = suspicion[chosen & is_member], suspicion[chosen & ~is_member]
        yield _area(metrics[0], subject, members, strangers)
        yield _rate(metrics[1], subject, members, strangers, seed.child(subject or "table"))


def _area(metric: str, subject: str | None, members: Floats, strangers: Floats) -> Score:
    if min(len(members), len(strangers)) < FEWEST:
        reason = f"fewer than {FEWEST} records of a side: an interval would not hold"
        return Score(metric, subject, None, "lower", baseline=0.5, reason=reason)
    value, error = auc(members, strangers)
    interval = max(0.0, value - Z * error), min(1.0, value + Z * error)
    return Score(metric, subject, value, "lower", interval, 0.5, n=len(members) + len(strangers))


def _rate(metric: str, subject: str | None, members: Floats, strangers: Floats, seed: Seed) -> Score:
    if min(len(members), len(strangers)) < FEWEST_STRANGERS:
        reason = f"fewer than {FEWEST_STRANGERS} unseen records can't show a false-alarm rate of 1%"
        return Score(metric, subject, None, "lower", baseline=FALSE_ALARMS, reason=reason)
    value, interval = hit_rate(members, strangers, seed)
    return Score(metric, subject, value, "lower", interval, FALSE_ALARMS, n=len(members) + len(strangers))
