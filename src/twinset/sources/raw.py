"""What every reader of files gives: an Arrow table as it was written, before anything is inferred from it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from twinset.core.dataset import Dialect, Repair


@dataclass(frozen=True, slots=True)
class Raw:
    """One table as a file holds it.

    ``is_text`` says that each cell is still the text that was written (CSV, Excel), so that the columns' types, the missing
    words and the decimal sign are yet to be found. Text columns may be dictionary-encoded.
    """

    table: pa.Table
    is_text: bool
    dialect: Dialect
    repairs: tuple[Repair, ...] = ()
