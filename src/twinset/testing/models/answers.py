"""Made-up answers: a text, or JSON that keeps to a schema, both following from a hash alone."""

from __future__ import annotations

import hashlib
import itertools
import json
import string
from collections.abc import Iterator, Mapping
from typing import Any

_WORDS = (
    "the", "a", "this", "that", "one", "every", "some", "paper", "river", "garden", "window", "letter",
    "morning", "quiet", "small", "bright", "early", "late", "old", "new", "open", "round", "carries",
    "keeps", "finds", "leaves", "follows", "answers", "brings", "holds", "shows", "turns", "under", "over",
    "beside", "between", "before", "after", "without",
)  # fmt: skip


def numbers(content: bytes) -> Iterator[int]:
    """Numbers from 0 to 65535 without end, which follow from the content."""
    for round_ in itertools.count():
        block = hashlib.sha256(content + round_.to_bytes(4, "little")).digest()
        yield from (int.from_bytes(block[at : at + 2], "little") for at in range(0, 32, 2))


def text(draw: Iterator[int], n_words: int = 12) -> str:
    """A sentence without sense."""
    words = [_WORDS[next(draw) % len(_WORDS)] for _ in range(n_words)]
    return " ".join(words).capitalize() + "."


def instance(schema: Mapping[str, Any], draw: Iterator[int]) -> Any:
    """A value that keeps to a JSON schema (of the words that Twinset asks with)."""
    if "enum" in schema:
        return schema["enum"][next(draw) % len(schema["enum"])]
    match schema.get("type"):
        case "object":
            return {name: instance(one, draw) for name, one in schema.get("properties", {}).items()}
        case "array":
            low = int(schema.get("minItems", 0))
            high = int(schema.get("maxItems", max(low, 3)))
            return [instance(schema["items"], draw) for _ in range(low + next(draw) % (high - low + 1))]
        case "integer":
            low, high = int(schema.get("minimum", 0)), int(schema.get("maximum", 100))
            return low + next(draw) % (high - low + 1)
        case "number":
            bottom, top = float(schema.get("minimum", 0)), float(schema.get("maximum", 1))
            return round(bottom + (top - bottom) * next(draw) / 65535, 4)
        case "boolean":
            return next(draw) % 2 == 0
        case "null":
            return None
        case list() as kinds:
            return instance({**schema, "type": kinds[next(draw) % len(kinds)]}, draw)
    made = text(draw, 4)
    short = made[: int(schema.get("maxLength", 200))]
    return short + "".join(string.ascii_lowercase[next(draw) % 26] for _ in range(schema.get("minLength", 0) - len(short)))


def asked_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema that an answer is to keep to: of the response format, or spelled out in a message."""
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        schema: Mapping[str, Any] = wanted["json_schema"]["schema"]
        return schema
    for message in body["messages"]:
        _, found, after = message["content"].partition("this JSON schema: ")
        if found:
            spelled: Mapping[str, Any] = json.JSONDecoder().raw_decode(after)[0]
            return spelled
    return None


def answer(body: Mapping[str, Any], draw: Iterator[int]) -> str:
    """What the model says to a call."""
    schema = asked_schema(body)
    return text(draw) if schema is None else json.dumps(instance(schema, draw))
