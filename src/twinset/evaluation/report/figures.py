"""Figures in words: one way to write each unit, so that the page, the markdown and the tests agree."""

from __future__ import annotations

import math
import re
from typing import Literal

Unit = Literal["share", "index", "number", "count"]
"""share: 0 to 1, written in percent; index: three decimals; number: three digits that matter; count: whole."""

_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of the text that follows."""

MISSING = "–"
MINUS = "\N{MINUS SIGN}"


def figure(value: float | None, unit: Unit = "number") -> str:
    """One figure, "–" where there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = _write(abs(value), unit)
    if value > 0 or not any(digit in "123456789" for digit in text):
        return text
    return f">{MINUS}{text[1:]}" if text.startswith("<") else f"{MINUS}{text}"


def signed(value: float | None, unit: Unit = "number") -> str:
    """A difference: with its sign, unless it is too small to be written out."""
    text = figure(value, unit)
    is_shown = not text.startswith("<") and any(digit in "123456789" for digit in text)
    return f"+{text}" if value is not None and value > 0 and is_shown else text


def _write(value: float, unit: Unit) -> str:
    if unit == "share":
        return _percent(100 * value)
    if unit == "index":
        return f"{value:.3f}"
    if unit == "count":
        return f"{value:,.0f}"
    return _digits(value)


def _percent(value: float) -> str:
    if value in (0, 100):
        return f"{value:.0f}%"
    if value < 0.01:
        return "<0.01%"
    return f"{value:.1f}%" if value >= 10 else f"{value:.2f}%"


def _digits(value: float) -> str:
    if value >= 1e9:
        return f"{value:.2e}"
    if 0 < value < 5e-5:
        return "<0.0001"
    decimals = 4 if value < 0.1 else max(0, 2 - math.floor(math.log10(value)))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(bounds: tuple[float, float] | None, unit: Unit = "number") -> str:
    """An interval as "low to high", nothing where there is none."""
    return "" if bounds is None else f"{figure(bounds[0], unit)} to {figure(bounds[1], unit)}"


def count(number: int, one: str, many: str = "") -> str:
    """ "1 column", "3 columns": a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clip(text: str, length: int = 60) -> str:
    """At most ``length`` characters on one line, the middle left out, without characters that steer what is around them."""
    flat = _STEERING.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split())) or repr(text)
    if len(flat) <= length:
        return flat
    head = (length - 1) * 2 // 3
    return f"{flat[:head]}…{flat[head + 1 - length :]}"


def listing(names: list[str], most: int = 5) -> str:
    """Names as a phrase: "a, b and c", or the first few "and 12 more"."""
    shown = [clip(name, 40) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
