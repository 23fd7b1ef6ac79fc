"""What rows are given: the same values everywhere, rows to complete one by one, or the shares of one column's values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core.request import Fixed, Given, KeyRange, Part, Request, SeedRows, Shares
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.tabular.layout import one_array

_GOLDEN = 0.6180339887498949


def check(request: Request, table: Table) -> None:
    """PlanError, with what is allowed, where the request can't be honoured."""
    given = request.given
    if given is None:
        return
    for name in _names(given):
        if name not in table.names:
            raise PlanError(f"there is no column {name!r} to be given; columns: {', '.join(table.names[:30])}")
    n_rows = request.size.get(table.name, 0)
    if isinstance(given, SeedRows) and given.rows.num_rows != n_rows:
        raise PlanError(f"{given.rows.num_rows} rows are given, and {n_rows} are asked for; ask for as many as are given")
    if isinstance(given, Shares):
        shares = list(given.shares.values())
        if not shares or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise PlanError(f"the shares of {given.column!r} sum to {sum(shares):g}; they must sum to 1, none below 0")
    given_columns(given, table, Part("", 0, KeyRange(0, 0), table.name), Seed(0))


def _names(given: Given) -> list[str]:
    if isinstance(given, Fixed):
        return list(given.values)
    return list(given.rows.column_names) if isinstance(given, SeedRows) else [given.column]


def given_columns(given: Given | None, table: Table, part: Part, seed: Seed) -> dict[str, pa.Array]:
    """The given columns of one part, in their storage; ``seed`` is the whole request's."""
    start, stop = part.keys.start, part.keys.stop
    match given:
        case Fixed(values):
            return {name: _repeated(table[name], value, stop - start) for name, value in values.items()}
        case SeedRows(rows):
            part_rows = rows.slice(start, stop - start)
            return {name: _cast(table[name], part_rows.column(name)) for name in rows.column_names}
        case Shares(name, shares):
            values = _cast(table[name], list(shares))
            bounds = np.cumsum(list(shares.values()))
            offset = seed.child("shares", name).generator().random()
            places = np.mod(offset + _GOLDEN * np.arange(start, stop), 1.0) * bounds[-1]
            return {name: values.take(pa.array(np.searchsorted(bounds[:-1], places, side="right")))}
    return {}


def _repeated(column: Column, value: object, n_rows: int) -> pa.Array:
    return _cast(column, [value]).take(pa.array(np.zeros(n_rows, dtype=np.int64)))


def _cast(column: Column, values: list[object] | pa.ChunkedArray) -> pa.Array:
    """Given values in the column's storage; PlanError where they do not fit."""
    try:
        held = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([pa.array(values)])
        return one_array(held if held.type == column.storage else held.cast(column.storage))
    except (pa.ArrowException, OverflowError) as error:
        raise PlanError(f"what is given for column {column.name!r} is not {column.storage}: {error}") from error
