"""JSON text of whole columns, nested ones included, built from the text of their cells.

Numbers that JSON does not know (NaN, infinities) become null. What lines or cells the text stands in is its caller's to
know.
"""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.export.cells import spell

_SPECIAL = r'["\\\x00-\x1f]'
NULL = "null"


def json_of(array: pa.Array, kind: types.Type) -> pa.Array:
    """Each value of a column as JSON text; what is missing stays missing."""
    storage = array.type
    if isinstance(array, pa.StructArray):
        return _objects(array)
    if isinstance(array, pa.MapArray):
        pairs = _pair(quoted(array.keys.cast(pa.string())), _inner(array.items))
        return _listed(array, pairs, "{", "}")
    if isinstance(array, pa.FixedSizeListArray):
        return json_of(array.cast(pa.list_(storage.value_type)), kind)
    if isinstance(array, pa.ListArray | pa.LargeListArray):
        return _listed(array, _inner(array.values), "[", "]")
    if pa.types.is_dictionary(storage):
        return json_of(array.dictionary_decode(), kind)
    if pa.types.is_boolean(storage):
        return spell(array, types.Boolean())
    text = spell(array, kind)
    if pa.types.is_floating(storage):
        return pc.if_else(pc.is_finite(array), text, pa.scalar(None, pa.string()))
    return text if pa.types.is_integer(storage) or pa.types.is_decimal(storage) else quoted(text)


def is_nested(storage: pa.DataType) -> bool:
    """Whether values have a shape of their own: lists, structs, maps."""
    return bool(pa.types.is_nested(storage)) and not pa.types.is_dictionary(storage)


def quoted(text: pa.Array) -> pa.Array:
    """Strings as JSON strings."""
    if pc.any(pc.match_substring_regex(text, _SPECIAL)).as_py():
        for raw, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
            text = pc.replace_substring(text, raw, escaped)
        if pc.any(pc.match_substring_regex(text, r"[\x00-\x1f]")).as_py():
            for code in range(32):
                text = pc.replace_substring(text, chr(code), f"\\u{code:04x}")
    return pc.binary_join_element_wise('"', text, '"', "")


def key(name: str) -> str:
    """A column's name as a JSON string."""
    return json.dumps(name, ensure_ascii=False)


def _inner(values: pa.Array) -> pa.Array:
    return json_of(values, types.Nested()).fill_null(NULL)


def _pair(names: pa.Array | str, values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(names, values, ":")


def _objects(array: pa.StructArray) -> pa.Array:
    children = zip(array.type, array.flatten(), strict=True)
    pairs = [_pair(key(field.name), _inner(values)) for field, values in children]
    inside = pc.binary_join_element_wise(*pairs, ",") if pairs else pa.array([""] * len(array), pa.string())
    return _wrapped(array, inside, "{", "}")


def _listed(array: pa.Array, elements: pa.Array, opening: str, closing: str) -> pa.Array:
    lists = pa.LargeListArray if pa.types.is_large_list(array.type) else pa.ListArray
    return _wrapped(array, pc.binary_join(lists.from_arrays(array.offsets, elements), ","), opening, closing)


def _wrapped(array: pa.Array, inside: pa.Array, opening: str, closing: str) -> pa.Array:
    text = pc.binary_join_element_wise(opening, inside, closing, "")
    return pc.if_else(array.is_valid(), text, pa.scalar(None, pa.string()))
