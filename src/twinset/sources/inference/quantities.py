"""What numbers mean: a count or measure, a key, a code, a coordinate, or seconds since 1970 where the name says so."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference import hints, identifiers, reasons, spots
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.numbers import Numbers, places, read_numbers

_MOST_CODES = 50
_EPOCHS: tuple[tuple[types.Unit, int, int], ...] = (
    ("s", 631_152_000, 4_102_444_800),
    ("ms", 631_152_000_000, 4_102_444_800_000),
)


def number(cells: Cells, table: Hints) -> Guess | None:
    """Text that is numbers, and what they mean."""
    numbers = read_numbers(cells, table)
    if numbers is None:
        return None
    typed = cells.rewritten(numbers.values)
    meant = _moment(typed, table) or meaning(typed, table, numbers.decimals)
    meant_values = _realigned(cells, typed, numbers, meant)
    repairs = meant.repairs
    if numbers.mended:
        repairs = (*repairs, Repair(numbers.mended, cells.name, cells.count(pc.is_valid(numbers.values))))
    lost = "cells that are no numbers, or infinite, became missing"
    return Guess(meant.type, meant_values, meant.reason, meant.domain, repairs, lost)


def _realigned(cells: Cells, typed: Cells, numbers: Numbers, meant: Guess) -> pa.Array:
    """The meant values, one for each distinct text, where several texts can be one number (1.0 and 1.00)."""
    if typed.values is numbers.values or len(typed.values) == len(cells.values) == len(meant.values):
        return meant.values
    return meant.values.take(pc.index_in(numbers.values, value_set=typed.values))


def meaning(cells: Cells, table: Hints, decimals: int | None) -> Guess:
    """What typed numbers mean."""
    axis = spots.axis(cells.name, cells.values, table)
    is_whole = not pa.types.is_floating(cells.values.type) and decimals == 0
    if axis is not None:
        return Guess(types.Geo(axis, decimals), cells.values, f"{axis}s in degrees, by name and range")
    if not is_whole:
        shown = "any number of decimals" if decimals is None else f"{decimals} decimal{'' if decimals == 1 else 's'}"
        reason = f"numbers with {shown}, {reasons.distinct(cells)}{reasons.span(cells, cells.values)}"
        return Guess(types.Real(decimals), cells.values, reason)
    return _key(cells) or _code(cells) or _count(cells)


def _key(cells: Cells) -> Guess | None:
    if identifiers.row_number(cells):
        return Guess(types.Identifier("sequence"), cells.values, "whole numbers that differ in every row and name it")
    if hints.is_key(cells.name) and not cells.is_unique and identifiers.names_rows(cells):
        reason = f"whole numbers in a column named like another table's key, {reasons.distinct(cells)}"
        return Guess(types.Identifier("sequence"), cells.values, reason)
    return None


def _code(cells: Cells) -> Guess | None:
    if not hints.is_code(cells.name) or cells.n_distinct > _MOST_CODES and not hints.is_key(cells.name):
        return None
    if cells.n_distinct < 3 or hints.is_period(cells.name):
        return None
    reason = f"whole numbers that only stand for kinds of things, by the column's name, {reasons.distinct(cells)}"
    return Guess(types.Categorical(), cells.values, reason)


def _count(cells: Cells) -> Guess:
    few = cells.n_distinct == 2 and set(cells.values.cast(pa.string()).to_pylist()) == {"0", "1"}
    said = "only 0 and 1" if few else f"{reasons.distinct(cells)}{reasons.span(cells, cells.values)}"
    return Guess(types.Integer(), cells.values, f"whole numbers, {said}")


def _moment(cells: Cells, table: Hints) -> Guess | None:
    """Seconds or milliseconds since 1970, between 1990 and 2100, in a column named like a time."""
    if (
        not table.is_text
        or not pa.types.is_int64(cells.values.type)
        or not hints.is_moment(cells.name)
        or not cells.n_distinct
    ):
        return None
    ends = pc.min_max(cells.values).as_py()
    for unit, low, high in _EPOCHS:
        if low <= ends["min"] and ends["max"] <= high:
            points = cells.values.cast(pa.timestamp(unit))
            words = "seconds" if unit == "s" else "milliseconds"
            return Guess(types.DateTime(None, unit, "epoch"), points, f"{words} since 1970, by the column's name and range")
    return None


def typed_number(cells: Cells, table: Hints) -> Guess:
    """Numbers that were stored as such; storage is kept."""
    kind = cells.values.type
    if pa.types.is_decimal(kind):
        return meaning(cells, table, kind.scale)
    return meaning(cells, table, places(cells.values) if pa.types.is_floating(kind) else 0)
