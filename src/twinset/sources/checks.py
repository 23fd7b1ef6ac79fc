"""What checks of a database say of a table: ranges, lists of values, orders. What is not one of these is left alone.

A check is read in the words that all databases have in common: ``price >= 0 AND price < 100``, ``state IN ('a', 'b')``,
``state = ANY (ARRAY['a'::text])``, ``x BETWEEN 1 AND 9``, ``starts <= ends``. It is never run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from twinset.core.constraints import Constraint, InRange, Order

Scalar = str | int | float

_NAME = r"""(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[^\W\d]\w*)"""
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_TEXT = r"(?:_\w+\s*|E)?'(?:[^']|'')*'"
_CAST = r"(?:\s*::\s*[\w ]+(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])?)"
_SCALAR = rf"(?:{_NUMBER}|{_TEXT})"
_COMPARED = re.compile(rf"^({_NAME})\s*(<=|>=|<|>)\s*({_SCALAR}|{_NAME})$")
_TURNED = re.compile(rf"^({_SCALAR})\s*(<=|>=|<|>)\s*({_NAME})$")
_BETWEEN = re.compile(rf"^({_NAME})\s+BETWEEN\s+({_SCALAR})\s+AND\s+({_SCALAR})$", re.IGNORECASE)
_LISTED = re.compile(rf"^({_NAME})\s*(?:IN\s*\(|=\s*ANY\s*\([\s(]*ARRAY\s*\[)(.*?)\]?[\s)]*\)$", re.IGNORECASE | re.DOTALL)
_OPPOSITE = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


@dataclass(frozen=True, slots=True)
class Listed:
    """The only values of a column."""

    column: str
    values: tuple[Scalar, ...]


def read(checks: Collection[str], names: Collection[str]) -> Iterator[Constraint | Listed]:
    """What the checks say of the columns named."""
    known = {name.casefold(): name for name in names}
    for check in checks:
        for part in _parts(_plain(check)):
            if (found := _one(part, known)) is not None:
                yield found


def _one(part: str, known: dict[str, str]) -> Constraint | Listed | None:
    if found := _BETWEEN.match(part):
        return _ranged(known.get(_unquoted(found[1])), _scalar(found[2]), _scalar(found[3]))
    if found := _LISTED.match(part):
        column, cells = known.get(_unquoted(found[1])), re.findall(_SCALAR, found[2])
        is_whole = not re.sub(rf"{_SCALAR}|,|\s", "", found[2])
        return Listed(column, tuple(dict.fromkeys(map(_scalar, cells)))) if column and cells and is_whole else None
    if found := _TURNED.match(part):
        return _compared(found[3], _OPPOSITE[found[2]], found[1], known)
    if found := _COMPARED.match(part):
        return _compared(found[1], found[2], found[3], known)
    return None


def _compared(column: str, sign: str, other: str, known: dict[str, str]) -> Constraint | None:
    own = known.get(_unquoted(column))
    if own is None:
        return None
    if re.fullmatch(_SCALAR, other):
        end = _scalar(other)
        if sign in ("<", ">") and not isinstance(end, int):
            return None  # an open end of reals has no nearest number
        shift = {"<": -1, ">": 1}.get(sign, 0)
        value = end + shift if isinstance(end, int) else end
        return _ranged(own, None, value) if sign.startswith("<") else _ranged(own, value, None)
    theirs = known.get(_unquoted(other))
    if theirs is None or theirs == own:
        return None
    columns = (own, theirs) if sign.startswith("<") else (theirs, own)
    return Order(columns, allow_equal="=" in sign, reason="a check of the database")


def _ranged(column: str | None, low: Scalar | None, high: Scalar | None) -> InRange | None:
    if column is None or isinstance(low, str) or isinstance(high, str):
        return None
    return InRange(column, low, high, reason="a check of the database")


def _plain(check: str) -> str:
    """A check without casts, outer brackets and blanks that say nothing."""
    text = re.sub(_CAST, "", " ".join(check.split()))
    text = re.sub(
        rf"\(\s*({_NAME}|{_SCALAR})\s*\)(?!\s*,)",
        lambda found: found[1] if not _is_call(text, found.start()) else found[0],
        text,
    )
    return text


def _is_call(text: str, start: int) -> bool:
    """Whether brackets follow a word, as after a function or IN."""
    return start > 0 and (
        text[start - 1].isalnum()
        or text[start - 1] == "_"
        or re.search(r"\b(IN|ANY)\s*$", text[:start], re.IGNORECASE) is not None
    )


def _parts(text: str) -> list[str]:
    """The parts that AND joins, each without brackets around it; a part with an OR stays whole, and says nothing."""
    text = text.strip()
    while _is_enclosed(text):
        text = text[1:-1].strip()
    if _BETWEEN.match(text):
        return [text]
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf"{_TEXT}|[()]|\bAND\b|\bOR\b|\bBETWEEN\b", text, re.IGNORECASE):
        word = found[0].upper()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word in ("OR", "BETWEEN"):
            return []
        if depth == 0 and word == "AND":
            parts.append(text[start : found.start()])
            start = found.end()
    return [text] if not parts else [one for part in [*parts, text[start:]] for one in _parts(part)]


def _is_enclosed(text: str) -> bool:
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for found in re.finditer(rf"{_TEXT}|[()]", text):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end() == len(text)
    return False


def _unquoted(name: str) -> str:
    if name[0] in '"`':
        return name[1:-1].replace(name[0] * 2, name[0]).casefold()
    return name.casefold()


def _scalar(text: str) -> Scalar:
    if "'" in text:
        return text[text.index("'") + 1 : -1].replace("''", "'")
    return float(text) if "." in text else int(text)
