"""The columns that a check reads: whether a table has them in a form that can be read, and their cells as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pyarrow as pa

from twinset.core.schema import Table
from twinset.errors import PlanError

Texts = list[str | None]
Reasons = list[str | None]


def need(table: Table, option: str, *names: str, textual: bool = True) -> None:
    """PlanError where an option names columns that the table lacks, or that hold no text where it is text that is read."""
    for name in names:
        if name not in table.names:
            known = ", ".join(map(repr, table.names[:30]))
            raise PlanError(f"{option} names {name!r}, which is no column of table {table.name!r}; it has: {known}")
        storage = table[name].storage
        if textual and not is_text(storage):
            raise PlanError(f"{option} names {name!r}, which holds {storage}; a column of text is read here")


def is_text(storage: pa.DataType) -> bool:
    """Whether a column of this storage holds text."""
    plain = storage.value_type if pa.types.is_dictionary(storage) else storage
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain))


def texts(rows: pa.RecordBatch, name: str) -> Texts:
    """The cells of a column as text, None where there is none."""
    values = rows.column(name)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return list(values.to_pylist()) if is_text(values.type) else [_said(value) for value in values.to_pylist()]


def _said(value: object) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)


def joined(rows: pa.RecordBatch, names: Sequence[str]) -> list[str]:
    """The cells of several columns, a line each; what is missing is left out."""
    columns = [texts(rows, name) for name in names]
    return ["\n".join(cell for cell in cells if cell is not None) for cells in zip(*columns, strict=True)]


def as_names(value: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several, as plans write them."""
    return (value,) if isinstance(value, str) else tuple(value)


def share(value: object, option: str) -> float:
    """A share above 0 and up to 1; else a PlanError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise PlanError(f"{option} is a number above 0 and at most 1, not {value!r}")
    return float(value)


def whole(value: object, option: str, low: int, high: int) -> int:
    """A whole number from low to high; else a PlanError."""
    if type(value) is not int or not low <= value <= high:
        raise PlanError(f"{option} is a whole number from {low} to {high}, not {value!r}")
    return value
