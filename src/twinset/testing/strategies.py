"""Hypothesis strategies for schemas and datasets: every type in every storage that suits it, and what breaks programs.

    @given(datasets())
    def test_it_fits(data): ...

Tables are small (none, one or a few rows) and awkward: missing values, duplicates, extremes, empty texts, other scripts,
quotes, line breaks. A second table refers to the first by keys that hold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.media import MEDIA_STORAGE, media_ref
from twinset.core.optional import require
from twinset.core.schema import Column, ForeignKey, Schema, Table, Values

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import DrawFn, SearchStrategy
else:
    st = require("hypothesis.strategies", extra="testing")

_UNITS: tuple[types.Unit, ...] = ("s", "ms", "us", "ns")
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31
_NS_DAYS = 106_750  # nanoseconds in 64 bits reach from 1677 to 2262
_LEVELS = ("low", "middle", "high")
_KEY = Column("id", types.Identifier("sequence"), pa.int64(), nullable=False)

_WHOLE = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
_TEXTS = [pa.string(), pa.large_string()]
_SHAPES = [
    pa.list_(pa.int64()),
    pa.list_(pa.string()),
    pa.struct({"a": pa.float64(), "b": pa.list_(pa.struct({"c": pa.string()}))}),
    pa.map_(pa.string(), pa.bool_()),
]
_SPELT: dict[str, list[str]] = {
    "name": ["Ada Lovelace", "José Ångström", "山田 太郎"],
    "user_name": ["ada.lovelace", "jangstrom77"],
    "email": ["ada@example.org", "j.o'neil+x@mail.example.com"],
    "phone": ["+41 44 668 18 00", "(555) 010-9999"],
    "address": ["12 Main St, Springfield", "Rämistrasse 101\n8092 Zürich"],
    "card": ["4111 1111 1111 1111"],
    "iban": ["CH93 0076 2011 6238 5295 7"],
    "national_id": ["756.9217.0769.85"],
}


@cache
def column_types() -> SearchStrategy[tuple[types.Type, pa.DataType]]:
    """A type and a storage that suits it."""
    decimals = st.one_of(st.none(), st.integers(0, 6))
    text = st.sampled_from(_TEXTS)
    return st.one_of(
        st.tuples(st.just(types.Integer()), st.sampled_from(_WHOLE)),
        st.tuples(st.builds(types.Real, decimals), st.sampled_from([pa.float32(), pa.float64()])),
        st.tuples(st.just(types.Real(2)), st.just(pa.decimal128(12, 2))),
        st.tuples(st.builds(types.Boolean, st.sampled_from([None, ("no", "yes"), ("0", "1")])), st.just(pa.bool_())),
        st.tuples(st.just(types.Categorical()), st.sampled_from([*_TEXTS, pa.int64(), pa.bool_()])),
        st.tuples(st.just(types.Ordinal()), text),
        st.tuples(st.builds(types.Date, st.sampled_from([None, "%d.%m.%Y", "%B %d, %Y"])), st.just(pa.date32())),
        _datetimes(),
        st.tuples(
            st.just(types.Time()), st.sampled_from([pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")])
        ),
        st.sampled_from(_UNITS).flatmap(_durations),
        st.tuples(st.sampled_from([types.Text(), types.Json(), types.Geo("point")]), text),
        st.tuples(st.builds(types.Personal, st.sampled_from(sorted(_SPELT))), text),
        st.tuples(st.sampled_from([types.Identifier("uuid"), types.Identifier("pattern", "A\\-99")]), text),
        st.tuples(st.just(types.Identifier()), st.sampled_from([pa.int64(), *_TEXTS])),
        st.tuples(st.builds(types.Geo, st.sampled_from(["latitude", "longitude"]), decimals), st.just(pa.float64())),
        st.tuples(st.just(types.Nested()), st.sampled_from(_SHAPES)),
        st.tuples(st.just(types.Media()), st.just(MEDIA_STORAGE)),
        st.tuples(st.just(types.Empty()), st.just(pa.null())),
    )


def _datetimes() -> SearchStrategy[tuple[types.Type, pa.DataType]]:
    zones = st.sampled_from([None, "UTC", "Europe/Zurich", "+05:30"])
    formats = st.sampled_from([None, "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %I:%M:%S.%f %p"])
    made = st.builds(types.DateTime, zones, st.sampled_from(_UNITS), formats)
    return made.map(lambda kind: (kind, pa.timestamp(kind.unit, kind.zone)))


def _durations(unit: types.Unit) -> SearchStrategy[tuple[types.Type, pa.DataType]]:
    return st.tuples(st.builds(types.Duration, st.just(unit), st.sampled_from([None, "clock"])), st.just(pa.duration(unit)))


@st.composite
def columns(draw: DrawFn, name: str) -> Column:
    """A column of any type; its domain is declared where its values have an order."""
    kind, storage = draw(column_types())
    is_ordered = isinstance(kind, types.Ordinal)
    nullable = isinstance(kind, types.Empty) or draw(st.booleans())
    return Column(
        name, kind, storage, Values(_LEVELS) if is_ordered else None, "declared" if is_ordered else "data", nullable
    )


@st.composite
def schemas(draw: DrawFn, *, max_tables: int = 1, max_columns: int = 5) -> Schema:
    """Tables of at least one column; each but the first may refer to the one before it."""
    tables: list[Table] = []
    for number in range(draw(st.integers(1, max_tables))):
        letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
        names = draw(st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=max_columns, unique=True))
        made = [draw(columns(name)) for name in names if name not in ("id", "other_id")]
        is_keyed = not made or max_tables > 1
        is_linked = bool(tables) and draw(st.booleans())
        link = [Column("other_id", types.Identifier("sequence"), pa.int64())] if is_linked else []
        keys = (ForeignKey(("other_id",), tables[-1].name, ("id",)),) if is_linked else ()
        primary = ("id",) if is_keyed else ()
        tables.append(Table(f"table{number}", (*([_KEY] if is_keyed else []), *link, *made), primary, keys))
    return Schema(tuple(tables))


@st.composite
def datasets(
    draw: DrawFn, schema: SearchStrategy[Schema] | None = None, *, max_rows: int = 12, is_finite: bool = True
) -> Tables:
    """Tables that hold what their schema says; NaN and infinities among the reals unless ``is_finite``."""
    drawn = draw(schema if schema is not None else schemas())
    tables: dict[str, pa.Table] = {}
    for table in drawn:
        n_rows = draw(st.sampled_from([0, 1, *range(2, max_rows + 1)]))
        linked = {name: tables[key.table].num_rows for key in table.foreign_keys for name in key.columns}
        arrays = [_cells(draw, column, n_rows, linked.get(column.name), table, is_finite) for column in table.columns]
        tables[table.name] = pa.table(arrays, schema=table.arrow)
    return Tables(drawn, tables)


def _cells(draw: DrawFn, column: Column, n_rows: int, n_keys: int | None, table: Table, is_finite: bool) -> pa.Array:
    if table.primary_key == (column.name,):
        return pa.array(range(n_rows), column.storage)
    if n_keys is not None:
        possible = st.one_of(st.none(), st.integers(0, n_keys - 1)) if n_keys else st.none()
        return pa.array(draw(st.lists(possible, min_size=n_rows, max_size=n_rows)), column.storage)
    value = values(column, is_finite=is_finite)
    pool = draw(st.lists(value, min_size=1, max_size=3)) if n_rows else [None]
    cell = st.one_of(st.sampled_from(pool), value, *([st.none()] if column.nullable else []))
    return as_array(draw(st.lists(cell, min_size=n_rows, max_size=n_rows)), column.storage)


def as_array(cells: Sequence[object], storage: pa.DataType) -> pa.Array:
    """Cells as :func:`values` gives them, which for dates and times are whole numbers of the unit of their storage."""
    if pa.types.is_temporal(storage):
        return pa.array(cells, pa.int32() if storage.bit_width == 32 else pa.int64()).cast(storage)
    return pa.array(cells, storage)


def values(column: Column, *, is_finite: bool = True) -> SearchStrategy[Any]:
    """Values for the cells of a column, none of them missing (but for a column that has no values at all)."""
    match column.type:
        case types.Ordinal():
            return st.sampled_from(_LEVELS)
        case types.Personal(kind):
            return st.sampled_from(_SPELT[kind])
        case types.Identifier("uuid"):
            return st.uuids().map(str)
        case types.Identifier("pattern"):
            return st.from_regex(r"[A-Z]-[0-9]{2}", fullmatch=True)
        case types.Json():
            return st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=4).map(json.dumps)
        case types.Geo("point"):
            return st.tuples(st.integers(-90, 90), st.integers(-180, 180)).map(lambda at: f"{at[0]}.5, {at[1]}")
        case types.Geo():
            return st.floats(-90.0, 90.0)
        case types.Media():
            return st.binary(max_size=8).map(lambda content: _reference(content))
    return _stored(column.storage, is_finite)


def _reference(content: bytes) -> dict[str, str]:
    ref = media_ref(content, "image/png")
    return {"uri": ref.uri, "sha256": ref.sha256, "media_type": ref.media_type}


@cache
def _stored(storage: pa.DataType, is_finite: bool) -> SearchStrategy[Any]:
    if pa.types.is_integer(storage):
        low = -(2 ** (storage.bit_width - 1)) if pa.types.is_signed_integer(storage) else 0
        return st.integers(low, low + 2**storage.bit_width - 1)
    if pa.types.is_floating(storage):
        return st.floats(allow_nan=not is_finite, allow_infinity=not is_finite, width=storage.bit_width)
    if pa.types.is_decimal(storage):
        largest = Decimal(10 ** (storage.precision - storage.scale) - 1)
        return st.decimals(-largest, largest, places=storage.scale)
    if pa.types.is_temporal(storage):
        return _ticks(storage)
    if pa.types.is_nested(storage):
        return _shaped(storage, is_finite)
    return {pa.bool_(): st.booleans(), pa.null(): st.none()}.get(storage, st.text(max_size=12))


def _ticks(storage: pa.DataType) -> SearchStrategy[int]:
    """Whole numbers of the storage's unit, within the years 1 to 9999 or what nanoseconds can hold."""
    if pa.types.is_date32(storage):
        return st.integers(_FIRST_DAY, _LAST_DAY)
    per_day = 86_400 * _PER_SECOND[storage.unit]
    if pa.types.is_time(storage):
        return st.integers(0, per_day - 1)
    first, last = (-_NS_DAYS, _NS_DAYS) if storage.unit == "ns" else (_FIRST_DAY + 1, _LAST_DAY - 1)
    return st.integers(first * per_day, last * per_day)


def _shaped(storage: pa.DataType, is_finite: bool) -> SearchStrategy[Any]:
    if pa.types.is_struct(storage):
        return st.fixed_dictionaries({field.name: st.none() | _stored(field.type, is_finite) for field in storage})
    if pa.types.is_map(storage):
        pairs = st.dictionaries(st.text(max_size=3), st.none() | _stored(storage.item_type, is_finite), max_size=3)
        return pairs.map(lambda entries: list(entries.items()))
    return st.lists(st.none() | _stored(storage.value_type, is_finite), max_size=3)
