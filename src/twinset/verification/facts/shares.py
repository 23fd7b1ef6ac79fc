"""Shares in words: "one in four", "9 of 10", "three quarters", "a fifth less", "every tenth", "ein Drittel", "la moitié".

Each is read as what it is worth. Its own numbers bear it out, too: four stars of five, where the source has four and five.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from twinset.verification.facts.ranks import ranks
from twinset.verification.facts.spelled import spelled
from twinset.verification.facts.tongue import Tongue

_PARTS: dict[Tongue, dict[str, int]] = {
    "en": {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10},
    "de": {"drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "achtel": 8, "zehntel": 10},
    "fr": {"tiers": 3, "quart": 4, "quarts": 4, "cinquième": 5, "cinquièmes": 5, "dixième": 10},
    "es": {"tercio": 3, "tercios": 3, "cuarto": 4, "cuartos": 4, "quinto": 5, "quintos": 5, "décimo": 10},
}
_HALVES: dict[Tongue, str] = {"en": r"half", "de": r"(?:die|der) hälfte", "fr": r"la moitié", "es": r"la mitad"}
_BEFORE: dict[Tongue, str] = {
    "en": r"an?|one|two|three|four|nearly a|almost a", "de": r"eine?[mns]?|zwei|drei|vier", "fr": r"une?|deux|trois|quatre",
    "es": r"una?|dos|tres|cuatro",
}  # fmt: skip
_AFTER_PART = re.compile(
    r"\s+(?:of|de[rsl]?|des|du|le[sr]?s|less|more|fewer|lower|higher|smaller|larger|below|above|off|than|cheaper|weniger|"
    r"mehr|moins|menos|más|plus|were|was|are|have|had)\b|[\s.,;]*$|[.,;]"
)
_IN_FIGURES = re.compile(r"(?<![\d/.,-])(?P<part>\d{1,2})/(?P<whole>\d{1,3})(?![\d/]|[.,-]\d)")
_OUT_OF = re.compile(
    r"\s+(?:(?P<of>(?:out )?of(?: (?:every|the))?|von|sur|de cada)|(?P<noun>(?:[^\W\d_]+ ){1,2})?in(?: every)?|sur|aus)\s+$",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:every|jede[rsn]?|cada|chaque)\s+$", re.IGNORECASE)
_POINT = re.compile(r"\s+of (?:a|one) (?:percentage point|per ?cent|point)\b", re.IGNORECASE)
_NUMERAL = re.compile(r"(?<![\w.,:/-])\d{1,4}(?![\w:/]|[.,]\d)")
_TENS = (10, 20, 100, 1000)
_ROUND = (3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100, 200, 250, 500, 1000)


@dataclass(frozen=True, slots=True)
class Share:
    """A share and where it stands; ``parts`` are the numbers that it was said in, of which the second is the whole."""

    start: int
    end: int
    value: Decimal
    parts: tuple[int, ...] = ()


def shares(text: str, tongue: Tongue, is_source: bool = False) -> list[Share]:
    """The shares of a text that are no percentages, none inside another."""
    found: list[Share] = []
    for one in (*_pairs(text, tongue), *_parts(text, tongue, is_source), *_every(text, tongue), *_figures(text)):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return found


def _pairs(text: str, tongue: Tongue) -> Iterator[Share]:
    """Two numbers, the first no larger, with "in" or "of" between them."""
    said = [(one.start, one.end, int(one.value)) for one in spelled(text, tongue, is_source=True) if one.value < 10000]
    said += [(one.start(), one.end(), int(one[0])) for one in _NUMERAL.finditer(text)]
    said.sort()
    for (start, middle, part), (after, end, whole) in itertools.pairwise(said):
        joint = _OUT_OF.fullmatch(text[middle:after])
        is_one = joint is not None and part == 1 and whole in _ROUND
        if joint and 0 < part < whole and (joint["of"] or is_one or (not joint["noun"] and whole in _TENS and part < 10)):
            yield Share(start, end, Decimal(part) / whole, (part, whole))


def _parts(text: str, tongue: Tongue, is_source: bool) -> Iterator[Share]:
    words = "|".join(_PARTS[tongue])
    for found in re.finditer(rf"\b({_BEFORE[tongue]})[\s-]({words})s?\b", text, re.IGNORECASE):
        n = next((int(one.value) for one in spelled(found[1], tongue, is_source=True)), 1)
        whole = _PARTS[tongue][found[2].casefold()]
        point = _POINT.match(text, found.end())
        if point or is_source or n > 1 or _AFTER_PART.match(text, found.end()):
            yield Share(found.start(), found.end(), Decimal(n) / whole * (Decimal("0.01") if point else 1))
    after = r"(?=\s+(?:of|the|as|were|are)\b)" if tongue == "en" and not is_source else r"\b"
    for found in re.finditer(rf"\b{_HALVES[tongue]}{after}", text, re.IGNORECASE):
        yield Share(found.start(), found.end(), Decimal("0.5"))


def _every(text: str, tongue: Tongue) -> Iterator[Share]:
    for start, end, value in ranks(text, tongue):
        if value > 1 and _EVERY.search(text[:start]):
            yield Share(start, end, Decimal(1) / value)


def _figures(text: str) -> Iterator[Share]:
    for found in _IN_FIGURES.finditer(text):
        part, whole = int(found["part"]), int(found["whole"])
        if 0 < part < whole:
            yield Share(found.start(), found.end(), Decimal(part) / whole, (part, whole))
