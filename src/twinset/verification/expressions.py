"""Arithmetic and algebra as written, read into a tree and worked out: nothing in a text is ever run.

Known are numbers, the letters a to z as unknowns, pi and e, + - * / ^ ** × ÷ · √ !, brackets, products without a sign (2x,
3(x+1)), percent, and the functions below. Limits hold time and memory: on length, depth, and the size of exponents and of
factorials.
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

MOST_LETTERS, DEEPEST, MOST_EXPONENT, MOST_BITS = 300, 40, 1000, 20_000
Value = Fraction | complex
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([a-zA-Zπ]+)|(\*\*|[-+*/^()!%√|]))")
_SAME = {
    "×": "*", "÷": "/", "·": "*", "−": "-", "–": "-", "⋅": "*", "[": "(", "]": ")", "{": "(", "}": ")", "²": "^2", "³": "^3",
}  # fmt: skip
_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sqrt": cmath.sqrt, "exp": cmath.exp, "ln": cmath.log, "log": cmath.log10, "sin": cmath.sin,
    "cos": cmath.cos, "tan": cmath.tan, "abs": lambda value: complex(abs(value)),
}  # fmt: skip
_POINTS = ((3, 7), (-11, 5), (17, 13), (29, 3), (-2, 19))
_CLOSE = 1e-12


class ExpressionError(ValueError):
    """A text that is no expression, or one that is too large to work out."""


@dataclass(frozen=True, slots=True)
class Node:
    """A number, an unknown, or an operator or function and what it is applied to."""

    word: str
    parts: tuple[Node, ...] = ()
    number: Value = Fraction(0)


def parsed(text: str) -> Node:
    """The tree of an expression; ExpressionError where it is none."""
    if not text.strip() or len(text) > MOST_LETTERS:
        raise ExpressionError("it is empty" if not text.strip() else f"it has more than {MOST_LETTERS} characters")
    return _Reader(
        _tokens(re.sub(r"\\left|\\right|\\,|\$", "", text.replace(r"\cdot", "*").replace(r"\times", "*")))
    ).whole()


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
    return [letters.lower()] if letters.lower() in _FUNCTIONS or letters in _CONSTANTS else list(letters)


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
        if word in _FUNCTIONS or word == "√":
            return Node("sqrt" if word == "√" else word, (self.atom() if self.next() == "(" else self.power(),))
        if word in ("(", "|"):
            made = self.sum()
            if self.take() != (")" if word == "(" else "|"):
                raise ExpressionError("a bracket is not closed")
            return Node("abs", (made,)) if word == "|" else made
        if word in _CONSTANTS:
            return Node("number", number=complex(_CONSTANTS[word]))
        if word[:1].isdigit() or word[:1] == ".":
            return Node("number", number=Fraction(word))
        if word.isalpha() and len(word) == 1:
            return Node(word)
        raise ExpressionError(f"{word!r} stands where a number should" if word else "it ends too early")


def are_equal(one: Node, other: Node, half_step: float = 0.0) -> bool:
    """Whether two expressions agree wherever both can be worked out; to within half a step of rounding, if there is one."""
    names = sorted(_unknowns(one) | _unknowns(other))
    n_looked_at = 0
    for high, low in _POINTS if names else _POINTS[:1]:
        at = {name: Fraction(high + 5 * place, low + 2 * place) for place, name in enumerate(names)}
        try:
            first, second = worked_out(one, at), worked_out(other, at)
        except ExpressionError:
            continue
        n_looked_at += 1
        if not _agree(first, second, half_step):
            return False
    return n_looked_at > 0


def _agree(first: Value, second: Value, half_step: float) -> bool:
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        return abs(first - second) <= Fraction(half_step).limit_denominator(10**18)
    gap, size = abs(complex(first) - complex(second)), max(1.0, abs(complex(first)))
    return gap <= max(_CLOSE * size, half_step)


def _unknowns(node: Node) -> set[str]:
    own = {node.word} if len(node.word) == 1 and node.word.isalpha() else set()
    return own.union(*map(_unknowns, node.parts))


def worked_out(node: Node, at: Mapping[str, Fraction]) -> Value:
    """The value with these unknowns: a fraction where it is one; ExpressionError where there is none, or it is too large."""
    if node.word == "number":
        return node.number
    if node.word in at and not node.parts:
        return at[node.word]
    try:
        return _bounded(_applied(node.word, [worked_out(part, at) for part in node.parts]))
    except (ArithmeticError, ValueError) as error:
        raise ExpressionError("it has no value") from error


def _bounded(value: Value) -> Value:
    if isinstance(value, Fraction):
        if value.numerator.bit_length() + value.denominator.bit_length() > MOST_BITS:
            raise ExpressionError("its numbers grow too large")
        return value
    if not cmath.isfinite(value):
        raise ExpressionError("it has no value")
    return value


def _applied(word: str, values: list[Value]) -> Value:
    if word in _FUNCTIONS:
        return _exact_root(values[0]) if word == "sqrt" else _FUNCTIONS[word](complex(values[0]))
    first, second = values[0], values[-1]
    if word == "^":
        return _power(first, second)
    if word == "!":
        return _factorial(first)
    if word in ("neg", "%"):
        factor = Fraction(-1) if word == "neg" else Fraction(1, 100)
        return first * factor if isinstance(first, Fraction) else first * complex(factor)
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        return {"+": first.__add__, "-": first.__sub__, "*": first.__mul__, "/": first.__truediv__}[word](second)
    a, b = complex(first), complex(second)
    return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[word](b)


def _exact_root(value: Value) -> Value:
    if isinstance(value, Fraction) and value >= 0:
        high, low = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if high * high == value.numerator and low * low == value.denominator:
            return Fraction(high, low)
    return cmath.sqrt(complex(value))


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if abs(exponent) > MOST_EXPONENT:
            raise ExpressionError(f"an exponent is larger than {MOST_EXPONENT}")
        if isinstance(base, Fraction):
            bits = base.numerator.bit_length() + base.denominator.bit_length()
            if bits * abs(exponent) > MOST_BITS:
                raise ExpressionError("its numbers grow too large")
            return base ** int(exponent) if base or exponent >= 0 else _nothing()
    if exponent == Fraction(1, 2):
        return _exact_root(base)
    return complex(base) ** complex(exponent)


def _nothing() -> Fraction:
    raise ExpressionError("it divides by zero")


def _factorial(value: Value) -> Value:
    if not isinstance(value, Fraction) or value.denominator != 1 or not 0 <= value <= 170:
        raise ExpressionError("a factorial is of a whole number up to 170")
    return Fraction(math.factorial(int(value)))
