"""Finding days and times of day that stand in several columns: as a whole, and in parts.

A time that its parts tell comes after them: of each of them there are few, which trees tell apart one by one. Any other part
comes after its whole. Either way what one says the other says too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw
from twinset.synthesizers.tabular.trees.guess import Guess, unit_of
from twinset.synthesizers.tabular.trees.parts import Part, parts_of


@dataclass(frozen=True, slots=True)
class Told:
    """What tells a field: the guess, and what its inputs are where they make up a time of day."""

    guess: Guess
    parts: tuple[Part, ...] = ()


_SURE, _FEWEST, _SCOUTED = 0.999, 200, 4000


def find_told(fields: Sequence[Field], raws: Sequence[Raw], rng: np.random.Generator, n_context: int = 0) -> dict[int, Told]:
    """By field, what tells it all but one time in a thousand; what is known beforehand (context) is told by nothing."""
    some = _some(raws, rng)
    found: dict[int, Told] = {}
    for number, field in enumerate(fields):
        if not isinstance(field, NumberField) or len(field.alphabet) < 2:
            continue
        sought = {part: _column_of(part, number, fields, raws, some) for part in parts_of(field)}
        columns = {part: one for part, one in sought.items() if one is not None}
        if number >= n_context and _is_complete(list(columns), field):
            found[number] = _of_parts(columns, raws)
        else:
            own = {one: _of_whole(number, part, raws) for part, one in columns.items() if one >= n_context}
            found = own | found
    return found


def _some(raws: Sequence[Raw], rng: np.random.Generator) -> Numbers:
    return np.sort(rng.permutation(len(raws[0]))[:_SCOUTED]) if raws else np.zeros(0, dtype=np.int64)


def _column_of(part: Part, whole: int, fields: Sequence[Field], raws: Sequence[Raw], some: Numbers) -> int | None:
    """The first field that is this part of the whole."""
    for number, field in enumerate(fields):
        is_one = isinstance(field, NumberField) and not parts_of(field) and len(field.alphabet) > 1
        if is_one and all(_agree(raws[number][of], raws[whole][of], part) for of in (some, slice(None))):
            return number
    return None


def _agree(own: Raw, whole: Raw, part: Part) -> bool:
    there = ~np.isnan(own) & ~np.isnan(whole)
    return bool(there.sum() >= _FEWEST and (part.of(whole[there].astype(np.float64)) == own[there]).mean() >= _SURE)


def _is_complete(parts: list[Part], field: NumberField) -> bool:
    """Whether these parts tell a time of day: from the hour down to what all its values are multiples of."""
    if not parts or parts != list(parts_of(field)[: len(parts)]) or not field.turn:
        return False
    return unit_of(field.alphabet) % parts[-1].width == 0


def _of_whole(whole: int, part: Part, raws: Sequence[Raw]) -> Told:
    return Told(Guess((whole,), np.ones(1), np.array([_median(raws[whole])]), 0.0, is_log=False, unit=1.0, part=part))


def _of_parts(columns: dict[Part, int], raws: Sequence[Raw]) -> Told:
    """Hours, minutes and seconds added up."""
    slopes, fill = np.array([part.width for part in columns]), np.array([_median(raws[one]) for one in columns.values()])
    guess = Guess(tuple(columns.values()), slopes, fill, 0.0, is_log=False, unit=min(part.width for part in columns))
    return Told(guess, tuple(columns))


def _median(raw: Raw) -> float:
    return float(np.nanmedian(raw))
