"""Labels that have an order: known scales, numbered labels ("1 - poor"), bands of numbers ("18-24", "65+").

The order is the domain's, so that it can be seen and mended in a plan. Numbered labels are listed there only where K rows
share each: the words behind the number may be anything.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

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
_MORE = r"(?:\+|and (?:over|above|older|more)|or (?:more|older|over))"
_LESS = r"(?:and (?:under|below|younger|less)|or (?:less|younger))"
_BAND = re.compile(rf"{_AMOUNT}\s?(?:-|–|to|bis|and)\s?(?:under|<)?\s?{_AMOUNT}", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:>=?|≥|over|above|more than|at least)\s?{_AMOUNT}|{_AMOUNT}\s?{_MORE}", re.IGNORECASE)
_BELOW = re.compile(rf"(?:<=?|≤|under|below|less than|up to)\s?{_AMOUNT}|{_AMOUNT}\s?{_LESS}", re.IGNORECASE)
_PERIOD = re.compile(r"((?:19|20)\d\d)[-/ ]?([QWHqwh]\d{1,2}|\d\d|(?:19|20)\d\d)|([QWHqwh]\d{1,2})[-/ ]?((?:19|20)\d\d)")
_COUNTED = re.compile(r"([<>]=?|under|over|up to)?\s?(\d+(?:\.\d+)?)\s?(\+)?\s?([^\W\d_]+?)s?(\+)?", re.IGNORECASE)
_LEVEL = re.compile(
    r"(grade|level|stage|tier|step|phase|year|week|day|month|priority|severity|degree|round)\s?(\d+)", re.IGNORECASE
)
_LETTER = re.compile(r"[A-Z]\d{0,2}")
_GRADES = frozenset(
    ("grade", "grades", "rating", "class", "score", "level", "tier", "rank", "mark", "quality", "size", "band")
)


def ordinal(cells: Cells, table: Hints) -> Guess | None:
    """Labels in an order that can be read off them."""
    if not 2 <= cells.n_distinct <= _MOST_LABELS:
        return None
    labels = cells.head(_MOST_LABELS)
    is_graded = not _GRADES.isdisjoint(words(cells.name))
    if is_graded and all(map(_LETTER.fullmatch, labels)):
        return _ordered(cells, labels, labels, "grades in letters")
    places = scales.places(labels)
    if places and (is_graded or not scales.is_one_letter(labels)):
        return _ordered(cells, labels, places, "labels of a known scale")
    if all(map(_PERIOD.fullmatch, labels)):
        return _ordered(cells, labels, [_turned(label) for label in labels], "quarters, weeks or seasons")
    if bands := _bands(labels):
        return _ordered(cells, labels, bands, "bands of numbers")
    if counts := _counts(labels):
        return _ordered(cells, labels, counts, "numbers with a word")
    numbers = [int(match[1]) for label in labels if (match := _NUMBERED.fullmatch(label))]
    if len(set(numbers)) == len(labels) and (cells.counts >= K).all():
        return _ordered(cells, labels, numbers, "numbered labels")
    return None


def _counts(labels: list[str]) -> list[float] | None:
    """Numbers with one and the same word ("< 1 year", "2 years", "10+ years"; "grade 1"); None for other labels."""
    levels = [match for label in labels if (match := _LEVEL.fullmatch(label))]
    if len(levels) == len(labels) and len({match[1].casefold() for match in levels}) == 1:
        return _distinct([float(match[2]) for match in levels])
    counted = [match for label in labels if (match := _COUNTED.fullmatch(label))]
    if len(counted) < len(labels) or len({match[4].casefold() for match in counted}) > 1:
        return None
    return _distinct([float(match[2]) + _shift((match[1] or "").casefold()) for match in counted])


def _shift(bound: str) -> float:
    """Half a step down for what is below a number, up for what is above it."""
    return -0.5 if bound in ("<", "under", "up to") else 0.5 if bound in (">", "over") else 0.0


def _distinct(numbers: list[float]) -> list[float] | None:
    return numbers if len(set(numbers)) == len(numbers) else None


def _turned(label: str) -> str:
    """A period as text that sorts: "Q1 2020" is "2020 Q01"."""
    match = _PERIOD.fullmatch(label)
    assert match is not None
    year, part = (match[1], match[2]) if match[1] else (match[4], match[3])
    return f"{year} {part}" if part.isdigit() else f"{year} {part[0].upper()}{int(part[1:]):02}"


def _ordered(cells: Cells, labels: list[str], places: Sequence[float] | Sequence[str], what: str) -> Guess:
    in_order = tuple(label for _, label in sorted(zip(places, labels, strict=True)))
    return Guess(types.Ordinal(), cells.values, f"{what}, {cells.n_distinct} distinct", Values(in_order))


def _bands(labels: list[str]) -> list[float] | None:
    """The lower end of each band; None where a label is no band, or two of them overlap."""
    ends = [_ends(label) for label in labels]
    known = sorted(end for end in ends if end is not None)
    n_closed = sum(low > -math.inf and high < math.inf for low, high in known)
    if len(known) < len(labels) or n_closed < min(2, len(labels) - 1):
        return None
    overlaps = any(low < high for (_, high), (low, _) in itertools.pairwise(known))
    return None if overlaps else [end[0] for end in ends if end is not None]


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
