"""Asks sympy (the extra ``math``) whether expressions are equal, and whether values solve an equation.

Sympy may simplify without end, so it works in a process of its own, with limits of memory and of time for each question.
What it is given are trees that the reader here has made, as JSON: no text is ever handed to sympy, which would run it. What
it can't decide in time stays undecided.
"""

from __future__ import annotations

import importlib.util
import json
import select
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from twinset.verification.algebra.tree import Node

SECONDS = 2
"""Of CPU for each question; the clock waits five times as long, and longer for the first answer."""
_START = 30


def is_there() -> bool:
    """Whether sympy is installed."""
    return importlib.util.find_spec("sympy") is not None


def equal(one: Node, other: Node) -> bool | None:
    """Whether two expressions are equal wherever both are defined; None where sympy can't tell, or is not there."""
    return _answer({"ask": "equal", "trees": [_tree(one), _tree(other)]})


def solved(left: Node, right: Node, values: Sequence[Node]) -> bool | None:
    """Whether values are all solutions of an equation in one unknown, or all real ones; None where that can't be told."""
    return _answer({"ask": "solved", "trees": [_tree(left), _tree(right)], "values": [_tree(one) for one in values]})


def _tree(node: Node) -> Any:
    """A tree as JSON: a word with its parts, or a fraction as two texts of figures."""
    if node.word == "number":
        return [str(node.number.numerator), str(node.number.denominator)]
    return {"word": node.word, "parts": [_tree(part) for part in node.parts]}


def _answer(question: dict[str, Any]) -> bool | None:
    if not is_there():
        return None
    said = _process().ask(json.dumps(question))
    return {"yes": True, "no": False}.get(said)


@lru_cache(maxsize=1)
def _process() -> _Process:
    return _Process()


class _Process:
    """A child that answers line by line; one that does not answer in time is ended, and the next question starts another."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[str] | None = None

    def ask(self, line: str) -> str:
        is_new = self.child is None or self.child.poll() is not None
        if is_new:
            self.child = self._started()
        assert self.child is not None
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        try:
            self.child.stdin.write(line + "\n")
            self.child.stdin.flush()
            ready, _, _ = select.select([self.child.stdout], [], [], 5 * SECONDS + (_START if is_new else 0))
            said = self.child.stdout.readline().strip() if ready else ""
        except OSError:
            said = ""
        if not said:
            self.end()
        return said

    def _started(self) -> subprocess.Popen[str]:
        script = str(Path(__file__).with_name("inside.py"))
        return subprocess.Popen(
            [sys.executable, "-I", "-B", script, str(SECONDS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def end(self) -> None:
        """End the child, whatever it is at."""
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None

    def __del__(self) -> None:
        self.end()
