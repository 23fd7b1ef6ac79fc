"""Dates and times in texts: days, months, years, quarters, seasons, hours, weekdays, and the relative ones.

A day is borne out by itself in any format, a month by a day in it. 03/04/2024 has two readings, and either will do, unless
the source says the same day in words. "Yesterday" and "next week" are claims about the moment of reading: nothing can bear
them out, and they are refused unless the source says them too.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from twinset.verification.facts.calendar import MONTHS, SEASONS, SHORT_DAYS, SMALL_DAYS, WEEKDAYS
from twinset.verification.facts.clocks import clocks
from twinset.verification.facts.ranks import ranks
from twinset.verification.facts.tongue import Tongue, all_of
from twinset.verification.facts.years import years

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TH = r"(?:st|nd|rd|th|er|º|\.)?"
_NAMED_DAY = re.compile(
    rf"(?:(?<!\d)(?<!\d[.,])(?P<first>\d{{1,2}}){_TH}\s?(?:[-–]|to|and|bis(?: zum)?|und(?: dem)?|au|et(?: le)?|al?|y(?: el)?)\s?)?"
    rf"\b(?P<day>\d{{1,2}}){_TH}(?:\s+(?:of|de))?[\s-]+(?P<month>{_MONTH})\b\.?(?:,?[\s-]+(?:del?\s+)?(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<month2>{_MONTH})\b\.?\s+(?:the\s+)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:\d|[.,]\d)(?:,?\s+(?P<year2>\d{{4}})\b)?"
    rf"|\b(?P<month3>{_MONTH})\b\.?,?(?:\s+(?:of|del?))?\s+(?P<year3>\d{{4}})\b",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"\bthe (?P<day>(?:twenty-|thirty-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|"
    rf"\w+teenth|twentieth|thirtieth)(?: day)? of (?P<month>{_MONTH})\b(?:,?\s+(?P<year>\d{{4}})\b)?",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"(?<![\d./-])(?<!\d,)(?:(?P<y>\d{4})(?:[-/](?P<m>\d{1,2})(?:[-/](?P<d>\d{1,2}))?|\.(?P<m2>\d{1,2})\.(?P<d2>\d{1,2}))|(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)"
    r"(?P<c>\d{4}|\d{2})|(?P<m3>0?[1-9]|1[0-2])/(?P<y3>\d{4}))(?!\d|[./-]\d)"
)
_QUARTER = re.compile(
    r"\bQ(?P<n>[1-4])\b|\b(?P<word>first|second|third|fourth|last|1st|2nd|3rd|4th|ersten|zweiten|dritten|vierten|premier|deuxième|"
    r"troisième|quatrième|primer|segundo|tercer|cuarto) (?:quarter|quartal|trimestre)\b",
)
_RANKS = {word: value for value, words in enumerate((
    "first 1st ersten premier primer", "second 2nd zweiten deuxième segundo", "third 3rd dritten troisième tercer",
    "fourth 4th last vierten quatrième cuarto"), 1) for word in words.split()}  # fmt: skip
_BARE_MONTH = re.compile(
    rf"\b(?P<month>{'|'.join(sorted({n for n in MONTHS if len(n) > 3 or n in ('may', 'mai')}, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_SMALL_MONTHS = all_of(
    "janvier février avril juin juillet août septembre octobre novembre décembre enero febrero abril mayo junio julio agosto "
    "septiembre octubre noviembre diciembre"
)
_SEASON = re.compile(rf"\b({'|'.join(SEASONS)})\b", re.IGNORECASE)
_DAY_ALONE = re.compile(
    r"\b(?:by|before|on|until|till|from|since|after|of) the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?!and\b|or\b|at\b|to\b|in\b|by\b|for\b|when\b|because\b|but\b)[a-z])"
    r"|\b(?:am|bis zum|vom|seit dem) (?P<day2>\d{1,2})\.(?!\s?(?:\d|[A-ZÄÖÜ]))|\b(?:le|el) (?P<day3>\d{1,2})(?=[.,;]|\s*$)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})s?\b(\.?,? ?\d)?", re.IGNORECASE)
RELATIVE = re.compile(
    r"\b(?:yesterday|tomorrow|tonight|(?:last|next|this|the (?:previous|following|past|coming)) "
    r"(?:(?:few|couple of|two|three|\d+) )?(?:day|night|week|weekend|month|quarter|year|decade|century|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|fall|winter)s?"
    r"|(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|several|some|few|\d+) "
    r"(?:minute|hour|day|week|month|year|decade)s? ago"
    r"|earlier this (?:week|month|year))\b|^today\b|\btoday[.]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in one reading: year, month and day as far as they are said, or a time of day in seconds, or a part of a year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    clock: int | None = None
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as it stands in a text, with every reading that it allows."""

    said: str
    span: tuple[int, int]
    readings: tuple[Moment, ...]


