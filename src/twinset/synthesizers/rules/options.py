"""Options of rules, checked: each function gives the value back, or says in a PlanError what is allowed instead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from twinset.core.registry import nearest
from twinset.errors import PlanError

LARGEST = 2**63 - 1
LARGEST_NUMBER = 1e15


def number(
    value: Any, name: str, low: float = -LARGEST_NUMBER, high: float = LARGEST_NUMBER, *, above: bool = False
) -> float:
    """A finite number from low (or above it) to high."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and not abs(value) <= LARGEST_NUMBER:
        raise PlanError(f"{name} is a number from -10^15 to 10^15, not {value!r:.60}")
    if not is_number or not low <= value <= high or (above and value == low):
        raise PlanError(f"{name} is a number{_bounds(low, high, above)}, not {value!r:.60}")
    return float(value)


def whole(value: Any, name: str, low: int = -LARGEST, high: int = LARGEST) -> int:
    """A whole number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise PlanError(f"{name} is a whole number{_bounds(low, high, False)}, not {value!r:.60}")
    return value


def _bounds(low: float, high: float, above: bool) -> str:
    if low <= -LARGEST_NUMBER and high >= LARGEST_NUMBER:
        return ""
    if high >= LARGEST_NUMBER:
        return f" {'above' if above else 'of at least'} {low:,}"
    if above:
        return f" above {low:,} and at most {high:,}"
    return f" from {low:,} to {high:,}" if low > -LARGEST else f" of at most {high:,}"


def text(value: Any, name: str, *, longest: int = 10_000) -> str:
    """A text."""
    if not isinstance(value, str) or len(value) > longest:
        raise PlanError(f"{name} is a text of at most {longest:,} characters, not {value!r:.60}")
    return value


def flag(value: Any, name: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise PlanError(f"{name} is true or false, not {value!r:.60}")
    return value


def choice(value: Any, name: str, known: Collection[Any]) -> Any:
    """One of some words."""
    if not isinstance(value, str | int | float) or isinstance(value, bool) or value not in known:
        raise PlanError(f"{name} is one of {', '.join(map(str, known))}, not {value!r:.60}{nearest(value, known)}")
    return value


def listed(value: Any, name: str, *, least: int = 1, most: int = 1_000_000) -> list[Any]:
    """A list of so many entries."""
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise PlanError(f"{name} is a list of {least:,} to {most:,} entries, not {value!r:.60}")
    return list(value)


def paired(value: Any) -> Any:
    """A list of pairs, which is how a plan holds a mapping whose keys are no texts, as that mapping; all else as it is."""
    are_pairs = isinstance(value, list | tuple) and all(isinstance(one, list) and len(one) == 2 for one in value)
    return {one[0]: one[1] for one in value if not isinstance(one[0], list | dict)} if are_pairs and value else value


def mapping(value: Any, name: str, *, least: int = 1) -> dict[Any, Any]:
    """A mapping with at least so many entries."""
    value = paired(value)
    if not isinstance(value, dict) or len(value) < least:
        raise PlanError(f"{name} is a mapping of at least {least} entries, not {value!r:.60}")
    return value


def decimals(value: Any) -> int | None:
    """Places after the point, or None."""
    return None if value is None else whole(value, "decimals", 0, 12)
