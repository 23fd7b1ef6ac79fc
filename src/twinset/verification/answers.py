"""``self_consistency`` and ``round_trip``: a made text beside other answers of the model.

Several answers to the same question that agree are more often right than one; a translation that comes back as what it was
has lost little. Neither is proof: a model can be wrong in the same way many times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import GenerationError, PlanError
from twinset.verification.columns import need, share, texts, whole

_FINAL = re.compile(r"(?:final answer|the answer is|answer)\s*(?:is)?\s*[:=]?\s*(.+)", re.IGNORECASE)
_BOXED = re.compile(r"\\boxed\{([^{}]+)\}|####\s*(.+)")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class SelfConsistency:
    """``answer`` is what the majority of answers to ``question`` is.

    Of the column ``answers`` (lists), or asked ``n`` times.

    ``least`` is the share of answers that must agree with it.
    """

    answer: str
    question: str = ""
    answers: str = ""
    n: int = 5
    least: float = 0.5

    def __post_init__(self) -> None:
        if bool(self.question) == bool(self.answers):
            raise PlanError("say either question, the column to ask about again, or answers, a column of lists of answers")
        whole(self.n, "n", 2, 100)
        share(self.least, "least")

    def fits(self, table: Table) -> None:
        need(table, "answer", self.answer, textual=False)
        if self.question:
            need(table, "question", self.question)
        else:
            need(table, "answers", self.answers, textual=False)
            if not pa.types.is_list(table[self.answers].storage):
                raise PlanError(f"answers names {self.answers!r}, which holds {table[self.answers].storage}, and no lists")

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        own = [final(text or "") for text in texts(rows, self.answer)]
        return [self._reason(*pair) for pair in zip(own, self._others(rows, ctx), strict=True)]

    def _others(self, rows: pa.RecordBatch, ctx: CheckContext | None) -> list[list[str]]:
        if self.answers:
            return [
                [final(str(one)) for one in some or () if one is not None] for some in rows.column(self.answers).to_pylist()
            ]
        if ctx is None:
            raise GenerationError("self_consistency asks the stage's model, and there is none")
        prompts = [text or "" for text in texts(rows, self.question)]
        asked = [ctx.ask(prompts, sample=sample) for sample in range(1, self.n + 1)]
        return [list(map(final, some)) for some in zip(*asked, strict=True)]

    def _reason(self, own: str, others: list[str]) -> str | None:
        counts = Counter(one for one in others if one)
        if not counts:
            return "no other answer can be read"
        best = max(counts.values())
        if counts[own] < best:
            return "most answers are others"
        return None if counts[own] >= self.least * len(others) else "too few answers agree"


def final(text: str) -> str:
    """What an answer comes to, ready to compare: what is marked as the answer, else the last number, else all of it."""
    marked: list[tuple[str, str]] = _BOXED.findall(text)
    said = (marked[-1][0] or marked[-1][1]) if marked else ""
    if not said and (answers := list(_FINAL.finditer(text))):
        said = answers[-1][1]
    numbers: list[str] = _NUMBER.findall(said or text)
    if numbers:
        try:
            return format(Decimal(numbers[-1].replace(",", "")).normalize(), "f")
        except InvalidOperation:
            return numbers[-1]
    return " ".join(re.findall(r"\w+", (said or text).casefold()))


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """``text``, a translation of ``original``, comes back as it when it is translated back.

    Back translations stand in the column ``back``, or the stage's model is asked for them, into ``language``. ``least`` is
    the likeness to the original in runs of letters (chrF, Popović 2015) from which on it may stay.
    """

    text: str
    original: str
    back: str = ""
    language: str = ""
    least: float = 0.4

    def __post_init__(self) -> None:
        if bool(self.back) == bool(self.language):
            raise PlanError("say either back, the column of back translations, or language, that of the original")
        share(self.least, "least")

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)
        need(table, "original", self.original)
        if self.back:
            need(table, "back", self.back)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        originals = [text or "" for text in texts(rows, self.original)]
        likeness = [chrf(*pair) for pair in zip(self._back(rows, ctx), originals, strict=True)]
        return [None if value >= self.least else "it comes back otherwise from translation" for value in likeness]

    def _back(self, rows: pa.RecordBatch, ctx: CheckContext | None) -> Sequence[str]:
        if self.back:
            return [text or "" for text in texts(rows, self.back)]
        if ctx is None:
            raise GenerationError("round_trip asks the stage's model, and there is none")
        said = [text or "" for text in texts(rows, self.text)]
        return ctx.ask(said, system=f"Translate what you are given into {self.language}. Answer with the translation alone.")


def chrf(made: str, reference: str, longest: int = 6, beta: float = 2.0) -> float:
    """The F-score of runs of one to six letters that two texts share, recall weighing double: 1 for the same text."""
    one, other = ("".join(text.casefold().split()) for text in (made, reference))
    precision, recall, n_orders = 0.0, 0.0, 0
    for n in range(1, longest + 1):
        mine, theirs = _runs(one, n), _runs(other, n)
        if not mine or not theirs:
            continue
        shared = sum((mine & theirs).values())
        precision, recall, n_orders = precision + shared / mine.total(), recall + shared / theirs.total(), n_orders + 1
    if not n_orders or precision + recall == 0:
        return 0.0
    p, r = precision / n_orders, recall / n_orders
    return (1 + beta**2) * p * r / (beta**2 * p + r)


def _runs(text: str, n: int) -> Counter[str]:
    return Counter(text[at : at + n] for at in range(len(text) - n + 1))
