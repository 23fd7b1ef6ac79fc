"""Faults of numbers, dates and any value: outliers, digits and days swapped, values gone, values of another type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.synthesizers.rules.dirt.cells import (
    Mask,
    is_dated,
    is_number,
    is_text,
    read_back,
    spelled,
    texts_of,
    there,
    true,
)
from twinset.synthesizers.rules.dirt.fault import Broken, Draws, Fault, choice

_FACTORS = ((10, "ten times"), (100, "a hundred times"), (1000, "a thousand times"), (-1, "the sign turned"))
_CENTURY = 36_525
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Blanks(Fault):
    """Values that are gone."""

    word: ClassVar[str] = "blanks"
    of: ClassVar[str] = "any values"

    def fits(self, column: Column) -> bool:
        return not pa.types.is_nested(column.storage)

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        return Broken(pa.nulls(len(values), values.type), ["missing"] * len(values))


@dataclass(frozen=True, slots=True)
class Outliers(Fault):
    """Numbers ten, a hundred or a thousand times too large or of the wrong sign; days and moments a century off."""

    word: ClassVar[str] = "outliers"
    of: ClassVar[str] = "numbers, dates and moments"

    def fits(self, column: Column) -> bool:
        return is_number(column.storage) or is_dated(column.storage)

    def may(self, array: pa.Array, column: Column) -> Mask:
        if is_dated(array.type):
            return there(array)
        size = pc.abs(array.cast(pa.float64(), safe=False))
        limit = _limit(array.type) / 1000
        return np.asarray(true(pc.greater(size, 0)) & true(pc.less(size, limit)))

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        if is_dated(values.type):
            return _centuries(values, draws)
        n_ways = len(_FACTORS) - bool(pa.types.is_unsigned_integer(values.type))
        ways = [choice(draw, n_ways) for draw in draws[:, 0]]
        factors, details = [_FACTORS[way][0] for way in ways], [_FACTORS[way][1] for way in ways]
        if pa.types.is_decimal(values.type):
            moved = [value * factor for value, factor in zip(values.to_pylist(), factors, strict=True)]
            return Broken(pa.array(moved, values.type), details)
        return Broken(_rounded(pc.multiply(values, pa.array(factors).cast(values.type)), column), details)


def _limit(storage: pa.DataType) -> float:
    """About the largest number that a storage can hold."""
    if pa.types.is_decimal(storage):
        return float(10.0 ** (storage.precision - storage.scale))
    return 1e300 if pa.types.is_floating(storage) else float(2.0 ** (storage.bit_width - 2))


def _rounded(numbers: pa.Array, column: Column) -> pa.Array:
    decimals = getattr(column.type, "decimals", None)
    return pc.round(numbers, decimals) if pa.types.is_floating(numbers.type) and decimals is not None else numbers


def _centuries(values: pa.Array, draws: Draws) -> Broken:
    is_later = draws[:, 0] < 0.3
    days = np.where(is_later, _CENTURY, -_CENTURY)
    if pa.types.is_date32(values.type):
        moved = pc.add(values.cast(pa.int32()), pa.array(days.astype(np.int32))).cast(values.type)
    else:
        micros = values.cast(pa.timestamp("us", getattr(values.type, "tz", None))).cast(pa.int64())
        moved = pc.add(micros, pa.array(days * _DAY_US)).cast(pa.timestamp("us", getattr(values.type, "tz", None)))
        moved = moved.cast(values.type)
    return Broken(moved, ["a century later" if later else "a century earlier" for later in is_later])


@dataclass(frozen=True, slots=True)
class Digits(Fault):
    """Two neighbouring digits swapped, as when a number is typed from paper."""

    word: ClassVar[str] = "digits"
    of: ClassVar[str] = "numbers and text"

    def fits(self, column: Column) -> bool:
        return is_number(column.storage) or is_text(column.storage)

    def may(self, array: pa.Array, column: Column) -> Mask:
        text = spelled(array, column)
        has_pair = true(pc.match_substring_regex(text, pattern=_PAIRS))
        if is_text(array.type):
            return has_pair
        return np.asarray(has_pair & true(pc.match_substring_regex(text, pattern=_PLAIN)))

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        texts = spelled(values, column).to_pylist()
        swapped = [_swapped(text, draw) for text, draw in zip(texts, draws[:, 0].tolist(), strict=True)]
        return Broken(read_back(texts_of(swapped), values.type), ["swapped digits"] * len(values))


_PLAIN = r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$"
"""A number without an exponent, which is as exact when its digits have changed places."""

_PAIRS = "|".join(f"{digit}[{''.join(str(other) for other in range(10) if other != digit)}]" for digit in range(10))


def _swapped(text: str, draw: float) -> str:
    places = [
        place
        for place in range(len(text) - 1)
        if text[place] in "0123456789" and text[place + 1] in "0123456789" and text[place] != text[place + 1]
    ]
    place = places[choice(draw, len(places))]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


@dataclass(frozen=True, slots=True)
class DatesSwapped(Fault):
    """Day and month read the wrong way round, where that is a date too."""

    word: ClassVar[str] = "dates_swapped"
    of: ClassVar[str] = "dates and moments"

    def fits(self, column: Column) -> bool:
        return is_dated(column.storage)

    def may(self, array: pa.Array, column: Column) -> Mask:
        day, month = pc.day(array), pc.month(array)
        return true(pc.and_(pc.less_equal(day, 12), pc.not_equal(day, month)))

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        text = spelled(values, column)
        swapped = pc.replace_substring_regex(text, pattern=r"^(-?\d+)-(\d\d)-(\d\d)", replacement=r"\1-\3-\2")
        return Broken(read_back(swapped, values.type), ["day and month swapped"] * len(values))


@dataclass(frozen=True, slots=True)
class _ToText(Fault):
    """What can't be stored as the column is: the whole column becomes text."""

    is_named: ClassVar[bool] = True
    is_text: ClassVar[bool] = True
    of: ClassVar[str] = "numbers, dates, moments and truths"

    def fits(self, column: Column) -> bool:
        return is_number(column.storage) or is_dated(column.storage) or pa.types.is_boolean(column.storage)

    def becomes(self, column: Column) -> Column:
        return Column(column.name, types.Text(), pa.string(), None, "declared", column.nullable, column.reason)

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        pairs = [
            self.one(value, choice(draw, 1 << 20), column)
            for value, draw in zip(values.to_pylist(), draws[:, 0].tolist(), strict=True)
        ]
        return Broken(texts_of([value for value, _ in pairs]), [detail for _, detail in pairs])

    def one(self, value: str, draw: int, column: Column) -> tuple[str, str]:
        """One value, already text, broken; ``column`` is as it was before it became text."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class WrongType(_ToText):
    """Something that is no value of the column's type."""

    word: ClassVar[str] = "wrong_type"

    def one(self, value: str, draw: int, column: Column) -> tuple[str, str]:
        ways = (
            ("n/a", "a word"), ("see notes", "a word"), (f"{value}?", "a question mark"), (f"ca. {value}", "a word before"),
            (f"'{value}", "an apostrophe"), (value.translate(_LOOKALIKES), "letters for digits"), ("#REF!", "an error"),
        )  # fmt: skip
        way = ways[draw % len(ways)]
        return way if way[0] != value else ways[0]


