"""Rows as feature matrices for learners: one that trees read, one that linear models and distances read.

Both are cut to the values that train shows, so that every side of a comparison has the same features: the most frequent
labels of train and "other", train's mean and spread of each number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows, deviation
from twinset.evaluation.encode import EncodedColumn, Side

MOST_LEVELS = 254
"""Levels of one label that scikit-learn's histogram boosting takes (255 bins less one for "other")."""
MOST_HOT = 20
SCALE_ROWS = 20_000
"""About so many rows of train, evenly spaced, say what a number's mean and spread are."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Some rows of one side."""

    side: Side
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Features:
    """Rows × features; the columns that each feature is made of; which features are codes of labels."""

    values: Floats
    sources: tuple[tuple[str, ...], ...]
    is_label: tuple[bool, ...]

    def beside(self, other: Features) -> Features:
        """The features of both, side by side."""
        values = np.column_stack([self.values, other.values])
        return Features(values, self.sources + other.sources, self.is_label + other.is_label)


def some_columns(columns: Sequence[EncodedColumn], most: int, seed: Seed) -> tuple[EncodedColumn, ...]:
    """All columns, or a seeded choice where there are more than learners can bear; in order."""
    if len(columns) <= most:
        return tuple(columns)
    return tuple(columns[place] for place in np.sort(seed.generator().permutation(len(columns))[:most]))


def for_trees(columns: Sequence[EncodedColumn], draw: Draw) -> Features:
    """One feature a column: numbers and times as they are, labels as codes by frequency; NaN is missing."""
    values = np.empty((len(draw), len(columns)))
    for place, column in enumerate(columns):
        here = column.side(draw.side)[draw.rows]
        values[:, place] = by_frequency(column, MOST_LEVELS)[here] if column.kind == "label" else here
    return Features(values, tuple((c.name,) for c in columns), tuple(c.kind == "label" for c in columns))


def for_lines(columns: Sequence[EncodedColumn], draw: Draw) -> Features:
    """Standardised numbers (within ±5), a flag where values are missing, one-hot labels; no NaN."""
    parts, sources = [], []
    for column in columns:
        block = _hot(column, draw) if column.kind == "label" else _standard(column, draw)
        parts.append(block)
        sources += [(column.name,)] * block.shape[1]
    values = np.column_stack(parts) if parts else np.empty((len(draw), 0))
    return Features(values, tuple(sources), (False,) * len(sources))


def by_frequency(column: EncodedColumn, most: int) -> Floats:
    """Code of each label by its frequency in train, the rarer ones sharing one; last (that is, at -1) NaN for missing."""
    codes = column.train.astype(np.int64)
    frequency = np.bincount(codes[codes >= 0], minlength=len(column.labels))
    place = np.empty(len(column.labels) + 1)
    place[np.argsort(-frequency, kind="stable")] = np.minimum(np.arange(len(column.labels)), most)
    place[-1] = np.nan
    return place


def _standard(column: EncodedColumn, draw: Draw) -> Floats:
    train = np.asarray(column.train, np.float64)[:: max(len(column.train) // SCALE_ROWS, 1)]
    known = train[np.isfinite(train)]
    here = np.asarray(column.side(draw.side), np.float64)[draw.rows]
    is_missing = ~np.isfinite(here)
    middle, unit = (float(known.mean()), deviation(known)) if len(known) else (0.0, 0.0)
    scaled = np.clip(np.where(is_missing, 0.0, here - middle) / (unit or 1.0), -5.0, 5.0)
    return np.column_stack([scaled, is_missing])


def _hot(column: EncodedColumn, draw: Draw) -> Floats:
    place = np.nan_to_num(by_frequency(column, MOST_HOT), nan=min(len(column.labels), MOST_HOT + 1)).astype(np.int64)
    codes = place[column.side(draw.side)[draw.rows]]
    return np.eye(int(place.max(initial=0)) + 1)[codes]
