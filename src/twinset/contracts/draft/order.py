"""Days and moments that a check puts in order are made in order, so that few rows are drawn again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from twinset.contracts.described import Table
from twinset.contracts.draft.columns import Rule

_ORDER = re.compile(r"\((\w+) (<=?|>=?) (\w+)\)")
WITHIN = "60 d"


def follow(constraint: Mapping[str, Any], table: Table, rules: dict[str, Rule]) -> None:
    """Make the later of two columns after the earlier one, where nothing else is said of it."""
    found = _ORDER.fullmatch(constraint.get("expression", ""))
    if found is None:
        return
    first, second = (found[1], found[3]) if "<" in found[2] else (found[3], found[1])
    before, after = table.columns.get(first), table.columns.get(second)
    if before is None or after is None or not {before.kind, after.kind} <= {"date", "datetime"}:
        return
    rule, earlier = rules[second], rules[first]
    is_bounded = bool(after.limits.low or after.limits.high)
    if not isinstance(rule, dict) or "between" not in rule or is_bounded or (before.nullable and not after.nullable):
        return
    if isinstance(earlier, dict) and earlier.get("after") != second:
        kept = {name: value for name, value in rule.items() if name != "between"}
        least = {"least": "1 d" if after.kind == "date" else "1 s"} if "=" not in found[2] else {}
        rules[second] = {"rule": after.kind, "after": first, "within": WITHIN, **least, **kept}
