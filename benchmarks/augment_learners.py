"""The learners of ``benchmarks/augment.py``: what they learn from, and the average precision of what they find.

Both are scikit-learn's with their usual settings, the same for all methods. What tuning alone would bring is a method of its
own: a gain that a better penalty gives as well is none of the rows that were added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDS = 3
GRIDS: dict[str, dict[str, list[Any]]] = {
    "boosting": {"learning_rate": [0.02, 0.1], "max_leaf_nodes": [4, 31]},
    "logistic": {"logisticregression__C": [0.001, 0.01, 0.1, 1.0]},
}
LEARNERS = tuple(GRIDS)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows as numbers, and which of them are rare.

    ``is_weighted``: either class weighs as much as the other. ``is_tuned``: cross-validation in the rows chooses settings.
    """

    x: npt.NDArray[np.float64]
    is_rare: npt.NDArray[np.bool_]
    is_weighted: bool = False
    is_tuned: bool = False


def average_precision(learner: str, lesson: Lesson, test: Lesson, is_label: list[bool]) -> float:
    """Average precision of the rare class in ``test`` of a model that learned from ``lesson``."""
    learned = model(learner, "balanced" if lesson.is_weighted else None, np.array(is_label))
    if lesson.is_tuned:
        folds = StratifiedKFold(min(FOLDS, int(lesson.is_rare.sum())), shuffle=True, random_state=0)
        learned = GridSearchCV(learned, GRIDS[learner], scoring="average_precision", cv=folds)
    scores = learned.fit(lesson.x, lesson.is_rare).predict_proba(test.x)[:, 1]
    return round(float(average_precision_score(test.is_rare, scores)), 6)


def model(learner: str, weight: str | None, is_label: npt.NDArray[np.bool_]) -> Any:
    """The learner of that name, to be fitted on rows as numbers; ``weight`` is "balanced" or None."""
    if learner == "boosting":
        return HistGradientBoostingClassifier(categorical_features=is_label, class_weight=weight, random_state=0)
    columns = make_column_transformer(
        (StandardScaler(), np.flatnonzero(~is_label)),
        (OneHotEncoder(handle_unknown="ignore"), np.flatnonzero(is_label)),
    )
    return make_pipeline(columns, LogisticRegression(class_weight=weight, max_iter=2000))
