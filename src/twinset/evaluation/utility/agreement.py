"""Whether models learned from the twin agree with models learned from train about what matters.

- ``utility.ranking``: of the pairs of learners that differ when they learn from train (their paired 95% interval leaves 0
  out), the share that the twin puts in the same order. Who chooses a learner on the twin depends on this.
- ``utility.importance``: the share of permutation importance (what shuffling a column costs) that a model learned from the
  twin and one learned from train lay on the same columns, 0 to 1, over all pairs of models of quarters of either side; the
  baseline is that of pairs of quarters of train. Where columns can stand in for each other, the baseline is low.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from twinset.core.score import Score
from twinset.evaluation.arrays import Floats, divided
from twinset.evaluation.baseline import Figures, Scale
from twinset.evaluation.matrix import Draw, Features
from twinset.evaluation.shuffled import shuffled_copies
from twinset.evaluation.utility.learners import Learner, features, outcome
from twinset.evaluation.utility.trial import Trial, normal_interval

MOST_ROWS = 1_000


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


def importance(trial: Trial, learner: Learner, twin: Sequence[Any], train: Sequence[Any]) -> Score:
    """Agreement of the models of the parts of either side; all of one learner."""
    scale = Scale("utility.importance", "higher")
    test = Draw(trial.test.side, trial.test.rows[:MOST_ROWS])
    name, given = trial.task.target.name, features(learner, trial.task, test)
    if len(trial.task.columns) < 2:
        return scale.unknown(name, "there is one column only to lay importance on", len(test))
    made, real = ([_importances(trial, model, given) for model in models] for models in (twin, train))
    value = np.array([_in_common(one, other) for one, other in itertools.product(made, real)])
    baseline = np.array([_in_common(one, other) for one, other in itertools.combinations(real, 2)])
    return scale.score(name, Figures(value, baseline, {"learner": learner}), len(test))


def _importances(trial: Trial, model: Any, given: Features) -> Floats:
    """What shuffling each column costs, as shares of the whole; gains count as nothing."""
    _, copies = shuffled_copies(given)
    n = copies.shape[1]
    said = outcome(model, trial.task, copies.reshape(-1, copies.shape[2]))
    each = said.reshape(len(copies), n, *said.shape[1:])
    figures = np.array([trial.task.figure(trial.wanted[:n], one, np.ones((1, n)))[0] for one in each])
    lost = np.maximum(figures[0] - figures[1:], 0.0)
    return divided(lost, lost.sum(), otherwise=0.0)


def _in_common(first: Floats, second: Floats) -> float:
    return float(np.minimum(first, second).sum())
