"""Expressions of SQL in the words of :mod:`twinset.core.expression`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twinset.contracts.described import Column, Table
from twinset.core.expression import parse, quoted
from twinset.core.optional import require
from twinset.errors import SchemaError

TODAY = "2026-01-01"
"""What stands for the current day: rows are made without a clock, and what rules make by themselves lies before."""

_BINARY = {
    "Add": "+", "Sub": "-", "Mul": "*", "Mod": "%", "IntDiv": "//", "EQ": "==", "NEQ": "!=", "LT": "<", "LTE": "<=",
    "GT": ">", "GTE": ">=", "And": "and", "Or": "or",
}  # fmt: skip
_CALLS = {"Abs": "abs", "Length": "length", "Floor": "floor", "Ceil": "ceil", "Year": "year", "Month": "month", "Day": "day"}
_NOW = ("CurrentDate", "CurrentTimestamp", "CurrentDatetime", "CurrentTimestampLTZ", "Now", "Localtimestamp")
_TRANSPARENT = ("Paren", "Cast", "TryCast", "Collate")
_DAYS = {
    "DAY": ("days", 1),
    "WEEK": ("days", 7),
    "HOUR": ("seconds", 3_600),
    "MINUTE": ("seconds", 60),
    "SECOND": ("seconds", 1),
}


class UnknownError(Exception):
    """An expression has no counterpart; its text says which part."""


def name_of(node: Any) -> str:
    """The kind of a node."""
    return type(node).__name__


def bare(node: Any) -> Any:
    """A node without brackets and casts around it."""
    while name_of(node) in _TRANSPARENT:
        node = node.this
    return node


def one_of(node: Any) -> Any:
    """``a = ANY (ARRAY[...])``, as PostgreSQL keeps it, as ``a IN (...)``; any other node as it is."""
    if name_of(node) != "EQ" or name_of(node.expression) not in ("Any", "All"):
        return node
    listed = bare(node.expression.this)
    if name_of(node.expression) == "All" or name_of(listed) not in ("Array", "Tuple"):
        return node
    return require("sqlglot", extra="sql").exp.In(this=node.this, expressions=listed.expressions)


def expression(node: Any, table: Table) -> str:
    """The expression; UnknownError where it has no counterpart."""
    text = _text(node, table)
    try:
        parse(text)
    except SchemaError as error:
        raise UnknownError(str(error)) from None
    return text


def column_of(node: Any, table: Table) -> Column | None:
    """The column that a node names, brackets and casts aside."""
    node = bare(node)
    return table.column(node.name) if name_of(node) == "Column" else None


def literal(node: Any) -> str | int | float | bool | None:
    """The value that a node is, if it is one."""
    node = bare(node)
    match name_of(node):
        case "Literal":
            return str(node.this) if node.is_string else _number(str(node.this))
        case "Boolean":
            return bool(node.this)
        case "National" | "RawString" | "ByteString":
            return str(node.this)
        case "Neg":
            inner = literal(node.this)
            return -inner if isinstance(inner, int | float) and not isinstance(inner, bool) else None
    return TODAY if name_of(node) in _NOW else None


def _number(text: str) -> int | float | None:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return None


def _text(node: Any, table: Table) -> str:
    node = one_of(bare(node))
    kind = name_of(node)
    if (value := literal(node)) is not None:
        return repr(value)
    if kind == "Column":
        found = table.column(node.name)
        if found is None:
            raise UnknownError(f"{node.name!r} is no column")
        return quoted(found.name)
    if kind in _BINARY:
        return f"({_text(node.this, table)} {_BINARY[kind]} {_text(node.expression, table)})"
    if kind in _CALLS:
        return f"{_CALLS[kind]}({_text(node.this, table)})"
    if kind in _SPECIAL:
        return _SPECIAL[kind](node, table)
    raise UnknownError(f"{node.sql()[:60]!r} has no counterpart")


def _divided(node: Any, table: Table) -> str:
    sides = [column_of(node.this, table), column_of(node.expression, table)]
    are_whole = all(one is not None and one.kind == "integer" for one in sides)
    return f"({_text(node.this, table)} {'//' if are_whole else '/'} {_text(node.expression, table)})"


def _among(node: Any, table: Table) -> str:
    values = [literal(one) for one in node.expressions]
    if not values or None in values:
        raise UnknownError("IN takes literals here")
    return f"({_text(node.this, table)} in [{', '.join(map(repr, values))}])"


def _between(node: Any, table: Table) -> str:
    low, high = _text(node.args["low"], table), _text(node.args["high"], table)
    return f"({low} <= {_text(node.this, table)} <= {high})"


def _is(node: Any, table: Table) -> str:
    inner = _text(node.this, table)
    if name_of(node.expression) == "Null":
        return f"not missing({inner})" if node.args.get("negate") else f"missing({inner})"
    text = f"({inner} == {_text(node.expression, table)})"
    return f"not {text}" if node.args.get("negate") else text


def _conditional(node: Any, table: Table) -> str:
    other = node.args.get("default") or node.args.get("false")
    if other is None or (name_of(node) == "Case" and node.this is not None):
        raise UnknownError("CASE takes WHEN conditions and an ELSE here")
    text = _text(other, table)
    branches = node.args["ifs"] if name_of(node) == "Case" else [node]
    for branch in reversed(branches):
        text = f"({_text(branch.args['true'], table)} if {_text(branch.this, table)} else {text})"
    return text


def _coalesce(node: Any, table: Table) -> str:
    *first, text = [_text(one, table) for one in (node.this, *node.expressions)]
    for one in reversed(first):
        text = f"({text} if missing({one}) else {one})"
    return text


def _extreme(word: str) -> Callable[[Any, Table], str]:
    def made(node: Any, table: Table) -> str:
        return f"{word}({', '.join(_text(one, table) for one in (node.this, *node.expressions))})"

    return made


def _rounded(node: Any, table: Table) -> str:
    places = node.args.get("decimals")
    return f"round({_text(node.this, table)}{'' if places is None else ', ' + _text(places, table)})"


def _extract(node: Any, table: Table) -> str:
    part = str(node.this).lower()
    if part not in ("year", "month", "day", "hour", "minute", "second"):
        raise UnknownError(f"EXTRACT({part}) has no counterpart")
    return f"{part}({_text(node.expression, table)})"


def _interval(node: Any, table: Table) -> str:
    count, unit = literal(node.this), str(node.args.get("unit") or "").upper().removesuffix("S")
    if isinstance(count, str) and not unit:
        count, _, unit = count.partition(" ")
        unit = unit.upper().removesuffix("S")
    number = _number(str(count))
    if unit not in _DAYS or not isinstance(number, int):
        raise UnknownError(f"an interval of {str(count)[:20]} {unit or '?'} has no fixed length")
    word, times = _DAYS[unit]
    return f"{word}({number * times})"


def _negated(node: Any, table: Table) -> str:
    inner = node.this
    if name_of(inner) == "Is" and not inner.args.get("negate"):
        return f"(not {_is(inner, table)})"
    return f"(not {_text(inner, table)})"


_SPECIAL: dict[str, Callable[[Any, Table], str]] = {
    "Div": _divided, "In": _among, "Between": _between, "Is": _is, "If": _conditional, "Case": _conditional,
    "Coalesce": _coalesce, "Greatest": _extreme("max"), "Least": _extreme("min"), "Round": _rounded, "Extract": _extract,
    "Interval": _interval, "Not": _negated, "Neg": lambda node, table: f"(-{_text(node.this, table)})",
}  # fmt: skip


def joined(node: Any, table: Table) -> str | None:
    """The template that a chain of texts put together is; None for what is none."""
    pieces: list[Any] = []
    kinds = require("sqlglot", extra="sql").exp
    if not _pieces(bare(node), pieces, kinds, table) or len(pieces) < 2:
        return None
    return "".join(pieces)


def _pieces(node: Any, out: list[Any], kinds: Any, table: Table) -> bool:
    node = bare(node)
    if isinstance(node, kinds.DPipe) or (name_of(node) == "Add" and _is_text(node, table)):
        return _pieces(node.this, out, kinds, table) and _pieces(node.expression, out, kinds, table)
    if name_of(node) in ("Concat", "SafeConcat"):
        return all(_pieces(one, out, kinds, table) for one in node.expressions)
    if (value := literal(node)) is not None:
        out.append(str(value).replace("{", "{{").replace("}", "}}"))
        return True
    column = column_of(node, table)
    if column is None or set("{}:.") & set(column.name):
        return False
    out.append(f"{{{column.name}}}")
    return True


def _is_text(node: Any, table: Table) -> bool:
    """Whether a sum is of texts, as SQL Server writes them."""
    sides = (bare(node.this), bare(node.expression))
    columns = [column_of(side, table) for side in sides]
    return any(isinstance(literal(side), str) for side in sides) or any(
        one is not None and one.kind == "text" for one in columns
    )
