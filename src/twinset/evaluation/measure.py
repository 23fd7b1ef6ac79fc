"""Evaluate a twin: align the sides, run every metric of the registry in order, and draw the charts' aggregates.

What a metric is, and which there are, is the registry's to know (group "metrics"). All metrics get the same seed and the
same comparison, whose cache they share; each derives its own stream from the seed by name.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from typing import Any

from twinset.core import registry
from twinset.core.dataset import Dataset
from twinset.core.score import Comparison, Metric, Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation.align import align
from twinset.evaluation.associations import associations
from twinset.evaluation.baseline import whole_sides
from twinset.evaluation.encode import cached, encoded
from twinset.evaluation.fidelity.pairs import MOST_PAIRS
from twinset.evaluation.profile import profiles
from twinset.evaluation.result import Evaluation, Note

POINTS = ("coverage", "ks", "missing", "pairs", "shares", "span", "wasserstein")
"""The metrics of columns and pairs that mean something without real rows beside them."""

Progress = Callable[[float, str], None]


def evaluate(
    train: Dataset,
    synthetic: Dataset,
    *,
    holdout: Dataset | None = None,
    target: str | None = None,
    seed: Seed,
    is_thorough: bool = False,
    progress: Progress = lambda done, what: None,
) -> Evaluation:
    """Everything there is to measure about a twin of ``train``.

    ``holdout`` are real rows that nobody learned from: without them neither utility nor leaks can be judged, and their
    scores say so. ``target`` is the column that models will predict; without one, some are chosen on train.
    ``is_thorough`` is handed to the metrics that have such an option. ``progress`` is told how far it is (0 to 1).

    Raises DataError where a side has no rows, where the sides share no column, or where train has no such target.
    """
    if target is not None and target not in train.schema.only.names:
        known = ", ".join(map(repr, train.schema.only.names[:30]))
        raise DataError(f"train has no column {target!r} to be the target; it has: {known}")
    progress(0.0, "aligning")
    aligned = align(train, synthetic, holdout)
    comparison = Comparison(aligned.train, aligned.synthetic, aligned.holdout, target)
    scores: list[Score] = []
    spent: dict[str, float] = {}
    names = registry.names("metrics")
    for place, name in enumerate(names):
        progress((place + 0.5) / (len(names) + 1), name)
        started = time.process_time()
        scores += metric(name, is_thorough).measure(comparison, seed=seed)
        spent[name] = time.process_time() - started
    progress(1.0, "done")
    return Evaluation(
        tuple(scores), tuple(profiles(comparison)), associations(comparison, seed), aligned.notes + _notes(comparison),
        _rows(comparison), target, spent,
    )  # fmt: skip


def point_values(train: Dataset, synthetic: Dataset, *, seed: Seed) -> tuple[Score, ...]:
    """Figures of columns and pairs on all rows of both sides: quick, without intervals and with nothing to set them beside.

    For work in progress and for a comparison with other tools; no gate can judge by them. Raises DataError as ``evaluate``.
    """
    aligned = align(train, synthetic)
    comparison = Comparison(aligned.train, aligned.synthetic)
    cached(comparison, "halves", lambda: whole_sides(comparison))
    return tuple(score for name in POINTS for score in metric(name).measure(comparison, seed=seed))


def metric(name: str, is_thorough: bool = False) -> Metric:
    """The metric of that name with its usual options, thorough where it can be."""
    kind: Any = registry.lookup("metrics", name)
    has_option = any(field.name == "is_thorough" for field in dataclasses.fields(kind))
    made: Metric = kind(is_thorough=True) if is_thorough and has_option else kind()
    return made


def _rows(comparison: Comparison) -> dict[str, int]:
    sides = {"train": comparison.train, "synthetic": comparison.synthetic, "holdout": comparison.holdout}
    return {name: data.count(data.schema.only.name) for name, data in sides.items() if data is not None}


def _notes(comparison: Comparison) -> tuple[Note, ...]:
    table = encoded(comparison)
    notes = [Note("not compared by value", name) for name in table.left_out]
    if math.comb(len(table.columns), 2) > MOST_PAIRS:
        text = (
            "columns: all are compared one by one; pairs, triples, relations and the inputs of models are a choice of them"
        )
        notes.append(Note(text, count=len(table.columns)))
    return tuple(notes)
