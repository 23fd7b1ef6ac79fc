"""JSON lines: one object a line, every column in each, null where a value is missing.

Dates and times are text in the format of their type, ISO 8601 where it has none. Documents kept as text (type ``json``)
stay text. NaN and infinities, which JSON does not know, become null. JSON lines have no place for marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.export.json import NULL, json_of, key
from twinset.export.text import check_columns, concatenate, write_lines


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Writes JSON lines."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".jsonl", ".ndjson")

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError for columns that are no text."""
        check_columns(table, json_of)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The lines of one part."""
        write_lines(batches, path, partial(_lines, table=table))

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The lines of all parts."""
        concatenate(parts, path)


def _lines(rows: pa.RecordBatch, table: Table) -> pa.Array:
    pieces: list[pa.Array | str] = []
    for array, column in zip(rows.columns, table.columns, strict=True):
        pieces += [f"{',' if pieces else '{'}{key(column.name)}:", json_of(array, column.type)]
    return pc.binary_join_element_wise(*pieces, "}", "", null_handling="replace", null_replacement=NULL)
