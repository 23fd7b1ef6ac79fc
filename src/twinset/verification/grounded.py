"""``grounded`` and ``numbers``: every claim of a text that can be looked up stands in its source.

Quotations, dates, numbers and names are found by rules (:mod:`twinset.verification.facts`). What claims share with the
source says nothing of how they hang together: who did what to whom is a question for a ``judge``, the stage's own model,
which is asked about the text as a whole where the plan wants it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.registry import nearest
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.verification.claims import Source
from twinset.verification.columns import as_names, joined, need, texts
from twinset.verification.facts.entities import reader
from twinset.verification.facts.kinds import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
_JUDGE = (
    "You check texts against their source. Answer with one word: yes if every statement of the text follows from the "
    "source, no if any does not."
)


@dataclass(frozen=True, slots=True)
class Grounded:
    """Every claim in ``text`` stands in the columns of ``source``; ``of`` says which kinds of claims are looked at.

    ``allow`` are words and figures that may stand in any text. With ``spacy`` its English model looks for names, too; with
    ``judge`` the stage's own model is asked.
    """

    text: str
    source: tuple[str, ...] | str
    of: tuple[Kind, ...] | str = KINDS
    allow: tuple[str, ...] = ()
    spacy: bool = False
    judge: bool = False

    def __post_init__(self) -> None:
        for kind in as_names(self.of):
            if kind not in KINDS:
                raise PlanError(f"of is some of {', '.join(KINDS)}, not {kind!r}{nearest(kind, KINDS)}")
        if not as_names(self.source):
            raise PlanError("source names the columns that a text must follow from, at least one")

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)
        need(table, "source", *as_names(self.source), textual=False)
        if self.spacy:
            reader()

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        said, sources = texts(rows, self.text), joined(rows, as_names(self.source))
        pairs = zip(said, sources, strict=True)
        found = [reason(text, source, as_names(self.of), self.allow, self.spacy) for text, source in pairs]
        return self._judged(said, sources, found, ctx) if self.judge else found

    def _judged(
        self, said: Sequence[str | None], sources: Sequence[str], found: list[str | None], ctx: CheckContext | None
    ) -> list[str | None]:
        asked = [place for place, why in enumerate(found) if why is None and said[place]]
        if not asked or ctx is None:
            return found
        prompts = [f"Source:\n{sources[place]}\n\nText:\n{said[place]}\n\nDoes every statement follow?" for place in asked]
        for place, answer in zip(asked, ctx.ask(prompts, system=_JUDGE), strict=True):
            if not answer.strip().lower().startswith("yes"):
                found[place] = "the judge does not find it in its source"
        return found


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number in ``text`` stands in the columns of ``source``, as ``grounded`` reads them."""

    text: str
    source: tuple[str, ...] | str
    allow: tuple[str, ...] = ()

    def fits(self, table: Table) -> None:
        Grounded(self.text, self.source).fits(table)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        return Grounded(self.text, self.source, ("numbers",), self.allow).reasons(rows, ctx)


def reason(
    text: str | None, source: str, of: Iterable[str] = KINDS, allow: Iterable[str] = (), spacy: bool = False
) -> str | None:
    """Why a text may not stay: the first kind of claim that its source does not bear out."""
    if not (text or "").strip():
        return "there is no text"
    known = Source("\n".join([source, *allow]))
    claims = Source(text or "", spacy, known)
    for kind in of:
        if claims.unfounded(kind, known):
            return _WHY[kind]
    return None


_WHY = {
    "quotes": "it quotes what its source does not say",
    "dates": "it names a date or time that its source does not",
    "numbers": "it gives a number that its source does not",
    "names": "it names somebody or something that its source does not",
}
