"""Arithmetic and algebra as written, read into a tree and worked out: nothing in a text is ever run.

Known are numbers, the letters a to z as unknowns, pi, e and i, + - * / ^ ** × ÷ · √ !, brackets, products without a sign
(2x, 3(x+1)), percent, some functions, and the LaTeX of all these. Limits hold time and memory: on length, depth, and the
size of exponents and of factorials.
"""

from __future__ import annotations

import re
from fractions import Fraction

from twinset.verification.algebra.latex import plain
from twinset.verification.algebra.tree import CONSTANTS, DEEPEST, FUNCTIONS, MOST_LETTERS, ExpressionError, Node

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3}(?![\w.]))?|\.\d+)|([a-zA-Zπ]+)|(\*\*|[-+*/^()!%√|]))")
_SAME = {
    "×": "*", "÷": "/", "·": "*", "−": "-", "–": "-", "⋅": "*", "[": "(", "]": ")", "{": "(", "}": ")", "²": "^2", "³": "^3",
}  # fmt: skip


def parsed(text: str) -> Node:
    """The tree of an expression; ExpressionError where it is none."""
    if not text.strip() or len(text) > MOST_LETTERS:
        raise ExpressionError("it is empty" if not text.strip() else f"it has more than {MOST_LETTERS} characters")
    return _Reader(_tokens(plain(text.replace("$", "")))).whole()


def _tokens(text: str) -> list[str]:
    text = "".join(_SAME.get(one, one) for one in text.strip())
    found, at = [], 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ExpressionError(f"{text[at : at + 10]!r} has no meaning here")
        found += [token[0].strip()] if not token[2] else _words(token[2])
        at = token.end()
    return found


def _words(letters: str) -> list[str]:
    """A function or constant by its name, else each letter an unknown."""
    return [letters.lower()] if letters.lower() in FUNCTIONS or letters in CONSTANTS else list(letters)


class _Reader:
    """Recursive descent: sums of products of signed powers of atoms."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        made = self.sum()
        if self.at < len(self.tokens):
            raise ExpressionError(f"{self.tokens[self.at]!r} stands where nothing should")
        return made

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("its brackets go too deep")
        made = self.product()
        while self.next() in ("+", "-"):
            made = Node(self.take(), (made, self.product()))
        self.depth -= 1
        return made

    def product(self) -> Node:
        made = self.signed()
        while self.next() in ("*", "/") or self._goes_on():
            word = self.take() if self.next() in ("*", "/") else "*"
            made = Node(word, (made, self.signed()))
        return made

    def _goes_on(self) -> bool:
        """Whether an atom follows without a sign: 2x, 3(x+1); a number after a number is a slip."""
        word = self.next()
        before = self.tokens[self.at - 1]
        return bool(word) and (word[0].isalpha() or word in ("(", "√")) and before not in ("+", "-", "(")

    def signed(self) -> Node:
        signs = 0
        while self.next() in ("-", "+"):
            signs += self.take() == "-"
        made = self.power()
        return Node("neg", (made,)) if signs % 2 else made

    def power(self) -> Node:
        made = self.atom()
        while self.next() in ("!", "%"):
            made = Node(self.take(), (made,))
        if self.next() in ("^", "**"):
            self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise ExpressionError("its powers go too deep")
            made = Node("^", (made, self.signed()))
            self.depth -= 1
        return made

    def atom(self) -> Node:
        word = self.take()
        if word in FUNCTIONS and self.next() == "^":  # sin² x
            self.take()
            exponent = self.signed()
            return Node("^", (Node(word, (self.atom() if self.next() == "(" else self.power(),)), exponent))
        if word in FUNCTIONS or word == "√":
            return Node("sqrt" if word == "√" else word, (self.atom() if self.next() == "(" else self.power(),))
        if word in ("(", "|"):
            made = self.sum()
            if self.take() != (")" if word == "(" else "|"):
                raise ExpressionError("a bracket is not closed")
            return Node("abs", (made,)) if word == "|" else made
        if word in CONSTANTS:
            return Node("pi" if word == "π" else word)
        if word[:1].isdigit() or word[:1] == ".":
            return Node("number", number=Fraction(word))
        if word.isalpha() and len(word) == 1:
            return Node(word)
        raise ExpressionError(f"{word!r} stands where a number should" if word else "it ends too early")
