"""How rare the rows look that a method of ``benchmarks/augment.py`` adds: the reason behind what it changes.

A judge (boosting with class weights) learns from the test set, which no method sees. The figure is the area under the ROC
curve between rows added as rare and real common rows, by the judge's score: .5 where they look like common rows, and what
real rare rows have where they look like those. The judge has seen none of the rows that it is asked about.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from augment_learners import Lesson, model
from augment_methods import Method, Sample
from augment_trial import Trial
from sklearn.metrics import roc_auc_score

MOST_ROWS = 20_000


def look(trial: Trial, methods: Mapping[str, Method], sizes: Iterable[int], n_draws: int) -> None:
    """Print the mean over draws by method and number of rare rows."""
    sizes = list(sizes)
    first = trial.sample(min(sizes), 0)
    seen, unseen = first.lesson(trial.test), first.lesson(trial.rest.slice(0, MOST_ROWS))
    judge = model("boosting", "balanced", np.array(trial.task.is_label)).fit(seen.x, seen.is_rare)
    common = unseen.x[~unseen.is_rare]
    print(f"real rare rows: {_area(judge, unseen.x[unseen.is_rare], common):.2f}; means of {n_draws} draws")
    print("\n| added as rare by | " + " | ".join(map(str, sizes)) + " |\n|---|" + "---|" * len(sizes))
    areas = {n: [_areas(judge, common, trial.sample(n, draw), methods) for draw in range(n_draws)] for n in sizes}
    for name in dict.fromkeys(name for draws in areas.values() for one in draws for name in one):
        each = [[one[name] for one in areas[n] if name in one] for n in sizes]
        print(f"| {name} | " + " | ".join(f"{np.mean(some):.2f}" if some else "" for some in each) + " |")


def _areas(judge: Any, common: npt.NDArray[Any], sample: Sample, methods: Mapping[str, Method]) -> dict[str, float]:
    # What a synthesizer could not learn is counted in the report of the measured draws.
    lessons: dict[str, Lesson] = {}
    for method in methods.values():
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            lessons |= method(sample)
    n = sample.rows.num_rows
    added = {name: lesson.x[n:][lesson.is_rare[n:]] for name, lesson in lessons.items()}
    return {name: _area(judge, rows, common) for name, rows in added.items() if len(rows)}


def _area(judge: Any, rows: npt.NDArray[Any], common: npt.NDArray[Any]) -> float:
    scores = judge.predict_proba(np.concatenate([rows, common]))[:, 1]
    return float(roc_auc_score(np.arange(len(scores)) < len(rows), scores))
