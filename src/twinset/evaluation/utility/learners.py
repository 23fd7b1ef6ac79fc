"""Three fixed learners of different make, so that a verdict does not hang on one: boosting, a linear model, a forest.

Nothing is tuned: what is compared is the rows they learn from. Predictions are class probabilities (rows × classes) or
numbers (rows). From one class a learner has nothing to learn: it predicts that class, which ranks nothing.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.learning import learned
from twinset.evaluation.matrix import Draw, Features, for_lines, for_trees
from twinset.evaluation.utility.task import Task

Learner = Literal["boosting", "linear", "forest"]
LEARNERS: tuple[Learner, ...] = get_args(Learner)
_BOOSTING: dict[str, Any] = {"max_iter": 30, "learning_rate": 0.2, "early_stopping": False}
_FOREST: dict[str, Any] = {"n_estimators": 30, "min_samples_leaf": 5, "max_samples": 0.5}


def features(learner: Learner, task: Task, draw: Draw) -> Features:
    """The other columns as this learner reads them."""
    return for_lines(task.columns, draw) if learner == "linear" else for_trees(task.columns, draw)


def fitted(learner: Learner, task: Task, draw: Draw, seed: Seed) -> Any:
    """A model of the target, learned from a draw of at least one row."""
    given, wanted = features(learner, task, draw), task.wanted(draw)
    if task.kind == "classification" and len(np.unique(wanted)) < 2:
        from sklearn.dummy import DummyClassifier

        return DummyClassifier().fit(given.values, wanted)
    maker = _classifier if task.kind == "classification" else _regressor
    return learned(maker(learner, given, seed), given.values, wanted)


def predicted(model: Any, learner: Learner, task: Task, draw: Draw) -> Floats:
    """What the model says about a draw's rows."""
    given = features(learner, task, draw)
    return outcome(model, task, given.values)


def outcome(model: Any, task: Task, values: Floats) -> Floats:
    """What the model says about rows of features: classes it never saw have probability 0."""
    if task.kind == "regression":
        return np.asarray(model.predict(values), np.float64)
    chances = np.zeros((len(values), task.n_classes))
    chances[:, model.classes_.astype(int)] = model.predict_proba(values)
    return chances


def _classifier(learner: Learner, given: Features, seed: Seed) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    state = seed.integer()
    if learner == "boosting":
        return HistGradientBoostingClassifier(**_BOOSTING, categorical_features=list(given.is_label), random_state=state)
    if learner == "forest":
        return RandomForestClassifier(**_FOREST, random_state=state)
    return LogisticRegression(max_iter=200)


def _regressor(learner: Learner, given: Features, seed: Seed) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.linear_model import Ridge

    state = seed.integer()
    if learner == "boosting":
        return HistGradientBoostingRegressor(**_BOOSTING, categorical_features=list(given.is_label), random_state=state)
    if learner == "forest":
        return RandomForestRegressor(**_FOREST, max_features=0.5, random_state=state)
    return Ridge()
