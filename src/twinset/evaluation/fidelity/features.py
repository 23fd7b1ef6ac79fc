"""What trees miss by themselves, made into features: relations of columns, roundness, and how usual a value is.

``usual`` is how often further real rows, which stand on neither side of the test, hold exactly this value, where at least
``privacy.K`` of them do: rarer values are somebody's own and should not come back, so they don't count as usual.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.encode import EncodedColumn
from twinset.evaluation.matrix import Draw, Features
from twinset.privacy import K

MOST_PAIRS = 60
_STEPS = tuple(float(f"1e{power}") for power in range(-3, 5))
_CALENDAR = (60.0, 3600.0, 86_400.0, 7 * 86_400.0)


def extended(columns: Sequence[EncodedColumn], draw: Draw, others: Draw, seed: Seed) -> Features:
    """Roundness and usualness of each number and time, equality and difference of a seeded choice of their pairs."""
    ordered = [column for column in columns if column.kind != "label"]
    values = {column.name: np.asarray(column.side(draw.side), np.float64)[draw.rows] for column in ordered}
    made: list[tuple[tuple[str, ...], Floats]] = []
    for column in ordered:
        here, name = values[column.name], (column.name,)
        known = np.asarray(column.side(others.side), np.float64)[others.rows]
        made.append((name, usual(here, known)))
        made += [(name, here % step) for step in _CALENDAR] if column.kind == "time" else [(name, roundness(here))]
    for first, second in _some_pairs(ordered, seed):
        one, other = values[first], values[second]
        made += [((first, second), (one == other).astype(np.float64)), ((first, second), one - other)]
    table = np.column_stack([feature for _, feature in made]) if made else np.empty((len(draw), 0))
    return Features(table, tuple(source for source, _ in made), (False,) * len(made))


def _some_pairs(columns: Sequence[EncodedColumn], seed: Seed) -> list[tuple[str, str]]:
    every = [(a.name, b.name) for a, b in itertools.combinations(columns, 2) if a.kind == b.kind]
    return [every[place] for place in seed.generator().permutation(len(every))[:MOST_PAIRS]]


def roundness(values: Floats) -> Floats:
    """How many powers of ten from 0.001 to 10,000 divide each value."""
    slack = 1e-9 * np.maximum(1.0, np.abs(values))
    return np.asarray(sum((np.abs(np.round(values / step) * step - values) < slack).astype(np.float64) for step in _STEPS))


def usual(values: Floats, known: Floats) -> Floats:
    """Share of the known values that equal each value; 0 where fewer than K do."""
    levels, times = np.unique(known[np.isfinite(known)], return_counts=True)
    levels, times = levels[times >= K], times[times >= K]
    if not len(levels):
        return np.zeros(len(values))
    place = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
    return np.where(levels[place] == values, times[place] / len(known), 0.0)
