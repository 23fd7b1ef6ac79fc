"""Cells as text: the columns of a batch spelled as their types say, whatever kind of text file they go into."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.errors import SchemaError
from twinset.export.moments import spell_moments
from twinset.export.strftime import digits

_EXACT = 2.0**53
_PLAIN = 1e10  # Arrow writes an exponent from here on


def spell(array: pa.Array, kind: types.Type) -> pa.Array:
    """A column without lists and structs as strings; what is missing stays missing."""
    storage = array.type
    if pa.types.is_floating(storage):
        decimals = 0 if isinstance(kind, types.Integer) else getattr(kind, "decimals", None)
        has_point = isinstance(kind, types.Geo) or (isinstance(kind, types.Real) and not kind.is_bare)
        return _shortest(array, has_point) if decimals is None else _fixed(array, decimals)
    if pa.types.is_boolean(storage):
        no, yes = getattr(kind, "words", None) or ("false", "true")
        return pc.if_else(array, yes, no)
    if pa.types.is_temporal(storage) and not pa.types.is_interval(storage):
        return spell_moments(array, kind)
    if _is_bytes(storage):
        raise SchemaError("bytes have no place in a text file")
    return array.cast(pa.string())


def _is_bytes(storage: pa.DataType) -> bool:
    """Whether values are raw bytes, which are not text."""
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(test(storage) for test in tests)


def _shortest(array: pa.Array, has_point: bool) -> pa.Array:
    """The fewest digits that read back as the same number; ``has_point`` writes 1.0 where 1 would read back as whole."""
    wide = array.cast(pa.float32()) if pa.types.is_float16(array.type) else array
    text = wide.cast(pa.string())
    if not has_point:
        return text
    is_whole = pc.and_(pc.equal(pc.floor(wide), wide), pc.less(pc.abs(wide), _PLAIN))
    return pc.if_else(is_whole, pc.binary_join_element_wise(text, ".0", ""), text)


def _fixed(array: pa.Array, decimals: int) -> pa.Array:
    """So many places after the point; numbers too large to have them keep their shortest form."""
    values = array.cast(pa.float64())
    is_missing = values.is_null().to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore"):  # what overflows is too large to be exact
        scaled = np.rint(values.fill_null(0.0).to_numpy(zero_copy_only=False) * 10.0**decimals)
    is_exact = np.abs(scaled) < _EXACT
    ticks = np.where(is_exact, scaled, 0.0).astype(np.int64)
    before, after = np.divmod(np.abs(ticks), 10**decimals)
    text = pa.array(before, mask=is_missing).cast(pa.string())
    if decimals:
        text = pc.binary_join_element_wise(text, digits(pa.array(after), decimals), ".")
    if (ticks < 0).any():
        text = pc.if_else(pa.array(ticks < 0), pc.binary_join_element_wise("-", text, ""), text)
    return text if is_exact.all() else pc.if_else(pa.array(is_exact), text, _shortest(array, has_point=True))
