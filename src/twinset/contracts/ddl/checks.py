"""CHECK: conditions that hold in every row, and the limits of single columns that follow from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from twinset.constraints.evaluate import evaluate
from twinset.constraints.regex import read
from twinset.contracts.ddl.expressions import UnknownError, bare, column_of, expression, literal, name_of, one_of
from twinset.contracts.described import Column, Kind, Table, Value
from twinset.core.expression import columns_of
from twinset.errors import DataError, SchemaError

_FLIPPED = {"LT": "GT", "LTE": "GTE", "GT": "LT", "GTE": "LTE", "EQ": "EQ", "NEQ": "NEQ"}
STORAGE: dict[Kind, pa.DataType] = {
    "integer": pa.int64(), "year": pa.int64(), "decimal": pa.float64(), "real": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(), "datetime": pa.timestamp("us"),
}  # fmt: skip
"""How values of a kind are stored when rules make them; all others are texts."""
_SMALLEST = 0.001
"""What is above or below a bound of real numbers, which are made with three decimals."""


def take(node: Any, table: Table) -> Iterator[str]:
    """Add a condition to the table's constraints, term by term; yields why terms are left out."""
    for term in _terms(node):
        if _is_trivial(term, table):
            continue
        _limit(term, table)
        try:
            made = _pattern(term, table) or {"kind": "condition", "expression": checked(expression(term, table), table)}
        except UnknownError as error:
            yield f"{term.sql()[:120]}: {error}"
            continue
        made["reason"] = "CHECK"
        if made not in table.constraints:
            table.constraints.append(made)


def checked(text: str, table: Table) -> str:
    """The expression, if it can be computed on columns of these types."""
    names = columns_of(text)
    if not names:
        raise UnknownError("it names no column")
    columns = {name: pa.array([], STORAGE.get(table.columns[name].kind, pa.string())) for name in names}
    try:
        evaluate(text, columns, 0)
    except DataError as error:
        raise UnknownError(str(error)[:200]) from None
    return text


def number(text: str) -> int | float | None:
    """The number that a text is, if it is one."""
    try:
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    except ValueError:
        return None


def _terms(node: Any) -> Iterator[Any]:
    node = one_of(bare(node))
    if name_of(node) == "And":
        yield from _terms(node.this)
        yield from _terms(node.expression)
    elif name_of(node) == "Or" and (rest := _where_there(node)) is not None:
        yield from _terms(rest)
    else:
        yield node


def _where_there(node: Any) -> Any:
    """The rest of ``a IS NULL OR a > 0``: a check holds where a comparison is with nothing, said or not."""
    for first, second in ((node.this, node.expression), (node.expression, node.this)):
        missing, rest = bare(first), bare(second)
        is_null = name_of(missing) == "Is" and name_of(missing.expression) == "Null" and not missing.args.get("negate")
        if is_null and name_of(rest) in (*_FLIPPED, "In", "Between", "Like", "RegexpLike"):
            sides = [bare(one) for one in (rest.this, rest.args.get("expression")) if one is not None]
            if bare(missing.this) in sides:
                return rest
    return None


def _is_trivial(term: Any, table: Table) -> bool:
    """Whether a term says that what is true or false is 0 or 1."""
    column = column_of(term.this, table) if name_of(term) == "In" else None
    return column is not None and column.kind == "boolean" and {literal(one) for one in term.expressions} <= {0, 1}


def _limit(term: Any, table: Table) -> None:
    """Narrow the limits of a column by what a term says of it alone."""
    kind = name_of(term)
    if kind in _FLIPPED:
        _compared(kind, term.this, term.expression, table)
    elif kind == "Between" and (column := column_of(term.this, table)) is not None:
        _bounded(column, "GTE", literal(term.args["low"]))
        _bounded(column, "LTE", literal(term.args["high"]))
    elif kind in ("In", "Or") and (found := _values(term, table)) is not None:
        found[0].limits.among(found[1])
    elif kind in ("Like", "RegexpLike") and (column := column_of(term.this, table)) is not None:
        text = literal(term.expression)
        if isinstance(text, str):
            column.limits.regex = _readable(_like(text, "[a-z]", "[a-z]{2,6}") if kind == "Like" else _anchored(text)[1])


