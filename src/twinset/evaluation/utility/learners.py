"""Three fixed learners of different make, so that a verdict does not hang on one: boosting, a linear model, a forest.

Usually nothing is tuned: what is compared is the rows they learn from. ``tuned`` picks settings as whoever holds only the
rows to learn from would: by a quarter of them kept apart. Predictions are class probabilities (rows × classes) or
numbers (rows). From one class a learner has nothing to learn: it predicts that class, which ranks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.learning import learned
from twinset.evaluation.matrix import Draw, Features, for_lines, for_trees
from twinset.evaluation.utility.task import Task

Learner = Literal["boosting", "linear", "forest"]
LEARNERS: tuple[Learner, ...] = get_args(Learner)
Options = Mapping[str, Any]
"""What scikit-learn's model is made with, beside what is always the same."""

_CHOICES: Mapping[Learner, tuple[Options, ...]] = {
    "boosting": (
        {"max_iter": 30, "learning_rate": 0.2},
        {"max_iter": 100, "learning_rate": 0.1},
        {"max_iter": 100, "learning_rate": 0.05, "max_leaf_nodes": 15, "l2_regularization": 1.0},
    ),
    "linear": ({"strength": 1.0}, {"strength": 30.0}, {"strength": 1000.0}),
    "forest": (
        {"n_estimators": 30, "min_samples_leaf": 5, "max_samples": 0.5},
        {"n_estimators": 60, "min_samples_leaf": 1, "max_samples": 0.9},
        {"n_estimators": 60, "min_samples_leaf": 20, "max_samples": 0.9},
    ),
}
"""The usual settings first, then what they are tuned over; strength is of the linear models' penalty."""


def usual(learner: Learner) -> Options:
    """The settings without tuning."""
    return _CHOICES[learner][0]


def tuned(learner: Learner, task: Task, draw: Draw, seed: Seed) -> Options:
    """The settings that do best on the last quarter of the draw after learning from the rest; the first of equals.

    The draw is in random order. With one class on either side there is nothing to choose by: the usual settings.
    """
    split = len(draw) * 3 // 4
    learn, check = Draw(draw.side, draw.rows[:split]), Draw(draw.side, draw.rows[split:])
    wanted, once = task.wanted(check), np.ones((1, len(check)))
    figures = []
    for options in _CHOICES[learner]:
        model = fitted(learner, task, learn, seed, options)
        figures.append(float(task.figure(wanted, predicted(model, learner, task, check), once)[0]))
    known = np.nan_to_num(figures, nan=-np.inf)
    return _CHOICES[learner][int(np.argmax(known))]


def features(learner: Learner, task: Task, draw: Draw) -> Features:
    """The other columns as this learner reads them."""
    return for_lines(task.columns, draw) if learner == "linear" else for_trees(task.columns, draw)


def fitted(learner: Learner, task: Task, draw: Draw, seed: Seed, options: Options) -> Any:
    """A model of the target, learned from a draw of at least one row."""
    given, wanted = features(learner, task, draw), task.wanted(draw)
    if task.kind == "classification" and len(np.unique(wanted)) < 2:
        from sklearn.dummy import DummyClassifier

        return DummyClassifier().fit(given.values, wanted)
    maker = _classifier if task.kind == "classification" else _regressor
    return learned(maker(learner, given, seed, options), given.values, wanted)


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


def _classifier(learner: Learner, given: Features, seed: Seed, options: Options) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    state = seed.integer()
    if learner == "boosting":
        return HistGradientBoostingClassifier(
            **options, early_stopping=False, categorical_features=list(given.is_label), random_state=state
        )
    if learner == "forest":
        return RandomForestClassifier(**options, random_state=state)
    return LogisticRegression(C=1 / options["strength"], max_iter=200)


def _regressor(learner: Learner, given: Features, seed: Seed, options: Options) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.linear_model import Ridge

    state = seed.integer()
    if learner == "boosting":
        return HistGradientBoostingRegressor(
            **options, early_stopping=False, categorical_features=list(given.is_label), random_state=state
        )
    if learner == "forest":
        return RandomForestRegressor(**options, max_features=0.5, random_state=state)
    return Ridge(alpha=options["strength"])
