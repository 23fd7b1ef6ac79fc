"""What asks sympy: a process that reads a question a line and writes an answer a line, "yes", "no" or "unknown".

Started as a script by :mod:`twinset.verification.algebra.proofs` and never imported. Trees come as JSON and are built into
sympy's objects one by one, with bounds on powers and factorials, which sympy works out as they are made.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any

import sympy

MOST_EXPONENT, MOST_FACTORIAL, MEMORY = 1000, 170, 2 << 30
FUNCTIONS = {
    "sqrt": sympy.sqrt, "exp": sympy.exp, "ln": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan,
    "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "abs": sympy.Abs,
}  # fmt: skip
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I}


class TooLargeError(ValueError):
    """What would take too long to make."""


class LateError(Exception):
    """The time of a question is up."""


def main() -> None:
    """Answer until there are no more questions."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, _late)
    seconds = float(sys.argv[1])
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            said = _answer(json.loads(line))
        except (
            LateError,
            ValueError,
            TypeError,
            ArithmeticError,
            NotImplementedError,
            RecursionError,
            MemoryError,
            AttributeError,
        ):
            said = None
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        print({True: "yes", False: "no", None: "unknown"}[said], flush=True)


def _late(number: int, frame: object) -> None:
    raise LateError


def _answer(question: dict[str, Any]) -> bool | None:
    first, second = (_made(tree) for tree in question["trees"])
    if question["ask"] == "equal":
        return _is_nought(first - second)
    names = sorted((first - second).free_symbols, key=str)
    if len(names) != 1:
        return None
    return _are_solutions(first - second, names[0], [_made(tree) for tree in question["values"]])


def _is_nought(expression: Any) -> bool | None:
    found = sympy.simplify(expression)
    if found == 0:
        return True
    told = found.equals(0)
    return None if told is None else bool(told)


def _are_solutions(expression: Any, name: Any, values: list[Any]) -> bool | None:
    """All real solutions, each once, or all that there are."""
    for domain in (sympy.S.Reals, sympy.S.Complexes):
        found = sympy.solveset(expression, name, domain)
        if isinstance(found, sympy.FiniteSet):
            roots = list(found)
        elif found is sympy.S.EmptySet:
            roots = []
        else:
            return None
        if len(roots) == len(values) and all(any(_is_nought(root - value) for value in values) for root in roots):
            return True
    return False


def _made(tree: Any) -> Any:
    if isinstance(tree, list):
        return sympy.Rational(int(tree[0]), int(tree[1]))
    word, parts = tree["word"], [_made(part) for part in tree["parts"]]
    if not parts:
        return CONSTANTS[word] if word in CONSTANTS else sympy.Symbol(word, real=True)
    if word == "log":
        return sympy.log(parts[0], 10)
    return FUNCTIONS[word](parts[0]) if word in FUNCTIONS else _applied(word, parts[0], parts[-1])


def _applied(word: str, first: Any, second: Any) -> Any:
    if word == "^":
        if second.is_number and abs(second) > MOST_EXPONENT:
            raise TooLargeError
        return first**second
    if word == "!":
        if not first.is_Integer or first > MOST_FACTORIAL:
            raise TooLargeError
        return sympy.factorial(first)
    if word in ("neg", "%"):
        return -first if word == "neg" else first / 100
    if word == "/" and second == 0:
        raise ZeroDivisionError
    return {"+": first + second, "-": first - second, "*": first * second, "/": first / second if second != 0 else None}[
        word
    ]


if __name__ == "__main__":
    main()
