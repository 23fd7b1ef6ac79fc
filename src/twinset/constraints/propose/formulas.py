"""Columns that follow from others: copies, sums, products, ratios, digits of a number, parts of a date.

Looked for on a few rows, then held against all. A formula counts where its columns take at least k different sets of values,
where it gives more than the commonest value in enough rows, and where each column does something in it; of several for one
column the simplest is kept, and none that closes a circle.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from twinset.constraints.evaluate import evaluate
from twinset.constraints.propose.look import Floats, Look, Mask
from twinset.core import types
from twinset.core.constraints import Formula, Sum
from twinset.core.expression import quoted

_STEPS = (10, 60, 100, 1_000)
"""By which digits, minutes and parts are cut off."""
_PARTS = ("year", "month", "day", "hour", "minute")
_MOST_PARTS, _MOST_SETS = 5, 20_000
_MOST_OPERANDS = 30
_FEWEST_VALUES = 3
_GLANCE = 50
"""Rows of a first glance, at all columns at once."""

_PAIRS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": lambda a, b: a + b, "*": lambda a, b: a * b, "-": lambda a, b: a - b, "/": lambda a, b: a / b,
}  # fmt: skip


def formulas(look: Look) -> list[Formula | Sum]:
    """Formulas that all rows hold, at most one for each column."""
    found: list[Formula | Sum] = []
    candidates: Iterator[Formula | Sum]
    for candidates in (_of_moments(look), _of_one(look), _of_two(look), _sums(look)):
        found += _accepted(look, candidates, found)
    return found


def _accepted(look: Look, candidates: Iterator[Formula | Sum], before: list[Formula | Sum]) -> list[Formula | Sum]:
    found: list[Formula | Sum] = []
    for one in candidates:
        if not _closes_circle(one, [*before, *found]) and _is_borne_out(look, one):
            found.append(one)
    return found


def _reason(look: Look) -> str:
    return f"in all {look.n_rows:,} rows"


def _of_moments(look: Look) -> Iterator[Formula]:
    """``month = month(date)``"""
    for name, moment in itertools.product(look.named(types.Integer), look.named(types.Date, types.DateTime)):
        parts = _PARTS if isinstance(look.table[moment].type, types.DateTime) else _PARTS[:3]
        for part in parts:
            yield Formula(name, f"{part}({quoted(moment)})", reason=_reason(look))


def _of_one(look: Look) -> Iterator[Formula]:
    """Copies, and digits: ``hour = time // 100``."""
    names = look.named(types.Integer, types.Real)
    some = _some(look, names)
    for own, name in itertools.permutations(names, 2):
        if names.index(own) > names.index(name) and _fits(look, own, some[own], some[name]):
            yield Formula(own, quoted(name), reason=_reason(look))
    whole = [name for name in names if isinstance(look.table[name].type, types.Integer)]
    for own, name in itertools.permutations(whole, 2):
        for step in _STEPS:
            if (some[name] >= step).any():
                if _fits(look, own, some[own], np.floor(some[name] / step)):
                    yield Formula(own, f"{quoted(name)} // {step}", reason=_reason(look))
                if _fits(look, own, some[own], np.mod(some[name], step)):
                    yield Formula(own, f"{quoted(name)} % {step}", reason=_reason(look))


def _of_two(look: Look) -> Iterator[Formula]:
    """``total = price * quantity``"""
    names = look.named(types.Integer, types.Real)[:_MOST_OPERANDS]
    some = _some(look, names)
    grid = _Grid.of(look, names)
    for sign, operation in _PAIRS.items():
        pairs = itertools.permutations(names, 2) if sign in "-/" else itertools.combinations(names, 2)
        for first, second in pairs:
            with np.errstate(all="ignore"):
                worth = operation(some[first], some[second])
            for own in grid.like(worth, (first, second)):
                yield Formula(own, f"{quoted(first)} {sign} {quoted(second)}", reason=_reason(look))


def _sums(look: Look) -> Iterator[Sum]:
    """Sums of three and more parts."""
    names = look.named(types.Integer, types.Real)[:_MOST_OPERANDS]
    some, tried = _some(look, names), 0
    grid = _Grid.of(look, names)
    for size in range(3, _MOST_PARTS + 1):
        for parts in itertools.combinations(names, size):
            if (tried := tried + 1) > _MOST_SETS:
                return
            for own in grid.like(np.sum([some[part] for part in parts], axis=0), parts):
                yield Sum(own, parts, reason=_reason(look))