def dates(text: str, tongue: Tongue = "en") -> list[Dated]:
    """The dates and times of a text, none inside another."""
    found: list[Dated] = []
    taken = bytearray(len(text))
    clocks_ = (Dated(text[start:end], (start, end), tuple(Moment(clock=one) for one in values))
               for start, end, values in clocks(text, tongue))  # fmt: skip
    years_ = (Dated(text[start:end], (start, end), (Moment(year),)) for start, end, year in years(text, tongue))
    finders = (
        _named(text),
        _in_figures(text),
        clocks_,
        _parts_of_years(text, tongue),
        _months(text, tongue),
        _days(text),
        years_,
    )
    for one in (one for some in finders for one in some):
        start, end = one.span
        if one.readings and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(one)
    return _agreed(sorted(found, key=lambda one: one.span))


def _named(text: str) -> Iterator[Dated]:
    for found in _IN_WORDS.finditer(text):
        day = _day_in_words(found["day"].lower())
        yield Dated(found[0], found.span(), _moment(found["year"], MONTHS[found["month"].lower()], str(day)))
    for found in _NAMED_DAY.finditer(text):
        name = (found["month"] or found["month2"] or found["month3"]).lower()
        year = found["year"] or found["year2"] or found["year3"]
        moments = _moment(year, MONTHS[name], found["day"] or found["day2"])
        start = found.start("day") if found["day"] else found.start()
        if found["first"] and moments:
            before = _moment(year, MONTHS[name], found["first"])
            yield Dated(text[found.start() : start], (found.start(), start), before)
        yield Dated(text[start : found.end()], (start, found.end()), moments)


def _day_in_words(word: str) -> int:
    return next((value for _, _, value in ranks(word, "en")), 0)


def _in_figures(text: str) -> Iterator[Dated]:
    for found in _FIGURES.finditer(text):
        if found["y"]:
            moments = _moment(found["y"], int(found["m"] or found["m2"]), found["d"] or found["d2"])
        elif found["y3"]:
            moments = _moment(found["y3"], int(found["m3"]), None)
        else:
            first, second, year = int(found["a"]), int(found["b"]), int(found["c"])
            full = str(year if len(found["c"]) == 4 else year + (1900 if year > 50 else 2000))
            is_pointed = found["mark"] == "."
            both = [
                *_moment(full, second, found["a"]),
                *(() if is_pointed and second <= 12 else _moment(full, first, found["b"])),
            ]
            moments = tuple(dict.fromkeys(both))
        yield Dated(found[0], found.span(), moments)


def _agreed(found: list[Dated]) -> list[Dated]:
    """Of two readings of a date the one that another date of the text says in words."""
    sure = {one.readings[0] for one in found if len(one.readings) == 1}
    days = {(moment.month, moment.day) for moment in sure if moment.month and moment.day}

    def settled(one: Dated) -> Dated:
        held = tuple(moment for moment in one.readings if (moment.month, moment.day) in days)
        return replace(one, readings=held) if len(one.readings) > 1 and one.readings[0].clock is None and held else one

    return [settled(one) for one in found]


