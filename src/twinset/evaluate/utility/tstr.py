"""Train on the twin, test on real (TSTR): does a model learned from the twin do what one learned from train does?

As many rows of train and of the twin teach the same three learners (TRTR, TSTR); all are tested on the same unseen rows of
the holdout. The headline learner is the one that does best when it learns from train, so the twin has no say in the choice.

- ``utility.tstr``: value TSTR, baseline TRTR (area under the ROC curve, or R²).
- ``utility.gap``: TSTR - TRTR, below 0 where the twin teaches less. Its interval is for a test of non-inferiority.

Intervals are normal. The variance has two parts: which unseen rows were met (a paired bootstrap over the holdout, by
entity where there is one) and which rows were learned from (models of two halves of each side; half of the variance
between the halves, as twice the rows are learned from).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Interval, Score
from twinset.core.seed import Seed
from twinset.evaluate.arrays import Floats
from twinset.evaluate.baseline import entities
from twinset.evaluate.matrix import Draw
from twinset.evaluate.utility.learners import LEARNERS, Learner, fitted, predicted
from twinset.evaluate.utility.targets import chosen_targets
from twinset.evaluate.utility.task import FEWEST_ROWS, Task, rows_for, task_for

N_BOOTSTRAP = 200


@dataclass(frozen=True, slots=True)
class TrainOnTwin:
    """``utility.tstr`` and ``utility.gap`` of the target; without one, of the three best predictable columns."""

    most_fit: int = 20_000
    most_test: int = 10_000

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        seed = seed.child("tstr")
        targets = (comparison.target,) if comparison.target is not None else chosen_targets(comparison, seed)
        for target in targets:
            yield from self._measure(comparison, target, seed.child(target))
        if not targets:
            yield from _unknown("table", "no column can be predicted from the others well enough to be a test")

    def _measure(self, comparison: Comparison, target: str, seed: Seed) -> Iterable[Score]:
        task = task_for(comparison, target)
        if isinstance(task, str):
            return _unknown(target, task)
        if comparison.holdout is None:
            return _unknown(target, "no holdout: models can only be tested on rows that nobody learned from")
        test = rows_for(task, comparison, "holdout", self.most_test, seed)
        learn = [rows_for(task, comparison, side, self.most_fit, seed) for side in ("train", "synthetic")]
        n = min(map(len, learn))
        wanted = task.wanted(test)
        if min(n, len(test)) < FEWEST_ROWS or len(np.unique(wanted)) < 2:
            return _unknown(target, f"{n} rows to learn from and {len(test)} to test on, too few or all alike")
        weights = np.concatenate([np.ones((1, len(test))), _bootstrap(comparison, test, seed)])
        trial = _Trial(task, test, wanted, weights, seed)
        return trial.scores(*(Draw(draw.side, draw.rows[:n]) for draw in learn))


def _unknown(subject: str, reason: str) -> list[Score]:
    return [Score(metric, subject, None, "higher", reason=reason) for metric in ("utility.tstr", "utility.gap")]


def _bootstrap(comparison: Comparison, test: Draw, seed: Seed) -> Floats:
    """How often each test row is drawn in each of the bootstrap's draws; an entity's rows are drawn together."""
    whose = entities(comparison, "holdout")
    units = np.arange(len(test)) if whose is None else np.unique(whose[test.rows], return_inverse=True)[1]
    n_units = int(units.max()) + 1
    return (
        seed.child("bootstrap")
        .generator()
        .multinomial(n_units, np.full(n_units, 1 / n_units), N_BOOTSTRAP)[:, units]
        .astype(float)
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    task: Task
    test: Draw
    wanted: Floats
    weights: Floats
    seed: Seed

    def scores(self, train: Draw, twin: Draw) -> list[Score]:
        real = {learner: self._figures(learner, train) for learner in LEARNERS}
        best = max(LEARNERS, key=lambda learner: real[learner][0])
        synthetic = {learner: self._figures(learner, twin) for learner in LEARNERS}
        taught = [self._half_variance(best, draw) for draw in (twin, train)]
        value, baseline = synthetic[best], real[best]
        learners = {name: {"tstr": float(synthetic[name][0]), "trtr": float(real[name][0])} for name in LEARNERS}
        detail = {"kind": self.task.kind, "learner": best, "learners": learners, "rows_learned_from": len(train)}
        tstr = Score(
            "utility.tstr", self.task.target.name, float(value[0]), "higher", _normal(value, taught[0]), float(baseline[0]),
            _normal(baseline, taught[1]), len(self.test), detail=detail,
        )  # fmt: skip
        gap = value - baseline
        interval = _normal(gap, sum(taught))
        return [
            tstr,
            Score("utility.gap", tstr.subject, float(gap[0]), "higher", interval, 0.0, None, len(self.test), detail=detail),
        ]

    def _figures(self, learner: Learner, draw: Draw) -> Floats:
        """The figure on the test rows, then on each of the bootstrap's draws of them."""
        model = fitted(learner, self.task, draw, self.seed.child(learner))
        return self.task.figure(self.wanted, predicted(model, learner, self.task, self.test), self.weights)

    def _half_variance(self, learner: Learner, draw: Draw) -> float:
        """Variance that comes from which rows were learned from, of a model of the whole draw."""
        middle = len(draw) // 2
        halves = [self._figures(learner, Draw(draw.side, rows))[0] for rows in (draw.rows[:middle], draw.rows[middle:])]
        return float((halves[0] - halves[1]) ** 2 / 4)


def _normal(figures: Floats, extra: float) -> Interval:
    half = 1.96 * float(np.sqrt(np.nanvar(figures[1:]) + extra))
    return float(figures[0]) - half, float(figures[0]) + half
