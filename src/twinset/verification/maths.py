"""``math``: answers are what their expressions come to, and sums that a text spells out are right.

Expressions are read by a parser of our own (:mod:`twinset.verification.expressions`), which knows numbers, letters,
operators and a few functions and runs nothing. Two are the same where they agree at several points: exactly, in fractions,
where there are only sums, products and powers of them (Schwartz 1980, Zippel 1979), else to twelve digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.verification.answers import final
from twinset.verification.columns import need, texts
from twinset.verification.expressions import ExpressionError, are_equal, parsed

_SUM = re.compile(
    r"(?<![\w.)^/*×÷+−-])(?P<left>[-−(]*\$?\d[\d.,]*(?:\s*[-+−*/×÷·^]\s*\(*[-−]?\$?\d[\d.,]*%?\)*)+)\s*=\s*(?P<right>[-−]?\$?\d[\d.,]*)"
    r"(?!\s*[\d^*/×÷·(])"
)

_DATED = re.compile(r"(?<![\d.])0\d")  # figures with a nought before them are dates and numbers of things


@dataclass(frozen=True, slots=True)
class Math:
    """``answer`` is what ``expression`` comes to; and with ``text``, every sum in it ("12 × 3 = 36") is right."""

    answer: str = ""
    expression: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        if bool(self.answer) != bool(self.expression) or not (self.answer or self.text):
            raise PlanError("say answer and expression, both, or text, or all three: the columns to look at")

    def fits(self, table: Table) -> None:
        if self.answer:
            need(table, "answer", self.answer, textual=False)
            need(table, "expression", self.expression)
        if self.text:
            need(table, "text", self.text)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        found: list[str | None] = [None] * len(rows)
        if self.answer:
            pairs = zip(texts(rows, self.answer), texts(rows, self.expression), strict=True)
            found = [_of_answer(answer or "", expression or "") for answer, expression in pairs]
        if self.text:
            sums = [_of_text(text or "") for text in texts(rows, self.text)]
            found = [one or other for one, other in zip(found, sums, strict=True)]
        return found


def _of_answer(answer: str, expression: str) -> str | None:
    try:
        left, _, right = expression.partition("=")
        wanted = parsed(left)
        if right and not are_equal(wanted, parsed(right)):
            return "the expression is an equation that does not hold"
    except ExpressionError as error:
        return f"the expression can't be read: {error}"
    try:
        said = parsed(answer)
    except ExpressionError:
        try:
            said = parsed(final(answer))
        except ExpressionError:
            return "the answer can't be read"
    return None if are_equal(said, wanted) else "the answer is not what the expression comes to"


def _of_text(text: str) -> str | None:
    """Sums are right to the digits that they say: 10 / 3 = 3.33 will do."""
    for found in _SUM.finditer(text):
        left, right = (_bare(found[side]) for side in ("left", "right"))
        if _DATED.search(left):
            continue
        try:
            decimals = len(right.partition(".")[2])
            if not are_equal(parsed(left), parsed(right), half_step=0.5 * 10.0**-decimals if decimals else 0.0):
                return "a sum in it is wrong"
        except ExpressionError:
            continue
    return None


def _bare(said: str) -> str:
    """Figures without currency and the commas between thousands, and no full stop that ends a sentence."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", said.replace("$", "")).rstrip(".,")
