"""Dates and times as text writes them: formats found in one text, and texts read by a format.

A format is strftime's, with ``%-d`` for numbers without leading zeros, ``%3f``, ``%f`` and ``%9f`` for three, six and nine
digits of a second, and ``%z`` for an offset or Z. Arrow's own strptime takes the thirtieth of February, so the parts are cut
out by regular expressions (RE2) and checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.errors import DataError

Ints = npt.NDArray[np.int64]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NANOS = 10**9
_DIRECTIVE = re.compile(r"%([-:39]?[A-Za-z])")
_COMPOSITES = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%D": "%m/%d/%y", "%R": "%H:%M"}
LATEST = 68  # two-digit years up to this one are of the third millennium (POSIX)
_PARTS = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{1,2}", "d": r"\d{1,2}", "b": r"[A-Za-z]{3,9}", "B": r"[A-Za-z]{3,9}",
    "H": r"\d{1,2}", "I": r"\d{1,2}", "M": r"\d{2}", "S": r"\d{2}", "f": r"\d{1,9}",
    "p": r"[AaPp][Mm]", "z": r"Z|[+-]\d{2}:?\d{2}", "A": r"[A-Za-z]{6,9}", "a": r"[A-Za-z]{3}",
}  # fmt: skip

_MONTH = r"[A-Za-z]{3,9}"
_DAY_FORMS = (
    (r"\d{4}([-/.])\d{1,2}\1\d{1,2}", ("%Y{0}%m{0}%d",)),
    (r"\d{1,2}([-/.])\d{1,2}\1\d{4}", ("%m{0}%d{0}%Y", "%d{0}%m{0}%Y")),
    (r"\d{1,2}([-/.])\d{1,2}\1\d{2}", ("%m{0}%d{0}%y", "%d{0}%m{0}%y")),
    (r"\d{8}(?!\d)", ("%Y%m%d",)),
    (rf"\d{{1,2}}([- /.]){_MONTH}\1\d{{4}}", ("%d{0}%b{0}%Y",)),
    (rf"\d{{1,2}}([- /.]){_MONTH}\1\d{{2}}", ("%d{0}%b{0}%y",)),
    (rf"{_MONTH} \d{{1,2}}(,?) \d{{4}}", ("%b %d{0} %Y",)),
    (rf"{_MONTH} \d{{1,2}} \d{{2}}:\d{{2}}:\d{{2}} \d{{4}}", ("%b %d %H:%M:%S %Y",)),
    (r"\d{4}([-/.])\d{2}(?![-/.\d])", ("%Y{0}%m",)),
    (r"\d{1,2}([-/.])\d{4}", ("%m{0}%Y",)),
    (rf"{_MONTH}([- /])\d{{4}}", ("%b{0}%Y",)),
    (rf"{_MONTH}([- /])\d{{2}}", ("%b{0}%y",)),
)
_WEEKDAY = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)([a-z]{3,6})?(,? )", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?P<joint>T|,? )?\d{1,2}(?P<minute>:\d{2})(?P<second>:\d{2}(\.\d{1,9})?)?"
    r"(?P<half> ?[AP]M)?(?P<zone>Z| ?[+-]\d{2}:?\d{2}| UTC| GMT)?",
    re.IGNORECASE,
)


def formats(text: str) -> Iterator[str]:
    """The formats that one text could be of, dates with or without a time of day; month first before day first."""
    weekday = _WEEKDAY.match(text)
    prefix = f"{'%A' if weekday[2] else '%a'}{weekday[3]}" if weekday else ""
    rest = text[weekday.end() :] if weekday else text
    for form, written in _DAY_FORMS:
        match = re.match(form, rest)
        if match is None:
            continue
        tail = clock_format(rest[match.end() :]) if match.end() < len(rest) else ""
        if tail is not None:
            separator = match[1] if match.re.groups else ""
            yield from (prefix + format.format(separator) + tail for format in written)


def clock_format(text: str) -> str | None:
    """The format of a time of day, with what joins it to a date before it and the zone behind it; None if it is none."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    half, zone = match["half"] or "", match["zone"] or ""
    hour = "%I" if half else "%H"
    behind = (" %p" if half.startswith(" ") else "%p") if half else ""
    seconds = "" if not match["second"] else ":%S.%f" if "." in match["second"] else ":%S"
    if zone and zone.strip()[0] in "Z+-":
        zone = f"{' ' if zone.startswith(' ') else ''}%z"
    return f"{match['joint'] or ''}{hour}:%M{seconds}{behind}{zone}"


@dataclass(frozen=True, slots=True)
class Moments:
    """What texts say under one format, one entry a text; entries that do not fit hold zeros.

    ``days`` since 1970; ``nanos`` since midnight; ``offsets`` from UTC in minutes. ``format`` is the one given, but with
    ``%-d`` where numbers have no leading zeros, ``%B`` where months are written out, and as many digits of a second as there
    are.
    """

    format: str
    fits: npt.NDArray[np.bool_]
    days: Ints
    nanos: Ints
    offsets: Ints

    @property
    def unit(self) -> types.Unit:
        """The coarsest unit that holds the format's digits of a second."""
        return "ms" if "%3f" in self.format else "ns" if "%9f" in self.format else "us" if "%f" in self.format else "s"


def read(texts: pa.Array, format: str, latest: int = LATEST) -> Moments:
    """Texts by a format. Days that no month has, and hours that no day has, do not fit.

    Two-digit years above ``latest`` are of the twentieth century.
    """
    for short, meant in _COMPOSITES.items():
        format = format.replace(short, meant)
    found = pc.extract_regex(texts, _pattern(format))
    groups = dict(zip([field.name for field in found.type], found.flatten(), strict=True))
    fits = np.asarray(pc.is_valid(found).to_numpy(zero_copy_only=False))
    days, is_day = _days(groups, len(texts), latest)
    nanos, is_time = _nanos(groups, len(texts))
    fits = fits & is_day & is_time
    return Moments(
        _as_written(format, groups),
        fits,
        np.where(fits, days, 0),
        np.where(fits, nanos, 0),
        _offsets(groups, len(texts)),
    )


