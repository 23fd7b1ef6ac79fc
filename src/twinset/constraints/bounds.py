"""Bounds of numbers and moments under constraints: what ranges, orders and formulas together leave of each column.

Enough to prove that some constraints contradict, never that they do not: products of intervals forget what their factors
share, and expressions of other kinds than + - * are taken to be worth anything.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from twinset.constraints.evaluate import alike, plain
from twinset.constraints.holds import decimals_of
from twinset.core.constraints import Constraint, Formula, InRange, Order, Presence, Scalar, Sum
from twinset.core.expression import column_of, parse
from twinset.core.schema import Table

_INF = float("inf")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high``; an end is left out where it ``is_open``."""

    low: float = -_INF
    high: float = _INF
    is_low_open: bool = False
    is_high_open: bool = False

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.is_low_open or self.is_high_open))

    def above(self, other: Span, *, is_strict: bool) -> Span:
        """What is left where it must be at least (more than) something in ``other``."""
        end = max((self.low, self.is_low_open), (other.low, other.is_low_open or is_strict))
        return Span(end[0], self.high, end[1], self.is_high_open)

    def below(self, other: Span, *, is_strict: bool) -> Span:
        """What is left where it must be at most (less than) something in ``other``."""
        end = min((self.high, not self.is_high_open), (other.high, not (other.is_high_open or is_strict)))
        return Span(self.low, end[0], self.is_low_open, not end[1])

    def within(self, other: Span) -> Span:
        return self.above(other, is_strict=False).below(other, is_strict=False)


def contradict(constraints: Sequence[Constraint], table: Table) -> bool:
    """Whether no row with all values there can hold them all, as far as bounds tell."""
    spans = {name: Span() for constraint in constraints for name in constraint.columns}
    for _ in range(len(spans) + 1):
        before = dict(spans)
        for constraint in constraints:
            _narrow(spans, constraint, table)
        if any(span.is_empty for span in spans.values()):
            return True
        if spans == before:
            break
    return _has_strict_circle(constraints) or _is_never_there(constraints, spans)


def _narrow(spans: dict[str, Span], constraint: Constraint, table: Table) -> None:
    match constraint:
        case InRange(column, low, high):
            own = Span(
                -_INF if low is None else number_of(low, table, column),
                _INF if high is None else number_of(high, table, column),
            )
            spans[column] = spans[column].within(own)
        case Order(columns, allow_equal):
            for first, second in itertools.pairwise(columns):
                spans[second] = spans[second].above(spans[first], is_strict=not allow_equal)
                spans[first] = spans[first].below(spans[second], is_strict=not allow_equal)
        case Formula(column, expression):
            worth = _span_of(parse(expression), spans)
            places = decimals_of(constraint, table[column])
            room = 0.0 if places is None else 0.5 * 10.0**-places
            spans[column] = spans[column].within(Span(worth.low - room, worth.high + room))
        case Sum():
            _narrow(spans, constraint.formula, table)


def number_of(value: Scalar, table: Table, column: str) -> float:
    """A constant as a number: moments as seconds, days as days."""
    storage = table[column].storage
    kind = plain(pa.nulls(0, storage)).type
    _, own = alike(pa.nulls(0, kind), pa.scalar(value))
    if pa.types.is_timestamp(own.type):
        return float(own.cast(pa.timestamp("ns", own.type.tz)).value or 0) / 1e9
    if pa.types.is_temporal(own.type):
        return float(own.cast(pa.int32() if pa.types.is_date32(own.type) else pa.int64()).as_py())
    return float(own.as_py())


def _span_of(node: ast.AST, spans: Mapping[str, Span]) -> Span:
    if (name := column_of(node)) is not None:
        return spans[name]
    match node:
        case ast.Constant(value=int() | float() as value):
            return Span(float(value), float(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            own = _span_of(operand, spans)
            return Span(-own.high, -own.low)
        case ast.BinOp(left=left, op=op, right=right):
            return _joined(op, _span_of(left, spans), _span_of(right, spans))
    return Span()


def _joined(op: ast.operator, left: Span, right: Span) -> Span:
    match op:
        case ast.Add():
            return Span(left.low + right.low, left.high + right.high)
        case ast.Sub():
            return Span(left.low - right.high, left.high - right.low)
        case ast.Mult():
            ends = [a * b if a and b else 0.0 for a in (left.low, left.high) for b in (right.low, right.high)]
            return Span(min(ends), max(ends))
    return Span()


def _has_strict_circle(constraints: Sequence[Constraint]) -> bool:
    """Whether orders lead from a column to itself over a "less than"."""
    steps = [
        (first, second, not one.allow_equal)
        for one in constraints
        if isinstance(one, Order)
        for first, second in itertools.pairwise(one.columns)
    ]
    height = {name: 0 for step in steps for name in step[:2]}
    for _ in range(len(height) + 1):
        before = dict(height)
        for first, second, is_strict in steps:
            height[second] = max(height[second], height[first] + is_strict)
        if height == before:
            return False
    return bool(height)


def _is_never_there(constraints: Sequence[Constraint], spans: Mapping[str, Span]) -> bool:
    """Whether presences leave a column no row in which it may be there."""
    left: dict[tuple[str, str], set[Scalar]] = {}
    for one in constraints:
        if isinstance(one, Presence) and one.values:
            span = spans[one.when]
            may = {value for value in one.values if isinstance(value, str | bool) or span.low <= value <= span.high}
            left[one.column, one.when] = left.get((one.column, one.when), may) & may
    return any(not may for may in left.values())
