"""ShareGPT: JSON lines of ``{"conversations": [{"from": "human", "value": ...}, {"from": "gpt", "value": ...}]}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.export.talks import talk_of, write_rows
from twinset.export.text import concatenate

_FROM = {"user": "human", "assistant": "gpt", "tool": "observation", "system": "system"}


@dataclass(frozen=True, slots=True)
class ShareGPT:
    """Writes ShareGPT's conversations; a tool call is a turn of its own, ``function_call``."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".sharegpt.jsonl",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError where no conversation is found."""
        talk_of(table)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The lines of one part."""
        talk = talk_of(table)

        def line(row: Mapping[str, Any]) -> object:
            return {"conversations": [said for turn in talk.turns(row) for said in _said(turn)]}

        write_rows(batches, path, line)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The lines of all parts."""
        concatenate(parts, path)


def _said(turn: Mapping[str, Any]) -> list[dict[str, Any]]:
    calls = [{"from": "function_call", "value": call["function"]} for call in turn.get("tool_calls", ())]
    if calls and not turn["content"]:
        return calls
    return [*calls, {"from": _FROM.get(turn["role"], turn["role"]), "value": turn["content"]}]
