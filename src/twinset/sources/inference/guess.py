"""What a rule of inference says of a column, and what it may know beside the column's own cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.core.schema import Domain
from twinset.sources.inference.cells import Cells


@dataclass(frozen=True, slots=True)
class Hints:
    """What the whole table says: its columns' names, and which way dates and numbers are written elsewhere in it.

    ``is_text`` is whether the cells are as they were written; ``separator`` is the file's, as a comma there rules out decimal
    commas in bare numbers.
    """

    names: tuple[str, ...] = ()
    is_text: bool = True
    separator: str = ","


@dataclass(frozen=True, slots=True)
class Guess:
    """A type, and one typed value for each distinct value of the cells.

    A null in ``values`` is a cell that can't be read as the type: it becomes missing, and ``lost`` names it in the repair.
    ``reason`` never shows a value of the data that fewer than K rows share.
    """

    type: types.Type
    values: pa.Array
    reason: str
    domain: Domain | None = None
    repairs: tuple[Repair, ...] = ()
    lost: str = "cells that could not be read became missing"
    decimal: str = ""


Rule = Callable[[Cells, Hints], Guess | None]
