"""Cells of a block: how many are broken, which, what stands in them, and how a value is spelled in a label."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.synthesizers.rules.rule import Index

Mask = npt.NDArray[np.bool_]
_OFFSET = r"([+-]\d\d)(\d\d)$"


def quota(share: float, start: int, stop: int) -> int:
    """How many of the rows from start to stop a share is: over all blocks of a table they sum to its share of all rows."""
    exact, half = Fraction(str(share)), Fraction(1, 2)
    return int(stop * exact + half) - int(start * exact + half)


def picked(may: Mask, n: int, rng: np.random.Generator) -> Index:
    """So many of the rows that may be taken, in order; all of them where they are fewer."""
    rows = np.flatnonzero(may)
    if n < len(rows):
        rows = np.sort(rng.choice(rows, n, replace=False, shuffle=False))
    return rows


def true(flags: pa.Array) -> Mask:
    """True where a flag is true, and not where it is missing."""
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def there(array: pa.Array) -> Mask:
    """Where a value is not missing."""
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def replaced(array: pa.Array, rows: Index, values: pa.Array) -> pa.Array:
    """The array with other values in some rows."""
    places = np.arange(len(array))
    places[rows] = len(array) + np.arange(len(rows))
    return pa.concat_arrays([array, values.cast(array.type)]).take(pa.array(places))


def texts_of(values: Sequence[str | None]) -> pa.Array:
    """Texts as an array."""
    return pa.array(values, pa.string())


def is_text(storage: pa.DataType) -> bool:
    """Whether values are stored as text."""
    return bool(pa.types.is_string(storage) or pa.types.is_large_string(storage))


def is_number(storage: pa.DataType) -> bool:
    """Whether values are stored as numbers."""
    return bool(pa.types.is_integer(storage) or pa.types.is_floating(storage) or pa.types.is_decimal(storage))


def is_dated(storage: pa.DataType) -> bool:
    """Whether values are days or moments."""
    return bool(pa.types.is_date(storage) or pa.types.is_timestamp(storage))


def spelled(array: pa.Array, column: Column) -> pa.Array:
    """Values as text from which :func:`read_back` makes the very same: dates in ISO 8601, numbers in the fewest digits."""
    storage = array.type
    if is_text(storage):
        return array.cast(pa.string())
    if pa.types.is_timestamp(storage):
        return _moments(array)
    if pa.types.is_floating(storage) and isinstance(column.type, types.Real) and column.type.decimals:
        return _fixed(array, column.type.decimals)
    return array.cast(pa.string())


def _moments(array: pa.Array) -> pa.Array:
    """Local time, with its offset where there is a zone: in UTC where that offset has seconds, as it had long ago."""
    text = _iso(array)
    if array.type.tz is None:
        return text
    is_same = pc.equal(text.cast(array.type), array)
    return pc.if_else(pc.fill_null(is_same, True), text, _iso(array.cast(pa.timestamp(array.type.unit, "UTC"))))


def _iso(array: pa.Array) -> pa.Array:
    text = pc.strftime(array, format="%Y-%m-%dT%H:%M:%S" + ("" if array.type.tz is None else "%z"))
    text = pc.replace_substring_regex(text, pattern=r"\.0+([+-]|$)", replacement=r"\1")
    return pc.replace_substring_regex(text, pattern=_OFFSET, replacement=r"\1:\2")


def _fixed(array: pa.Array, decimals: int) -> pa.Array:
    """So many places after the point, where that is the same number."""
    shortest = array.cast(pa.string())
    is_plain = pc.and_(pc.is_finite(array), pc.less(pc.abs(array), 1e15))
    plain = pc.if_else(is_plain, array, pa.scalar(None, array.type))
    fixed = pc.cast(plain, pa.decimal128(38, decimals), safe=False).cast(pa.string())
    is_same = pc.and_(pc.equal(fixed.cast(array.type), array), pc.not_equal(array, 0))
    return pc.if_else(pc.fill_null(is_same, False), fixed, shortest)


def read_back(text: pa.Array, storage: pa.DataType) -> pa.Array:
    """What :func:`spelled` spelled."""
    return text.cast(storage)
