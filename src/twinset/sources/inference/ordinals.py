"""Labels that have an order: known scales, numbered labels ("1 - poor"), bands of numbers ("18-24", "65+").

The order is the domain's, so that it can be seen and mended in a plan. Numbered labels are listed there only where K rows
share each: the words behind the number may be anything.
"""

from __future__ import annotations

import math
import re

from twinset.core import types
from twinset.core.schema import Values
from twinset.privacy import K
from twinset.privacy.column_names import words
from twinset.sources.inference import scales
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints

_MOST_LABELS = 60
_NUMBERED = re.compile(r"\(?(\d{1,3})\s*[-.:)=–]+\s*[^\d\s].*", re.DOTALL)
_AMOUNT = r"[$€£]?\s?(\d[\d,.]*)\s?(k|m|bn)?\s?(?:%|years?|yrs?|yo|[a-z]{1,3})?"
_BAND = re.compile(rf"{_AMOUNT}\s?(?:-|–|to|bis|and)\s?(?:under|<)?\s?{_AMOUNT}", re.IGNORECASE)
_ABOVE = re.compile(
    rf"(?:>=?|≥|over|above|more than|at least)\s?{_AMOUNT}|{_AMOUNT}\s?(?:\+|and (?:over|above|older|more)|or (?:more|older|over))",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"(?:<=?|≤|under|below|less than|up to)\s?{_AMOUNT}|{_AMOUNT}\s?(?:and (?:under|below|younger|less)|or (?:less|younger))",
    re.IGNORECASE,
)
_GRADES = frozenset(
    ("grade", "grades", "rating", "class", "score", "level", "tier", "rank", "mark", "quality", "size", "band")
)


def ordinal(cells: Cells, table: Hints) -> Guess | None:
    """Labels in an order that can be read off them."""
    if not 2 <= cells.n_distinct <= _MOST_LABELS:
        return None
    labels = cells.head(_MOST_LABELS)
    if places := scales.places(labels):
        if scales.is_one_letter(labels) and not _GRADES & set(words(cells.name)):
            return None
        return _ordered(cells, labels, places, "labels of a known scale")
    if bands := _bands(labels):
        return _ordered(cells, labels, bands, "bands of numbers")
    numbered = [_NUMBERED.fullmatch(label) for label in labels]
    if all(numbered) and (cells.counts >= K).all():
        numbers = [int(match[1]) for match in numbered if match]
        if len(set(numbers)) == len(numbers):
            return _ordered(cells, labels, numbers, "numbered labels")
    return None


def _ordered(cells: Cells, labels: list[str], places: list[int] | list[float], what: str) -> Guess:
    in_order = tuple(label for _, label in sorted(zip(places, labels, strict=True)))
    return Guess(types.Ordinal(), cells.values, f"{what}, {cells.n_distinct} distinct", Values(in_order))


def _bands(labels: list[str]) -> list[float] | None:
    """The lower end of each band; None where a label is no band, or two of them overlap."""
    ends = [_ends(label) for label in labels]
    if any(end is None for end in ends) or sum(_BAND.fullmatch(label.strip()) is not None for label in labels) < min(
        2, len(labels) - 1
    ):
        return None
    known = [end for end in ends if end is not None]
    in_order = sorted(known)
    overlaps = any(low < high - 1e-9 for (_, high), (low, _) in zip(in_order, in_order[1:], strict=False))
    return None if overlaps or len(set(known)) < len(known) else [low for low, _ in known]


def _ends(label: str) -> tuple[float, float] | None:
    text = label.strip()
    if match := _BAND.fullmatch(text):
        first, first_unit, second, second_unit = match.groups()
        low, high = _amount(first, first_unit or second_unit), _amount(second, second_unit)
        return (low, high) if low is not None and high is not None and low < high else None
    for pattern, is_above in ((_ABOVE, True), (_BELOW, False)):
        if match := pattern.fullmatch(text):
            number, unit = next((match[i], match[i + 1]) for i in (1, 3) if match[i])
            end = _amount(number, unit)
            if end is not None:
                return (end, math.inf) if is_above else (-math.inf, end)
    return None


def _amount(number: str, unit: str | None) -> float | None:
    try:
        plain = float(re.sub(r",(?=\d{3})", "", number))
    except ValueError:
        return None
    return plain * {"k": 1e3, "m": 1e6, "bn": 1e9}.get((unit or "").lower(), 1.0)
