"""Whether models learned from the twin agree with models learned from train about what matters.

- ``utility.ranking``: of the pairs of learners that differ when they learn from train (their paired 95% interval leaves 0
  out), the share that the twin puts in the same order. Who chooses a learner on the twin depends on this.
- ``utility.importance``: Spearman's correlation of permutation importances (what shuffling a column costs) between models
  of half of the twin and of half of train; the baseline is that between the two halves of train. Intervals are percentiles
  over the bootstrap of the test rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from twinset.core.score import Interval, Score
from twinset.evaluate.arrays import Floats, divided
from twinset.evaluate.matrix import Draw, Features
from twinset.evaluate.shuffled import shuffled_copies
from twinset.evaluate.utility.learners import Learner, features, outcome
from twinset.evaluate.utility.trial import Trial, normal_interval

MOST_ROWS = 1_500
MOST_DRAWS = 50


def ranking(target: str, twin: Mapping[Learner, Floats], train: Mapping[Learner, Floats], n: int) -> Score:
    """Figures of each learner, on the test rows and on the bootstrap's draws of them -> the share of pairs kept."""
    kept = []
    for one, other in itertools.combinations(train, 2):
        gap = train[one] - train[other]
        low, high = normal_interval(gap)
        if low > 0 or high < 0:
            kept.append(bool((twin[one][0] > twin[other][0]) == (gap[0] > 0)))
    if not kept:
        reason = "no two learners differ clearly when they learn from train"
        return Score("utility.ranking", target, None, "higher", n=n, reason=reason)
    return Score("utility.ranking", target, float(np.mean(kept)), "higher", n=n, detail={"pairs": len(kept)})


def importance(trial: Trial, learner: Learner, twin: tuple[Any, Any], train: tuple[Any, Any]) -> Score:
    """Agreement of models of the halves of either side; models of one learner."""
    test = Draw(trial.test.side, trial.test.rows[:MOST_ROWS])
    given = features(learner, trial.task, test)
    name, n = trial.task.target.name, len(test)
    if len(trial.task.columns) < 3:
        reason = "fewer than three columns to be ranked"
        return Score("utility.importance", name, None, "higher", n=n, reason=reason)
    made, real = ([_losses(trial, model, given) for model in models] for models in (twin, train))
    value = np.mean([_agreement(one, other) for one in made for other in real], axis=0)
    baseline = _agreement(*real)
    return Score(
        "utility.importance", name, float(value[0]), "higher", _percentiles(value), float(baseline[0]),
        _percentiles(baseline), n, detail={"learner": learner},
    )  # fmt: skip


def _losses(trial: Trial, model: Any, given: Features) -> Floats:
    """What shuffling each column costs, draws × columns."""
    names, copies = shuffled_copies(given)
    n = copies.shape[1]
    said = outcome(model, trial.task, copies.reshape(-1, copies.shape[2]))
    each = said.reshape(len(copies), n, *said.shape[1:])
    weights = trial.weights[: MOST_DRAWS + 1, :n]
    figures = np.array([trial.task.figure(trial.wanted[:n], one, weights) for one in each])
    return (figures[0] - figures[1:]).T[:, : len(names)]


def _agreement(first: Floats, second: Floats) -> Floats:
    """Spearman's correlation of the rows of two matrices."""
    ranks = [np.argsort(np.argsort(each, axis=1, kind="stable"), axis=1) for each in (first, second)]
    centred = [rank - rank.mean(axis=1, keepdims=True) for rank in ranks]
    scale = np.sqrt((centred[0] ** 2).sum(axis=1) * (centred[1] ** 2).sum(axis=1))
    return divided((centred[0] * centred[1]).sum(axis=1), scale, otherwise=0.0)


def _percentiles(figures: Floats) -> Interval:
    """2.5% to 97.5% of the draws, with the figure itself inside."""
    low, high = np.quantile(figures[1:], [0.025, 0.975])
    return min(float(low), float(figures[0])), max(float(high), float(figures[0]))
