"""What engines and language models say to each other: calls, answers, and the Protocols of clients and their recordings.

Engines know nothing else of models; clients are found by name in the registry group "llm".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant"]
Structured = Literal["auto", "json_schema", "json_object", "prompt"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a call."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a model. ``schema`` is the JSON schema of the answer; ``seed`` tells equal questions apart.

    ``is_again`` says that an earlier answer did not keep to the schema: it is then spelled out in words, too.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    seed: int
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    is_again: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def key(self, model: str) -> str:
        """SHA-256 of all that decides the answer: under it an answer is kept."""
        messages = [[message.role, message.content] for message in self.messages]
        asked = [model, messages, self.max_tokens, self.seed, self.temperature, self.top_p, self.stop, self.schema]
        asked += [self.is_again, self.extra]
        return hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def most_tokens(self) -> int:
        """About the most that this call can cost in tokens: a token is seldom shorter than two bytes of text."""
        return self.max_tokens + sum(len(message.content.encode()) // 2 + 8 for message in self.messages)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered; ``is_cut`` where it was stopped at ``max_tokens``. ``is_new``: asked now, and not read back."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_cut: bool = False
    is_new: bool = True


class Client(Protocol):
    """One model behind one endpoint. Made by its name in the registry from :class:`ModelOptions`.

    ``ask`` may be called for many calls at once, from one event loop; it keeps as many in flight as the server bears, and
    tries again what is worth trying. Raises ProviderError.
    """

    @property
    def model(self) -> str: ...

    async def ask(self, call: Call) -> Answer: ...

    async def close(self) -> None: ...


class Recording(Client, Protocol):
    """A client in front of another that keeps every answer, by part: an answer is on the disk before it is used."""

    def part(self, name: str) -> Client:
        """The client of one part; closing it closes its file alone."""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """How a model is reached, and what it may cost.

    ``key`` is the name of an environment variable and never the key itself. ``answers`` is a folder or file of recorded
    answers. ``tokens`` and ``money`` (US dollars) are the budget, prices are per million tokens. ``path`` is a local model.
    """

    model: str
    base_url: str | None = None
    key: str | None = None
    concurrency: int = 16
    timeout: float = 120.0
    retries: int = 8
    structured: Structured = "auto"
    path: str | None = None
    answers: Path | None = None
    tokens: int | None = None
    money: float | None = None
    price_input: float = 0.0
    price_output: float = 0.0

    def cost(self, prompt_tokens: float, completion_tokens: float) -> float:
        """US dollars."""
        return (prompt_tokens * self.price_input + completion_tokens * self.price_output) / 1e6
