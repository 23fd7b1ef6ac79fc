"""A prediction task: one column from all others, and how well predictions do on unseen rows.

Labels, and numbers with two values, are classified: the figure is the area under the ROC curve, averaged over the classes
each against the rest. Numbers and times are regressed: the figure is R², of values drawn in to the 0.5th and the 99.5th
percentile of train, as a few far values would decide it alone. Rows whose target is missing are left out. Of very many
other columns a seeded choice is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, divided, mean_known
from twinset.evaluation.auc import weighted_auc
from twinset.evaluation.encode import Array, EncodedColumn, Side, encoded
from twinset.evaluation.matrix import Draw, by_frequency, some_columns

MOST_CLASSES = 6
MOST_COLUMNS = 100
FEWEST_ROWS = 20
TAILS = (0.005, 0.995)

TaskKind = Literal["classification", "regression"]


@dataclass(frozen=True, slots=True)
class Task:
    """Predict ``target`` from ``columns``.

    ``n_classes`` counts the classes, rare ones merged into the last; numbers are taken to lie from ``low`` to ``high``.
    """

    target: EncodedColumn
    columns: tuple[EncodedColumn, ...]
    kind: TaskKind
    n_classes: int = 0
    low: float = -np.inf
    high: float = np.inf

    def wanted(self, draw: Draw) -> Floats:
        """The target of some rows: class codes, or numbers; NaN where it is missing."""
        here = self.target.side(draw.side)[draw.rows]
        if self.kind == "regression":
            return np.clip(np.asarray(here, np.float64), self.low, self.high)
        if self.target.kind == "label":
            return by_frequency(self.target, MOST_CLASSES - 1)[here]
        low = np.nanmin(np.asarray(self.target.train, np.float64))
        return np.where(np.isfinite(here), (here > low).astype(np.float64), np.nan)

    def known(self, draw: Draw) -> Draw:
        """The rows of a draw whose target is not missing."""
        return Draw(draw.side, draw.rows[np.isfinite(self.wanted(draw))])

    def figure(self, wanted: Floats, predicted: Floats, weights: Floats) -> Floats:
        """Area or R² under each row of weights (draws × rows). Predictions: rows, or rows × classes."""
        if self.kind == "regression":
            return _r_squared(wanted, predicted, weights)
        classes = [code for code in range(self.n_classes) if 0 < (wanted == code).sum() < len(wanted)]
        if self.n_classes == 2:
            classes = classes[-1:]
        if not classes:
            return np.full(len(weights), np.nan)
        areas = [weighted_auc(predicted[:, code], wanted == code, weights) for code in classes]
        return mean_known(np.array(areas))


def _r_squared(wanted: Floats, predicted: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    mean, square = weights @ wanted / total, weights @ wanted**2 / total
    variance = square - mean**2
    error = weights @ (wanted - predicted) ** 2 / total
    return 1 - divided(error, variance)


def task_for(comparison: Comparison, target: str, seed: Seed) -> Task | str:
    """The task, or in words why there is none."""
    table = encoded(comparison)
    found = [column for column in table.columns if column.name == target]
    if not found:
        return f"{target!r} is not among the columns compared by value"
    column = found[0]
    others = some_columns([each for each in table.columns if each.name != target], MOST_COLUMNS, seed.child("columns"))
    if not others:
        return "there is no other column to predict it from"
    distinct = _distinct(column.train if column.kind == "label" else column.train[np.isfinite(column.train)])
    if distinct < 2:
        return f"train has {distinct} value(s) of {target!r}: there is nothing to predict"
    if column.kind == "label" or distinct == 2:
        n_classes = min(len(column.labels) if column.kind == "label" else 2, MOST_CLASSES)
        return Task(column, others, "classification", n_classes)
    low, high = np.nanquantile(np.asarray(column.train, np.float64), TAILS)
    if low == high:
        return f"{target!r} has the same value in nearly all rows of train"
    return Task(column, others, "regression", low=float(low), high=float(high))


def _distinct(values: Array) -> int:
    """Number of distinct values, missing labels not among them; where there are many, that of a sample."""
    few = np.unique(values[:: max(len(values) // 10_000, 1)])
    found = few if len(few) > 3 else np.unique(values)
    return int(np.count_nonzero(found != -1)) if values.dtype == np.int32 else len(found)


def rows_for(task: Task, comparison: Comparison, side: Side, most: int, seed: Seed) -> Draw:
    """At most that many rows of one side whose target is known, drawn at random."""
    n = encoded(comparison).n(side)
    known = task.known(Draw(side, np.arange(n)))
    return Draw(side, known.rows[seed.child(side).generator().permutation(len(known))[:most]])
