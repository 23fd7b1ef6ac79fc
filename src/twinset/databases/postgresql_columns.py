"""How a column of PostgreSQL is read: what is selected, and how its batches turn into a storage of Arrow's.

What Arrow has no type for (arrays, networks, geometry, ranges ...) is read as the text that PostgreSQL writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from twinset.databases.catalogue import Field
from twinset.databases.quoting import named

_PLAIN: dict[str, pa.DataType] = {
    "smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64(), "real": pa.float32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(), "date": pa.date32(), "timestamp": pa.timestamp("us"), "text": pa.string(), "bytea": pa.binary(),
    "timestamp without time zone": pa.timestamp("us"), "timestamp with time zone": pa.timestamp("us", "UTC"),
    "time without time zone": pa.time64("us"), "character varying": pa.string(),
}  # fmt: skip
_TEXTS = ("character", "uuid", "json", "jsonb", "name", '"char"', "xml")  # which say as text what they are
_LAST = {"us": 253_402_300_799_999_999, "D": 2_932_896}  # of the year 9999; infinity lies beyond


@dataclass(frozen=True, slots=True)
class Reading:
    """``selected``: the expression of the query; ``said``: what to tell of it."""

    selected: str
    storage: pa.DataType
    said: str = ""

    def turned(self, array: pa.Array) -> pa.Array:
        """A column of a batch in its storage; what is no finite value is missing."""
        if isinstance(array.type, pa.BaseExtensionType):
            array = array.storage
        if pa.types.is_decimal(self.storage):
            is_finite = pc.invert(pc.is_in(array, value_set=pa.array(["NaN", "Infinity", "-Infinity"])))
            array = array if pc.all(is_finite).as_py() is not False else pc.if_else(is_finite, array, None)
        if pa.types.is_timestamp(self.storage) or pa.types.is_date(self.storage):
            array = _finite(array)
        return array if array.type == self.storage else array.cast(self.storage)


def _finite(array: pa.Array) -> pa.Array:
    is_day = pa.types.is_date(array.type)
    ticks, last = array.cast(pa.int32() if is_day else pa.int64()), _LAST["D" if is_day else "us"]
    ends = pc.min_max(ticks)
    if ends["max"].as_py() is None or (ends["max"].as_py() <= last and ends["min"].as_py() >= -last):
        return array
    is_near = pc.and_(pc.less_equal(ticks, last), pc.greater_equal(ticks, -last))
    return pc.if_else(is_near, array, pa.scalar(None, array.type))


def reading_of(one: Field) -> Reading:
    """How a column is read, by its declared type."""
    column = named(one.name, "postgresql")
    word = re.sub(r"\(\d+(,-?\d+)?\)", "", one.declared)
    if word in _PLAIN:
        return Reading(column, _PLAIN[word])
    if word == "numeric":
        digits = re.search(r"\((\d+)(?:,(-?\d+))?\)", one.declared)
        if digits and int(digits[1]) <= 38 and 0 <= int(digits[2] or 0) <= int(digits[1]):
            return Reading(column, pa.decimal128(int(digits[1]), int(digits[2] or 0)))
        return Reading(f"{column}::float8", pa.float64())
    if word == "money":
        return Reading(f"{column}::numeric", pa.decimal128(20, 2))
    if word == "interval" or word.startswith("interval "):
        return Reading(f"(extract(epoch FROM {column}) * 1000000)::int8", pa.duration("us"))
    said = "" if one.labels or word in _TEXTS else f"{one.declared} read as text"
    return Reading(f"{column}::text", pa.string(), said)