_LOOKALIKES = str.maketrans("015", "OlS")


@dataclass(frozen=True, slots=True)
class Formats(_ToText):
    """The right value in another notation: other orders of a date, other marks in a number."""

    word: ClassVar[str] = "formats"

    def one(self, value: str, draw: int, column: Column) -> tuple[str, str]:
        ways = (
            _dates(value) if is_dated(column.storage) else _numbers(value) if is_number(column.storage) else _TRUTHS[value]
        )
        return ways[draw % len(ways)]


_TRUTHS = {
    "true": (("yes", "a word"), ("Y", "a letter"), ("1", "a digit"), ("TRUE", "capitals")),
    "false": (("no", "a word"), ("N", "a letter"), ("0", "a digit"), ("FALSE", "capitals")),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _dates(value: str) -> tuple[tuple[str, str], ...]:
    year, month, day = value[:10].split("-")
    rest = value[10:].replace("T", " ")
    return (
        (f"{day}/{month}/{year}{rest}", "day/month/year"), (f"{month}/{day}/{year}{rest}", "month/day/year"),
        (f"{day}.{month}.{year}{rest}", "day.month.year"), (f"{year}{month}{day}{rest}", "no dashes"),
        (f"{_MONTHS[int(month) - 1]} {int(day)}, {year}{rest}", "month by name"),
        (f"{month}/{day}/{year[2:]}{rest}", "year of two digits"),
    )  # fmt: skip


def _numbers(value: str) -> tuple[tuple[str, str], ...]:
    whole, dot, rest = value.lstrip("-").partition(".")
    sign = "-" if value.startswith("-") else ""
    if not whole.isdigit() or "e" in rest:
        return ((f"{value} ", "white space"),)
    grouped = f"{int(whole):,}"
    swapped = grouped.replace(",", ".")
    return (
        (f"{sign}{swapped},{rest or '0'}", "comma for a point"), (f"${value}", "a currency"), (f"{value} EUR", "a currency"),
        (f"{sign}{grouped}{dot}{rest}" if "," in grouped else f"+{value}", "other marks"), (f"({value})", "brackets"),
    )  # fmt: skip
