"""``revise``: a column criticised and written anew, some rounds: the value is the last version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from twinset.errors import PlanError
from twinset.synthesizers.text.columns.kind import ASKING, Scope, check_words
from twinset.synthesizers.text.row import Asking, Row, prompt
from twinset.synthesizers.text.shapes import Shape, Text
from twinset.synthesizers.text.templates import Template, as_document

_CRITIC = "You are a strict editor. Name what must be better in the text, in a few short points. Do not rewrite it."
_WRITER = "You rewrite texts. Answer with the new text alone."


@dataclass(frozen=True, slots=True)
class Revise:
    """The text to begin with, what is looked at, and how often."""

    how: Asking
    column: str
    critique: Template
    rounds: int
    shape: ClassVar[Shape] = Text()

    @classmethod
    def read(cls, said: Mapping[str, Any], scope: Scope) -> Revise:
        check_words(said, ("revise", "critique", "rounds", *ASKING), scope.column)
        rounds = said.get("rounds", 1)
        if type(rounds) is not int or not 1 <= rounds <= 10:
            raise PlanError(f"{scope.column}.rounds is a whole number from 1 to 10, not {rounds!r}")
        column = scope.named(said["revise"], "revise")
        critique = scope.template(said.get("critique", "Is it clear, correct and complete?"), "critique")
        return cls(scope.asking(said), column, critique, rounds)

    @property
    def templates(self) -> Iterable[Template]:
        return [self.critique]

    @property
    def questions(self) -> Iterable[tuple[Asking, int]]:
        return [(self.how, len(self.critique.source) + 4 * self.how.max_tokens)] * (2 * self.rounds)

    async def make(self, row: Row) -> Any:
        text = str(row.values[self.column])
        asked = self.critique.render(row.values)
        for number in range(self.rounds):
            ask = f"The text:\n{as_document(text)}\n\nWhat to look at: {asked}"
            said = await row.text(f"critique-{number}", self.how, prompt(ask, _CRITIC, has_documents=True))
            ask = f"The text:\n{as_document(text)}\n\nWhat an editor says of it:\n{as_document(said)}\n\nRewrite the text."
            text = await row.text(f"revision-{number}", self.how, prompt(ask, _WRITER, has_documents=True))
        return text
