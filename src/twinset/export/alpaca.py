"""Alpaca: JSON lines of ``{"instruction": ..., "input": ..., "output": ...}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.export.talks import talk_of, write_rows
from twinset.export.text import concatenate


@dataclass(frozen=True, slots=True)
class Alpaca:
    """Writes Alpaca's instructions."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".alpaca.jsonl",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError where no question and answer are found: conversations of many turns have no place here."""
        if talk_of(table).messages is not None:
            raise SchemaError("Alpaca holds a question and its answer, and no conversations; write messages or sharegpt")

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The lines of one part."""
        talk = talk_of(table)

        def line(row: Mapping[str, Any]) -> object:
            def text(name: str | None) -> str:
                return "" if name is None or row[name] is None else str(row[name])

            said = {"instruction": text(talk.question), "input": text(talk.input), "output": text(talk.answer)}
            return said | ({"system": text(talk.system)} if talk.system else {})

        write_rows(batches, path, line)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The lines of all parts."""
        concatenate(parts, path)
