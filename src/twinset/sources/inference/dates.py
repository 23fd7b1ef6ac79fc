"""Days and points in time written as text.

Day and month are told apart over all cells, and the reason says so where they can't be. Cells in a second or third way of
writing are read as well and counted; they come out in the commonest one.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference import calendar, hints, reasons
from twinset.sources.inference.calendar import Moments
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.numbers import are_enough

_MAY_BE = re.compile(r"\d{1,4}[-/. ]?(\d|[A-Za-z]{3})|([A-Za-z]{3,9}[-/, ]+){1,2}\d")
_VAGUE = re.compile(
    r"%y|^%Y%m%d$|^(?!%Y-%m|%b.%Y|%B.%Y)[^d]*$"
)  # two-digit years, eight digits, no day: codes look like them
_HOURS = re.compile(r"%-?H")
_EIGHT_DIGITS = re.compile(r"(19|20)\d{6}")
_NANOS_IN: dict[types.Unit, int] = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_EPOCHS: dict[str | None, types.Unit] = {"%s": "s", "%Q": "ms"}
_MOST_FORMATS = 3
_LIKELY = 0.25  # share of cells that the commonest of three formats has at least, but for chance
_OLDEST_BORN = 30  # two-digit years of birth above this one are of the twentieth century


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the cells say; ``doubt`` is how an undecidable order of day and month was decided."""

    moments: Moments
    doubt: str = ""
    n_other: int = 0


def moment(cells: Cells, table: Hints) -> Guess | None:
    """Dates, or dates with a time of day, if all cells are; or nearly all among many."""
    if not any(_MAY_BE.match(text) for text in cells.head(8)):
        return None
    reading = _read(cells, table)
    if reading is None:
        return None
    if not are_enough(cells, pa.array(reading.moments.fits)):
        return None
    if not (hints.is_moment(cells.name) or cells.n_distinct >= 5 or not _VAGUE.search(reading.moments.format)):
        return None
    if not _has_clock(reading.moments.format):
        return _day(cells, reading, reading.moments.format, "dates")
    return _at_midnight(cells, reading) or _point(cells, reading)


def eight_digits(cells: Cells, table: Hints) -> Guess | None:
    """Dates without any separator (20131231), before they are taken for numbers."""
    head = cells.head()
    return moment(cells, table) if head and all(map(_EIGHT_DIGITS.fullmatch, head)) else None


def by_format(cells: Cells, format: str | None, table: Hints) -> Guess | None:
    """The cells by a format that was declared; by the one that is found where it is None."""
    if format in _EPOCHS:
        return _since_1970(cells, format)
    reading = _read(cells, table) if format is None else _Reading(calendar.read(cells.values, format))
    if reading is None:
        return None
    written = format or reading.moments.format
    if not _has_clock(written):
        return _day(cells, reading, written, "dates")
    return _point(cells, reading)


def _since_1970(cells: Cells, format: str | None) -> Guess:
    """Whole seconds (``%s``) or milliseconds (``%Q``) since 1970."""
    is_whole = pc.match_substring_regex(cells.values, r"^-?\d{1,15}$")
    ticks = pc.if_else(is_whole, cells.values, None).cast(pa.int64())
    unit = _EPOCHS[format]
    return Guess(types.DateTime(None, unit, format), ticks.cast(pa.timestamp(unit)), "points in time since 1970")


def _read(cells: Cells, table: Hints) -> _Reading | None:
    """The cells by the format that most of them have; the others by theirs."""
    few = cells.sample(200)
    latest = _OLDEST_BORN if hints.is_birth(cells.name) else calendar.LATEST
    tried = dict.fromkeys(format for text in cells.head(3) for format in calendar.formats(text))
    likely = [format for format in tried if calendar.read(few, format).fits.mean() > _LIKELY]
    readings = [calendar.read(cells.values, format, latest) for format in likely]
    if not readings:
        return None
    shares = [cells.share(pa.array(one.fits)) for one in readings]
    best, *equals = [one for one, share in zip(readings, shares, strict=True) if share == max(shares)]
    turned = next((one for one in equals if one.format == _turned(best.format)), None)
    reading = _Reading(best) if turned is None else _decided(best, turned, table)
    return _with_other_formats(cells, reading)


def _turned(format: str) -> str:
    """The format with day and month in each other's place."""
    return re.sub("%(-?)([md])", lambda match: f"%{match[1]}{'d' if match[2] == 'm' else 'm'}", format)


def _decided(month_first: Moments, day_first: Moments, table: Hints) -> _Reading:
    """Month first or day first, where every cell can be either: by the table's other dates, or else by custom."""
    apart = "day and month can't be told apart in any row; read as"
    for one in (month_first, day_first):
        days = one.days.astype("datetime64[D]")
        if len(days) > 2 and bool((days == days.astype("datetime64[M]")).all()):
            return _Reading(one, "the first of each month, if read so")
    if table.day_first is not None:
        return _Reading(day_first if table.day_first else month_first, f"{apart} in the table's other dates")
    if "/" in month_first.format and table.separator == ",":
        return _Reading(month_first, f"{apart} month before day")
    return _Reading(day_first, f"{apart} day before month")


