"""Numbers in texts: what they are worth, of which unit, how exactly they are said; and whether a source bears one out.

A number is borne out by an equal one: 1,250 by 1.250,0 or "one thousand two hundred fifty", 5 km by 5000 m, 12% by 0.12. It
is also borne out by one that it rounds, where it says fewer decimals (12.3 for 12.34), a scale ("1.2 million") or "about".
What follows from a source by one step of arithmetic is looked at in :mod:`twinset.verification.facts.derived`.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from twinset.verification.facts.durations import durations, halves
from twinset.verification.facts.ranks import ranks
from twinset.verification.facts.shares import shares
from twinset.verification.facts.spelled import AND_A_PART, SCALES, part_of, spelled
from twinset.verification.facts.tongue import Tongue
from twinset.verification.facts.units import AFTER, unit

_SCALED = (
    r"hundred|thousand|million|billion|trillion|bn|mn|tn|mio|mrd|tsd|tausend|millionen|milliarden?|millions?|milliards?|"
    r"mille|mil|millones|mil millones|millón|(?-i:[kKM])"
)
_NUMERAL = re.compile(
    r"(?P<sign>(?<![\w)\]])[-−+]|\b(?:minus|moins|menos) )?(?P<symbol>[$€£¥₹]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,.'’  \u2009]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)"
    rf"(?:(?P<ordinal>st|nd|rd|th|er|ère|e|ème|º|ª)\b|(?P<scale>\s?(?:{_SCALED})\b\.?|(?<=\d)m(?=[€\s.,;)]|$))?)",
    re.IGNORECASE,
)
_TO_SCALED = re.compile(
    rf"\s?(?:[-–]|to|and|bis|und|à|a|y)\s?[$€£¥]?\d+(?:[.,]\d+)?(\s?(?:{_SCALED})\b|(?<=\d)m(?=[€\s.,;)]|$))", re.IGNORECASE
)  # of 5.1 to 5.2 million both are millions
_ABOUT = re.compile(
    r"(?<!\d )(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|under|circa|ca\.?|some|more than"
    r"|less than|close to|up to|at least|at most|just|rund|etwa|fast|gut|knapp|über|mehr als|weniger als|environ|près de"
    r"|plus de|moins de|unos|unas|cerca de|casi|más de|menos de|alrededor de)|[~≈])\s*[$€£¥₹]?$",
    re.IGNORECASE,
)
_SCALES = {
    **SCALES, "bn": 10**9, "mn": 10**6, "tn": 10**12, "mio": 10**6, "mrd": 10**9, "tsd": 1000, "tausend": 1000, "k": 1000,
    "m": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "millions": 10**6, "milliard": 10**9,
    "milliards": 10**9, "mille": 1000, "mil": 1000, "millón": 10**6, "millones": 10**6, "mil millones": 10**9,
}  # fmt: skip
_CODE = re.compile(r"(?<!\d[.,])(?<!\w)(?:(?=\w*\d)(?=\w*[^\W\d_])\w+(?:-\w+)*|[^\W\d_]+-\d+\b)")
_MOST_FIGURES = 30  # what has more is no number that anybody means
_SHARE = Decimal("0.01")
_ABOUT_YEARS = ("mid", "early", "late", "pre", "post")
_OF_RANKS = ("st", "nd", "rd", "th", "er", "ère", "e", "ème", "º", "ª")
_IN_HEADING = re.compile(
    r"\((?:in )?(?:[$€£¥] ?)?(m|mn|mio\.?|million|millions|bn|billion|billions|k|thousand|thousands|000s?)\)|\bin (millions|thousands|billions)\b",
    re.IGNORECASE,
)
_HEADING = {"m": 10**6, "mn": 10**6, "mio": 10**6, "mio.": 10**6, "million": 10**6, "millions": 10**6, "bn": 10**9,
            "billion": 10**9, "billions": 10**9, "k": 1000, "thousand": 1000, "thousands": 1000, "000": 1000, "000s": 1000}  # fmt: skip
_POUND = Decimal("453.59237")
_LOOSE_SHARE = Decimal("0.035")


@dataclass(frozen=True, slots=True)
class Number:
    """One number: its figure, the step to which it is said (0.1 for 12.3), what it measures and in units of what size.

    ``at`` is where it begins; ``parts`` bear it out together (nine of ten); ``is_second`` marks a less likely reading.
    """

    figure: Decimal
    step: Decimal
    kind: str = ""
    size: Decimal = Decimal(1)
    is_loose: bool = False
    said: str = ""
    at: int = 0
    is_rank: bool = False
    is_second: bool = False
    is_word: bool = False
    parts: tuple[int, ...] = ()


def numbers(text: str, is_source: bool = False, tongue: Tongue = "en") -> list[Number]:
    """The numbers of a text, those in words too. In a source each reading of 1.250 counts, in a text the likeliest."""
    found: list[Number] = []
    plain = text
    for start, end, seconds in durations(text, tongue):
        found.append(Number(seconds, Decimal("0.01"), "time", said=text[start:end], at=start))
        plain = plain if is_source else blanked(plain, [(start, end)])
    for start, end, worth, kind in halves(plain):
        found.append(Number(worth, Decimal(1), kind, said=text[start:end], at=start))
        plain = blanked(plain, [(start, end)])
    for share in shares(plain, tongue, is_source):
        is_loose = _ABOUT.search(plain[max(0, share.start - 30) : share.start]) is not None
        percent, said = share.value * 100, plain[share.start : share.end]
        found.append(Number(percent, Decimal(1), "share", _SHARE, is_loose, said, share.start, parts=share.parts))
        plain = plain if is_source else blanked(plain, [(share.start, share.end)])
    found += _numerals(plain, is_source)
    for start, end, value in ranks(plain, tongue):
        if is_source or value > 1:
            found.append(Number(Decimal(value), Decimal(1), said=plain[start:end], at=start, is_rank=True, is_word=True))
            plain = blanked(plain, [(start, end)])
    for one in spelled(plain, tongue, is_source):
        found.append(replace(_with_unit(plain, one.start, one.end, one.value, Decimal(1)), is_word=True))
    return [*found, *scaled_by_heading(text, found)] if is_source else found


def scaled_by_heading(text: str, found: Iterable[Number]) -> list[Number]:
    """The same numbers in the millions or thousands that a table's heading speaks of: "Inhabitants (m)", "in thousands"."""
    factors = {_HEADING[(one[0] or one[1]).lower()] for one in _IN_HEADING.findall(text)}
    return [
        replace(one, figure=one.figure * factor, step=one.step * factor)
        for factor in sorted(factors)
        for one in found
        if not (one.kind == "share" or one.is_rank or one.is_word)
    ]


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
    return rest in _OF_RANKS or rest in _SCALES or unit(rest) is not None or "-" in word


