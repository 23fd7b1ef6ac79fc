"""Labels: one row for each broken cell, or row, of a table, in a table of their own.

A column of labels in the table itself would change what a cleaner is given, and has room for one fault a row. A table
``TABLE_dirt`` leaves the data as a system would have left them and names the cell, so that a cleaner's precision and recall
are two joins: on ``row`` and ``column``, and for a repair on ``clean`` too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Table
from twinset.synthesizers.rules.rule import Index

SUFFIX = "_dirt"

_COLUMNS = (
    Column("row", types.Integer(), pa.int64(), nullable=False, reason="the number of the row in the table, from 0"),
    Column("clean_row", types.Integer(), pa.int64(), nullable=False, reason="the number of the row in the clean table"),
    Column("column", types.Categorical(), pa.string(), reason="missing where the whole row is one too many"),
    Column("kind", types.Categorical(), pa.string(), nullable=False, reason="what the plan calls the fault"),
    Column("detail", types.Text(), pa.string(), nullable=False, reason="what exactly was done"),
    Column("is_valid", types.Boolean(), pa.bool_(), nullable=False, reason="an edge case that is right as it stands"),
    Column("clean", types.Text(), pa.string(), reason="the value that belongs there"),
    Column("dirty", types.Text(), pa.string(), reason="the value that stands there"),
)


def labels_of(table: str) -> Table:
    """The table of labels of a table."""
    columns = (Column(one.name, one.type, one.storage, None, "declared", one.nullable, one.reason) for one in _COLUMNS)
    return Table(f"{table}{SUFFIX}", tuple(columns))


@dataclass(frozen=True, slots=True)
class Label:
    """Cells of one column that were broken in one way: their rows in the block, and what each held and holds."""

    rows: Index
    column: str | None
    kind: str
    details: Iterable[str]
    clean: pa.Array
    dirty: pa.Array
    is_valid: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one block. ``start`` and ``clean_start`` number its first row in the table and in the clean one."""

    start: int
    clean_start: int
    source: Index
    found: list[Label] = field(default_factory=list)

    def batch(self, columns: list[str]) -> pa.RecordBatch:
        """All of them, by row, then in the order of the columns, whole rows first."""
        arrow = labels_of("").arrow
        if not self.found:
            return pa.RecordBatch.from_pylist([], schema=arrow)
        rows = np.concatenate([one.rows for one in self.found])
        sizes = [len(one.rows) for one in self.found]
        place: dict[str | None, int] = {name: number for number, name in enumerate(columns)} | {None: -1}
        order = np.lexsort((np.repeat([place[one.column] for one in self.found], sizes), rows))
        arrays = [
            pa.array(rows + self.start),
            pa.array(self.source[rows] + self.clean_start),
            _repeated([one.column for one in self.found], sizes),
            _repeated([one.kind for one in self.found], sizes),
            pa.array([detail for one in self.found for detail in one.details], pa.string()),
            pa.array(np.repeat([one.is_valid for one in self.found], sizes)),
            pa.concat_arrays([one.clean.cast(pa.string()) for one in self.found]),
            pa.concat_arrays([one.dirty.cast(pa.string()) for one in self.found]),
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=arrow).take(pa.array(order))


def _repeated(values: list[str | None] | list[str], sizes: list[int]) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(np.repeat(np.arange(len(sizes)), sizes)))
