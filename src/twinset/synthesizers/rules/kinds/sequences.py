"""Numbers that count rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope


@dataclass(frozen=True, slots=True)
class Sequence(Options):
    """``start``, ``start + step`` ... in the order of the rows."""

    word: ClassVar[str] = "sequence"
    is_unique: ClassVar[bool] = True
    start: int = 1
    step: int = 1

    def __post_init__(self) -> None:
        options.whole(self.start, "start", -(2**62), 2**62)
        if options.whole(self.step, "step", -(2**20), 2**20) == 0:
            raise PlanError("step is not 0: all rows would have the same value")

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Identifier("sequence"), pa.int64(), origin="declared")

    def n_values(self) -> int | None:
        return None

    def at(self, rows: Index, common: Seed) -> pa.Array:
        return pa.array(rows * self.step + self.start)

    def make(self, rows: Rows) -> pa.Array:
        return self.at(np.arange(rows.start, rows.start + rows.n, dtype=np.int64), rows.common)
