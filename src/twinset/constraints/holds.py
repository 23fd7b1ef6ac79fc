"""Which rows break a constraint, looked at one by one; and what a formula gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.evaluate import alike, evaluate, is_among, plain
from twinset.core import types
from twinset.core.constraints import (
    Condition,
    Constraint,
    Formula,
    InRange,
    Order,
    Pattern,
    Predicate,
    Presence,
    Sum,
    Unique,
)
from twinset.core.schema import Column, Table, Values
from twinset.core.synthesis import Function
from twinset.errors import DataError, SchemaError, UserError

Mask = npt.NDArray[np.bool_]
Functions = Mapping[str, Function]


def broken(constraint: Constraint, table: Table, rows: pa.RecordBatch, functions: Functions) -> Mask:
    """True for each row that breaks the constraint: for :class:`Unique`, each after the first of its kind.

    What :class:`Combinations` allows is not to be seen in rows alone; nothing is broken here.
    """
    n_rows = rows.num_rows
    columns = {name: rows.column(name) for name in constraint.columns}
    match constraint:
        case InRange():
            return _out_of_range(constraint, columns[constraint.column])
        case Order():
            return _out_of_order(constraint, table, columns)
        case Unique():
            return repeated(columns.values(), n_rows)
        case Presence(column, when, values):
            is_there = pc.is_valid(columns[when])
            may = pc.and_(is_there, is_among(plain(columns[when]), list(values))) if values else is_there
            return _true(pc.and_(pc.is_valid(columns[column]), pc.invert(may)))
        case Pattern(column, regex):
            matches = pc.match_substring_regex(plain(columns[column]), pattern=f"^(?:{regex})$")
            return _true(pc.invert(matches))
        case Formula(column):
            return _off_formula(constraint, table[column], columns, n_rows)
        case Sum():
            return broken(constraint.formula, table, rows, functions)
        case Condition(expression):
            return _true(pc.invert(_boolean(evaluate(expression, columns, n_rows), str(constraint))))
        case Predicate(name):
            return _refused(name, functions, pa.RecordBatch.from_pydict(columns))
    return np.zeros(n_rows, dtype=np.bool_)


def _true(flags: pa.Array) -> Mask:
    """True where a flag is true, and not where it is missing."""
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _out_of_range(constraint: InRange, column: pa.Array) -> Mask:
    values = plain(column)
    out = np.zeros(len(values), dtype=np.bool_)
    for end, is_beyond in ((constraint.low, pc.less), (constraint.high, pc.greater)):
        if end is not None:
            out |= _true(is_beyond(*alike(values, pa.scalar(end))))
    return out


def _out_of_order(constraint: Order, table: Table, columns: Mapping[str, pa.Array]) -> Mask:
    ranked = [ranks(table[name], columns[name]) for name in constraint.columns]
    is_beyond = pc.greater if constraint.allow_equal else pc.greater_equal
    out = np.zeros(len(ranked[0]), dtype=np.bool_)
    for place, second in enumerate(ranked[1:]):
        for first in ranked[: place + 1]:
            out |= _true(is_beyond(*alike(first, second)))
    return out


def ranks(column: Column, values: pa.Array) -> pa.Array:
    """Values that compare as the column's do: an ordered label is its place among the domain's values."""
    if isinstance(column.type, types.Ordinal) and isinstance(column.domain, Values):
        return pc.index_in(plain(values).cast(pa.string()), value_set=pa.array([str(one) for one in column.domain.values]))
    return plain(values)


def repeated(columns: object, n_rows: int) -> Mask:
    """True for each row whose values stood in an earlier row; never where one of them is missing."""
    keys, there = row_numbers(list(columns), n_rows)  # type: ignore[call-overload]
    out = np.zeros(n_rows, dtype=np.bool_)
    rows = np.flatnonzero(there)
    _, first = np.unique(keys[rows], return_index=True)
    out[rows] = True
    out[rows[first]] = False
    return out


def row_numbers(columns: list[pa.Array], n_rows: int) -> tuple[npt.NDArray[np.int64], Mask]:
    """A number for each row, equal where all its values are; and whether all of them are there."""
    numbers, there = np.zeros(n_rows, dtype=np.int64), np.ones(n_rows, dtype=np.bool_)
    for column in columns:
        coded = plain(column).dictionary_encode()
        there &= _true(pc.is_valid(column))
        codes = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
        _, numbers = np.unique(numbers * (len(coded.dictionary) + 1) + codes + 1, return_inverse=True)
    return numbers.astype(np.int64), there


def computed(constraint: Formula, column: Column, columns: Mapping[str, pa.Array], n_rows: int) -> pa.Array:
    """What a formula gives in the column's storage, cut off at what that can hold."""
    worth = _exact(constraint, columns, n_rows)
    places = decimals_of(constraint, column)
    try:
        if pa.types.is_floating(worth.type) and places is not None:
            worth = pc.round(worth, places, round_mode="half_to_even")
        if pa.types.is_decimal(column.storage):
            worth = worth.cast(pa.float64())
        worth = cut_off(worth, column.storage)
        return worth if worth.type == column.storage else worth.cast(column.storage)
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"{constraint} gives what column {column.name!r} ({column.storage}) can't hold: {error}") from error