def _parts_of_years(text: str, tongue: Tongue) -> Iterator[Dated]:
    for found in _QUARTER.finditer(text):
        n = int(found["n"]) if found["n"] else _RANKS[found["word"]]
        yield Dated(found[0], found.span(), (Moment(months=tuple(range(3 * n - 2, 3 * n + 1))),))
    for found in _SEASON.finditer(text):
        if found[0][0].isupper() if tongue == "de" else found[0][0].islower():
            begins = 3 * SEASONS[found[0].lower()] + 3
            yield Dated(found[0], found.span(), (Moment(months=tuple((begins + n - 1) % 12 + 1 for n in range(3))),))


def _months(text: str, tongue: Tongue) -> Iterator[Dated]:
    """Months alone, in capitals where the language has them so: "may" and "march" are words, too."""
    for found in _BARE_MONTH.finditer(text):
        name = found[0].lower()
        is_small = tongue in ("fr", "es") and name in _SMALL_MONTHS
        if is_small or (
            found[0][0].isupper() and not (name in ("may", "march", "mai") and not _follows_in(text, found.start()))
        ):
            yield Dated(found[0], found.span(), (Moment(month=MONTHS[name]),))


def _days(text: str) -> Iterator[Dated]:
    for found in _DAY_ALONE.finditer(text):
        side = next(side for side in ("day", "day2", "day3") if found[side])
        yield Dated(found[side], found.span(side), (Moment(day=int(found[side])),) if 0 < int(found[side]) < 32 else ())


def _follows_in(text: str, start: int) -> bool:
    return (
        re.search(
            r"\b(?:in|of|since|until|by|from|during|last|next|late|early|mid|im|anfang|ende|mitte|seit|bis|ab)[\s-]$",
            text[:start],
            re.IGNORECASE,
        )
        is not None
    )


def _moment(year: str | None, month: int, day: str | None) -> tuple[Moment, ...]:
    try:
        datetime.date(int(year or 2000), month, int(day or 1))
    except ValueError:
        return ()
    return (Moment(int(year) if year else None, month, int(day) if day else None),)


def weekdays(text: str, tongue: Tongue = "en") -> list[int]:
    """The weekdays that are named, from 0 for Monday; short ones before a figure alone."""
    said = [(found[1].lower(), found[1][0].isupper(), found[2]) for found in _WEEKDAY.finditer(text)]
    return [
        WEEKDAYS[name]
        for name, is_capital, figure in said
        if (is_capital or (name in SMALL_DAYS and tongue in ("fr", "es"))) and (name not in SHORT_DAYS or figure)
    ]


def weekdays_of(known: Iterable[Dated]) -> set[int]:
    """The weekdays that whole dates fall on."""
    days = [one for dated in known for one in dated.readings if one.year and one.month and one.day]
    return {datetime.date(one.year or 1, one.month or 1, one.day or 1).weekday() for one in days}


def is_borne_out(one: Dated, source: Sequence[Dated], years: Iterable[int] = ()) -> bool:
    """Whether some date of the source is this one, or lies within it; one without a year is of any that the source names."""
    known = [moment for dated in source for moment in dated.readings]
    also = set(years)
    return any(_is_within(other, moment, also) for moment in one.readings for other in known)


def _is_within(fine: Moment, coarse: Moment, years: set[int]) -> bool:
    if coarse.clock is not None:
        return fine.clock is not None and (fine.clock == coarse.clock or fine.clock // 60 * 60 == coarse.clock)
    if fine.clock is not None:
        return False
    if coarse.months:
        return fine.months == coarse.months or fine.month in coarse.months
    if coarse.year is not None and fine.year is None and fine.month is not None and coarse.year in years:
        fine = replace(fine, year=coarse.year)
    pairs = ((coarse.year, fine.year), (coarse.month, fine.month), (coarse.day, fine.day))
    return all(said is None or said == known for said, known in pairs)