def _compared(kind: str, first: Any, second: Any, table: Table) -> None:
    if literal(first) is not None:
        kind, first, second = _FLIPPED[kind], second, first
    value, column = literal(second), column_of(first, table)
    if name_of(bare(first)) == "Length" and isinstance(value, int):
        column = column_of(bare(first).this, table)
        if column is not None:
            _lengths(column, kind, value)
    elif column is not None and value is not None:
        if kind == "EQ":
            column.limits.among((value,))
        _bounded(column, kind, value)


def _lengths(column: Column, kind: str, value: int) -> None:
    if kind in ("LT", "LTE", "EQ"):
        column.limits.longest = min(column.limits.longest or value, value - (kind == "LT"))
    if kind in ("GT", "GTE", "EQ"):
        column.limits.shortest = max(column.limits.shortest, value + (kind == "GT"))


def _bounded(column: Column, kind: str, value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and column.kind in ("integer", "decimal", "real", "year"):
        step = {"integer": 1, "year": 1, "decimal": 10.0**-column.scale}.get(column.kind, _SMALLEST)
    elif isinstance(value, str) and column.kind in ("date", "datetime") and re.match(r"\d{4}-\d\d-\d\d", value):
        value, step, is_number = value[:10], 0, False
    else:
        return
    if kind in ("GT", "GTE"):
        column.limits.above(round(value + step * (kind == "GT"), 9) if is_number else value)
    if kind in ("LT", "LTE"):
        column.limits.below(round(value - step * (kind == "LT"), 9) if is_number else value)


def _values(term: Any, table: Table) -> tuple[Column, tuple[Value, ...]] | None:
    """The column and the values of ``a IN (...)`` or ``a = ... OR a = ...``."""
    term = bare(term)
    if name_of(term) == "In":
        column, values = column_of(term.this, table), [literal(one) for one in term.expressions]
    elif name_of(term) == "EQ":
        column, values = column_of(term.this, table), [literal(term.expression)]
    elif name_of(term) == "Or":
        first, second = _values(term.this, table), _values(term.expression, table)
        if first is None or second is None or first[0] is not second[0]:
            return None
        return first[0], (*first[1], *second[1])
    else:
        return None
    known = tuple(value for value in values if value is not None)
    return (column, tuple(dict.fromkeys(known))) if column is not None and known and len(known) == len(values) else None


def _pattern(term: Any, table: Table) -> dict[str, Any] | None:
    """The constraint of a LIKE or a regular expression on one column."""
    if name_of(term) not in ("Like", "RegexpLike"):
        return None
    column, text = column_of(term.this, table), literal(term.expression)
    if column is None or not isinstance(text, str) or column.kind != "text":
        raise UnknownError("patterns are of one text column")
    regex = _like(text, ".", ".*") if name_of(term) == "Like" else _anchored(text)[0]
    if _readable(regex) is None:
        raise UnknownError("its regular expression is not one that is understood here")
    return {"kind": "pattern", "column": column.name, "regex": regex}


def _like(text: str, one: str, some: str) -> str:
    return "".join({"%": some, "_": one}.get(letter, re.escape(letter)) for letter in text)


def _anchored(text: str) -> tuple[str, str]:
    """A regular expression that is searched for, as one of the whole text: what may stand around it, and without that."""
    inner = text.removeprefix("^").removesuffix("$")
    before, after = "" if text.startswith("^") else ".*", "" if text.endswith("$") else ".*"
    return f"{before}({inner}){after}" if before or after or "|" in inner else inner, inner


def _readable(regex: str) -> str | None:
    try:
        read(regex)
    except SchemaError:
        return None
    return regex
