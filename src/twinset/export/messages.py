"""Chat messages: JSON lines of ``{"messages": [{"role": ..., "content": ...}, ...]}``, as OpenAI, TRL and others read them.

Preferences, with the columns ``chosen`` and ``rejected``, become ``{"prompt": [...], "chosen": [...], "rejected": [...]}``.
"""

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


@dataclass(frozen=True, slots=True)
class Messages:
    """Writes chat messages."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".messages.jsonl",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError where no conversation is found."""
        talk_of(table)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The lines of one part."""
        talk = talk_of(table)
        has_preference = {"chosen", "rejected"} <= set(table.names)

        def line(row: Mapping[str, Any]) -> object:
            turns = list(talk.turns(row))
            if not has_preference:
                return {"messages": turns}
            answers = {name: [{"role": "assistant", "content": str(row[name])}] for name in ("chosen", "rejected")}
            return {"prompt": turns[:-1], **answers}

        write_rows(batches, path, line)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The lines of all parts."""
        concatenate(parts, path)
