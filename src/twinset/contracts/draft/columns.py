"""The rule of one column, by its type, its limits and what its name hints at."""

from __future__ import annotations

import re
from typing import Any

from twinset.constraints.regex import read
from twinset.contracts.described import Column
from twinset.errors import SchemaError

Rule = str | dict[str, Any]
FIRST_DAY, LAST_DAY = "2022-01-01", "2025-12-31"
LONGEST_WORD = 17
_USUAL = 1_000


def highest(column: Column) -> float | None:
    """The largest number that type and checks allow."""
    known = [one for one in (column.limits.high, column.highest) if isinstance(one, int | float)]
    return min(known) if known else None


def lowest(column: Column) -> float:
    """The smallest number that is made: 0 where nothing else is said."""
    low = column.limits.low
    if isinstance(low, int | float):
        return low
    high = highest(column)
    return 0 if high is None or high >= 0 else high - _USUAL


def unique_rule(column: Column, *, is_key: bool, most: int | None = None) -> tuple[Rule, int | None] | None:
    """A rule that never repeats itself, and how many values it has; None where there is none for such a column."""
    match column.kind:
        case "uuid":
            return {"rule": "uuid"}, None
        case "integer" | "decimal" | "real" | "year":
            return _unique_number(column, is_key=is_key, most=most or 10**6)
        case "text" | "bytes" | "ip" | "mac":
            return _unique_text(column)
    return None


