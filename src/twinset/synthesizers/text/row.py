"""One row in the making: its values so far, and its questions to models, each with a seed of its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twinset.core.llm import Answer, Call, Client, Message
from twinset.core.seed import Seed
from twinset.errors import ProviderError
from twinset.plan import ModelSpec
from twinset.synthesizers.text.reading import asked, read
from twinset.synthesizers.text.shapes import Shape, is_clean
from twinset.synthesizers.text.templates import WARNING

TRIES = 4
"""Times that a question is asked until its answer can be read."""

_OF_THE_ROW = {"context": "the prompt is longer than the model's context", "refused": "the model refused to answer",
               "endless": "an answer without end", "format": "the server knows no such structured output"}  # fmt: skip


class RejectedError(Exception):
    """The row can't be made this time; ``content`` is what there is of it. Never leaves this package."""

    def __init__(self, reason: str, content: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.content = content


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model of the plan: its client, how it is asked, and its name there."""

    name: str
    spec: ModelSpec
    client: Client


@dataclass(frozen=True, slots=True)
class Asking:
    """How one column asks: which model, with what of its own in place of the model's usual."""

    model: str
    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """``used`` counts what the row costs, by model."""

    values: dict[str, Any]
    seed: Seed
    speakers: Mapping[str, Speaker]
    used: Counter[str] = field(default_factory=Counter)

    async def text(self, step: str, how: Asking, messages: Sequence[Message]) -> str:
        """An answer in words."""
        for again in range(TRIES):
            answer = await self._asked(step, how, messages, again, None)
            text = answer.text.strip()
            if text and is_clean(text):
                if answer.is_cut:
                    self.used[f"{how.model}.cut_answers"] += 1
                return text
            self.used[f"{how.model}.unusable_answers"] += 1
        raise RejectedError("the model gave no answer", self.content)

    async def value(self, step: str, how: Asking, messages: Sequence[Message], shape: Shape) -> Any:
        """An answer of a shape: asked again until it is, a bounded number of times."""
        schema, fault, text = asked(shape).schema, "", ""
        for again in range(TRIES):
            text = (await self._asked(step, how, messages, again, schema)).text
            value, said = read(text, shape)
            if said is None:
                return value
            fault = said
            self.used[f"{how.model}.unusable_answers"] += 1
        raise RejectedError(fault, text)

    async def _asked(
        self, step: str, how: Asking, messages: Sequence[Message], again: int, schema: dict[str, Any] | None
    ) -> Answer:
        speaker = self.speakers[how.model]
        seed = self.seed.child(step, again).number()
        call = Call(
            tuple(messages), how.max_tokens, seed, how.temperature, how.top_p, how.stop, schema,
            is_again=again > 0 and schema is not None, extra=speaker.spec.extra,
        )  # fmt: skip
        try:
            answer = await speaker.client.ask(call)
        except ProviderError as error:
            if error.kind in _OF_THE_ROW:
                raise RejectedError(_OF_THE_ROW[error.kind], self.content) from error
            raise
        self.used.update(
            {
                f"{how.model}.calls": 1,
                f"{how.model}.prompt_tokens": answer.prompt_tokens,
                f"{how.model}.completion_tokens": answer.completion_tokens,
            }
        )
        return answer

    @property
    def content(self) -> str:
        """What there is of the row, for the list of rejects."""
        return json.dumps(self.values, ensure_ascii=False, default=str)[:2000]


def prompt(user: str, system: str = "", *, has_documents: bool = False) -> list[Message]:
    """The messages of a single question; where documents stand in it, the system message says what they are."""
    said = "\n\n".join(filter(None, [system, WARNING if has_documents else ""]))
    return [*([Message("system", said)] if said else []), Message("user", user)]