def _with_other_formats(cells: Cells, reading: _Reading) -> _Reading:
    """The reading with the cells that are written in another way, if there are some."""
    for _ in range(_MOST_FORMATS - 1):
        unread = cells.values.filter(pa.array(~reading.moments.fits))
        formats = list(calendar.formats(unread[0].as_py())) if len(unread) else []
        others = [
            calendar.read(cells.values, format)
            for format in formats
            if _has_clock(format) == _has_clock(reading.moments.format)
        ]
        if not others:
            break
        other = max(others, key=lambda one: int(one.fits.sum()))
        n_other = int(cells.counts[other.fits & ~reading.moments.fits].sum())
        reading = _Reading(calendar.filled(reading.moments, other), reading.doubt, reading.n_other + n_other)
    return reading


def _has_clock(format: str) -> bool:
    return re.search("%-?[HIsQ]", format) is not None


def _day(cells: Cells, reading: _Reading, format: str, what: str) -> Guess:
    moments = reading.moments
    days = pa.array(moments.days.astype(np.int32), mask=~moments.fits).cast(pa.date32())
    kind = types.Date(None if format == "%Y-%m-%d" else format)
    return _guess(cells, reading, kind, days, f"{what} written {_shown(format)}")


def _at_midnight(cells: Cells, reading: _Reading) -> Guess | None:
    """Dates that are written with a time which is midnight in every row."""
    moments = reading.moments
    if moments.nanos.any() or moments.offsets.any() or cells.n_distinct < 5 or not _HOURS.search(moments.format):
        return None
    format = moments.format.replace("%z", "Z" if str(cells.values[0]).endswith("Z") else "+00:00")
    for directive, written in (("%-H", "0"), ("%H", "00"), ("%M", "00"), ("%S", "00"), ("%3f", "000"), ("%f", "000000")):
        format = format.replace(directive, written)
    return _day(cells, reading, format, "dates, always at midnight,")


def _point(cells: Cells, reading: _Reading) -> Guess:
    moments = reading.moments
    unit = moments.unit
    zone, format = _zone(cells, moments)
    per_day = 86_400 * 10**9 // _NANOS_IN[unit]
    ticks = moments.days * per_day + (moments.nanos - moments.offsets * 60 * 10**9) // _NANOS_IN[unit]
    points = pa.array(ticks, mask=~moments.fits).cast(pa.timestamp(unit, zone))
    guess = _guess(cells, reading, types.DateTime(zone, unit, format), points, f"points in time written {_shown(format)}")
    offsets = np.unique(moments.offsets[moments.fits])
    if len(offsets) < 2:
        return guess
    n_moved = int(cells.counts[moments.fits & (moments.offsets != 0)].sum())
    repair = Repair("offsets of several kinds, all turned to UTC", cells.name, n_moved)
    return dataclasses.replace(guess, repairs=(*guess.repairs, repair))


def _zone(cells: Cells, moments: Moments) -> tuple[str | None, str]:
    """The zone's name and the format with the zone as it is written in all cells."""
    if moments.format.endswith((" UTC", " GMT")):
        return "UTC", moments.format
    if not moments.format.endswith("%z"):
        return None, moments.format
    bare = moments.format.removesuffix("%z")
    offsets = np.unique(moments.offsets[moments.fits])
    if len(offsets) != 1 or pc.all(pc.ends_with(cells.values, "Z")).as_py():
        return "UTC", f"{bare}Z"
    sign, minutes = "-" if offsets[0] < 0 else "+", abs(int(offsets[0]))
    colon = ":" if ":" in str(cells.values[0])[-4:] else ""
    name = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return "UTC" if minutes == 0 else name, f"{bare}{sign}{minutes // 60:02}{colon}{minutes % 60:02}"


def _guess(cells: Cells, reading: _Reading, kind: types.Type, values: pa.Array, reason: str) -> Guess:
    doubt = f"; {reading.doubt}" if reading.doubt else ""
    other = Repair("written in another way than most, comes out as they do", cells.name, reading.n_other)
    return Guess(
        kind,
        values,
        f"{reason}{reasons.years(cells, values)}{doubt}",
        repairs=(other,) if reading.n_other else (),
        lost="cells that are no dates became missing",
        is_doubtful=bool(reading.doubt),
    )


def _shown(format: str) -> str:
    """A format as people write it: YYYY-MM-DD."""
    words = {"Y": "YYYY", "y": "YY", "m": "MM", "d": "DD", "b": "Mon", "B": "Month", "p": "AM"}
    words |= {"a": "Ddd", "A": "Weekday", "H": "hh", "I": "hh", "M": "mm", "S": "ss", "f": "fff"}
    return re.sub(r"%[-39]?([A-Za-z])", lambda match: words.get(match[1], match[1]), format)