def _numerals(text: str, is_source: bool) -> Iterator[Number]:
    plain = blanked(text, [found.span() for found in _CODE.finditer(text) if not _is_measure(found[0])])
    for found in _NUMERAL.finditer(plain):
        if len(found["digits"]) > _MOST_FIGURES:
            continue
        values = readings(found["digits"])
        for place, value in enumerate(values if is_source else values[:1]):
            step = Decimal(1).scaleb(-_decimals(value))
            range_ = None if found["scale"] or found["ordinal"] else _TO_SCALED.match(plain, found.end())
            scale = found["scale"] or (range_[1] if range_ else None)
            if scale:
                factor = _SCALES[scale.strip(" \u00a0.").lower()]
                value, step = value * factor, step * factor
            value = -value if found["sign"] and found["sign"] != "+" else value
            symbol, end = (found["symbol"] or "").strip(), found.end()
            if half := AND_A_PART.match(plain, end):
                value, step, end = value + part_of(half), Decimal("0.01"), half.end()
            made = _with_unit(plain, found.start(), end, value, step, symbol)
            yield replace(made, is_rank=found["ordinal"] is not None, is_second=place > 0)


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
    return Number(figure, step, *known, _ABOUT.search(text[max(0, start - 30) : start]) is not None, said, start)


def is_borne_out(one: Number, source: Iterable[Number]) -> bool:
    """Whether some number of the source is this one, or what it rounds, or whether its parts are there."""
    known = list(source)
    if any(agrees(one, other) for other in known):
        return True
    if not one.parts:
        return False
    part, whole = (Number(Decimal(value), Decimal(1)) for value in one.parts)
    rest = Number(whole.figure - part.figure, Decimal(1))
    has_whole = any(agrees(whole, other) for other in known)
    return has_whole and any(agrees(wanted, other) for wanted in (part, rest) for other in known)


def agrees(one: Number, other: Number) -> bool:
    """Both in the same unit; a unit that one of them leaves out is the other's, and shares may be said without a sign."""
    if one.is_rank:
        return one.figure == other.figure and (other.is_rank or not (other.kind or other.is_word))
    if one.kind and other.kind:
        sizes = comparable(one, other)
        return sizes is not None and _is_same(one, other, other.figure * sizes)
    if _is_same(one, other, other.figure):
        return True
    if "share" not in (one.kind, other.kind):
        return False
    return _is_same(one, other, other.figure / _SHARE if one.kind else other.figure * _SHARE)


def comparable(one: Number, other: Number) -> Decimal | None:
    """How many of one's units one of the other's is; None where they measure different things. Pounds are of two kinds, cents of a dollar or a euro."""
    kinds = {one.kind, other.kind}
    if kinds == {"pounds", "sterling"}:
        return Decimal(1)
    if kinds == {"pounds", "mass"}:
        return other.size / one.size * (_POUND if other.kind == "pounds" else 1 / _POUND)
    for small, great in (("cents", ("dollars", "euros")), ("pence", ("sterling", "pounds"))):
        if small in kinds and kinds & set(great):
            return Decimal("0.01") if other.kind == small else Decimal(100)
    return other.size / one.size if len(kinds) == 1 else None


def _is_same(one: Number, other: Number, figure: Decimal) -> bool:
    gap = abs(one.figure - figure)
    if not gap:
        return True
    if other.is_second or other.is_rank:
        return False
    if figure < 0 and one.figure > 0 and one.kind not in ("temperature", "fahrenheit"):
        gap, figure = abs(one.figure + figure), -figure  # what was paid is said without its sign
    if one.kind == "share" and one.figure.as_tuple().exponent != 0 and not one.said[:1].isdigit():
        return gap * one.size <= (_LOOSE_SHARE if one.is_loose else Decimal("0.005"))
    if one.is_loose:
        return gap <= max(one.step, _last_place(one.figure)) / 2 and gap <= abs(figure) / 10
    return not gap or (figure % one.step != 0 and gap <= one.step / 2)


def _last_place(figure: Decimal) -> Decimal:
    """10 for 1230, 100 for 1200; 1 and less for others."""
    exponent: Any = figure.normalize().as_tuple().exponent
    return Decimal(1).scaleb(max(0, exponent))
