"""LaTeX as plain expressions: fractions, roots of any degree, binomials, signs, letters, and text with its units."""

from __future__ import annotations

import re

from twinset.verification.algebra.tree import DEEPEST, ExpressionError

_PLAIN = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "pi": " π ", "left": "", "right": "", "quad": " ", "qquad": " ",
    "displaystyle": "", "infty": " infinity ", "pm": "±", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "cup": " ∪ ",
    "emptyset": " no solution ", "varnothing": " no solution ", "approx": "≈", "equiv": "=", "to": "→",
}  # fmt: skip
_NAMES = frozenset(("sin", "cos", "tan", "ln", "log", "exp", "arcsin", "arccos", "arctan"))
_WORDS = frozenset(("text", "mathrm", "textbf", "mathbf", "mbox", "operatorname", "boxed", "fbox"))
_COMMAND = re.compile(r"\\(?:([a-zA-Z]+)|(.))\s*")
_MIXED = re.compile(r"(?<![\d.^_})])(\d+)\s*\\[dt]?frac\{(\d+)\}\{(\d+)\}")
_MIXED_PLAIN = re.compile(r"(?<![\d./^])(\d+)\s+(\d+)/(\d+)(?![\d./])")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:,|\\,|\{,\}| )\d{3})+(?![\d,]|\s\d)")


def plain(text: str, depth: int = 0) -> str:
    """The same as a plain expression; ExpressionError where braces are not closed or commands not known."""
    if depth > DEEPEST:
        raise ExpressionError("its brackets go too deep")
    text = _MIXED_PLAIN.sub(r"(\1+\2/\3)", _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), text))
    text = _MIXED.sub(r"(\1+\2/\3)", text)
    made, at = [], 0
    while at < len(text):
        found = _COMMAND.match(text, at)
        if found is None:
            made.append(text[at])
            at += 1
            continue
        said, at = _command(text, found, depth)
        made.append(said)
    return "".join(made)


def _command(text: str, found: re.Match[str], depth: int) -> tuple[str, int]:
    """A command with what it is applied to, and where it ends."""
    name, mark, at = found[1] or "", found[2], found.end()
    if mark is not None:
        return {"{": "{", "}": "}", "%": "%", "$": "$", "|": "|", "\\": " "}.get(mark, " "), at
    if name.removeprefix("d").removeprefix("t") == "frac":
        first, at = _group(text, at, depth)
        second, at = _group(text, at, depth)
        return f"(({first})/({second}))", at
    if name.endswith("binom"):
        first, at = _group(text, at, depth)
        second, at = _group(text, at, depth)
        return f"(({first})!/(({second})!*(({first})-({second}))!))", at
    if name == "sqrt":
        return _root(text, at, depth)
    if name in _WORDS:
        said, at = _group(text, at, depth)
        return f" {said} ", at
    if name in _NAMES:
        return f" {name} ", at
    if name in _PLAIN:
        return _PLAIN[name], at
    if name == "circ":
        return " degrees ", at
    raise ExpressionError(f"\\{name} has no meaning here")


def _root(text: str, at: int, depth: int) -> tuple[str, int]:
    degree = ""
    if text[at : at + 1] == "[" and "]" in text[at:]:
        end = text.index("]", at)
        degree, at = plain(text[at + 1 : end], depth + 1), end + 1
    said, at = _group(text, at, depth)
    return (f"(({said})^(1/({degree})))" if degree else f" sqrt({said})"), at


def _group(text: str, at: int, depth: int) -> tuple[str, int]:
    """What a command is applied to: what stands in braces, a command, or a single letter or figure."""
    while text[at : at + 1] == " ":
        at += 1
    if at >= len(text):
        raise ExpressionError("it ends too early")
    if text[at] != "{":
        found = _COMMAND.match(text, at)
        return _command(text, found, depth + 1) if found else (text[at], at + 1)
    level = 0
    for end in range(at, len(text)):
        level += {"{": 1, "}": -1}.get(text[end], 0)
        if not level:
            return plain(text[at + 1 : end], depth + 1), end + 1
    raise ExpressionError("a bracket is not closed")
