"""The control: the same twin with leaks planted in it, on which attacks prove that they would have seen one.

A share of the twin's rows is replaced by near-copies of training rows: one number moved to a neighbouring value, or one
label changed. An attack that does not notice it says nothing when it finds nothing in the twin itself.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.attacks.arena import Arena, Records
from twinset.evaluation.encode import Array, EncodedColumn

SHARE, LARGER_SHARE = 0.01, 0.05
ENOUGH = 50
"""Planted near-copies of members that have to be expected at 1% of the rows; else 5% are planted."""
STEPS = 3
"""A number moves by at most so many places among the column's distinct values."""


@dataclass(frozen=True, slots=True)
class Control:
    """An arena with planted near-copies; ``n_members`` is how many members they are expected to touch."""

    arena: Arena
    share: float
    n_planted: int
    n_members: float


def control(arena: Arena, seed: Seed) -> Control:
    """The arena's twin with near-copies of training rows in the place of 1% of its rows, or 5% where 1% can't be shown."""
    ground, n_twin = arena.ground, len(arena.twin)
    of_members = n_twin * len(ground.members) / len(ground.train)
    share = SHARE if SHARE * of_members >= ENOUGH else LARGER_SHARE
    n_planted = min(len(ground.train), max(1, round(share * n_twin)))
    random = seed.child("places").generator()
    sources = random.permutation(len(ground.train))[:n_planted]
    places = random.permutation(n_twin)[:n_planted]
    copies = near_copies(ground.columns, ground.train.take(sources), seed.child("changes"))
    twin = Records(tuple(_put(mine, places, theirs) for mine, theirs in zip(arena.twin.values, copies.values, strict=True)))
    changed = dataclasses.replace(arena, twin=twin)
    return Control(changed, share, n_planted, n_planted * len(ground.members) / len(ground.train))


def _put(column: Array, places: Rows, values: Array) -> Array:
    changed = column.copy()
    changed[places] = values[: len(places)]
    return changed


def near_copies(columns: tuple[EncodedColumn, ...], rows: Records, seed: Seed) -> Records:
    """Each row with one cell changed, in a column drawn for it among those that have two values at least."""
    levels = [_levels(column) for column in columns]
    able = np.array([i for i, known in enumerate(levels) if len(known) > 1], dtype=np.int64)
    if not len(able):
        return rows
    random = seed.generator()
    chosen = able[random.integers(0, len(able), len(rows))]
    changed = []
    for i, values in enumerate(rows.values):
        spots = np.flatnonzero(chosen == i)
        values = values.copy()
        values[spots] = _others(values[spots].astype(np.float64), levels[i], columns[i].kind == "label", random)
        changed.append(values)
    return Records(tuple(changed))


def _levels(column: EncodedColumn) -> Floats:
    known = column.train[column.train >= 0] if column.kind == "label" else column.train[~np.isnan(column.train)]
    return np.asarray(np.unique(known), dtype=np.float64)


def _others(values: Floats, levels: Floats, is_label: bool, random: np.random.Generator) -> Floats:
    """For each value another one of the column: any other label, or a number a few places up or down."""
    n = len(levels)
    if n < 2:
        return values
    place = np.searchsorted(levels, np.nan_to_num(values, nan=levels[0])) % n
    if is_label:
        return np.asarray(levels[(place + random.integers(1, n, len(values))) % n])
    step = random.integers(1, STEPS + 1, len(values)) * (random.integers(0, 2, len(values)) * 2 - 1)
    moved = np.clip(place + step, 0, n - 1)
    at_the_end = np.where(place == 0, 1, place - 1)
    return np.asarray(levels[np.where(moved == place, at_the_end, moved)])
