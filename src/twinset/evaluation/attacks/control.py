"""The control: the same twin with leaks planted in it, on which attacks prove that they would have seen one.

Near-copies of training rows are put between the twin's rows: one number moved to a neighbouring value, or one label
changed. An attack that does not notice it says nothing when it finds nothing in the twin itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats
from twinset.evaluation.attacks.arena import BASE_ROWS, NEIGHBOURS, Arena, Records
from twinset.evaluation.attacks.space import nearest
from twinset.evaluation.encode import EncodedColumn

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


@dataclass(frozen=True)
class PlantedArena(Arena):
    """The arena ``before`` with more rows in the twin, of which ``copies`` are among those looked at for neighbours."""

    before: Arena
    copies: Records

    @cached_property
    def to_twin(self) -> npt.NDArray[np.float32]:
        """As for any arena; only the added rows are looked through, since the others' distances are known."""
        to_copies = nearest(self.ground.queries, self.ground.space.embed(self.copies.values), NEIGHBOURS)
        return np.sort(np.hstack([self.before.to_twin, to_copies]), axis=1)[:, :NEIGHBOURS]


def control(arena: Arena, seed: Seed) -> Control:
    """The arena's twin with near-copies of training rows: 1% of all its rows then, or 5% where 1% can't be shown."""
    ground, n_twin = arena.ground, len(arena.twin)
    of_members = n_twin * len(ground.members) / len(ground.train)
    share = SHARE if SHARE * of_members >= ENOUGH else LARGER_SHARE
    n_planted = min(len(ground.train), max(1, round(share / (1 - share) * n_twin)))
    random = seed.child("places").generator()
    sources = random.permutation(len(ground.train))[:n_planted]
    places = np.sort(random.integers(0, n_twin + 1, n_planted))
    copies = near_copies(ground.columns, ground.train.take(sources), seed.child("changes"))
    pairs = zip(arena.twin.values, copies.values, strict=True)
    twin = Records(tuple(np.insert(mine, places, theirs) for mine, theirs in pairs))  # type: ignore[misc]
    planted = PlantedArena(ground, twin, arena.n_twin, arena, copies.take(places <= BASE_ROWS))
    return Control(planted, share, n_planted, n_planted * len(ground.members) / len(ground.train))


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
