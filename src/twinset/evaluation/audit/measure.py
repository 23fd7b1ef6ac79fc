"""From the statistics of all shadows to scores: the attacks' figures for each group of records, beside the control's.

Scores are :class:`twinset.core.score.Score` like those of any evaluation, so that a gate can judge them and a report show
them. What is found about single records goes into ``Evidence``, which is not to be shown around.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats
from twinset.evaluation.auc import auc
from twinset.evaluation.audit import lira
from twinset.evaluation.audit.closeness import Single
from twinset.evaluation.audit.roc import FALSE_ALARMS, Roc, roc
from twinset.evaluation.audit.statistics import RARE_BEST

AREA, HITS, RARE_HITS = "privacy.shadow", "privacy.shadow_tpr", "privacy.shadow_tpr_1000"
VALUE_COPY = "privacy.shadow_value_copy"
PLANTED = 0.05
"""The share of each twin's rows that are near-copies of members in the control."""
TWIN, CONTROL = 0, 1


@dataclass(frozen=True)
class Observed:
    """What the shadows showed. ``statistics``: shadows × (twin, control) × records × statistics."""

    statistics: Single
    is_member: Flags
    names: tuple[str, ...]
    groups: dict[str, Flags]


@dataclass(frozen=True, slots=True)
class Curve:
    """Hits at each rate of false alarms, of one group of records, of the twins or of the control."""

    subject: str
    is_control: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Evidence:
    """By record: the attack's mean score with it and without it, and how well the two are told apart (AUC)."""

    inside: Floats
    outside: Floats
    area: Floats


@dataclass(frozen=True)
class Measured:
    """All that the attacks found."""

    scores: tuple[Score, ...]
    curves: tuple[Curve, ...]
    evidence: Evidence


def measure(observed: Observed, seed: Seed) -> Measured:
    """Attack every twin and every control; the same seed gives the same figures."""
    families = tuple(name.partition(":")[0] for name in observed.names)
    rare = observed.names.index(RARE_BEST)
    by_ratio, by_value = [], []
    for side in (TWIN, CONTROL):
        statistics = observed.statistics[:, side]
        by_ratio.append(lira.scores(statistics, observed.is_member, families, seed.child("folds")))
        by_value.append(statistics[:, :, rare].astype(np.float64))
    found: list[Score] = []
    curves: list[Curve] = []
    for subject, chosen in observed.groups.items():
        is_member = observed.is_member[:, chosen]
        ratio, value = (
            [roc(side[:, chosen], is_member, seed.child(kind, subject)) for side in sides]
            for kind, sides in (("ratio", by_ratio), ("value", by_value))
        )
        found += _scores(subject, ratio, value, is_member.size)
        curves += [Curve(subject, side == CONTROL, ratio[side].curve) for side in (TWIN, CONTROL)]
    return Measured(tuple(found), tuple(curves), _evidence(by_ratio[TWIN], observed.is_member))


def _scores(subject: str, ratio: list[Roc], value: list[Roc], n: int) -> list[Score]:
    pairs = [
        (AREA, 0.5, [side.area for side in ratio]),
        *(
            (metric, level, [side.hits[place] for side in ratio])
            for place, (metric, level) in enumerate(zip((HITS, RARE_HITS), FALSE_ALARMS, strict=True))
        ),
        (VALUE_COPY, 0.5, [side.area for side in value]),
    ]
    return [
        Score(
            metric,
            subject,
            twin.value,
            "lower",
            twin.interval,
            chance,
            n=n,
            detail={"control": {"value": control.value, "interval": [*control.interval]}},
        )
        for metric, chance, (twin, control) in pairs
    ]


def _evidence(scores: Floats, is_member: Flags) -> Evidence:
    n_inside = is_member.sum(axis=0)
    inside = np.where(is_member, scores, 0).sum(axis=0) / n_inside
    outside = np.where(is_member, 0, scores).sum(axis=0) / (len(scores) - n_inside)
    area = [auc(one[is_in], one[~is_in])[0] for one, is_in in zip(scores.T, is_member.T, strict=True)]
    return Evidence(inside, outside, np.array(area))
