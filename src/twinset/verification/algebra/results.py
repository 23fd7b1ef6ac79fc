"""What an answer comes to, however it is said: a value with its unit, a pair, a set, an interval, a choice, or words.

Answers are held against a reference of the same kind. Values are compared as expressions; decimals may round a value that
has no end, where they say five figures or more of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from twinset.verification.algebra.latex import plain
from twinset.verification.algebra.points import worked_out
from twinset.verification.algebra.reader import parsed
from twinset.verification.algebra.tree import FUNCTIONS, MOST_LETTERS, ExpressionError, Node, unknowns
from twinset.verification.facts.shares import shares
from twinset.verification.facts.spelled import spelled
from twinset.verification.facts.units import unit

Same = Callable[[Node, Node], bool]
_CHOICE = re.compile(r"\(?([A-J])\)?[.)]?")
_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_MARKED = re.compile(r"####\s*(.+)|(?:answer|result|solution)\s*(?:is|:|=)+\s*(.+)", re.IGNORECASE)
_BRACKETS = re.compile(r"(\\?\{|\(|\[)(.*?)(\\?\}|\)|\])", re.DOTALL)
_NUMBER_UNIT = re.compile(
    r"(?P<symbol>[$€£¥])?\s*(?P<value>.+?)\s*(?P<unit>(?<![a-zA-Z\\])(?:[a-zA-Z°µ]{2,}[²³]?|[a-zA-Z]/[a-zA-Z]|cm|m|g|s|h|l)(?:\s[a-zA-Z]+)*)?"
)
_ASSIGNED = re.compile(r"\s*([a-zA-Z])\s*=\s*([^=]+)")
_WORDS = re.compile(r"[^\W\d_]{2,}(?:[\s-][^\W\d_]+)*\.?")
_FIGURES = re.compile(r"-?\d*\.\d+")
_ENDLESS = {"infinity": "infinity", "-infinity": "-infinity", "+infinity": "infinity", "∞": "infinity", "-∞": "-infinity"}


@dataclass(frozen=True, slots=True)
class Result:
    """``kind`` is value, list, pair, interval or words; ``marks`` are an interval's brackets, or what is said in words."""

    kind: str
    values: tuple[Node, ...] = ()
    marks: str = ""
    unit: str = ""
    said: str = ""


def core(text: str) -> str:
    """What is marked as the answer, else all of it, without the signs of mathematics, emphasis and the final stop."""
    boxed = _BOXED.findall(text)
    marked = [one or other for one, other in _MARKED.findall(text)]
    said = boxed[-1] if boxed else marked[-1] if marked else text
    said = re.sub(r"^(?:\$+|\\\(|\\\[|\*+)|(?:\$+|\\\)|\\\]|\*+)$", "", said.strip().rstrip(".").strip()).strip()
    if text.strip().startswith("$") and not text.strip().endswith("$") and re.match(r"[\d.,]+$", said):
        said = f"${said}"
    return said.replace("−", "-")


def result(text: str) -> Result:
    """What a text comes to; ExpressionError where that can't be told."""
    said = core(text)
    if not said or len(said) > MOST_LETTERS:
        raise ExpressionError("it is empty" if not said else f"it has more than {MOST_LETTERS} characters")
    if _CHOICE.fullmatch(said) and not said.isdigit():
        return Result("words", marks=_CHOICE.fullmatch(said)[1].casefold())  # type: ignore[index]
    for reading in (_in_brackets, _in_words, _listed, _measured):
        found = reading(said)
        if found is not None:
            return found
    return Result("value", (parsed(said),), said=said)


def _in_brackets(said: str) -> Result | None:
    found = _BRACKETS.fullmatch(said)
    items = _split(found[2]) if found else []
    if found is None or len(items) < 2:
        return None
    first, last = found[1].lstrip("\\"), found[3].lstrip("\\")
    if first == "{":
        return Result("list", tuple(map(_value, items)))
    kind = "pair" if first + last == "()" else "interval"
    return Result(kind, tuple(map(_value, items)), first + last)


