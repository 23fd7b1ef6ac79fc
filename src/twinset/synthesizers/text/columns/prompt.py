"""``prompt``: one question, whose answer is the value: a text, or what ``as`` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from twinset.synthesizers.text.columns.kind import ASKING, Scope, check_words
from twinset.synthesizers.text.row import Asking, Row, prompt
from twinset.synthesizers.text.shapes import Shape, Text
from twinset.synthesizers.text.shaping import shape_of
from twinset.synthesizers.text.templates import Template


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template, and the order above it."""

    how: Asking
    prompt: Template
    system: Template | None
    shape: Shape
    is_text: bool

    @classmethod
    def read(cls, said: Mapping[str, Any], scope: Scope) -> Prompt:
        check_words(said, ("prompt", "system", "as", *ASKING), scope.column)
        shape = shape_of(said["as"], f"{scope.column}.as") if "as" in said else Text()
        return cls(
            scope.asking(said),
            scope.template(said["prompt"], "prompt"),
            scope.orders(said.get("system"), "system"),
            shape,
            "as" not in said,
        )

    @property
    def templates(self) -> Iterable[Template]:
        return [one for one in (self.system, self.prompt) if one]

    @property
    def questions(self) -> Iterable[tuple[Asking, int]]:
        return [(self.how, sum(len(one.source) for one in self.templates))]

    async def make(self, row: Row) -> Any:
        system = self.system.render(row.values) if self.system else ""
        messages = prompt(self.prompt.render(row.values), system, has_documents=self.prompt.is_foreign)
        if self.is_text:
            return await row.text("answer", self.how, messages)
        return await row.value("answer", self.how, messages, self.shape)
