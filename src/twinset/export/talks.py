"""What the formats of conversations share: which columns are a talk, and its turns.

A talk is a column of lists of messages (``role`` and ``content``), or the columns of a question and its answer, by the names
that they usually have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.export.atomic import replacing

QUESTIONS = ("instruction", "prompt", "question")
ANSWERS = ("response", "answer", "output", "chosen", "completion")
INPUTS = ("input", "context")
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Talk:
    """Names of columns: of the messages, or of system, question, input and answer."""

    messages: str | None = None
    system: str | None = None
    question: str | None = None
    input: str | None = None
    answer: str | None = None

    def turns(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The messages of a row: role, content, and what else a message has."""
        if self.messages is not None:
            yield from (_said(one) for one in row[self.messages] or ())
            return
        if self.system and row[self.system]:
            yield {"role": "system", "content": str(row[self.system])}
        asked = [str(row[name]) for name in (self.question, self.input) if name and row[name]]
        yield {"role": "user", "content": "\n\n".join(asked)}
        yield {"role": "assistant", "content": str(row[self.answer or ""])}


def talk_of(table: Table) -> Talk:
    """The talk in a table; SchemaError says what would be one."""
    for column in table.columns:
        if is_messages(column.storage):
            return Talk(messages=column.name)
    question, answer = _first(table, QUESTIONS), _first(table, ANSWERS)
    if question is None or answer is None:
        raise SchemaError(
            f"conversations need a column of messages (role, content), or a question ({', '.join(QUESTIONS)}) and an answer "
            f"({', '.join(ANSWERS)}); table {table.name!r} has: {', '.join(table.names[:30])}"
        )
    return Talk(None, _first(table, (SYSTEM,)), question, _first(table, INPUTS), answer)


def is_messages(storage: pa.DataType) -> bool:
    """Whether a column is one of conversations."""
    is_list = pa.types.is_list(storage) or pa.types.is_large_list(storage)
    inner = storage.value_type if is_list else None
    return inner is not None and pa.types.is_struct(inner) and {"role", "content"} <= {field.name for field in inner}


def _first(table: Table, names: Iterable[str]) -> str | None:
    return next((name for name in names if name in table.names), None)


def _said(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message without what it does not have."""
    said = {"role": message["role"], "content": message["content"]}
    if message.get("name"):
        said["name"] = message["name"]
    if calls := message.get("tool_calls"):
        said["tool_calls"] = [{"type": "function", "function": dict(call)} for call in calls]
    return said


def write_rows(batches: Iterable[pa.RecordBatch], path: Path, line: Callable[[Mapping[str, Any]], object]) -> None:
    """A part file with a line of JSON for each row; texts are few and long, so that rows are gone through one by one."""
    with replacing(path) as file:
        for batch in batches:
            for row in batch.to_pylist():
                file.write(json.dumps(line(row), ensure_ascii=False, default=str).encode() + b"\n")