def _unique_number(column: Column, *, is_key: bool, most: int) -> tuple[Rule, int | None]:
    low = int(-(-lowest(column) // 1))
    high = highest(column)
    start = max(1, low) if high is None or high >= 1 else low
    if column.kind == "year" and not column.limits.low:
        start, high = 1950, 2025
    room = None if high is None else max(1, int(high) - start + 1)
    if (is_key or column.is_counted) and column.kind != "year":
        return {"rule": "sequence", **({} if start == 1 else {"start": start})}, room
    top = start + min(room or most, most) - 1
    return {"rule": "integer", "low": start, "high": top, "unique": True}, top - start + 1


def _unique_text(column: Column) -> tuple[Rule, int | None]:
    longest, limits = column.limits.longest, column.limits
    regex = {"ip": r"10\.[1-9][0-9]\.[1-9][0-9]\.[1-9][0-9]", "mac": "02:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}"}.get(
        column.kind
    )
    regex = regex + ":00:00" if column.kind == "mac" and regex else regex
    if limits.values is not None:
        regex = "|".join(re.escape(str(value)) for value in limits.values)
    if regex is None and limits.regex is not None:
        regex = limits.regex
    if regex is not None and (size := _plain_size(regex)) is not None:
        return {"rule": "pattern", "regex": regex, "unique": True}, size
    if (
        column.kind == "text"
        and longest is not None
        and longest >= 36
        and re.search(r"uuid|guid", column.name, re.IGNORECASE)
    ):
        return {"rule": "uuid"}, None
    if (
        column.kind == "text"
        and column.name.lower().endswith(("name", "title", "label"))
        and (longest or 8) >= 8
        and not limits.shortest
    ):
        return {"rule": "pattern", "regex": "[A-Z][a-z]{7}", "unique": True}, 26**8
    width = max(min(longest or 8, 8), min(limits.shortest, longest or 50, 50))
    letter = "h" if column.kind == "bytes" else "*"
    return {"rule": "code", "pattern": letter * width, "unique": True}, (16 if letter == "h" else 36) ** width


def _plain_size(regex: str) -> int | None:
    """How many texts a regular expression has, if they can be told apart."""
    try:
        node = read(regex)
    except SchemaError:
        return None
    return node.size if node.is_plain else None


def usual_rule(column: Column) -> tuple[Rule, str]:
    """A rule for the column by its type and limits, and what there is to say of it."""
    if column.template is not None:
        return {"rule": "template", "of": column.template}, "generated"
    if column.formula is not None:
        places = {"decimal": column.scale, "integer": 0, "year": 0}.get(column.kind)
        return {"rule": "formula", "of": column.formula, **({} if places is None else {"decimals": places})}, "generated"
    if column.limits.values is not None:
        return _category(column), ""
    match column.kind:
        case "integer" | "year" | "decimal" | "real":
            return _number(column), ""
        case "date" | "datetime":
            low, high = column.limits.low, column.limits.high
            return {"rule": column.kind, "between": _days(low, high)}, ""
        case "boolean":
            share = 0.5 if column.default is None else 0.9 if column.default else 0.1
            return {"rule": "boolean", "share": share}, ""
        case "text" | "unknown":
            return _text(column), ""
    return dict(_OTHER[column.kind]), _REMARKS.get(column.kind, "")


_OTHER: dict[str, dict[str, Any]] = {
    "uuid": {"rule": "uuid"},
    "json": {"rule": "constant", "value": "{}"},
    "xml": {"rule": "constant", "value": "<x/>"},
    "list": {"rule": "constant", "value": "{}"},
    "bytes": {"rule": "code", "pattern": "h" * 8},
    "ip": {"rule": "ipv4"},
    "mac": {"rule": "mac"},
    "time": {"rule": "pattern", "regex": "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"},
    "interval": {"rule": "pattern", "regex": "[1-9] days"},
}
_REMARKS = {
    "json": "an empty document", "xml": "an empty document", "list": "an empty array, as PostgreSQL writes it",
    "bytes": "hexadecimal digits, as text", "time": "a time of day, as text", "interval": "a length of time, as text",
}  # fmt: skip


def _category(column: Column) -> Rule:
    values = list(column.limits.values or ())
    if column.default in values and len(values) > 1:
        return {"rule": "category", "values": {value: 3 if value == column.default else 1 for value in values}}
    return {"rule": "category", "values": values}


def _number(column: Column) -> Rule:
    low, top = lowest(column), highest(column)
    said = column.limits.high is not None
    if column.kind == "year":
        low, top = max(low, 1990), min(top or 2025, 2025)
    high = (
        top if top is not None and (said or top < low + _USUAL) else max(low + 1, _USUAL) if low < _USUAL else low + _USUAL
    )
    if column.kind in ("integer", "year"):
        return usually({"rule": "integer", "low": int(-(-low // 1)), "high": int(high // 1)}, column)
    places = min(column.scale, 12) if column.kind == "decimal" else 3
    return usually({"rule": "uniform", "low": low, "high": high, "decimals": places}, column)


def usually(rule: dict[str, Any], column: Column) -> Rule:
    """Half of the rows have the default, where there is one."""
    if column.default is None:
        return rule
    return {"rule": "mixture", "of": [{"rule": "constant", "value": column.default}, rule]}


def _days(low: float | str | None, high: float | str | None) -> list[str]:
    """A span of days: some years before the last or after the first, where one of them is said."""
    first = str(low)[:10] if low else FIRST_DAY
    last = str(high)[:10] if high else LAST_DAY
    if last < first:
        year = int((last if high else first)[:4])
        first, last = (f"{year - 4:04d}{last[4:]}", last) if high else (first, f"{year + 4:04d}-12-31")
    return [first.replace("-02-29", "-02-28"), last]


def _text(column: Column) -> Rule:
    limits = column.limits
    if limits.regex is not None:
        return {"rule": "pattern", "regex": limits.regex}
    longest, shortest = limits.longest or 10_000, limits.shortest
    most = min(8, longest // LONGEST_WORD)
    fewest = max(1, -(-shortest // 3))
    if most >= 2 and fewest <= most:
        sentences = {"sentences": 0} if longest < 200 else {}
        return usually({"rule": "text", "words": [fewest, most], **sentences}, column)
    low, high = max(min(3, longest), shortest), min(max(12, shortest), longest)
    regex = f"[A-Z]{{{longest}}}" if longest < 3 else f"[A-Z][a-z]{{{low - 1},{max(high, low) - 1}}}"
    return usually({"rule": "pattern", "regex": regex}, column)
