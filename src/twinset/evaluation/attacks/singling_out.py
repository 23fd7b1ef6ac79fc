"""Singling out: guesses such as "exactly one person is over 83, divorced and from there", read off the twin.

A guess takes a few columns of one twin row: a label as it stands, a number as it stands or as "at least" (or "at most",
whichever is rarer) this number. Guesses that fit one twin row alone are kept, and one is right where it fits exactly one
of the members; the same guesses are put to equally many strangers. The naive guess takes each column from another twin row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags
from twinset.evaluation.attacks.arena import Arena, Records
from twinset.evaluation.attacks.gains import gain

METRIC = "privacy.singling_out"
GUESSES = 2_000
"""Guesses that are drawn; those that fit more than one twin row are then dropped."""
ROWS = 8_000
WIDEST = 6
"""Columns in one guess, at most."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A conjunction: for each column a value and how it is compared (-1 at most, 0 equal, 1 at least)."""

    columns: tuple[int, ...]
    values: tuple[float, ...]
    signs: tuple[int, ...]

    def count(self, rows: Records) -> int:
        """How many rows it fits."""
        fits = np.ones(len(rows), dtype=np.bool_)
        for place, value, sign in zip(self.columns, self.values, self.signs, strict=True):
            column = rows.values[place]
            fits &= column == value if sign == 0 else column >= value if sign > 0 else column <= value
        return int(fits.sum())


@dataclass(frozen=True, slots=True)
class SinglingOut:
    """The attack."""

    metrics = (METRIC,)
    has_control = False

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """One score for the table."""
        first = slice(0, ROWS)
        twin, members, strangers = (rows.take(first) for rows in (arena.twin, arena.ground.members, arena.ground.strangers))
        is_label = np.array([column.kind == "label" for column in arena.ground.columns])
        n = arena.ground.effort * GUESSES
        guesses = _drawn(n, twin, is_label, seed.child("guesses").generator(), is_naive=False)
        naive = _drawn(n, twin, is_label, seed.child("naive").generator(), is_naive=True)
        kept = [guess for guess in guesses if guess.count(twin) == 1]
        rights = [np.array([guess.count(rows) == 1 for guess in kept], dtype=np.bool_) for rows in (members, strangers)]
        by_chance = float(np.mean([guess.count(members) == 1 for guess in naive])) if naive else 0.0
        yield gain(METRIC, None, rights[0], rights[1], by_chance)


def _drawn(n: int, twin: Records, is_label: Flags, random: np.random.Generator, *, is_naive: bool) -> list[Guess]:
    """Guesses off twin rows by lot, each over one to ``WIDEST`` columns without missing values."""
    width = len(is_label)
    middles = np.array([0.0 if label else _median(values) for label, values in zip(is_label, twin.values, strict=True)])
    guesses = []
    for _ in range(n):
        columns = random.permutation(width)[: random.integers(1, min(WIDEST, width) + 1)]
        rows = random.integers(0, len(twin), len(columns)) if is_naive else np.full(len(columns), random.integers(len(twin)))
        values = [float(twin.values[c][row]) for c, row in zip(columns, rows, strict=True)]
        if any(np.isnan(value) or (value < 0 and is_label[c]) for c, value in zip(columns, values, strict=True)):
            continue
        is_equal = is_label[columns] | (random.integers(0, 2, len(columns)) == 0)
        signs = np.where(is_equal, 0, np.where(np.array(values) > middles[columns], 1, -1))
        guesses.append(Guess(tuple(columns.tolist()), tuple(values), tuple(signs.tolist())))
    return guesses


def _median(values: npt.NDArray[np.float64] | npt.NDArray[np.int32]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0