def _in_words(said: str) -> Result | None:
    """Infinity, numbers in words, "no solution"; not words that are functions or run into figures."""
    bare = " ".join(plain(said).split()) if "\\" in said else said
    if bare in _ENDLESS:
        return Result("words", marks=_ENDLESS[bare])
    if not _WORDS.fullmatch(bare) or bare.casefold() in {*FUNCTIONS, "pi"}:
        return None
    text = bare.casefold().rstrip(".")
    said_numbers = [(one.start, one.end, one.value) for one in shares(text, "en", is_source=True)]
    said_numbers += [(one.start, one.end, one.value) for one in spelled(text, "en", is_source=True)]
    for start, end, value in said_numbers:
        if (start, end) == (0, len(text)):
            return Result("value", (parsed(str(value)),), said=text)
    return Result("words", marks=text)


def _listed(said: str) -> Result | None:
    """Roots: "x = 2, x = -2", "1 and -3", "x = ±2"; an equation that is solved gives its right side."""
    items = [item for part in _split(said) for item in re.split(r"\s+(?:and|or)\s+", part)]
    values: list[Node] = []
    for item in items:
        right = _ASSIGNED.fullmatch(item)
        value = plain(right[2] if right else item).strip()
        if value.startswith("±"):
            values += [parsed(value[1:]), parsed(f"-({value[1:]})")]
        elif right and right[1] not in unknowns(parsed(value)):
            values.append(parsed(value))
        elif len(items) > 1:
            values.append(_value(item))
        else:
            return None
    return Result("list" if len(values) > 1 else "value", tuple(values), said=items[0])


def _measured(said: str) -> Result | None:
    found = _NUMBER_UNIT.fullmatch(" ".join(plain(said).split()) if "\\" in said else said)
    if found is None or not (found["unit"] or found["symbol"]) or (found["unit"] or "").casefold() in FUNCTIONS:
        return None
    words = re.sub(r"\bpi\b", "", found["unit"] or "")
    scale = next((one.value for one in spelled(f"one {words}", "en", True) if one.value > 1), None) if words else None
    value = found["value"] if scale is None else f"({found['value']})*{scale}"
    if re.search(r"[a-zA-Z]", found["value"]) or (found["unit"] and not words):
        return None
    try:
        return Result(
            "value", (parsed(value),), unit="" if scale else (found["symbol"] or words).casefold(), said=found["value"]
        )
    except ExpressionError:
        return None


def _value(text: str) -> Node:
    right = _ASSIGNED.fullmatch(text)
    said = (right[2] if right else text).strip()
    return parsed("9^400" if plain(said).strip() == "infinity" else "-9^400" if plain(said).strip() == "-infinity" else said)


def _split(text: str) -> list[str]:
    """Parts between commas and semicolons that stand in no brackets; commas of thousands part nothing."""
    parts, level, start = [], 0, 0
    for at, mark in enumerate(text):
        level += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(mark, 0)
        is_of_thousands = text[:at][-1:].isdigit() and re.match(r"\d{3}(?!\d)", text[at + 1 :])
        if not level and (mark == ";" or (mark == "," and not is_of_thousands)):
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def agree(answer: Result, reference: Result, same: Same) -> bool:
    """Whether two results are one; the order of a list and a unit that one leaves out do not matter."""
    if answer.kind != reference.kind or len(answer.values) != len(reference.values):
        return False
    if answer.kind == "words":
        return answer.marks == reference.marks
    if answer.kind == "list":
        return all(any(same(one, other) for other in reference.values) for one in answer.values) and all(
            any(same(one, other) for one in answer.values) for other in reference.values
        )
    if answer.marks != reference.marks or not _same_unit(answer.unit, reference.unit):
        return False
    pairs = zip(answer.values, reference.values, strict=True)
    return all(same(one, other) or is_rounded(answer.said, other) for one, other in pairs)


def _same_unit(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return True
    first, second = unit(one), unit(other)
    return first is not None and first == second


def is_rounded(said: str, value: Node) -> bool:
    """Whether a decimal of five figures or more is what a value comes to, rounded or cut off."""
    if not _FIGURES.fullmatch(said.strip()) or len(said.strip().lstrip("-0.").replace(".", "")) < 5:
        return False
    try:
        exact = complex(worked_out(value, {}))
        figures = Decimal(said.strip())
    except (ExpressionError, InvalidOperation, KeyError):
        return False
    step = 10.0 ** int(figures.as_tuple().exponent)
    return exact.imag == 0 and abs(exact.real - float(figures)) < step * 0.999999 and exact.real * float(figures) >= 0
