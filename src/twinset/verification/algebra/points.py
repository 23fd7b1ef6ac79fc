"""Trees worked out at points: exactly, in fractions, where there are only sums, products and powers, else in floating point.

Two expressions that differ do so at one of several points, but for a chance too small to matter (Schwartz 1980, Zippel
1979); two that agree to twelve digits are equal or very nearly so, which is no proof.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction

from twinset.verification.algebra.tree import (
    CONSTANTS,
    FUNCTIONS,
    MOST_BITS,
    MOST_EXPONENT,
    ExpressionError,
    Node,
    Value,
    unknowns,
)  # fmt: skip

_POINTS = ((3, 7), (-11, 5), (17, 13), (29, 3), (-2, 19))
_CLOSE = 1e-12


class Told(Enum):
    """What points tell of two expressions."""

    SAME = "same"
    NEARLY = "the same to twelve digits"
    OTHER = "not the same"
    NOTHING = "can't be worked out"


def compared(one: Node, other: Node, half_step: float = 0.0) -> Told:
    """Whether two expressions agree wherever both can be worked out; to within half a step of rounding, if there is one."""
    names = sorted(unknowns(one) | unknowns(other))
    told = Told.NOTHING
    for high, low in _POINTS if names else _POINTS[:1]:
        at = {name: Fraction(high + 5 * place, low + 2 * place) for place, name in enumerate(names)}
        try:
            first, second = worked_out(one, at), worked_out(other, at)
        except ExpressionError:
            continue
        if not _agree(first, second, half_step):
            return Told.OTHER
        is_exact = isinstance(first, Fraction) and isinstance(second, Fraction) and told is not Told.NEARLY
        told = Told.SAME if is_exact else Told.NEARLY
    return told


def are_equal(one: Node, other: Node, half_step: float = 0.0) -> bool:
    """Whether points find no difference."""
    return compared(one, other, half_step) in (Told.SAME, Told.NEARLY)


def _agree(first: Value, second: Value, half_step: float) -> bool:
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        return abs(first - second) <= Fraction(half_step).limit_denominator(10**18)
    gap, size = abs(complex(first) - complex(second)), max(1.0, abs(complex(first)))
    return gap <= max(_CLOSE * size, half_step)


def worked_out(node: Node, at: Mapping[str, Fraction]) -> Value:
    """The value with these unknowns: a fraction where it is one; ExpressionError where there is none, or it is too large."""
    if node.word == "number":
        return node.number
    if not node.parts and node.word in CONSTANTS:
        return CONSTANTS[node.word]
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
    if word in FUNCTIONS:
        return _exact_root(values[0]) if word == "sqrt" else FUNCTIONS[word](complex(values[0]))
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
