"""Dates and times in texts: days, months, years, hours, weekdays, and the relative ones, which nothing can bear out.

A day is borne out by itself in any format, a month by a day in it. 03/04/2024 has two readings, and either will do.
"Yesterday" and "next week" are claims about the moment of reading: they are refused unless the source says them too.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NAMES = (
    "january jan januar janvier enero gennaio janeiro januari",
    "february feb februar février febrero febbraio fevereiro februari",
    "march mar märz mars marzo março maart", "april apr avril abril aprile", "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho", "july jul juli juillet julio luglio julho",
    "august aug août agosto augustus", "september sep sept septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro", "november nov novembre noviembre novembro",
    "december dec dezember décembre diciembre dicembre dezembro",
)  # fmt: skip
MONTHS = {name: place for place, names in enumerate(_NAMES, 1) for name in names.split()}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = {name: place for place, name in enumerate(_DAYS.split())}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+(?:of|de))?[\s-]+(?P<month>{_MONTH})\b\.?(?:,?[\s-]+(?:de\s+)?(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<month2>{_MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<year2>\d{{4}})\b)?"
    rf"|\b(?P<month3>{_MONTH})\b\.?,?(?:\s+of)?\s+(?P<year3>\d{{4}})\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"(?<![\d./-])(?<!\d,)(?:(?P<y>\d{4})(?:[-/](?P<m>\d{1,2})(?:[-/](?P<d>\d{1,2}))?|\.(?P<m2>\d{1,2})\.(?P<d2>\d{1,2}))|(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)"
    r"(?P<c>\d{4}|\d{2}))(?!\d|[./-]\d)"
)
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"|\b(?P<hour2>1[0-2]|[1-9])\s?(?P<half2>[ap])\.?m\b\.?"
    r"|\b(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(
    rf"\b(?P<month>{'|'.join(sorted({n for n in MONTHS if len(n) > 3 and n not in ('mars',)}, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
RELATIVE = re.compile(
    r"\b(?:yesterday|tomorrow|today|tonight|(?:last|next|this|the (?:previous|following|past|coming)) "
    r"(?:(?:few|couple of|two|three|\d+) )?(?:day|night|week|weekend|month|quarter|year|decade|century|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|fall|winter)s?"
    r"|(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|several|some|few|\d+) "
    r"(?:minute|hour|day|week|month|year|decade)s? ago"
    r"|earlier this (?:week|month|year))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in one reading: year, month and day as far as they are said, or a time of day in seconds."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    clock: int | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as it stands in a text, with every reading that it allows."""

    said: str
    span: tuple[int, int]
    readings: tuple[Moment, ...]


def dates(text: str) -> list[Dated]:
    """The dates and times of a text, none inside another."""
    found: list[Dated] = []
    taken = bytearray(len(text))
    for one in (*_named(text), *_in_figures(text), *_clocks(text), *_months(text)):
        start, end = one.span
        if one.readings and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(one)
    return sorted(found, key=lambda one: one.span)


def _named(text: str) -> Iterator[Dated]:
    for found in _NAMED_DAY.finditer(text):
        name = found["month"] or found["month2"] or found["month3"]
        day, year = found["day"] or found["day2"], found["year"] or found["year2"] or found["year3"]
        moment = _moment(int(year) if year else None, MONTHS[name.lower()], int(day) if day else None)
        yield Dated(found[0], found.span(), moment)


def _in_figures(text: str) -> Iterator[Dated]:
    for found in _FIGURES.finditer(text):
        if found["y"]:
            day = found["d"] or found["d2"]
            moments = _moment(int(found["y"]), int(found["m"] or found["m2"]), int(day) if day else None)
        else:
            first, second, year = int(found["a"]), int(found["b"]), int(found["c"])
            full = year if len(found["c"]) == 4 else year + (1900 if year > 50 else 2000)
            moments = tuple(dict.fromkeys([*_moment(full, second, first), *_moment(full, first, second)]))
        yield Dated(found[0], found.span(), moments)


def _clocks(text: str) -> Iterator[Dated]:
    for found in _CLOCK.finditer(text):
        if found["word"]:
            seconds = 43200 if found["word"].lower() == "noon" else 0
        else:
            hour, half = int(found["hour"] or found["hour2"]), (found["half"] or found["half2"] or "").lower()
            hour = hour % 12 + (12 if half == "p" else 0) if half else hour
            seconds = hour * 3600 + int(found["minute"] or 0) * 60 + int(found["second"] or 0)
        yield Dated(found[0], found.span(), (Moment(clock=seconds),))


def _months(text: str) -> Iterator[Dated]:
    """Months alone, in capitals: "may" and "march" are words, too."""
    for found in _BARE_MONTH.finditer(text):
        if found[0][0].isupper() and not (found[0].lower() in ("may", "march") and not _follows_in(text, found.start())):
            yield Dated(found[0], found.span(), (Moment(month=MONTHS[found[0].lower()]),))


def _follows_in(text: str, start: int) -> bool:
    return (
        re.search(r"\b(?:in|of|since|until|by|from|during|last|next|late|early|mid)[\s-]$", text[:start], re.IGNORECASE)
        is not None
    )


def _moment(year: int | None, month: int, day: int | None) -> tuple[Moment, ...]:
    try:
        datetime.date(year or 2000, month, day or 1)
    except ValueError:
        return ()
    return (Moment(year, month, day),)


def weekdays(text: str) -> list[str]:
    """The weekdays that are named, in small letters."""
    return [found[1].lower() for found in _WEEKDAY.finditer(text) if found[0][0].isupper()]


def weekdays_of(known: Iterable[Dated]) -> set[str]:
    """The weekdays that whole dates fall on."""
    names = list(WEEKDAYS)
    days = [one for dated in known for one in dated.readings if one.year and one.month and one.day]
    return {names[datetime.date(one.year or 1, one.month or 1, one.day or 1).weekday()] for one in days}


def is_borne_out(one: Dated, source: Iterable[Dated]) -> bool:
    """Whether some date of the source is this one, or lies within it."""
    known = [moment for dated in source for moment in dated.readings]
    return any(_is_within(other, moment) for moment in one.readings for other in known)


def _is_within(fine: Moment, coarse: Moment) -> bool:
    if coarse.clock is not None:
        return fine.clock is not None and (fine.clock == coarse.clock or fine.clock // 60 * 60 == coarse.clock)
    pairs = ((coarse.year, fine.year), (coarse.month, fine.month), (coarse.day, fine.day))
    return fine.clock is None and all(said is None or said == known for said, known in pairs)
