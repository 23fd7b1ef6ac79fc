"""What an expression (:mod:`twinset.core.expression`) is worth on rows: Arrow's functions over whole columns.

Arithmetic is in int64 where all is whole (overflow is an error) and in float64 otherwise; ``/`` always gives float64, and
what is divided by zero is missing. Missing spreads, except through ``and`` and ``or``, which know what is decided
without it.
Decimals count as float64: they are exact to 15 digits.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.expression import column_of, parse
from twinset.errors import DataError

Known = Mapping[str, pa.Array]
Worth = Any  # a pyarrow Array or Scalar


def evaluate(text: str, columns: Known, n_rows: int) -> pa.Array:
    """The worth of an expression on each row; DataError where its operations do not fit its columns' types."""
    try:
        worth = _worth(parse(text), {name: plain(column) for name, column in columns.items()})
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise DataError(f"{text!r:.200} can't be computed on these columns: {error}") from error
    return worth if isinstance(worth, pa.Array) else pa.repeat(worth, n_rows)


def plain(column: pa.Array) -> pa.Array:
    """A column as expressions see it: labels decoded, decimals and half floats as float64, whole numbers as int64."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_decimal(column.type) or pa.types.is_floating(column.type):
        return column.cast(pa.float64())
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64())
    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


def _worth(node: ast.AST, known: Known) -> Worth:
    if (name := column_of(node)) is not None:
        return known[name]
    match node:
        case ast.Constant(value=value):
            return pa.scalar(value)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_worth(left, known), _worth(right, known))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return pc.negate_checked(_worth(operand, known))
        case ast.UnaryOp(operand=operand):
            return pc.invert(_worth(operand, known))
        case ast.BoolOp(op=op, values=values):
            join = pc.and_kleene if isinstance(op, ast.And) else pc.or_kleene
            return reduce(join, (_worth(value, known) for value in values))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _compared(left, ops, comparators, known)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return pc.if_else(_worth(test, known), _worth(body, known), _worth(orelse, known))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[name](*(_worth(one, known) for one in args))
    raise TypeError("a list stands after in or not in alone")


def _compared(left: ast.expr, ops: list[ast.cmpop], comparators: list[ast.expr], known: Known) -> Worth:
    """A chain of comparisons: ``0 <= a < b``."""
    links, own = [], left
    for op, other in zip(ops, comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            links.append(_among(op, _worth(own, known), other))
        else:
            first, second = alike(_worth(own, known), _worth(other, known))
            links.append(_COMPARE[type(op)](first, second))
        own = other
    return reduce(pc.and_kleene, links)


def _among(op: ast.cmpop, values: Worth, listed: ast.expr) -> Worth:
    if not isinstance(listed, ast.List | ast.Tuple) or not all(isinstance(one, ast.Constant) for one in listed.elts):
        raise TypeError("after in stands a list of constants")
    found = is_among(values, [one.value for one in listed.elts if isinstance(one, ast.Constant)])
    found = pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), found)
    return pc.invert(found) if isinstance(op, ast.NotIn) else found


def is_among(values: Worth, listed: list[Any]) -> Worth:
    """Whether each value is one of a list of constants; a missing one is not."""
    return pc.is_in(values, value_set=pa.array(listed).cast(values.type), skip_nulls=True)


def alike(first: Worth, second: Worth) -> tuple[Worth, Worth]:
    """Two sides of a comparison in one type: text constants become what the other side is, moments are compared in UTC."""
    if first.type == second.type:
        return first, second
    if isinstance(second, pa.StringScalar):
        return first, _constant(second, first.type)
    if isinstance(first, pa.StringScalar):
        return _constant(first, second.type), second
    kinds = (first.type, second.type)
    if all(map(pa.types.is_timestamp, kinds)) and len({kind.tz is None for kind in kinds}) == 1:
        finest = pa.timestamp("ns", "UTC" if first.type.tz else None)
        return first.cast(finest), second.cast(finest)
    return first, second


def _constant(text: pa.Scalar, kind: pa.DataType) -> pa.Scalar:
    """ISO 8601 text as a date, time or moment; local time of the column's zone where it has one."""
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        try:
            return pc.assume_timezone(text.cast(pa.timestamp(kind.unit)), kind.tz)
        except pa.ArrowInvalid:
            return text.cast(kind)
    return text.cast(kind)


def _by_zero_missing(divisor: Worth) -> Worth:
    return pc.if_else(pc.equal(divisor, pa.scalar(0).cast(divisor.type)), pa.scalar(None, divisor.type), divisor)


def _divided(first: Worth, second: Worth) -> Worth:
    return pc.divide(first.cast(pa.float64()), _by_zero_missing(second.cast(pa.float64())))


def _floored(first: Worth, second: Worth) -> Worth:
    whole = pc.floor(_divided(first, second))
    return whole.cast(pa.int64()) if _is_whole(first) and _is_whole(second) else whole


def _remainder(first: Worth, second: Worth) -> Worth:
    return pc.subtract_checked(first, pc.multiply_checked(second, _floored(first, second)))


def _is_whole(value: Worth) -> bool:
    return bool(pa.types.is_integer(value.type))


def _duration(unit: str, per_unit: int) -> Callable[[Worth], Worth]:
    return lambda count: pc.multiply_checked(count, pa.scalar(per_unit)).cast(pa.duration(unit))


def _rounded(value: Worth, digits: Worth = None) -> Worth:
    places = 0 if digits is None else digits.as_py()
    if not isinstance(places, int):
        raise TypeError("round() takes a whole number of decimals")
    return value if _is_whole(value) else pc.round(value, places, round_mode="half_to_even")


def _added(first: Worth, second: Worth) -> Worth:
    if pa.types.is_date(first.type) and pa.types.is_duration(second.type):
        return pc.add_checked(first.cast(pa.timestamp("s")), second.cast(pa.duration("s"))).cast(first.type)
    return pc.add_checked(first, second)


_BINARY: dict[type, Callable[[Worth, Worth], Worth]] = {
    ast.Add: _added, ast.Sub: lambda a, b: pc.subtract_checked(*alike(a, b)), ast.Mult: pc.multiply_checked,
    ast.Div: _divided, ast.FloorDiv: _floored, ast.Mod: _remainder,
}  # fmt: skip
_COMPARE: dict[type, Callable[[Worth, Worth], Worth]] = {
    ast.Lt: pc.less, ast.LtE: pc.less_equal, ast.Gt: pc.greater, ast.GtE: pc.greater_equal,
    ast.Eq: pc.equal, ast.NotEq: pc.not_equal,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Worth]] = {
    "abs": pc.abs_checked, "round": _rounded, "floor": pc.floor, "ceil": pc.ceil,
    "min": lambda *values: pc.min_element_wise(*values, skip_nulls=False),
    "max": lambda *values: pc.max_element_wise(*values, skip_nulls=False),
    "missing": pc.is_null, "length": pc.utf8_length, "days": _duration("s", 86_400), "seconds": _duration("s", 1),
    "year": pc.year, "month": pc.month, "day": pc.day, "hour": pc.hour, "minute": pc.minute, "second": pc.second,
}  # fmt: skip
