"""Columns that point to rows of another table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope


@dataclass(frozen=True, slots=True)
class Reference(Options):
    """The ``column`` (a key) of some row of ``table``, each as likely as any other."""

    word: ClassVar[str] = "reference"
    table: str
    column_: str

    def __post_init__(self) -> None:
        options.text(self.table, "table")
        options.text(self.column_, "column")

    @property
    def key(self) -> str:
        return self.column_

    def column(self, name: str, scope: Scope) -> Column:
        return dataclasses.replace(scope.column(self.table, self.key), name=name)

    def pick(self, rows: Rows) -> Index:
        n_targets = rows.size_of(self.table)
        if n_targets == 0 and rows.n:
            raise PlanError(f"{rows.n:,} rows refer to the table {self.table!r}, of which no rows are asked for")
        return rows.seed.generator().integers(0, max(1, n_targets), rows.n, dtype=np.int64)

    def make(self, rows: Rows) -> pa.Array:
        return rows.at(self.table, self.key, self.pick(rows))
