"""Whether constraints fit their columns and each other, before anything is learned.

What contradicts is named as the smallest set of constraints that can't hold together; what can't be proven to contradict is
left to the rows.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import pyarrow as pa

from twinset.constraints.bounds import contradict, number_of
from twinset.constraints.holds import broken
from twinset.constraints.regex import read
from twinset.core import types
from twinset.core.constraints import (
    Combinations,
    Constraint,
    Formula,
    InRange,
    Order,
    Pattern,
    Predicate,
    Sum,
    Unique,
)
from twinset.core.schema import Column, Table, Values
from twinset.errors import DataError, SchemaError

MOST_SETS = 5_000
"""Of how many sets of one size the smallest that contradicts is looked for; beyond, one that can't be made smaller."""


def check(table: Table) -> None:
    """SchemaError where a constraint of the table does not fit its columns, or where some contradict."""
    for constraint in table.constraints:
        _check_columns(constraint, table)
        _check_types(constraint, table)
    _check_once(table.constraints)
    _check_unique_patterns(table.constraints)
    if contradict(table.constraints, table):
        faulty = smallest(table.constraints, lambda some: contradict(some, table))
        named = "; ".join(map(str, faulty))
        raise SchemaError(f"these constraints of table {table.name!r} can't hold together: {named}; leave one of them out")


def smallest(all_: Sequence[Constraint], is_wrong: Callable[[Sequence[Constraint]], bool]) -> list[Constraint]:
    """The fewest of them that are wrong together."""
    size = 1
    while size < len(all_) and math.comb(len(all_), size) <= MOST_SETS:
        for some in itertools.combinations(all_, size):
            if is_wrong(some):
                return list(some)
        size += 1
    left = list(all_)
    for one in all_:
        without = [other for other in left if other is not one]
        if is_wrong(without):
            left = without
    return left


def _check_columns(constraint: Constraint, table: Table) -> None:
    columns = [table[name] for name in constraint.columns]
    nested = [column.name for column in columns if pa.types.is_nested(column.storage)]
    if nested:
        raise SchemaError(
            f"the constraint {str(constraint)!r} is about lists or structs ({', '.join(nested)}), which have none"
        )
    match constraint:
        case InRange(column, low, high):
            _check_ends(column, low, high, table)
        case Order():
            families = {column.name: family(column) for column in columns}
            if len(set(families.values())) > 1 or not all(families.values()):
                said = ", ".join(f"{column.name} is {column.storage}" for column in columns)
                raise SchemaError(f"the columns of {str(constraint)!r} can't be compared: {said}")
        case Pattern(_, regex):
            if not _is_text(columns[0].storage):
                raise SchemaError(
                    f"{str(constraint)!r}: a pattern is of a text column, and this one is {columns[0].storage}"
                )
            read(regex)


def _check_ends(name: str, low: object, high: object, table: Table) -> None:
    column = table[name]
    kind = family(column)
    ends = [end for end in (low, high) if end is not None]
    if kind in ("", "label") or any(isinstance(end, str) == (kind == "number") for end in ends):
        allowed = "numbers" if kind == "number" else "ISO 8601 texts" if kind not in ("", "label") else "none"
        raise SchemaError(f"a range of {name!r} ({column.storage}) has ends that are {allowed}, not {ends}")
    try:
        for end in ends:
            number_of(end, table, name)  # type: ignore[arg-type]
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise SchemaError(f"a range of {name!r} ({column.storage}) has an end that is none: {error}") from None


def _check_types(constraint: Constraint, table: Table) -> None:
    """Types that do not fit show themselves on a row of which all is missing."""
    if isinstance(constraint, Predicate | Unique | Combinations):
        return
    try:
        broken(constraint, table, pa.RecordBatch.from_pylist([{}], schema=table.arrow), {})
    except (DataError, pa.ArrowException, TypeError) as error:
        raise SchemaError(f"the constraint {str(constraint)!r} does not fit its columns: {error}") from error


def _check_once(constraints: Sequence[Constraint]) -> None:
    """One pattern for each column, one formula for each column, no predicate's name twice."""
    for kinds, what in (((Pattern,), "patterns"), ((Formula, Sum), "formulas")):
        named = [one for one in constraints if isinstance(one, kinds)]
        for first, second in itertools.combinations(named, 2):
            if first.column == second.column:
                raise SchemaError(f"there are two {what} of one column: {first}; {second}; leave one of them out")


def _check_unique_patterns(constraints: Sequence[Constraint]) -> None:
    """Texts are numbered to be unique, so that each must have one number."""
    alone = {one.columns[0] for one in constraints if isinstance(one, Unique) and len(one.columns) == 1}
    for one in constraints:
        if isinstance(one, Pattern) and one.column in alone and not read(one.regex).is_plain:
            raise SchemaError(
                f"{one.column!r} can't be made unique by {one.regex!r}, which has two ways to one text; "
                "write it with one repeat of changing length, and alternatives that differ"
            )


def family(column: Column) -> str:
    """Columns of one family can be compared; "" where a column has no order."""
    storage = column.storage
    if isinstance(column.type, types.Ordinal) and isinstance(column.domain, Values):
        return "label"
    if pa.types.is_timestamp(storage):
        return "moment" if storage.tz is None else "zoned moment"
    if pa.types.is_date(storage):
        return "day"
    if pa.types.is_time(storage):
        return "time of day"
    if pa.types.is_duration(storage):
        return "duration"
    is_number = pa.types.is_integer(storage) or pa.types.is_floating(storage) or pa.types.is_decimal(storage)
    return "number" if is_number else ""


def _is_text(storage: pa.DataType) -> bool:
    plain = storage.value_type if pa.types.is_dictionary(storage) else storage
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))
