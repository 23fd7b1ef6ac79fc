"""Columns that are never above another one, where chance would often have put them there.

Of numbers, only columns of about the same size are compared: that minutes in the air are fewer than miles flown is true, and
says nothing. What follows from two other orders is left out.
"""

from __future__ import annotations

import numpy as np

from twinset.constraints.consistent import family
from twinset.constraints.propose.look import Floats, Look
from twinset.core import types
from twinset.core.constraints import Order

_BY_CHANCE = 0.05
"""The share of rows that would break an order if the two columns had nothing to do with each other."""
_ALIKE = 0.5
"""How much of the span of two columns of numbers (between their outer tenths) both have."""


def orders(look: Look) -> list[Order]:
    """Pairs ``a <= b``."""
    names = look.named(types.Integer, types.Real, types.Date, types.DateTime, types.Time)
    few = look.few()
    some = {name: look.numbers[name][few] for name in names}
    pairs = {(a, b): chance for a in names for b in names if a != b and (chance := _chance(look, some, a, b)) is not None}
    held = {pair: chance for pair, chance in pairs.items() if _is_held(look, *pair)}
    direct = [(a, b) for a, b in held if not any((a, c) in held and (c, b) in held for c in names)]
    return [
        Order(pair, reason=f"in all {look.n_rows:,} rows; by chance {held[pair]:.0%} of them would break it")
        for pair in direct
    ]


def _chance(look: Look, some: dict[str, Floats], a: str, b: str) -> float | None:
    """The share of rows that chance would break; None where it is small, or a row of a few breaks the order as it is."""
    first, second = some[a], some[b]
    if family(look.table[a]) != family(look.table[b]):
        return None
    with np.errstate(invalid="ignore"):
        if (first > second).any():
            return None
    first, second = np.sort(first[~np.isnan(first)]), np.sort(second[~np.isnan(second)])
    if len(first) < look.k or len(second) < look.k or not _are_alike(look, a, first, second):
        return None
    chance = float(np.searchsorted(second, first, side="left").mean() / len(second))
    return chance if chance >= _BY_CHANCE else None


def _are_alike(look: Look, name: str, first: Floats, second: Floats) -> bool:
    if family(look.table[name]) != "number":
        return True
    (a, b), (c, d) = np.quantile(first, (0.1, 0.9)), np.quantile(second, (0.1, 0.9))
    both, either = min(b, d) - max(a, c), max(b, d) - min(a, c)
    return bool(either > 0 and both / either >= _ALIKE)


def _is_held(look: Look, a: str, b: str) -> bool:
    first, second = look.numbers[a], look.numbers[b]
    there = ~np.isnan(first) & ~np.isnan(second)
    is_below = first[there] < second[there]
    rows = np.flatnonzero(there)[is_below]
    mask = np.zeros(look.n_rows, dtype=np.bool_)
    mask[rows] = True
    return not (first[there] > second[there]).any() and look.n_entities(mask) >= 10 * look.k
