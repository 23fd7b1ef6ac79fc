"""Numbers at the edges of what a rule gives."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import pyarrow as pa

from twinset.core.schema import Column
from twinset.synthesizers.rules.rule import Rule

Found = tuple[Any, str]
Support = tuple[float | None, float | None]

_SUPPORTS: dict[str, tuple[str | int | None, str | int | None]] = {
    "beta": ("begin", "end"), "binomial": (0, "n"), "exponential": (0, None), "gamma": (0, None), "geometric": (1, None),
    "integer": ("low", "high"), "lognormal": (0, None), "negative_binomial": (0, None), "normal": (None, None),
    "pareto": ("least", None), "poisson": (0, None), "triangular": ("begin", "end"), "uniform": ("low", "high"),
    "zipf": (1, "n"),
}  # fmt: skip
"""Where the distributions of rules begin and end: a number, an option of theirs, or nowhere."""


def support_of(rule: Rule) -> Support | None:
    """The ends of what a rule gives, None where it has none; None for rules of which that is not known."""
    word = getattr(rule, "word", "")
    if word == "money":
        return None if getattr(rule, "endings", None) is not None else support_of(rule.of)  # type: ignore[attr-defined]
    if word not in _SUPPORTS:
        return None
    first, last = (getattr(rule, end) if isinstance(end, str) else end for end in _SUPPORTS[word])
    lows = [end for end in (first, getattr(rule, "low", None)) if end is not None]
    highs = [end for end in (last, getattr(rule, "high", None)) if end is not None]
    return max(lows, default=None), min(highs, default=None)


def whole_edges(rule: Rule) -> Iterator[Found]:
    """Whole numbers: the ends and their neighbours, 0 and 1."""
    support = support_of(rule)
    if support is None:
        return
    low, high = (None if end is None else int(end) for end in support)
    step = getattr(rule, "step", 1)
    known: dict[int, str] = {}
    if low is not None:
        known |= {low: "lowest", low + step: "next to the lowest"}
    if high is not None:
        top = high if low is None else low + (high - low) // step * step
        known = {top: "highest", top - step: "next to the highest"} | known
    if step == 1:
        known = {0: "zero", 1: "one"} | known
    yield from (found for found in known.items() if _is_within(found[0], (low, high)))


def real_edges(column: Column, rule: Rule) -> Iterator[Found]:
    """Real numbers and decimals: the ends, zero with both signs, and the smallest steps from it."""
    support = support_of(rule)
    if support is None:
        return
    decimals = getattr(column.type, "decimals", None)
    unit = 10.0**-decimals if decimals is not None else 1e-9
    ends = [
        (_inside(end, decimals, way), said) for end, way, said in zip(support, _WAYS, _SAID, strict=True) if end is not None
    ]
    found = [*ends, (0.0, "zero"), (-0.0, "negative zero"), (unit, "smallest step"), (-unit, "smallest step below zero")]
    seen: set[str] = set()
    for value, detail in found:
        own = Decimal(f"{value + 0.0:.{decimals}f}") if pa.types.is_decimal(column.storage) else value
        if _is_within(value, support) and repr(own) not in seen:
            seen.add(repr(own))
            yield own, detail


_WAYS, _SAID = (ROUND_CEILING, ROUND_FLOOR), ("lowest", "highest")


def _inside(end: float, decimals: int | None, way: str) -> float:
    """An end of a range as it is when it is rounded to places inwards."""
    if decimals is None:
        return float(end)
    return float(Decimal(repr(float(end))).quantize(Decimal(1).scaleb(-decimals), way))


def _is_within(value: float, support: Support) -> bool:
    low, high = support
    return (low is None or value >= low) and (high is None or value <= high)


def decimals_beyond(storage: pa.DataType) -> list[Found]:
    """The ends of a storage of decimals."""
    largest = Decimal(10**storage.precision - 1).scaleb(-storage.scale)
    cent = Decimal(1).scaleb(-storage.scale)
    return [(largest, "largest number"), (-largest, "lowest number"), (-cent, "smallest step below zero")]
