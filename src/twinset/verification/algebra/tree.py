"""Expressions as trees, and what none may exceed: on length, depth, and the size of exponents and numbers."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

MOST_LETTERS, DEEPEST, MOST_EXPONENT, MOST_BITS = 300, 40, 1000, 20_000
Value = Fraction | complex
CONSTANTS: dict[str, complex] = {"pi": complex(math.pi), "π": complex(math.pi), "e": complex(math.e), "i": 1j}
FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sqrt": cmath.sqrt, "exp": cmath.exp, "ln": cmath.log, "log": cmath.log10, "sin": cmath.sin, "cos": cmath.cos,
    "tan": cmath.tan, "arcsin": cmath.asin, "arccos": cmath.acos, "arctan": cmath.atan,
    "abs": lambda value: complex(abs(value)),
}  # fmt: skip


class ExpressionError(ValueError):
    """A text that is no expression, or one that is too large to work out."""


@dataclass(frozen=True, slots=True)
class Node:
    """A number, a constant, an unknown, or an operator or function and what it is applied to."""

    word: str
    parts: tuple[Node, ...] = ()
    number: Fraction = Fraction(0)


def unknowns(node: Node) -> set[str]:
    """The letters of a tree that stand for numbers."""
    own = (
        {node.word}
        if len(node.word) == 1 and node.word.isalpha() and not node.parts and node.word not in CONSTANTS
        else set()
    )
    return own.union(*map(unknowns, node.parts))
