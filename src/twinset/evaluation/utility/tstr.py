"""Train on the twin, test on real (TSTR): does a model learned from the twin do what one learned from train does?

As many rows of train and of the twin teach the same three learners (TRTR, TSTR); all are tested on the same unseen rows of
the holdout. The headline learner is the one that does best when it learns from train, so the twin has no say in the choice.

- ``utility.tstr``: value TSTR, baseline TRTR (area under the ROC curve, or R²).
- ``utility.gap``: TSTR - TRTR, below 0 where the twin teaches less. Its interval is for a test of non-inferiority.
- ``utility.ranking`` and ``utility.importance``: see :mod:`twinset.evaluation.utility.agreement`.

Intervals are normal. The variance has two parts: which unseen rows were met (a paired bootstrap over the holdout), and which
rows were learned from (a quarter of the variance between models of the quarters of each side).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.encode import Side
from twinset.evaluation.matrix import Draw
from twinset.evaluation.utility.agreement import importance, ranking
from twinset.evaluation.utility.learners import LEARNERS, Learner
from twinset.evaluation.utility.targets import chosen_targets
from twinset.evaluation.utility.task import FEWEST_ROWS, rows_for, task_for
from twinset.evaluation.utility.trial import Trial, normal_interval, parts, trial_of

_FIGURES = ("utility.tstr", "utility.gap", "utility.ranking", "utility.importance")
_LEARNED_FROM: tuple[Side, ...] = ("train", "synthetic")


@dataclass(frozen=True, slots=True)
class TrainOnTwin:
    """The figures above for the target; without one, for up to three columns that the others predict best.

    ``most_fit`` and ``most_test`` bound the rows learned from and tested on; with several targets the former is shared out.
    ``is_thorough``: five times as many rows, and each learner's settings are chosen by the rows it learns from.
    """

    most_fit: int = 20_000
    most_test: int = 10_000
    n_draws: int = 100
    is_thorough: bool = False

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        seed = seed.child("tstr")
        if comparison.target is not None:
            return self._measure(comparison, comparison.target, self._rows(1), seed)
        if comparison.holdout is None:
            return _unknown(None, "no holdout: models can only be tested on rows that nobody learned from")
        targets = chosen_targets(comparison, seed)
        if not targets:
            return _unknown(None, "no target, and no column that the others predict well enough to stand in for one")
        return [score for target in targets for score in self._measure(comparison, target, self._rows(len(targets)), seed)]

    def _rows(self, n_targets: int) -> int:
        return self.most_fit * (5 if self.is_thorough else 1) // n_targets

    def _measure(self, comparison: Comparison, target: str, most_fit: int, seed: Seed) -> list[Score]:
        seed = seed.child(target)
        task = task_for(comparison, target, seed)
        if isinstance(task, str):
            return _unknown(target, task)
        if comparison.holdout is None:
            return _unknown(target, "no holdout: models can only be tested on rows that nobody learned from")
        test = rows_for(task, comparison, "holdout", self.most_test, seed)
        train, twin = (rows_for(task, comparison, side, most_fit, seed) for side in _LEARNED_FROM)
        n = min(len(train), len(twin))
        if min(n, len(test)) < FEWEST_ROWS:
            return _unknown(target, f"{n} rows to learn from and {len(test)} to test on: both need {FEWEST_ROWS}")
        if len(np.unique(task.wanted(test))) < 2:
            return _unknown(target, "the holdout has one value only: there is nothing to tell apart")
        trial = trial_of(task, comparison, test, self.n_draws, seed, self.is_thorough)
        return _scores(trial, Draw("train", train.rows[:n]), Draw("synthetic", twin.rows[:n]), comparison.target is None)


def _unknown(subject: str | None, reason: str) -> list[Score]:
    return [Score(metric, subject, None, "higher", reason=reason) for metric in _FIGURES]


def _scores(trial: Trial, train: Draw, twin: Draw, is_chosen: bool) -> list[Score]:
    draws = (train, twin)
    options = [{name: trial.options(name, draw) for name in LEARNERS} for draw in draws]
    real, made = (
        {name: trial.figures(name, trial.model(name, draw, chosen[name])) for name in LEARNERS}
        for draw, chosen in zip(draws, options, strict=True)
    )
    best = max(LEARNERS, key=lambda name: float(real[name][0]))
    models = [
        [trial.model(best, part, chosen[best]) for part in parts(draw)] for draw, chosen in zip(draws, options, strict=True)
    ]
    variance = [_variance(trial, best, each) for each in models]
    target, n, value, baseline = trial.task.target.name, len(trial.test), made[best], real[best]
    learners = {name: {"tstr": float(made[name][0]), "trtr": float(real[name][0])} for name in LEARNERS}
    detail = {
        "kind": trial.task.kind, "learner": best, "learners": learners, "rows_learned_from": len(train),
        "target": "chosen: the others predict it well" if is_chosen else "given",
        "learners are": "tuned on the rows they learn from" if trial.is_tuned else "not tuned",
    }  # fmt: skip
    tstr = Score(
        "utility.tstr", target, float(value[0]), "higher", normal_interval(value, variance[1]), float(baseline[0]),
        normal_interval(baseline, variance[0]), n, detail=detail,
    )  # fmt: skip
    gap = Score(
        "utility.gap", target, float(value[0] - baseline[0]), "higher", normal_interval(value - baseline, sum(variance)),
        0.0, n=n, detail=detail,
    )  # fmt: skip
    return [tstr, gap, ranking(target, made, real, n), importance(trial, best, models[1], models[0])]


def _variance(trial: Trial, learner: Learner, models: Sequence[Any]) -> float:
    """Variance, from which rows were learned from, of a model of a whole draw, by models of its parts."""
    return float(np.var([trial.figure(learner, model) for model in models], ddof=1)) / len(models)