@dataclass(frozen=True)
class _Grid:
    """Columns on the few rows, in one matrix (columns by rows), and how far each may be from what was computed."""

    look: Look
    names: list[str]
    values: Floats
    room: Floats

    @classmethod
    def of(cls, look: Look, names: list[str]) -> _Grid:
        some = _some(look, names)
        values = np.array([some[name] for name in names]).reshape(len(names), len(look.few()))
        return cls(look, names, values, np.array([_room(look, name, some[name]) for name in names]).reshape(values.shape))

    def like(self, worth: Floats, parts: tuple[str, ...]) -> list[str]:
        """The columns that may be what was computed of others: first by a glance at a few rows, then by all of the few."""
        glance = slice(None, None, max(1, len(worth) // _GLANCE))
        with np.errstate(invalid="ignore"):
            is_off = np.abs(self.values[:, glance] - worth[glance]) > self.room[:, glance]
        left = [self.names[place] for place in np.flatnonzero(~is_off.any(axis=1))]
        some = {name: self.values[self.names.index(name)] for name in left}
        return [name for name in left if name not in parts and _fits(self.look, name, some[name], worth)]


def _some(look: Look, names: list[str]) -> dict[str, Floats]:
    few = look.few()
    return {name: look.numbers[name][few] for name in names}


def _fits(look: Look, name: str, own: Floats, worth: Floats) -> bool:
    """Whether a column may be what was computed, on a few rows: where both are there, and in enough of them."""
    there = np.isfinite(own) & np.isfinite(worth)
    with np.errstate(invalid="ignore"):
        return int(there.sum()) >= look.k and not (np.abs(own - worth) > _room(look, name, own))[there].any()


def _room(look: Look, name: str, own: Floats) -> Floats:
    """How far a value may be from what it is computed as: half of its last place, or the noise of float64."""
    kind = look.table[name].type
    places = 0 if isinstance(kind, types.Integer) else kind.decimals if isinstance(kind, types.Real) else None
    return 1e-9 * np.abs(own) + (0.0 if places is None else 0.51 * 10.0**-places)


def _closes_circle(one: Formula | Sum, found: list[Formula | Sum]) -> bool:
    """Whether the column is explained already, or explains what it would follow from."""
    explained = {other.column: set(other.columns[1:]) for other in found}
    if one.column in explained or _says_the_same(one, found):
        return True
    reached, left = set[str](), list(one.columns[1:])
    while left:
        name = left.pop()
        if name == one.column:
            return True
        if name not in reached:
            reached.add(name)
            left += explained.get(name, ())
    return False


def _says_the_same(one: Formula | Sum, found: list[Formula | Sum]) -> bool:
    """Whether a formula over the very same columns is there: a - b = c where a = b + c is."""
    return any(set(one.columns) == set(other.columns) and len(one.columns) > 2 for other in found)


def _is_borne_out(look: Look, one: Formula | Sum) -> bool:
    """Whether all rows hold it, with enough different values in enough entities, and each operand matters."""
    formula = one.formula if isinstance(one, Sum) else one
    operands, own = formula.columns[1:], look.numbers[one.column]
    worth = evaluate(formula.expression, {name: look.rows.column(name) for name in operands}, look.n_rows)
    there = ~np.isnan(own) & np.asarray(worth.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    values, rows = np.unique(own[there], return_counts=True)
    if len(values) < _FEWEST_VALUES or len(np.unique(look.codes(*operands)[there])) < look.k:
        return False
    is_telling = there & (own != values[rows.argmax()])
    return look.n_entities(is_telling) >= 10 * look.k and _matter(look, one, operands, there) and look.is_held(one)


def _matter(look: Look, one: Formula | Sum, operands: tuple[str, ...], there: Mask) -> bool:
    """Whether the column differs from each single operand in enough entities (a copy has one, and is the same)."""
    if len(operands) == 1:
        return True
    own = look.numbers[one.column]
    return all(look.n_entities(there & (own != look.numbers[name])) >= look.k for name in operands)
