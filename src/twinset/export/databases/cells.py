"""Columns turned into the storage that a database takes them in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.errors import DataError
from twinset.export.cells import spell
from twinset.export.json import is_nested, json_of


def fitted(array: pa.Array, column: Column, storage: pa.DataType) -> pa.Array:
    """A column's values in a storage; DataError where they do not fit into it."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if array.type == storage:
        return array
    try:
        if pa.types.is_string(storage):
            return texts(array, column.type)
        return _cast(array, storage)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"column {column.name!r} holds {array.type} that does not fit into {storage}: {error}") from error


def _cast(array: pa.Array, storage: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(array.type) and not pa.types.is_integer(storage):
        return array.cast(pa.int8()).cast(storage)
    if pa.types.is_floating(array.type) and pa.types.is_integer(storage):
        return pc.round(array).cast(storage)
    if pa.types.is_decimal(storage) and (pa.types.is_floating(array.type) or pa.types.is_decimal(array.type)):
        return pc.round(array, storage.scale).cast(storage)
    if pa.types.is_boolean(storage) and not pa.types.is_string(array.type):
        return pc.not_equal(array, pa.scalar(0).cast(array.type))
    if pa.types.is_date(storage) and pa.types.is_timestamp(array.type):
        return array.cast(storage, safe=False)
    if pa.types.is_timestamp(storage) and pa.types.is_timestamp(array.type):
        if storage.tz and not array.type.tz:
            return pc.assume_timezone(array.cast(pa.timestamp(storage.unit)), storage.tz)
        return array.cast(storage, safe=False)
    return array.cast(storage)


def texts(array: pa.Array, kind: types.Type) -> pa.Array:
    """Values as text: as their type writes them, moments without a format with a blank between day and time."""
    if is_nested(array.type):
        return json_of(array, kind)
    text = spell(array, kind)
    if pa.types.is_timestamp(array.type) and getattr(kind, "format", None) is None:
        text = pc.replace_substring(text, "T", " ", max_replacements=1)
    return pc.replace_substring(text, "\x00", "\ufffd") if pa.types.is_string(array.type) else text


def uuid_bytes(text: pa.Array) -> pa.Array:
    """UUIDs in the 16 bytes that their text stands for."""
    plain = pc.replace_substring_regex(text, r"[-{}]", "").fill_null("0" * 32)
    digits = np.frombuffer("".join(plain.to_pylist()).encode(), np.uint8)
    values = np.where(
        digits >= ord("a"), digits - ord("a") + 10, np.where(digits >= ord("A"), digits - ord("A") + 10, digits - 48)
    )
    octets = (values[0::2] * 16 + values[1::2]).astype(np.uint8)
    whole = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(text), [None, pa.py_buffer(octets.tobytes())])
    return pc.if_else(text.is_valid(), whole, pa.scalar(None, pa.binary(16))) if text.null_count else whole
