"""Lengths of time: clock text (36:00:00, 2 days 03:04:05, 59:59) and ISO 8601 (PT1H30M)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.numbers import are_enough

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60}
_UNITS: tuple[tuple[int, types.Unit, int], ...] = ((0, "s", 1), (3, "ms", 10**3), (6, "us", 10**6), (9, "ns", 10**9))


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of writing durations: its parts, the format it comes out in, and what changes by that."""

    pattern: str
    format: str | None
    reason: str
    change: str = ""


_CLOCK = r"(?P<h>\d{1,5}):(?P<m>\d{2}):(?P<s>\d{2})(?:\.(?P<f>\d{1,9}))?$"
_ISO_DAYS = r"^(?P<sign>-?)P(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
_ISO_TIME = r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)(?:\.(?P<f>\d{1,9}))?S)?)?$"
_WAYS = (
    _Way(_ISO_DAYS + _ISO_TIME, None, "durations as ISO 8601"),
    _Way(rf"^(?P<sign>-?){_CLOCK}", "clock", "durations in hours:minutes:seconds"),
    _Way(
        rf"^(?P<sign>-?)(?P<d>\d{{1,6}}) days?,? {_CLOCK}",
        "clock",
        "durations in days and hours:minutes:seconds",
        "days written out, come out as hours",
    ),
    _Way(
        r"^(?P<sign>-?)(?P<m>\d{1,4}):(?P<s>\d{2})(?:\.(?P<f>\d{1,9}))?$",
        "clock",
        "durations in minutes:seconds",
        "minutes:seconds, come out as hours:minutes:seconds",
    ),
)


def length_of_time(cells: Cells, table: Hints) -> Guess | None:
    """Durations that are all written in one way, but for a few odd cells among many."""
    head = [text for text in cells.head(5) if any(map(str.isdigit, text))]
    for way in _WAYS:
        if not any(re.match(way.pattern, text) for text in head):
            continue
        parts = pc.extract_regex(cells.values, way.pattern)
        if are_enough(cells, pc.is_valid(parts)):
            return _guess(cells, parts, way)
    return None


def _guess(cells: Cells, parts: pa.StructArray, way: _Way) -> Guess:
    groups = dict(zip([field.name for field in parts.type], parts.flatten(), strict=True))
    fits = np.asarray(pc.is_valid(parts).to_numpy(zero_copy_only=False))
    digits = pc.max(pc.binary_length(groups["f"])).as_py() or 0
    unit, per_second = next((unit, number) for most, unit, number in _UNITS if digits <= most)
    ticks = _numbers(groups["s"]) * per_second
    ticks += _numbers(pc.utf8_rpad(groups["f"], width=len(str(per_second)) - 1, padding="0"))
    for letter, seconds in _SECONDS.items():
        if letter in groups:
            ticks += _numbers(groups[letter]) * seconds * per_second
    is_negative = np.asarray(pc.fill_null(pc.equal(groups["sign"], "-"), False).to_numpy(zero_copy_only=False))
    values = pa.array(np.where(is_negative, -ticks, ticks), mask=~fits).cast(pa.duration(unit))
    repairs = (Repair(way.change, cells.name, cells.count(pa.array(fits))),) if way.change else ()
    lost = "cells that are no durations became missing"
    return Guess(types.Duration(unit, way.format), values, way.reason, repairs=repairs, lost=lost)


def _numbers(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Digits as numbers; parts that are not there are 0."""
    filled = pc.fill_null(pc.if_else(pc.equal(texts, ""), "0", texts), "0")
    return np.array(filled.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)
