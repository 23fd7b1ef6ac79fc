"""One prediction task tried with models learned from different rows, all tested on the same unseen rows.

Every figure comes as a row: on the test rows as they are, then on each of a bootstrap's draws of them. All models meet the
same draws, so differences of figures are paired. Rows of one entity are drawn together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from twinset.core.score import Comparison, Interval
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.baseline import units_of
from twinset.evaluation.matrix import Draw
from twinset.evaluation.utility.learners import Learner, Options, fitted, predicted, tuned, usual
from twinset.evaluation.utility.task import Task

N_PARTS = 4


@dataclass(frozen=True, slots=True)
class Trial:
    """The task, the rows to test on, what is wanted there, the bootstrap's weights (draws × rows, the first all 1)."""

    task: Task
    test: Draw
    wanted: Floats
    weights: Floats
    seed: Seed
    is_tuned: bool = False

    def options(self, learner: Learner, draw: Draw) -> Options:
        """The learner's settings: the usual ones, or those that these rows choose."""
        return tuned(learner, self.task, draw, self.seed.child(learner)) if self.is_tuned else usual(learner)

    def model(self, learner: Learner, draw: Draw, options: Options) -> Any:
        """What the learner learns from these rows."""
        return fitted(learner, self.task, draw, self.seed.child(learner), options)

    def figures(self, learner: Learner, model: Any) -> Floats:
        """How well the model does on the test rows, then on each draw of them."""
        return self.task.figure(self.wanted, predicted(model, learner, self.task, self.test), self.weights)

    def figure(self, learner: Learner, model: Any) -> float:
        """How well the model does on the test rows."""
        return float(self.task.figure(self.wanted, predicted(model, learner, self.task, self.test), self.weights[:1])[0])


def trial_of(task: Task, comparison: Comparison, test: Draw, n_draws: int, seed: Seed, is_tuned: bool = False) -> Trial:
    """A trial on these rows of the holdout."""
    units = units_of(comparison, test.side, test.rows)
    n_units = int(units.max()) + 1
    drawn = seed.child("bootstrap").generator().multinomial(n_units, np.full(n_units, 1 / n_units), n_draws)[:, units]
    return Trial(task, test, task.wanted(test), np.concatenate([np.ones((1, len(test))), drawn]), seed, is_tuned)


def parts(draw: Draw) -> list[Draw]:
    """The draw, which is in random order, in N_PARTS parts of the same size."""
    size = len(draw) // N_PARTS
    return [Draw(draw.side, draw.rows[part * size : (part + 1) * size]) for part in range(N_PARTS)]


def normal_interval(figures: Floats, variance: float = 0.0) -> Interval:
    """95% around the first figure, from the spread of the others and more variance; no figure is above 1."""
    half = 1.96 * float(np.sqrt(np.nanvar(figures[1:]) + variance))
    return float(figures[0]) - half, min(float(figures[0]) + half, 1.0)
