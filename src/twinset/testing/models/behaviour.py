"""How a stand-in behaves: how long it takes, how much it bears, what goes wrong, and whom it knows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twinset.errors import PlanError
from twinset.testing.models.answers import answer, numbers

FAULTS = ("timeout", "rate", "server", "cut", "endless", "no_json", "broken", "empty")
"""The first six pass: asked again, the same call is answered. ``broken`` and ``empty`` answers stay what they are."""

_PASSING = FAULTS[:6]


@dataclass
class Behaviour:
    """``latency`` in seconds; ``slots`` calls at once, others wait, or are refused (429) with ``is_refusing``.

    ``faults`` are shares by kind. ``forms`` are the structured outputs that it knows, ``limit`` its word for the length of
    an answer. ``say`` makes the answer from a call's body, or gives None for the usual one. ``context`` is the longest
    prompt in characters; ``is_keeping`` keeps all bodies.
    """

    latency: float = 0.0
    slots: int = 1_000_000
    is_refusing: bool = False
    faults: Mapping[str, float] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    key: str = ""
    forms: tuple[str, ...] = ("json_schema", "json_object")
    limit: str = "max_tokens"
    context: int = 1_000_000
    say: Callable[[Mapping[str, Any]], str | None] | None = None
    is_keeping: bool = False
    bodies: list[dict[str, Any]] = field(default_factory=list)
    n_calls: int = 0
    n_answers: int = 0
    most_in_flight: int = 0
    n_faults: Counter[str] = field(default_factory=Counter)
    _seen: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        if unknown := set(self.faults) - set(FAULTS):
            raise PlanError(f"no such faults: {', '.join(sorted(unknown))}; known: {', '.join(FAULTS)}")

    def fault(self, content: bytes) -> str:
        """What goes wrong with this call, now; nothing: ""."""
        if not self.faults:
            return ""
        digest = hashlib.blake2b(content, digest_size=8).digest()
        place, sum_ = int.from_bytes(digest, "little") / 2**64, 0.0
        for kind, share in self.faults.items():
            sum_ += share
            if place < sum_:
                if kind in _PASSING:
                    if digest in self._seen:
                        return ""
                    self._seen.add(digest)
                self.n_faults[kind] += 1
                return kind
        return ""

    def refusal(self, body: Mapping[str, Any], authorization: str) -> tuple[int, dict[str, Any]] | None:
        """Status and error for a call that no model is asked about."""
        if self.key and authorization != f"Bearer {self.key}":
            return 401, _error(f"Incorrect API key provided: {authorization.removeprefix('Bearer ')}")
        if self.models and body.get("model") not in self.models:
            return 404, _error(f"The model `{body.get('model')}` does not exist")
        if sum(len(message["content"]) for message in body["messages"]) > self.context:
            return 400, _error(f"This model's maximum context length is {self.context} characters")
        if self.limit not in body and {"max_tokens", "max_completion_tokens"} & set(body):
            return 400, _error(f"Unsupported parameter. Use '{self.limit}' instead.")
        form = (body.get("response_format") or {}).get("type")
        if form and form not in self.forms:
            return 400, _error(f"response_format of type {form} is not supported")
        return None

    def completion(self, content: bytes, body: Mapping[str, Any], fault: str) -> dict[str, Any]:
        """The body of an answer."""
        said = self.say(body) if self.say else None
        said = answer(body, numbers(content)) if said is None else said
        said = {"empty": "", "broken": said[: len(said) // 2] + '{"'}.get(fault, said)
        words = said.split(" ")
        most = int(body.get(self.limit) or 1_000_000)
        is_cut = len(words) > most
        said = " ".join(words[:most]) if is_cut else said
        n_prompt = sum(len(message["content"]) for message in body["messages"]) // 4 + 1
        usage = {"prompt_tokens": n_prompt, "completion_tokens": min(len(words), most)}
        choice = {"index": 0, "finish_reason": "length" if is_cut else "stop"}
        return {
            "id": "1",
            "object": "chat.completion",
            "model": body.get("model"),
            "choices": [{**choice, "message": {"role": "assistant", "content": said}}],
            "usage": usage,
        }


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error"}}


def parsed(content: bytes) -> dict[str, Any] | None:
    """A call's body, if it is one."""
    try:
        body = json.loads(content)
        is_fine = all(isinstance(message["content"], str) for message in body["messages"]) and body["messages"]
    except (ValueError, KeyError, TypeError):
        return None
    return body if is_fine else None
