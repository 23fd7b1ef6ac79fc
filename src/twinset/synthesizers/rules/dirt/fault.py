"""The contract of a fault: one way in which cells of a column go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.dirt.cells import Mask, there
from twinset.synthesizers.rules.rule import Options

Draws = npt.NDArray[np.float64]
"""Three numbers from 0 to 1 for each cell that is broken."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands in the broken cells, and what was done to each."""

    values: pa.Array
    details: list[str]


@dataclass(frozen=True, slots=True)
class Fault(Options):
    """``share`` of the rows are broken in each of ``columns``: by default in all that fit and are no keys."""

    noun: ClassVar[str] = "fault"
    of: ClassVar[str] = ""
    """What it is of, in words."""
    is_named: ClassVar[bool] = False
    """Whether its columns have to be named: what it does is more than most would want in every column."""
    is_text: ClassVar[bool] = False
    """Whether its columns become text; such faults come last."""
    share: float
    columns: Any = None

    def __post_init__(self) -> None:
        options.number(self.share, "share", 0, 1)
        if self.columns is None and self.is_named:
            raise PlanError("name the columns: {columns: [...], share: 0.01}")
        if self.columns is not None:
            for name in options.listed(self.columns, "columns"):
                options.text(name, "a column")
            if len(set(self.columns)) != len(self.columns):
                raise PlanError("columns has the same one twice")

    def fits(self, column: Column) -> bool:
        """Whether it can break that column."""
        raise NotImplementedError

    def becomes(self, column: Column) -> Column:
        """The column as its broken values need it."""
        return column

    def may(self, array: pa.Array, column: Column) -> Mask:
        """The cells that it can break."""
        return there(array)

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        """The cells, which are some of those that it can break, broken: none is as before."""
        raise NotImplementedError


def choice(draw: float, n: int) -> int:
    """A number below n."""
    return min(int(draw * n), n - 1)
