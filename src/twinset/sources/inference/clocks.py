"""Times of day and lengths of time: clock text (14:30, 02:30 PM, 36:00:00) and ISO 8601 durations (PT1H30M)."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference import calendar, hints
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.numbers import RARE

_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?[AaPp][Mm])?")
_LENGTH = r"^(?P<sign>-?)(?:(?P<days>\d+) days?,? )?(?P<h>\d{1,5}):(?P<m>\d{2}):(?P<s>\d{2}(?:\.\d{1,9})?)$"
_ISO = (
    r"^(?P<sign>-?)P(?:(?P<w>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d{1,9})?)S)?)?$"
)
_UNIT_OF_DIGITS: tuple[tuple[int, types.Unit, int], ...] = (
    (0, "s", 1),
    (3, "ms", 10**3),
    (6, "us", 10**6),
    (9, "ns", 10**9),
)


def time_of_day(cells: Cells, table: Hints) -> Guess | None:
    """Times of day, unless the name or an hour above 23 says that they are lengths of time."""
    head = cells.head(5)
    if not any(_CLOCK.fullmatch(text) for text in head) or hints.is_length_of_time(cells.name):
        return None
    format = next(filter(None, map(calendar.clock_format, head)), None)
    return None if format is None else _times(cells, format)


def time_by_format(cells: Cells, format: str | None) -> Guess | None:
    """The cells by a format that was declared; by the first cell's where it is None."""
    found = format or next(filter(None, map(calendar.clock_format, cells.head(5))), None)
    return None if found is None else _times(cells, found)


def _times(cells: Cells, format: str) -> Guess | None:
    moments = calendar.read(cells.values, format)
    if not _enough(cells, pa.array(moments.fits)):
        return None
    times = pa.array(moments.nanos // 1000, mask=~moments.fits).cast(pa.time64("us"))
    kind = types.Time(None if moments.format == "%H:%M:%S" else moments.format)
    return Guess(kind, times, "times of day", lost="cells that are no times became missing")


def length_of_time(cells: Cells, table: Hints) -> Guess | None:
    """Hours, minutes and seconds with colons, days before them or not; or ISO 8601 durations."""
    for pattern, format, what in (
        (_ISO, None, "durations as ISO 8601"),
        (_LENGTH, "clock", "durations written hours:minutes:seconds"),
    ):
        if not any(re.match(pattern, text) and any(map(str.isdigit, text)) for text in cells.head(5)):
            continue
        parts = pc.extract_regex(cells.values, pattern)
        if _enough(cells, pc.is_valid(parts)):
            return _lengths(cells, parts, format, what)
    return None


def _enough(cells: Cells, fits: pa.Array) -> bool:
    return bool(pc.all(fits).as_py()) or (cells.n_distinct >= 20 and 1 - cells.share(fits) <= RARE)


def _lengths(cells: Cells, parts: pa.StructArray, format: str | None, what: str) -> Guess:
    groups = {field.name: parts.field(i) for i, field in enumerate(parts.type)}
    fits = np.asarray(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    digits = max(
        0, (pc.max(pc.subtract(pc.binary_length(groups["s"]), pc.find_substring(groups["s"], "."))).as_py() or 0) - 1
    )
    if not pc.any(pc.match_substring(groups["s"], ".")).as_py():
        digits = 0
    unit, per_second = next((unit, number) for most, unit, number in _UNIT_OF_DIGITS if digits <= most)
    ticks = np.zeros(len(cells.values), np.int64)
    for letter, seconds in (("w", 604_800), ("days", 86_400), ("h", 3_600), ("m", 60)):
        if letter in groups:
            ticks += _numbers(groups[letter]).astype(np.int64) * seconds * per_second
    ticks += np.round(_numbers(groups["s"]) * per_second).astype(np.int64)
    is_negative = np.asarray(pc.fill_null(pc.equal(groups["sign"], "-"), False).to_numpy(zero_copy_only=False))
    values = pa.array(np.where(is_negative, -ticks, ticks), mask=~fits).cast(pa.duration(unit))
    with_days = cells.count(pc.fill_null(pc.greater(pc.binary_length(groups["days"]), 0), False)) if format else 0
    repairs = (Repair("days written out, come out as hours", cells.name, with_days),) if with_days else ()
    return Guess(
        types.Duration(unit, format), values, what, repairs=repairs, lost="cells that are no durations became missing"
    )


def _numbers(texts: pa.Array) -> np.ndarray:
    filled = pc.if_else(pc.equal(pc.fill_null(texts, ""), ""), "0", texts)
    return np.asarray(filled.cast(pa.float64()).to_numpy(zero_copy_only=False))
