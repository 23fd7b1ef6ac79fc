"""Formats of dates and times (strftime), spelled for whole columns.

A format is cut into runs that need the day alone, the second of the day alone, the fraction alone or the zone alone. Each
run is spelled once for each distinct day, second ... and handed out by index, which is an order faster than formatting row
by row. Names of months and days are English, whatever the locale of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from twinset.errors import SchemaError

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_PIECE = re.compile(r"%[-:\d]?.|[^%]+|%", re.DOTALL)
_COMPOSITES = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%D": "%m/%d/%y", "%R": "%H:%M"}

Spell = Callable[[pa.Array], pa.Array]


def spell_format(pattern: str, subjects: Mapping[str, pa.Array]) -> pa.Array:
    """Moments as text. ``subjects`` are columns of their day (date32), second of the day, fraction (ns) and zone (s)."""
    runs: list[tuple[str, list[str]]] = []
    for piece in _pieces(pattern):
        subject = _SPELLED[piece][0] if piece in _SPELLED else ""
        if runs and (subject in ("", runs[-1][0]) or runs[-1][0] == ""):
            runs[-1] = (runs[-1][0] or subject, [*runs[-1][1], piece])
        else:
            runs.append((subject, [piece]))
    spelled = [by_distinct(subjects[subject], partial(_spell_run, pieces)) for subject, pieces in runs]
    return spelled[0] if len(spelled) == 1 else pc.binary_join_element_wise(*spelled, "")


def check_format(pattern: str, subjects: set[str]) -> None:
    """SchemaError where a format asks for what nobody knows, or for what these subjects don't say."""
    known = [piece for piece, (subject, _) in _SPELLED.items() if subject in subjects]
    pieces = [piece for piece in _pieces(pattern) if piece.startswith("%") and piece != "%%"]
    if wrong := [piece for piece in pieces if piece not in known] or ([] if pieces else [pattern]):
        raise SchemaError(f"{wrong[0]!r} of the format {pattern!r} can't be written; known here: {' '.join(known)}")


def by_distinct(keys: pa.Array, spell: Spell) -> pa.Array:
    """``spell(keys)``, calling it with the distinct keys only."""
    coded = keys.dictionary_encode()
    return spell(coded.dictionary).take(coded.indices)


def digits(numbers: pa.Array, width: int) -> pa.Array:
    """Whole numbers as text with leading zeros."""
    return pc.utf8_lpad(numbers.cast(pa.string()), width, "0")


def divided(numbers: pa.Array, by: int, modulo: int | None = None) -> pa.Array:
    """``numbers // by % modulo``, rounding down below zero too; missing numbers stay missing."""
    whole = numbers.cast(pa.int64())
    values = whole.fill_null(0).to_numpy(zero_copy_only=False) // by
    values = values if modulo is None else values % modulo
    return pa.array(values, mask=whole.is_null().to_numpy(zero_copy_only=False) if whole.null_count else None)


def _pieces(pattern: str) -> list[str]:
    for composite, meaning in _COMPOSITES.items():
        pattern = pattern.replace(composite, meaning)
    return _PIECE.findall(pattern)


def _spell_run(pieces: list[str], keys: pa.Array) -> pa.Array:
    spelled = [_SPELLED[piece][1](keys) if piece in _SPELLED else piece.replace("%%", "%") for piece in pieces]
    return spelled[0] if len(spelled) == 1 else pc.binary_join_element_wise(*spelled, "")


def _named(names: list[str], index: pa.Array) -> pa.Array:
    return pa.array(names).take(index)


def _offset(colon: str, seconds: pa.Array) -> pa.Array:
    size = pc.abs(seconds)
    sign = pc.if_else(pc.less(seconds, 0), "-", "+")
    return pc.binary_join_element_wise(sign, digits(divided(size, 3600), 2), colon, digits(divided(size, 60, 60), 2), "")


def _clock_hour(second: pa.Array) -> pa.Array:
    return pc.add(divided(pc.add(second, 11 * 3600), 3600, 12), 1)


_SPELLED: dict[str, tuple[str, Spell]] = {
    "%Y": ("day", lambda day: digits(pc.year(day), 4)),
    "%y": ("day", lambda day: digits(divided(pc.year(day), 1, 100), 2)),
    "%m": ("day", lambda day: digits(pc.month(day), 2)),
    "%B": ("day", lambda day: _named(_MONTHS, pc.subtract(pc.month(day), 1))),
    "%b": ("day", lambda day: _named([name[:3] for name in _MONTHS], pc.subtract(pc.month(day), 1))),
    "%-m": ("day", lambda day: pc.month(day).cast(pa.string())),
    "%-d": ("day", lambda day: pc.day(day).cast(pa.string())),
    "%d": ("day", lambda day: digits(pc.day(day), 2)),
    "%j": ("day", lambda day: digits(pc.day_of_year(day), 3)),
    "%A": ("day", lambda day: _named(_DAYS, pc.day_of_week(day))),
    "%a": ("day", lambda day: _named([name[:3] for name in _DAYS], pc.day_of_week(day))),
    "%H": ("second", lambda second: digits(divided(second, 3600), 2)),
    "%-H": ("second", lambda second: divided(second, 3600).cast(pa.string())),
    "%-I": ("second", lambda second: _clock_hour(second).cast(pa.string())),
    "%I": ("second", lambda second: digits(_clock_hour(second), 2)),
    "%M": ("second", lambda second: digits(divided(second, 60, 60), 2)),
    "%S": ("second", lambda second: digits(divided(second, 1, 60), 2)),
    "%p": ("second", lambda second: _named(["AM", "PM"], divided(second, 43_200))),
    "%f": ("fraction", lambda fraction: digits(divided(fraction, 1000), 6)),
    "%3f": ("fraction", lambda fraction: digits(divided(fraction, 10**6), 3)),
    "%9f": ("fraction", lambda fraction: digits(fraction, 9)),
    "%z": ("zone", partial(_offset, "")),
    "%:z": ("zone", partial(_offset, ":")),
}
