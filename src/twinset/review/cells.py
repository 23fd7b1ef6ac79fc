"""Cells as people read and write them, and back: text as it is, lists and structures as JSON, all else in its usual form."""

from __future__ import annotations

import json

import pyarrow as pa

from twinset.errors import DataError


def shown(value: object) -> str | None:
    """A cell's text; None where it is missing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return str(value)


def is_document(storage: pa.DataType) -> bool:
    """Whether cells of this storage are shown as JSON."""
    return bool(pa.types.is_nested(storage))


def typed(text: str | None, storage: pa.DataType, name: str) -> pa.Scalar:
    """A cell from what a person wrote; DataError says what is expected of them."""
    if text is None:
        return pa.scalar(None, storage)
    try:
        if is_document(storage):
            return pa.array([json.loads(text)], storage)[0]
        if pa.types.is_dictionary(storage):
            return pa.array([text], pa.string()).cast(storage.value_type).dictionary_encode().cast(storage)[0]
        return pa.array([text], pa.string()).cast(storage)[0]
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise DataError(f"{name} holds {storage}, and {text!r:.60} is none: {str(error).splitlines()[0]}") from None
