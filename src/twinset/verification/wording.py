"""``quoted`` and ``pattern``: texts that must stand in their source word for word, and texts that must have a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.texts.pieces import plain
from twinset.verification.columns import need, texts, whole


@dataclass(frozen=True, slots=True)
class Quoted:
    """``text`` stands in ``source`` of its row, its words in a row, and is at least ``words`` words long.

    Case, punctuation, marks around it and line breaks do not count. A quotation proves that its words are there, not that
    they bear anything out.
    """

    text: str
    source: str
    words: int = 3

    def __post_init__(self) -> None:
        whole(self.words, "words", 1, 1000)

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)
        need(table, "source", self.source)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        quotations, sources = (
            plain(pa.array(texts(rows, name), pa.string())).to_pylist() for name in (self.text, self.source)
        )
        return [self._reason(*pair) for pair in zip(quotations, sources, strict=True)]

    def _reason(self, quotation: str, source: str) -> str | None:
        if len(quotation.split()) < self.words:
            return f"it quotes fewer than {self.words} words"
        return None if f" {quotation} " in f" {source} " else "its words do not stand in its source"


@dataclass(frozen=True, slots=True)
class Pattern:
    """``text`` matches a regular expression somewhere (RE2: no backreferences, and never slow); a missing one does not."""

    text: str
    matches: str

    def __post_init__(self) -> None:
        try:
            pc.match_substring_regex(pa.array([""]), self.matches)
        except (pa.ArrowInvalid, TypeError) as error:
            raise PlanError(f"matches is a regular expression (RE2), not {self.matches!r:.100}: {error}") from None

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        found = pc.match_substring_regex(pa.array(texts(rows, self.text), pa.string()), self.matches)
        return [None if one else f"it does not match {self.matches}" for one in found.to_pylist()]
