"""What numbers mean: a count or measure, a key, a code, a coordinate, or seconds since 1970 where the name says so."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference import hints, identifiers, reasons, spots
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.numbers import MOST_PLACES, Numbers, places, read_numbers

_MOST_CODES = 50
_EPOCHS: tuple[tuple[types.Unit, str, str, int, int], ...] = (
    ("s", "%s", "seconds", 631_152_000, 4_102_444_800),
    ("ms", "%Q", "milliseconds", 631_152_000_000, 4_102_444_800_000),
)


def number(cells: Cells, table: Hints) -> Guess | None:
    """Text that is numbers, and what they mean."""
    numbers = None if hints.is_postal(cells.name) else read_numbers(cells, table)
    return None if numbers is None else with_meaning(cells, numbers, table)


def with_meaning(cells: Cells, numbers: Numbers, table: Hints) -> Guess:
    """What numbers that were read from text mean; several texts can be one number (1.0 and 1.00)."""
    typed = cells.rewritten(numbers.values)
    meant = _moment(typed, table) or meaning(typed, table, numbers.decimals, numbers.most)
    if numbers.is_bare and isinstance(meant.type, types.Real):
        meant = dataclasses.replace(meant, type=types.Real(meant.type.decimals, is_bare=True))
    which = numbers.values.dictionary_encode().indices
    mended = Repair(numbers.mended, cells.name, cells.count(pc.is_valid(numbers.values)))
    return dataclasses.replace(
        meant,
        values=meant.values.take(which),
        repairs=(mended,) if numbers.mended else (),
        lost="cells that are no numbers, or infinite, became missing",
        is_doubtful=numbers.is_doubtful,
        decimal=numbers.decimal,
    )


def meaning(cells: Cells, table: Hints, decimals: int | None, most: int | None) -> Guess:
    """What typed numbers mean. ``decimals`` is how many they all show, ``most`` the most that one needs or shows."""
    axis = spots.axis(cells.name, cells.values, table)
    is_whole = not pa.types.is_floating(cells.values.type) and decimals == 0
    if axis is not None:
        return Guess(types.Geo(axis, decimals), cells.values, f"{axis}s in degrees, by name and range")
    if is_whole:
        return _key(cells, table) or _code(cells) or _count(cells)
    if hints.is_key(cells.name) and identifiers.names_rows(cells) and places(cells.values) == 0:
        return Guess(types.Identifier("sequence"), cells.values, f"a key stored as real numbers, {reasons.distinct(cells)}")
    return Guess(types.Real(decimals), cells.values, f"{_numbers(decimals, most)}, {_described(cells)}")


def _numbers(decimals: int | None, most: int | None) -> str:
    if most is None or most > MOST_PLACES:
        return "numbers with any number of decimals"
    if most == 0:
        return "whole numbers, stored as real ones"
    return f"numbers with {'up to ' if decimals is None else ''}{most} decimal{'' if most == 1 else 's'}"


def _key(cells: Cells, table: Hints) -> Guess | None:
    if identifiers.row_number(cells, table):
        return Guess(types.Identifier("sequence"), cells.values, "whole numbers that differ in every row and name it")
    if hints.is_key(cells.name) and identifiers.names_rows(cells):
        reason = f"whole numbers in a column named like a key, {reasons.distinct(cells)}"
        return Guess(types.Identifier("sequence"), cells.values, reason)
    return None


def _code(cells: Cells) -> Guess | None:
    is_short = cells.n_distinct <= _MOST_CODES or hints.is_key(cells.name) or hints.is_postal(cells.name)
    if not hints.is_code(cells.name) or not is_short or hints.is_period(cells.name):
        return None
    if cells.n_distinct < (2 if hints.is_key(cells.name) else 3):
        return None
    reason = f"whole numbers that only stand for kinds of things, by the column's name, {reasons.distinct(cells)}"
    return Guess(types.Categorical(), cells.values, reason)


def _count(cells: Cells) -> Guess:
    ends = pc.min_max(cells.values).as_py()
    is_flag = cells.n_distinct == 2 and ends == {"min": 0, "max": 1}
    return Guess(types.Integer(), cells.values, f"whole numbers, {'only 0 and 1' if is_flag else _described(cells)}")


def _described(cells: Cells) -> str:
    return reasons.distinct(cells) + reasons.span(cells, cells.values, grouped=not hints.is_period(cells.name))


def _moment(cells: Cells, table: Hints) -> Guess | None:
    """Seconds or milliseconds since 1970, between 1990 and 2100, in a column named like a time."""
    if not (table.is_text and hints.is_moment(cells.name) and pa.types.is_int64(cells.values.type) and cells.n_distinct):
        return None
    ends = pc.min_max(cells.values).as_py()
    for unit, format, word, low, high in _EPOCHS:
        if low <= ends["min"] and ends["max"] <= high:
            reason = f"{word} since 1970, by the column's name and range"
            return Guess(types.DateTime(None, unit, format), cells.values.cast(pa.timestamp(unit)), reason)
    return None


def typed_number(cells: Cells, table: Hints) -> Guess:
    """Numbers that were stored as such; storage is kept."""
    kind = cells.values.type
    n_places = kind.scale if pa.types.is_decimal(kind) else places(cells.values) if pa.types.is_floating(kind) else 0
    return meaning(cells, table, n_places, n_places)
