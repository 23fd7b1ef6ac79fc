"""Times of day as clock text: 14:30, 02:30:00.5, 2:30 PM."""

from __future__ import annotations

import re

import pyarrow as pa

from twinset.core import types
from twinset.sources.inference import calendar, hints
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.numbers import are_enough

_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?[AaPp][Mm])?")


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
    if not are_enough(cells, pa.array(moments.fits)):
        return None
    times = pa.array(moments.nanos // 1000, mask=~moments.fits).cast(pa.time64("us"))
    kind = types.Time(None if moments.format == "%H:%M:%S" else moments.format)
    return Guess(kind, times, "times of day", lost="cells that are no times became missing")
