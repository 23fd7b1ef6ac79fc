"""Targets for those who name none: the columns that the others predict best, found on train alone by a fast screen.

A small decision tree learns each column from the others on one draw of train and is tested on another. Columns that follow
from another one are passed over: that they still do is :mod:`twinset.evaluation.fidelity.dependency`'s to say.
"""

from __future__ import annotations

import numpy as np

from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.encode import encoded
from twinset.evaluation.fidelity.dependency import followers
from twinset.evaluation.learning import learned
from twinset.evaluation.matrix import Draw, for_trees
from twinset.evaluation.utility.learners import outcome
from twinset.evaluation.utility.task import FEWEST_ROWS, Task, rows_for, task_for

MOST_TARGETS = 3
MOST_SCREENED = 60
SCREEN_ROWS = 4_000
FEWEST_SKILL = 0.1


def chosen_targets(comparison: Comparison, seed: Seed) -> tuple[str, ...]:
    """At most three column names, best predictable first; empty where nothing can be predicted."""
    trivial = followers(comparison, seed)
    names = [column.name for column in encoded(comparison).columns if column.name not in trivial]
    screened = seed.child("screen").generator().permutation(len(names))[:MOST_SCREENED]
    found = {names[place]: skill(comparison, names[place], seed) for place in sorted(screened)}
    ranked = sorted((name for name in found if found[name] >= FEWEST_SKILL), key=lambda name: -found[name])
    return tuple(ranked[:MOST_TARGETS])


def skill(comparison: Comparison, target: str, seed: Seed) -> float:
    """From 0 (chance) to 1 (perfect): R², or 2 × area - 1."""
    task = task_for(comparison, target, seed)
    if isinstance(task, str):
        return 0.0
    draw = rows_for(task, comparison, "train", SCREEN_ROWS, seed.child("screen", target))
    middle = len(draw) // 2
    if middle < FEWEST_ROWS:
        return 0.0
    learn, test = (Draw("train", rows) for rows in (draw.rows[:middle], draw.rows[middle:]))
    wanted = task.wanted(test)
    if len(np.unique(wanted)) < 2 or len(np.unique(task.wanted(learn))) < 2:
        return 0.0
    figure = float(task.figure(wanted, _tree(task, learn, test, seed), np.ones((1, len(test))))[0])
    return 2 * figure - 1 if task.kind == "classification" else figure


def _tree(task: Task, learn: Draw, test: Draw, seed: Seed) -> Floats:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    maker = DecisionTreeClassifier if task.kind == "classification" else DecisionTreeRegressor
    model = maker(min_samples_leaf=5, random_state=seed.child("screen").integer())
    learned(model, for_trees(task.columns, learn).values, task.wanted(learn))
    return outcome(model, task, for_trees(task.columns, test).values)
