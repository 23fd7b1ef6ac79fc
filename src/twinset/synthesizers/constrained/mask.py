"""Conditional presence: the column is learned as it is, and taken away where it may not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints import broken
from twinset.core.constraints import Presence
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.synthesizers.constrained.step import Known, Step


@dataclass(frozen=True)
class Mask(Step[Presence]):
    """``column`` is made missing wherever the constraint wants it so."""

    word: ClassVar[str] = "mask"

    @property
    def reads(self) -> tuple[str, ...]:
        return self.constraint.columns

    @property
    def writes(self) -> tuple[str, ...]:
        return (self.constraint.column,)

    @property
    def takes(self) -> tuple[str, ...]:
        return ()

    @property
    def hidden(self) -> tuple[Column, ...]:
        return ()

    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        return []

    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        name = self.constraint.column
        rows = pa.RecordBatch.from_pydict({one: known[one] for one in self.constraint.columns})
        is_wrong = pa.array(broken(self.constraint, self.table, rows, {}))
        return {name: pc.if_else(is_wrong, pa.scalar(None, known[name].type), known[name])}
