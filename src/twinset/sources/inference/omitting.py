"""Columns that are left out: those of which a plan says so, and those whose storage nothing here can learn.

A plan says ``{"photo": {"type": "omit"}}``. Each column left out is counted among the repairs, with the reason.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pyarrow as pa

from twinset.core.dataset import Repair
from twinset.errors import DataError, SchemaError
from twinset.sources.inference import typed
from twinset.sources.raw import Raw

OMIT = "omit"


def leave_out(raw: Raw, table: str, declared: Mapping[str, Mapping[str, object]]) -> tuple[Raw, tuple[Repair, ...]]:
    """The columns that stay, and what to tell of the others; DataError where none stays."""
    reasons = {
        column: reason
        for column in raw.table.column_names
        if (reason := _reason(column, raw.table.schema.field(column).type, declared.get(column)))
    }
    if len(reasons) == raw.table.num_columns:
        first, why = next(iter(reasons.items()))
        raise DataError(f"no column of {table!r} is left: {first!r}: {why}")
    counts = {column: len(cells) - cells.null_count for column in reasons for cells in [raw.table[column]]}
    repairs = tuple(Repair(reason, column, counts[column]) for column, reason in reasons.items())
    return dataclasses.replace(raw, table=raw.table.drop_columns(list(reasons))), repairs


def _reason(name: str, storage: pa.DataType, options: Mapping[str, object] | None) -> str:
    """Why a column is left out; nothing where it stays."""
    if options is None or options.get("type") != OMIT:
        return "" if options or typed.is_known(storage) else f"holds {storage}, which can't be learned: left out"
    if others := set(options) - {"type", "reason"}:
        raise SchemaError(f"column {name!r} is left out, so {', '.join(sorted(others))} of it can't be said as well")
    return str(options.get("reason") or "left out, as was asked for")
