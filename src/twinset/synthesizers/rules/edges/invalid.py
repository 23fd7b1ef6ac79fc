"""Values beyond what a column may hold, put into rows like any other fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column, Range
from twinset.synthesizers.rules.dirt.cells import Mask, is_dated, is_number, is_text, there
from twinset.synthesizers.rules.dirt.fault import Broken, Draws, Fault, choice
from twinset.synthesizers.rules.edges import texts
from twinset.synthesizers.rules.edges.moments import day_number
from twinset.synthesizers.rules.edges.numbers import decimals_beyond
from twinset.synthesizers.rules.moments import DAY, SECOND

_DAYS = ((1, 1, 1, "first day of year 1"), (9999, 12, 31, "last day of year 9999"), (1582, 10, 10, "dropped by Gregory"),
         (1753, 1, 1, "first day of a database"), (2262, 4, 12, "beyond nanoseconds"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class InvalidEdges(Fault):
    """Edges that the column's rule would not give."""

    word: ClassVar[str] = "edge"
    of: ClassVar[str] = "texts, numbers, dates and moments"

    def fits(self, column: Column) -> bool:
        is_geo = isinstance(column.type, types.Geo)
        return is_text(column.storage) or is_number(column.storage) or (is_dated(column.storage) and not is_geo)

    def may(self, array: pa.Array, column: Column) -> Mask:
        values, _ = beyond(column)
        is_edge = array.cast(column.storage).is_null() if not len(values) else pc.is_in(array, value_set=values)
        return np.asarray(there(array) & ~np.asarray(is_edge.to_numpy(zero_copy_only=False), dtype=np.bool_))

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        found, details = beyond(column)
        picks = [choice(draw, len(details)) for draw in draws[:, 0]]
        return Broken(found.take(pa.array(picks, pa.int64())), [f"invalid {details[pick]}" for pick in picks])


def beyond(column: Column) -> tuple[pa.Array, list[str]]:
    """Values that a column may not hold, in its storage."""
    storage = column.storage
    if is_text(storage):
        is_name = isinstance(column.type, types.Personal) and column.type.kind in ("name", "address")
        found: list[tuple[Any, str]] = list((*texts.BLANKS, *texts.CONTROLS) if is_name else texts.frees(1_000))
    elif pa.types.is_integer(storage):
        found = list(_outside(_whole(storage), column.domain))
    elif pa.types.is_floating(storage):
        found = list(_outside(_REALS, column.domain))
    elif pa.types.is_decimal(storage):
        found = decimals_beyond(storage)
    else:
        return _dated(storage)
    if isinstance(column.type, types.Json):
        found = [pair for pair in found if pair[0] not in _JSON]
    return pa.array([value for value, _ in found], storage), [detail for _, detail in found]


_JSON = ("null", "1e3", "NaN")
"""Edges of text that are documents, as some readers see it."""


def _dated(storage: pa.DataType) -> tuple[pa.Array, list[str]]:
    days = [day_number(*day) for *day, _ in _DAYS]
    details = [detail for *_, detail in _DAYS]
    if pa.types.is_date32(storage):
        return pa.array(days, pa.int32()).cast(storage), details
    micros = pa.array([day * DAY + 12 * 3_600 * SECOND for day in days], pa.int64())
    return micros.view(pa.timestamp("us")).cast(pa.timestamp("us", storage.tz)).cast(storage, safe=False), details


def _whole(storage: pa.DataType) -> list[tuple[Any, str]]:
    bits = storage.bit_width
    ends = ((2**31 - 1, "largest of 32 bits"), (2**31, "beyond 32 bits"), (-(2**31), "lowest of 32 bits"),
            (2**53 + 1, "beyond exact floats"), (2**63 - 1, "largest of 64 bits"), (-(2**63), "lowest of 64 bits"),
            (-1, "negative"), (2**15, "beyond 16 bits"))  # fmt: skip
    low = 0 if pa.types.is_unsigned_integer(storage) else -(2 ** (bits - 1))
    return [(value, detail) for value, detail in ends if low <= value < low + 2**bits]


_REALS: list[tuple[Any, str]] = [
    (float("inf"), "infinity"), (float("-inf"), "negative infinity"), (1.7976931348623157e308, "largest number"),
    (5e-324, "smallest number"), (-1.7976931348623157e308, "lowest number"), (2.0**53 + 2, "beyond exact whole numbers"),
    (1e21, "written with an exponent"),
]  # fmt: skip


def _outside(found: list[tuple[Any, str]], domain: object) -> list[tuple[Any, str]]:
    """Those that lie outside a range, and its neighbours."""
    if not isinstance(domain, Range) or isinstance(domain.low, str) or isinstance(domain.high, str):
        return found
    near = [(domain.low - 1, "just below the range"), (domain.high + 1, "just above the range")]
    return [(value, detail) for value, detail in (*near, *found) if not domain.low <= value <= domain.high]
