"""Numbers in texts: what they are worth, of which unit, how exactly they are said; and whether a source bears one out.

A number is borne out by an equal one: 1,250 by 1.250,0 or "one thousand two hundred fifty", 5 km by 5000 m, 12% by 0.12. It
is also borne out by one that it rounds, where it says fewer decimals (12.3 for 12.34), a scale ("1.2 million") or "about".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from twinset.verification.facts.spelled import SCALES, spelled
from twinset.verification.facts.units import AFTER, unit

_NUMERAL = re.compile(
    r"(?P<sign>(?<![\w)\]])[-−+])?(?P<symbol>[$€£¥₹]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,.'’  \u2009]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)"
    r"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<scale>\s?(?:hundred|thousand|million|billion|trillion|bn|mn|mio|[kKM])\b)?)"
)
_RANKS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINALS = {word: value for value, word in enumerate(_RANKS.split(), 1)}
_ABOUT = re.compile(
    r"(?<!\d )(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|under|circa|ca\.?|some|more than"
    r"|less than|close to|up to|at least|at most|just)|[~≈])\s*[$€£¥₹]?$",
    re.IGNORECASE,
)
_SCALES = {**SCALES, "bn": 10**9, "mn": 10**6, "mio": 10**6, "k": 1000, "m": 10**6}
_CODE = re.compile(r"(?=\w*\d)(?=\w*[^\W\d_])\w+(?:-\w+)*|[^\W\d_]+-\d+\b")
_SHARE = Decimal("0.01")
_ABOUT_YEARS = ("mid", "early", "late", "pre", "post")


@dataclass(frozen=True, slots=True)
class Number:
    """One number: its figure, the step to which it is said (0.1 for 12.3), what it measures and in units of what size."""

    figure: Decimal
    step: Decimal
    kind: str = ""
    size: Decimal = Decimal(1)
    is_loose: bool = False
    said: str = ""


def numbers(text: str, is_source: bool = False) -> list[Number]:
    """The numbers of a text, those in words too. In a source each reading of 1.250 counts, in a text the likeliest."""
    found = list(_numerals(text, is_source))
    for start, end, value in spelled(text):
        found.append(_with_unit(text, start, end, value, Decimal(1)))
    return found


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks where these spans were, so that nothing is read twice."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def codes(text: str) -> list[str]:
    """Words that mix letters and digits, such as A320 and X-12: names rather than numbers."""
    return [found[0] for found in _CODE.finditer(text) if not _is_measure(found[0])]


def _is_measure(word: str) -> bool:
    """Whether it is a number with its unit, scale or ending: 5km, 3rd, 12k, 10-year."""
    if word.partition("-")[0].lower() in _ABOUT_YEARS:
        return True
    if re.fullmatch(r"\d{3}0s", word):  # a decade, and no seconds
        return False
    parted = re.fullmatch(r"\d+-?([^\W\d_]+)(?:-\w+)?", word)
    if not parted:
        return False
    rest = parted[1].lower()
    return rest in ("st", "nd", "rd", "th") or rest in _SCALES or unit(rest) is not None or "-" in word


def _numerals(text: str, is_source: bool) -> Iterator[Number]:
    plain = blanked(text, [found.span() for found in _CODE.finditer(text) if not _is_measure(found[0])])
    for found in _NUMERAL.finditer(plain):
        values = readings(found["digits"])
        for value in values if is_source else values[:1]:
            step = Decimal(1).scaleb(-_decimals(value))
            if found["scale"]:
                factor = _SCALES[found["scale"].strip().lower()]
                value, step = value * factor, step * factor
            value = -value if found["sign"] in ("-", "−") else value
            symbol = (found["symbol"] or "").strip()
            yield _with_unit(plain, found.start(), found.end(), value, step, symbol)
    for word in re.finditer(r"\b[a-z]+\b", plain.lower()):
        if (word[0] in _ORDINALS and word[0] not in ("first", "second")) or (word[0] in _ORDINALS and is_source):
            yield Number(Decimal(_ORDINALS[word[0]]), Decimal(1), said=word[0])


def readings(digits: str) -> list[Decimal]:
    """What the figures may be worth, the likeliest first: 1,250 is 1250 (or 1.25), 1.250,5 is 1250.5, 12,5 is 12.5."""
    plain = re.sub(r"['’  \u2009]", "", digits)
    marks = [mark for mark in plain if mark in ",."]
    if not marks:
        return [Decimal(plain)]
    last = marks[-1]
    head, _, tail = plain.rpartition(last)
    as_decimal = Decimal(re.sub("[.,]", "", head) + "." + tail)
    as_group = Decimal(re.sub("[.,]", "", plain))
    if len(set(marks)) == 2 or len(tail) != 3:
        return [as_decimal] if len(set(marks)) == 2 or len(marks) == 1 else [as_group]
    if len(marks) > 1:
        return [as_group]
    both = [as_group, as_decimal] if last == "," else [as_decimal, as_group]
    return both if head != "0" else [as_decimal]


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _with_unit(text: str, start: int, end: int, figure: Decimal, step: Decimal, symbol: str = "") -> Number:
    after = None if symbol else AFTER.match(text, end)
    known = unit(after[1] if after else symbol) or ("", Decimal(1))
    said = text[start : after.end() if after and known[0] else end].strip()
    return Number(figure, step, *known, _ABOUT.search(text[max(0, start - 30) : start]) is not None, said)


def is_borne_out(one: Number, source: Iterable[Number]) -> bool:
    """Whether some number of the source is this one, or what it rounds."""
    return any(_agrees(one, other) for other in source)


def _agrees(one: Number, other: Number) -> bool:
    """Both in the same unit; a unit that one of them leaves out is the other's, and shares may be said without a sign."""
    if one.kind and other.kind:
        return one.kind == other.kind and _is_same(one, other.figure * other.size / one.size)
    if _is_same(one, other.figure):
        return True
    if "share" not in (one.kind, other.kind):
        return False
    return _is_same(one, other.figure / _SHARE if one.kind else other.figure * _SHARE)


def _is_same(one: Number, figure: Decimal) -> bool:
    gap = abs(one.figure - figure)
    if not gap:
        return True
    if one.is_loose:
        return gap <= max(one.step, _last_place(one.figure)) / 2 and gap <= abs(figure) / 10
    return figure % one.step != 0 and gap <= one.step / 2


def _last_place(figure: Decimal) -> Decimal:
    """10 for 1230, 100 for 1200; 1 and less for others."""
    exponent: Any = figure.normalize().as_tuple().exponent
    return Decimal(1).scaleb(max(0, exponent))