def cut_off(numbers: pa.Array, storage: pa.DataType) -> pa.Array:
    """Numbers no lower and no higher than a storage can hold; NaN is missing where it holds none."""
    if not pa.types.is_floating(numbers.type) and not pa.types.is_integer(numbers.type):
        return numbers
    if pa.types.is_integer(storage):
        low = 0 if pa.types.is_unsigned_integer(storage) else -(2 ** (storage.bit_width - 1))
        high = 2 ** min(storage.bit_width - (low < 0), 63) - 1
        margin = 512 if pa.types.is_floating(numbers.type) and high > 2**53 else 0
        ends: tuple[float, float] = (low, high - margin)
    elif pa.types.is_decimal(storage):
        largest = 10.0 ** (storage.precision - storage.scale) * (1 - 1e-15) - 10.0**-storage.scale
        ends = (-largest, largest)
    else:
        return numbers
    if pa.types.is_floating(numbers.type):
        numbers = pc.if_else(pc.is_nan(numbers), pa.scalar(None, numbers.type), numbers)
    low_end, high_end = (pa.scalar(end).cast(numbers.type) for end in ends)
    return pc.min_element_wise(pc.max_element_wise(numbers, low_end, skip_nulls=False), high_end, skip_nulls=False)


def _exact(constraint: Formula, columns: Mapping[str, pa.Array], n_rows: int) -> pa.Array:
    return evaluate(constraint.expression, {name: columns[name] for name in constraint.columns[1:]}, n_rows)


def decimals_of(constraint: Formula, column: Column) -> int | None:
    """The places that a formula is rounded at: as it says, or as the column's type shows; None: not at all."""
    if constraint.decimals is not None:
        return constraint.decimals
    if pa.types.is_integer(column.storage):
        return 0
    if pa.types.is_decimal(column.storage):
        return int(column.storage.scale)
    return column.type.decimals if isinstance(column.type, types.Real) else None


def _off_formula(constraint: Formula, column: Column, columns: Mapping[str, pa.Array], n_rows: int) -> Mask:
    """True where a value is not the formula's; a tie may be rounded either way."""
    worth, got = _exact(constraint, columns, n_rows), plain(columns[column.name])
    if pa.types.is_integer(worth.type) and pa.types.is_integer(got.type):
        return _true(pc.not_equal(worth, got))
    if not pa.types.is_floating(worth.type) and not pa.types.is_floating(got.type):
        return _true(pc.not_equal(plain(computed(constraint, column, columns, n_rows)), got))
    first, second = (np.asarray(pc.cast(one, pa.float64()).to_numpy(zero_copy_only=False)) for one in (worth, got))
    places = decimals_of(constraint, column)
    room = 1e-9 * np.abs(second) + (0 if places is None else 0.5 * (1 + 1e-6) * 10.0**-places)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(first - second) > room)


def _boolean(worth: pa.Array, said: str) -> pa.Array:
    if not pa.types.is_boolean(worth.type):
        raise SchemaError(f"the condition {said!r} is {worth.type} and not true or false; compare it with something")
    return worth


def _refused(name: str, functions: Functions, rows: pa.RecordBatch) -> Mask:
    if name not in functions:
        raise SchemaError(
            f"the predicate {name!r} is known by name only, and its function is not here; "
            f"give it: predicates={{{name!r}: function}}"
        )
    try:
        said = functions[name](rows)
    except UserError:
        raise
    except Exception as error:
        raise DataError(f"the predicate {name!r} raised {type(error).__name__}: {error}") from error
    flags = np.asarray(said)
    if flags.dtype != np.bool_ or flags.shape != (rows.num_rows,):
        raise DataError(
            f"the predicate {name!r} returns a boolean for each of {rows.num_rows:,} rows, and it returned "
            f"{type(said).__name__} of {flags.dtype} in the shape {flags.shape}"
        )
    return ~flags
