"""Parts of a table's declaration that only its text holds."""

from __future__ import annotations

import re
from collections.abc import Iterator


def checks_of(ddl: str) -> Iterator[str]:
    """The expressions of all checks."""
    for found in re.finditer(r"\bCHECK\s*\(", ddl, re.IGNORECASE):
        yield bracket(ddl, found.end() - 1)


def generated_of(ddl: str, column: str) -> str:
    """The expression of a generated column."""
    found = re.search(rf"\b{re.escape(column)}\W.*?\bAS\s*\(", ddl, re.IGNORECASE | re.DOTALL)
    return bracket(ddl, found.end() - 1) if found else "an expression"


def bracket(text: str, start: int) -> str:
    """What stands in the brackets that open at ``start``."""
    depth, mark = 0, ""
    for place in range(start, len(text)):
        letter = text[place]
        if mark:
            mark = "" if letter == mark else mark
        elif letter in "'\"`":
            mark = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if not depth:
                return text[start + 1 : place]
    return ""
