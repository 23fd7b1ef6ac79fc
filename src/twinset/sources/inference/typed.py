"""Columns that were stored with a type (Parquet, Arrow, JSON, data frames): the type is kept, its meaning is found.

Text in them stays text, with the exception of dates, times and durations, which have no meaning as labels; that is counted.
"""

from __future__ import annotations

import dataclasses

import numpy as np
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
    if isinstance(kind, pa.UuidType):
        return _uuid_texts(column), (Repair("uuids in bytes, come out as text", name, len(column) - column.null_count),)
    if isinstance(kind, pa.BaseExtensionType):
        return stored(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type), name)
    if pa.types.is_dictionary(kind):
        return stored(_decoded(column), name)
    if pa.types.is_floating(kind):
        return _finite(column, name)
    target = _storage(kind)
    if target is None:
        raise DataError(
            f"column {name!r} holds {kind}, which can't be read here; leave it out or turn it into text or numbers"
        )
    try:
        return (column if target == kind else column.cast(target)), ()
    except pa.ArrowInvalid as error:
        raise DataError(
            f"column {name!r} holds {kind} that does not fit into {target} ({error}); store it as text or with fewer digits"
        ) from error


def is_known(kind: pa.DataType) -> bool:
    """Whether columns of this type have a storage here (see :func:`stored`)."""
    if isinstance(kind, pa.UuidType) or pa.types.is_floating(kind):
        return True
    if isinstance(kind, pa.BaseExtensionType):
        return is_known(kind.storage_type)
    return is_known(kind.value_type) if pa.types.is_dictionary(kind) else _storage(kind) is not None


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A dictionary column as plain values; views of strings, which Arrow can't take from, as strings."""
    is_view = pa.types.is_string_view(column.type.value_type)
    plain = pa.string() if is_view else column.type.value_type
    return pa.chunked_array([chunk.dictionary.cast(plain).take(chunk.indices) for chunk in column.chunks], plain)


def _uuid_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """UUIDs as RFC 9562 writes them."""
    raw = pa.chunked_array([chunk.storage for chunk in column.chunks], pa.binary(16)).combine_chunks()
    octets = np.frombuffer(raw.fill_null(bytes(16)).buffers()[1], np.uint8)[raw.offset * 16 : (raw.offset + len(raw)) * 16]
    hexed = np.frombuffer(b"0123456789abcdef", np.uint8)[np.stack([octets >> 4, octets & 15], axis=1)].reshape(-1, 32)
    joined = np.insert(hexed, [8, 12, 16, 20], ord("-"), axis=1)
    texts = pa.FixedSizeBinaryArray.from_buffers(pa.binary(36), len(raw), [None, pa.py_buffer(np.ascontiguousarray(joined))])
    return pa.chunked_array([pc.if_else(raw.is_valid(), texts.cast(pa.binary()).cast(pa.string()), None)])


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


def says_itself(kind: pa.DataType) -> bool:
    """Whether a storage says what its cells mean: truths and times."""
    return bool(pa.types.is_boolean(kind) or pa.types.is_temporal(kind))


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


def meaning(cells: Cells, table: Hints) -> Guess:
    """What a column of simple values other than text means; its storage is kept."""
    kind = cells.values.type
    if pa.types.is_boolean(kind):
        return Guess(types.Boolean(), cells.values, "true or false")
    if pa.types.is_date(kind):
        return Guess(types.Date(), cells.values, f"dates{reasons.years(cells, cells.values)}")
    if pa.types.is_timestamp(kind):
        return Guess(types.DateTime(kind.tz, kind.unit), cells.values, f"points in time{reasons.years(cells, cells.values)}")
    if pa.types.is_time(kind):
        return Guess(types.Time(), cells.values, "times of day")
    if pa.types.is_duration(kind):
        return Guess(types.Duration(kind.unit), cells.values, "durations")
    return people.person_in_numbers(cells) or quantities.typed_number(cells, table)


def with_repairs(guess: Guess, view: Cells, cells: Cells, table: Hints) -> Guess:
    """A guess at stored text, with what changes if it is read as times: the storage, and words for missing."""
    repairs = guess.repairs
    if n_words := cells.n_present - view.n_present:
        repairs = (*repairs, Repair("words for missing became missing cells", cells.name, n_words))
    if table.has_times and guess.values.type != pa.string():
        repairs = (*repairs, Repair(f"text read as {guess.type.word}", cells.name, view.n_present))
    return dataclasses.replace(guess, repairs=repairs)
