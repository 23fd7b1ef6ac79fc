"""The rows that a stage goes over: those of another stage or of a source, whole or in pieces of their documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dataset, whole
from twinset.core.registry import nearest
from twinset.core.schema import Column, Schema, Table
from twinset.errors import PlanError
from twinset.plan import OverSpec

PIECE = "piece"
"""The column that numbers the pieces of a document."""
_LOOKED_AT = 100  # documents whose length is taken for that of all


def over_table(spec: OverSpec, schema: Schema) -> Table:
    """The table that is gone over, from the schema of the input; PlanError where the plan does not say which, or wrongly."""
    names = [table.name for table in schema]
    if spec.table is None and len(names) != 1:
        raise PlanError(
            f"over: {spec.rows_of} has several tables; say which: over: {{rows_of: ..., table: ...}} ({', '.join(names)})"
        )
    if spec.table is not None and spec.table not in names:
        raise PlanError(f"over.table: {spec.rows_of} has no table {spec.table!r}{nearest(spec.table, names)}")
    table = schema[spec.table or names[0]]
    if spec.chunk is None:
        return table
    if spec.chunk.column not in table.names:
        raise PlanError(
            f"over.chunk.column: there is no column {spec.chunk.column!r}{nearest(spec.chunk.column, table.names)}"
        )
    text = table[spec.chunk.column]
    if not (pa.types.is_string(text.storage) or pa.types.is_large_string(text.storage)):
        raise PlanError(f"over.chunk.column: {text.name!r} is {text.type.word} and no text")
    if PIECE in table.names:
        raise PlanError(f"over.chunk numbers its pieces in the column {PIECE!r}, which there is already")
    return table.with_columns((*table.columns, Column(PIECE, types.Integer(), pa.int64(), nullable=False)))


@dataclass(frozen=True, slots=True)
class Over:
    """All rows that are gone over; row i of the stage goes with the row ``i // times``."""

    spec: OverSpec
    rows: pa.Table
    starts: npt.NDArray[np.int64]
    """The row of each piece; the rows themselves where there are no pieces."""

    @classmethod
    def of(cls, spec: OverSpec, data: Dataset) -> Over:
        names = [table.name for table in data.schema]
        rows = whole(data, spec.table or names[0])
        if spec.chunk is None:
            return cls(spec, rows, np.arange(rows.num_rows))
        counts = [max(1, len(_bounds(text, spec))) for text in rows[spec.chunk.column].to_pylist()]
        return cls(spec, rows, np.repeat(np.arange(rows.num_rows), counts))

    def __len__(self) -> int:
        return len(self.starts) * self.spec.times

    @property
    def n_letters(self) -> int:
        """How long a document or a piece of one is, by the longest of a few."""
        places = np.unique(np.linspace(0, len(self) - 1, min(len(self), _LOOKED_AT)).astype(np.int64)).tolist()
        rows = [row for place in places for row in self.read(place, place + 1)]
        return max((sum(len(cell) for cell in row.values() if isinstance(cell, str)) for row in rows), default=0)

    def read(self, start: int, stop: int) -> list[dict[str, Any]]:
        """What goes with the rows [start, stop) of the stage."""
        places = np.arange(start, stop) // self.spec.times
        rows: list[dict[str, Any]] = self.rows.take(pa.array(self.starts[places])).to_pylist()
        if self.spec.chunk is None:
            return rows
        first = np.searchsorted(self.starts, self.starts[places])
        return [_piece(row, int(piece), self.spec) for row, piece in zip(rows, places - first, strict=True)]


def _piece(row: Mapping[str, Any], number: int, spec: OverSpec) -> dict[str, Any]:
    assert spec.chunk is not None
    text = row[spec.chunk.column]
    bounds = _bounds(text, spec)
    piece = text[slice(*bounds[number])] if bounds else text
    return {**row, spec.chunk.column: piece, PIECE: number}


def _bounds(text: str | None, spec: OverSpec) -> list[tuple[int, int]]:
    """Where the pieces of a document lie: whole words, blanks and line breaks between them as they are."""
    assert spec.chunk is not None
    words = _words(text or "")
    step = spec.chunk.words - spec.chunk.overlap
    firsts = range(0, max(1, len(words) - spec.chunk.overlap), step) if words else ()
    return [(words[first][0], words[min(first + spec.chunk.words, len(words)) - 1][1]) for first in firsts]


def _words(text: str) -> list[tuple[int, int]]:
    at, found = 0, []
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        found.append((start, at))
    return found
