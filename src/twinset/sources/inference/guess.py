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
    """What the table as a whole says.

    ``is_text``: cells are as they were written. ``has_times``: the source has dates and times of its own, as JSON and text
    have not. ``separator``: the file's; a comma there rules out decimal commas in bare numbers. ``day_first``, ``decimal``:
    how the table's unambiguous dates and numbers are written, if any are.
    """

    names: tuple[str, ...] = ()
    is_text: bool = True
    has_times: bool = False
    separator: str = ","
    day_first: bool | None = None
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """A type, and one typed value for each distinct value of the cells.

    A null in ``values`` is a cell that can't be read as the type: it becomes missing, and ``lost`` names it in the repair.
    ``reason`` never shows a value of the data that fewer than K rows share. ``is_doubtful`` says that the table's other
    columns could decide better; ``decimal`` is the sign before decimals, for numbers in text.
    """

    type: types.Type
    values: pa.Array
    reason: str
    domain: Domain | None = None
    repairs: tuple[Repair, ...] = ()
    lost: str = "cells that could not be read became missing"
    is_doubtful: bool = False
    decimal: str = ""


Rule = Callable[[Cells, Hints], Guess | None]