def filled(first: Moments, second: Moments) -> Moments:
    """The first's moments, and the second's where the first's do not fit; the format stays the first's."""
    pairs = ((first.days, second.days), (first.nanos, second.nanos), (first.offsets, second.offsets))
    days, nanos, offsets = (np.where(first.fits, one, other) for one, other in pairs)
    return Moments(first.format, first.fits | second.fits, days, nanos, offsets)


def _pattern(format: str) -> str:
    """The regular expression of a format; numbers that touch have their full width. DataError where it can't be read."""
    pieces = _DIRECTIVE.split(format)
    letters = [piece[-1] for piece in pieces[1::2]]
    if not letters or not set(letters) <= set(_PARTS) or len(set(letters)) < len(letters):
        known = ", ".join(f"%{letter}" for letter in _PARTS)
        raise DataError(f"dates can't be read by the format {format!r}; it has, each at most once: {known}")
    out = [re.escape(pieces[0])]
    for i in range(1, len(pieces), 2):
        letter = pieces[i][-1]
        touches = (i > 1 and not pieces[i - 1]) or (not pieces[i + 1] and i + 2 < len(pieces))
        part = r"\d{2}" if touches and letter in "md" else _PARTS[letter]
        out += [f"(?P<{letter}>{part})", re.escape(pieces[i + 1])]
    return f"^{''.join(out)}$"


def _as_written(format: str, groups: dict[str, pa.Array]) -> str:
    """The format with what only all texts show: leading zeros or none, months in full or short, digits of a second."""
    bare = {letter for letter in "mdHI" if letter in groups and pc.min(pc.binary_length(groups[letter])).as_py() == 1}
    if bare & {"m", "d"}:
        bare |= {letter for letter in "md" if letter in groups and not pc.any(pc.starts_with(groups[letter], "0")).as_py()}
    for letter in bare:
        format = format.replace(f"%{letter}", f"%-{letter}")
    if "b" in groups and (pc.max(pc.binary_length(groups["b"])).as_py() or 0) > 3:
        format = format.replace("%b", "%B")
    if "f" in groups:
        n_digits = pc.max(pc.binary_length(groups["f"])).as_py() or 6
        format = re.sub("%[39]?f", "%3f" if n_digits <= 3 else "%f" if n_digits <= 6 else "%9f", format)
    return format


def _number(groups: dict[str, pa.Array], letter: str, size: int, default: int) -> Ints:
    if letter not in groups:
        return np.full(size, default, np.int64)
    numbers = pc.fill_null(groups[letter].cast(pa.int64()), default)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.int64)


def _days(groups: dict[str, pa.Array], size: int, latest: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    if "y" in groups:
        short = _number(groups, "y", size, 70)
        years = short + np.where(short <= latest, 2000, 1900)
    else:
        years = _number(groups, "Y", size, 1970)
    if written := groups.get("b") or groups.get("B"):
        named = pc.index_in(pc.utf8_lower(pc.utf8_slice_codeunits(written, 0, 3)), value_set=pa.array(_MONTHS))
        months = np.asarray(pc.fill_null(named, -1).to_numpy(zero_copy_only=False), dtype=np.int64) + 1
    else:
        months = _number(groups, "m", size, 1)
    days = _number(groups, "d", size, 1)
    is_month = (months >= 1) & (months <= 12)
    first = ((years - 1970) * 12 + np.where(is_month, months, 1) - 1).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    is_day = is_month & (days >= 1) & (days <= length)
    return first.astype("datetime64[D]").astype(np.int64) + days - 1, is_day


def _nanos(groups: dict[str, pa.Array], size: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    hours, minutes = _number(groups, "H", size, 0), _number(groups, "M", size, 0)
    is_time = (hours < 24) & (minutes < 60)
    if "I" in groups:
        half = _number(groups, "I", size, 12)
        is_late = np.asarray(pc.fill_null(pc.equal(pc.utf8_lower(groups["p"]), "pm"), False).to_numpy(zero_copy_only=False))
        hours = half % 12 + 12 * is_late.astype(np.int64)
        is_time &= (half >= 1) & (half <= 12)
    seconds = _number(groups, "S", size, 0)
    nanos = np.zeros(size, np.int64)
    if "f" in groups:
        padded = pc.utf8_rpad(pc.fill_null(groups["f"], "0"), width=9, padding="0")
        nanos = np.asarray(padded.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)
    is_time &= seconds < 60
    return ((hours * 60 + minutes) * 60 + seconds) * _NANOS + nanos, is_time


def _offsets(groups: dict[str, pa.Array], size: int) -> Ints:
    if "z" not in groups:
        return np.zeros(size, np.int64)
    texts = pc.fill_null(pc.replace_substring_regex(groups["z"], "^Z$", "+00:00"), "+00:00")
    hours = pc.utf8_slice_codeunits(texts, 1, 3).cast(pa.int64()).to_numpy(zero_copy_only=False)
    minutes = pc.utf8_slice_codeunits(texts, -2, None).cast(pa.int64()).to_numpy(zero_copy_only=False)
    is_west = np.asarray(pc.starts_with(texts, "-").to_numpy(zero_copy_only=False))
    return np.where(is_west, -1, 1) * (np.asarray(hours, np.int64) * 60 + np.asarray(minutes, np.int64))
