"""Near replay: real records that the twin repeats in all but one or two columns.

A record that comes back nearly whole gives a person away as surely as a copy, and no test of exact copies sees it. For
every choice of one or two columns to leave out, a record that no other real record equals on the remaining columns is
looked for in the twin; the figure is the share of such records found among those learned from, minus the share among those
that were not. A perfect twin gets 0.

Where real records agree by nature once the columns are left out, chance would drown the figure: such choices are left out
in their turn, and how many remain is told. What this does not see: records that come back with three columns changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags
from twinset.evaluation.attacks.arena import Arena
from twinset.evaluation.attacks.intervals import newcombe
from twinset.evaluation.attacks.words import Word, Words, may_be_in, words

MOST_CHOICES = 150
"""Choices of columns that are tried, at most: all of them up to 16 columns, else a seeded draw of the pairs."""
CHANCE = 0.004
"""Records, as a share, that may be expected in the twin by chance under one choice of columns."""

Choice = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NearReplay:
    """The attack; ``choices`` bounds its cost, which is linear in it and in the rows of the twin."""

    choices: int = MOST_CHOICES
    metrics = ("privacy.near_replay",)
    has_control = True

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """One score: the excess share, its interval; in ``detail`` both shares and the choices of columns used."""
        real = words(arena.ground.members).beside(words(arena.ground.strangers))
        hunt = _Hunt(real, words(arena.twin))
        tried = self._choices(len(real.columns), seed)
        n_used = sum(hunt.look_without(choice) for choice in tried)
        is_member = np.arange(len(real)) < len(arena.ground.members)
        hits, seen = [[int((mask & side).sum()) for side in (is_member, ~is_member)] for mask in (hunt.is_hit, hunt.is_seen)]
        yield Score(
            "privacy.near_replay",
            None,
            _share(hits[0], seen[0]) - _share(hits[1], seen[1]) if min(seen) else None,
            "lower",
            interval=newcombe(hits[0], seen[0], hits[1], seen[1]) if min(seen) else None,
            baseline=0.0,
            n=seen[0],
            reason=_reason(n_used, len(tried), min(seen)),
            detail={
                "found of those learned from": _share(hits[0], seen[0]),
                "found of those never seen": _share(hits[1], seen[1]),
                "choices of columns used": n_used,
                "choices of columns tried": len(tried),
            },
        )

    def _choices(self, width: int, seed: Seed) -> list[Choice]:
        """Each column, then pairs of columns; one column at least is always left."""
        singles: list[Choice] = [(i,) for i in range(width)] if width > 1 else []
        pairs: list[Choice] = list(combinations(range(width), 2)) if width > 2 else []
        room = max(0, self.choices - len(singles))
        if len(pairs) > room:
            drawn = seed.generator().choice(len(pairs), room, replace=False)
            pairs = [pairs[i] for i in np.sort(drawn)]
        return singles[: self.choices] + pairs


def _share(hits: int, seen: int) -> float:
    return hits / seen if seen else 0.0


def _reason(n_used: int, n_tried: int, n_seen: int) -> str:
    if n_seen == 0:
        return "no record is unlike all others, so that none could be recognised"
    if n_used == 0:
        return "real records agree by nature without any of their columns: only whole copies were looked for"
    if n_used < n_tried:
        return f"{n_used} of {n_tried} choices of columns were used; without the others real records agree by nature"
    return ""


class _Hunt:
    """Real records (seen alone, hit in the twin) over several choices of columns; whole records come first."""

    def __init__(self, real: Words, twin: Words) -> None:
        self._real, self._twin = real, twin
        self.is_seen = _is_lone(real.keys())
        self._alike = 1 - float(self.is_seen.mean())
        self.is_hit = self.is_seen & _is_in(real.keys(), twin.keys())

    def look_without(self, choice: Choice) -> bool:
        """Look for records on all columns but these; False where records are too alike without them."""
        real, twin = self._real.keys(choice), self._twin.keys(choice)
        is_lone = _is_lone(real)
        by_chance = (1 - float(is_lone.mean()) - self._alike) * max(1.0, len(twin) / len(real))
        if by_chance > CHANCE:
            return False
        self.is_seen |= is_lone
        self.is_hit |= is_lone & _is_in(real, twin)
        return True


def _is_lone(keys: Word) -> Flags:
    """Which keys occur once."""
    order = np.argsort(keys)
    differs = np.r_[True, keys[order][1:] != keys[order][:-1], True]
    result = np.empty(len(keys), dtype=np.bool_)
    result[order] = differs[1:] & differs[:-1]
    return result


def _is_in(keys: Word, others: Word) -> Flags:
    """Which keys occur among the others."""
    return np.isin(keys, others[may_be_in(others, keys)])
