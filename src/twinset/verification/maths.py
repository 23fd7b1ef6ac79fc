"""``math``: answers are what their expressions come to, and sums that a text spells out are right.

Expressions are read by a parser of our own (:mod:`twinset.verification.algebra`), which runs nothing. Two are the same where
they agree at several points, exactly, in fractions; where roots and functions leave that open, sympy is asked, if the extra
``math`` is installed, in a process with limits; without it twelve digits must do. Equations are solved by sympy alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.verification.algebra import proofs
from twinset.verification.algebra.latex import plain
from twinset.verification.algebra.points import Told, are_equal, compared
from twinset.verification.algebra.reader import parsed
from twinset.verification.algebra.results import Result, agree, core, result
from twinset.verification.algebra.tree import ExpressionError, Node, unknowns
from twinset.verification.answers import final
from twinset.verification.columns import need, texts

_SUM = re.compile(
    r"(?<![\w.)^/*×÷+−-])(?P<left>[-−(]*\$?\d[\d.,]*(?:\s*[-+−*/×÷·^]\s*\(*[-−]?\$?\d[\d.,]*%?\)*)+)\s*=\s*(?P<right>[-−]?\$?\d[\d.,]*)"
    r"(?!\s*[\d^*/×÷·(])"
)

_NO_SOLUTION = ("no solution", "no solutions", "no real solution", "no real solutions", "none")
_NOT_SOLVED = "the answer is not what solves the equation"
_PROSE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|####|boxed")
_CODE = re.compile(r"__|\(\)|:=|\blambda\b|;|import")
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
        equation = _equation(core(expression))
        wanted = None if equation else result(expression)
    except ExpressionError as error:
        return f"the expression can't be read: {error}"
    if equation and not (unknowns(equation[0]) | unknowns(equation[1])):
        if not same(*equation):
            return "the expression is an equation that does not hold"
        wanted, equation = Result("value", (equation[0],)), None
    try:
        said = _said(answer)
    except ExpressionError:
        return "the answer can't be read"
    if equation:
        return _of_equation(said, equation)
    return None if wanted and agree(said, wanted, same) else "the answer is not what the expression comes to"


def _of_equation(said: Result, equation: tuple[Node, Node]) -> str | None:
    """An equation with unknowns is to be solved: its solutions are the answer."""
    if not proofs.is_there():
        return "the expression is an equation, and solving it takes the extra math"
    is_none = said.kind == "words" and said.marks in _NO_SOLUTION
    if said.kind not in ("value", "list") and not is_none:
        return _NOT_SOLVED
    return None if proofs.solved(*equation, said.values) else _NOT_SOLVED


def _equation(expression: str) -> tuple[Node, Node] | None:
    """Both sides, where an expression is an equation and no value that is given a name."""
    left, mark, right = plain(expression).partition("=")
    if not mark or "=" in right or "," in expression or "±" in right:
        return None
    sides = parsed(left), parsed(right)
    is_named = re.fullmatch(r"\s*[a-zA-Z]\s*", left) and left.strip() not in unknowns(sides[1])
    return None if is_named else sides


def _said(answer: str) -> Result:
    """The answer itself; from running text what is right of the last equals sign, else the last number."""
    try:
        return result(answer)
    except ExpressionError:
        right = core(answer).rpartition("=")[2]
        for said in (
            right if "=" in answer else "",
            final(answer) if _PROSE.search(answer) and not _CODE.search(answer) else "",
        ):
            if said.strip():
                try:
                    return result(said)
                except ExpressionError:
                    continue
        raise


def same(one: Node, other: Node) -> bool:
    """Whether two expressions are equal: by points, and by sympy where points alone prove nothing."""
    told = compared(one, other)
    if told in (Told.SAME, Told.OTHER):
        return told is Told.SAME
    proof = proofs.equal(one, other)
    return proof is True or (proof is None and told is Told.NEARLY)


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
