"""Columns that were stored with a type (Parquet, Arrow, JSON, data frames): the type is kept, its meaning is found.

Text in them stays text, with the exception of dates, times and durations, which have no meaning as labels; that is counted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.core.media import MEDIA_STORAGE
from twinset.core.schema import Values
from twinset.errors import DataError
from twinset.sources.inference import people, quantities, reasons
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints


def stored(column: pa.ChunkedArray, name: str) -> tuple[pa.ChunkedArray, tuple[Repair, ...]]:
    """The column in a storage type of Twinset's: dictionaries decoded, one kind of string, dates in days, no NaN."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return stored(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type), name)
    if pa.types.is_dictionary(kind):
        return stored(column.cast(kind.value_type), name)
    if pa.types.is_floating(kind):
        return _finite(column, name)
    target = _storage(kind)
    if target is None:
        raise DataError(
            f"column {name!r} holds {kind}, which can't be read here; leave it out or turn it into text or numbers"
        )
    return (column if target == kind else column.cast(target)), ()


def _storage(kind: pa.DataType) -> pa.DataType | None:
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_date(kind):
        return pa.date32()
    if pa.types.is_time(kind):
        return pa.time64("us")
    if pa.types.is_decimal256(kind):
        return pa.decimal128(38, kind.scale)
    is_kept = (
        pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_decimal(kind)
        or pa.types.is_timestamp(kind) or pa.types.is_duration(kind) or pa.types.is_nested(kind) or pa.types.is_null(kind)
    )  # fmt: skip
    return kind if is_kept else None


def _finite(column: pa.ChunkedArray, name: str) -> tuple[pa.ChunkedArray, tuple[Repair, ...]]:
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    is_finite = pc.is_finite(column)
    if pc.all(is_finite).as_py() is not False:
        return column, ()
    n_nan = pc.sum(pc.is_nan(column)).as_py() or 0
    n_endless = pc.sum(pc.is_inf(column)).as_py() or 0
    said = (("cells that are NaN became missing", n_nan), ("infinite cells became missing", n_endless))
    repairs = tuple(Repair(what, name, count) for what, count in said if count)
    return pc.if_else(is_finite, column, pa.scalar(None, column.type)), repairs


def is_nested(kind: pa.DataType) -> bool:
    """Whether cells of this storage have parts, so that distinct ones can't be counted."""
    return bool(pa.types.is_nested(kind))


def nested(column: pa.ChunkedArray) -> tuple[types.Type, str]:
    """Media references, or nested values."""
    if column.type == MEDIA_STORAGE:
        return types.Media(), "references to media"
    return types.Nested(), "lists, structs or maps"


def in_order(column: pa.ChunkedArray, cells: Cells) -> Guess | None:
    """An ordered dictionary (a pandas ordered categorical): its order is the column's."""
    if not (pa.types.is_dictionary(column.type) and column.type.ordered and column.num_chunks):
        return None
    known = column.chunk(0).dictionary.cast(cells.values.type).to_pylist()
    if not set(cells.values.to_pylist()) <= set(known) or not known:
        return None
    return Guess(types.Ordinal(), cells.values, f"a dictionary with an order, {len(known)} labels", Values(tuple(known)))


def meaning(cells: Cells, table: Hints, text_rules: Callable[[Cells, Hints], Guess]) -> Guess:
    """What a column of simple values means, its storage kept."""
    kind = cells.values.type
    if pa.types.is_boolean(kind):
        return Guess(types.Boolean(), cells.values, "true or false")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return people.person_in_numbers(cells) or quantities.typed_number(cells, table)
    if pa.types.is_date(kind):
        return Guess(types.Date(), cells.values, f"dates{reasons.years(cells, cells.values)}")
    if pa.types.is_timestamp(kind):
        return Guess(types.DateTime(kind.tz, kind.unit), cells.values, f"points in time{reasons.years(cells, cells.values)}")
    if pa.types.is_time(kind):
        return Guess(types.Time(), cells.values, "times of day")
    if pa.types.is_duration(kind):
        return Guess(types.Duration(kind.unit), cells.values, "durations")
    guess = text_rules(cells, table)
    if guess.values.type == pa.string() or not table.has_times:
        return guess
    repair = Repair(f"text read as {guess.type.word}", cells.name, cells.n_present)
    return dataclasses.replace(guess, repairs=(*guess.repairs, repair))
