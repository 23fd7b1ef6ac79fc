"""Ranges whose ends are no accident, and identifiers that are unique.

A whole number that takes every value from one end to the other, both ends common, has these ends (hours, months, marks). A
number that comes close to zero and never below it is not negative. Other smallest and largest values are accidents of the
rows, and somebody's.
"""

from __future__ import annotations

import numpy as np

from twinset.constraints.propose.look import Floats, Look
from twinset.core import types
from twinset.core.constraints import InRange, Unique

_MOST_STEPS, _LEAST_STEPS = 100, 4
_COMMON = 0.1
"""How common an end is at least, against the middle one of all values."""
_NEAR_ZERO = 0.01
"""Of the largest value: so near to zero are k entities where zero is an end."""


def ranges(look: Look) -> list[InRange]:
    """Ranges with ends that are none of a few."""
    found = []
    for name in look.named(types.Integer, types.Real):
        own = look.numbers[name]
        if (ends := _full_span(look, name, own)) is not None:
            reason = f"takes every whole number from {ends[0]} to {ends[1]}, each held by {look.k} or more"
            found.append(InRange(name, ends[0], ends[1], reason=reason))
        elif _ends_at_zero(look, own):
            found.append(InRange(name, 0, reason=f"comes near to zero and is never below it, in all {look.n_rows:,} rows"))
    return found


def _full_span(look: Look, name: str, own: Floats) -> tuple[int, int] | None:
    if not isinstance(look.table[name].type, types.Integer):
        return None
    there = ~np.isnan(own)
    values, codes = np.unique(own[there], return_inverse=True)
    low, high = int(values[0]), int(values[-1])
    if not _LEAST_STEPS <= high - low < _MOST_STEPS or len(values) != high - low + 1:
        return None
    held = look.holders_in(codes, there)
    is_common = min(held[0], held[-1]) >= _COMMON * np.median(held)
    return (low, high) if held.min() >= look.k and is_common else None


def _ends_at_zero(look: Look, own: Floats) -> bool:
    with np.errstate(invalid="ignore"):
        return not (own < 0).any() and look.n_entities(own <= _NEAR_ZERO * np.nanmax(own)) >= look.k


def uniques(look: Look) -> list[Unique]:
    """Identifiers that differ in each row; the primary key is one."""
    found = []
    for column in look.columns:
        is_full = isinstance(column.type, types.Identifier) and look.is_there(column.name).all()
        if is_full and len(np.unique(look.codes(column.name))) == look.n_rows:
            found.append(Unique((column.name,), reason=f"an identifier that differs in all {look.n_rows:,} rows"))
    return found
