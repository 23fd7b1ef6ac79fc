"""Rows in Avro's binary encoding, made column by column: a row is its columns' bytes after each other.

Source: the Avro specification 1.11, "Binary Encoding". Every column is a union with null, as :mod:`.avro` writes its schema;
tables with lists or records are left to Avro's own package.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
_NULL, _THERE = 0, 2
"""Which branch of a union of null and a value follows, as a whole number of Avro."""


def is_flat(schema: pa.Schema) -> bool:
    """Whether all columns are of kinds that are made here."""
    return all(not pa.types.is_nested(_value_type(field.type)) and not _is_wide(field.type) for field in schema)


def _value_type(storage: pa.DataType) -> pa.DataType:
    return storage.value_type if pa.types.is_dictionary(storage) else storage


def _is_wide(storage: pa.DataType) -> bool:
    return pa.types.is_decimal(storage) and not pa.types.is_decimal128(storage)


def block(rows: pa.RecordBatch) -> bytes:
    """The rows of a batch, whose moments are whole numbers already."""
    columns = [_column(array) for array in rows.columns if not pa.types.is_null(array.type)]
    if not columns or not rows.num_rows:
        return b""
    joined = pc.binary_join_element_wise(*columns, pa.scalar(b"", pa.large_binary()))
    ends = np.frombuffer(joined.buffers()[1], np.int64)[joined.offset : joined.offset + len(joined) + 1]
    return bytes(joined.buffers()[2][int(ends[0]) : int(ends[-1])])


def long(number: int) -> bytes:
    """One whole number."""
    matrix, lengths = _whole(np.array([number], np.int64))
    return matrix[0, : lengths[0]].tobytes()


def _column(array: pa.Array) -> pa.Array:
    """What each value of a column is written as, the branch of its union before it."""
    is_there = np.asarray(array.is_valid().to_numpy(zero_copy_only=False))
    kind = array.type
    if pa.types.is_integer(kind):
        return _padded(is_there, *_whole(pc.fill_null(array, 0).cast(pa.int64()).to_numpy()))
    if pa.types.is_boolean(kind):
        return _padded(is_there, pc.fill_null(array, False).cast(pa.uint8()).to_numpy().reshape(-1, 1))
    if pa.types.is_floating(kind):
        numbers = pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy()
        return _padded(is_there, numbers.astype("<f8").view(np.uint8).reshape(-1, 8))
    if pa.types.is_decimal(kind):
        return _padded(is_there, _decimal(array))
    values = array.cast(pa.binary()).cast(pa.large_binary()) if not pa.types.is_large_binary(kind) else array
    values = pc.if_else(pa.array(is_there), values, pa.scalar(b"", pa.large_binary()))
    heads = _padded(is_there, *_whole(pc.binary_length(values).to_numpy()))
    return pc.binary_join_element_wise(heads, values, pa.scalar(b"", pa.large_binary()))


def _whole(numbers: npt.NDArray[Any]) -> tuple[Bytes, npt.NDArray[np.int64]]:
    """Whole numbers by seven bits, the lowest first, small ones of either sign being short; and the bytes of each."""
    numbers = numbers.astype(np.int64)
    left = (numbers << 1 ^ numbers >> 63).view(np.uint64)
    width = max(1, -(-int(left.max(initial=0)).bit_length() // 7))
    matrix, lengths = np.empty((len(left), width), np.uint8), np.ones(len(left), np.int64)
    for place in range(width):
        rest = left >> np.uint64(7)
        has_more = rest > 0
        matrix[:, place] = (left & np.uint64(0x7F)).astype(np.uint8) | (has_more.astype(np.uint8) << 7)
        lengths += has_more
        left = rest
    return matrix, lengths


def _decimal(array: pa.Array) -> Bytes:
    """Sixteen bytes of a decimal, the highest first, and their number before them."""
    raw = np.frombuffer(array.buffers()[1], np.uint8)[array.offset * 16 : (array.offset + len(array)) * 16]
    return np.concatenate([np.full((len(array), 1), 2 * 16, np.uint8), raw.reshape(-1, 16)[:, ::-1]], axis=1)


def _padded(is_there: npt.NDArray[np.bool_], matrix: Bytes, lengths: npt.NDArray[np.int64] | None = None) -> pa.Array:
    """The branch of the union, and the first bytes of each row where there is a value."""
    n, width = matrix.shape
    branch = np.where(is_there, _THERE, _NULL).astype(np.uint8)[:, None]
    whole = np.concatenate([branch, matrix], axis=1)
    kept = 1 + np.where(is_there, width if lengths is None else lengths, 0)
    ends = np.zeros(n + 1, np.int64)
    np.cumsum(kept, out=ends[1:])
    letters = whole if ends[-1] == whole.size else whole[np.arange(width + 1) < kept[:, None]]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), n, [None, pa.py_buffer(ends), pa.py_buffer(letters)])
