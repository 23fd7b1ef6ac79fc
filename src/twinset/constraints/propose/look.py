"""What proposals look at: a table's columns as numbers, on all rows and on a few, and whose the rows are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.constraints.evaluate import plain
from twinset.constraints.holds import broken, row_numbers
from twinset.core import types
from twinset.core.constraints import Constraint
from twinset.core.schema import Column, Table
from twinset.privacy.values import Owners, holders, of_rows

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FEW = 2_000
"""Rows on which a proposal is tried before it is tried on all."""
MOST_COLUMNS = 60
"""Columns of one kind that are looked at pair by pair."""


@dataclass(frozen=True)
class Look:
    """``numbers`` are those columns that count, measure or tell a time, as float64, NaN where a value is missing."""

    table: Table
    rows: pa.RecordBatch
    owners: Owners
    k: int
    numbers: dict[str, Floats]
    columns: tuple[Column, ...]

    @classmethod
    def at(cls, table: Table, rows: pa.Table, owners: Owners, k: int) -> Look:
        batches = rows.unify_dictionaries().combine_chunks().to_batches()
        numbers = {}
        for column in table.columns:
            if isinstance(column.type, types.Integer | types.Real | types.Date | types.DateTime | types.Time):
                numbers[column.name] = _floats(batches[0].column(column.name))
        varied = {
            name: own for name, own in numbers.items() if np.nanmin(own, initial=np.inf) < np.nanmax(own, initial=-np.inf)
        }
        return cls(table, batches[0], owners, k, varied, table.columns)

    def without(self, names: set[str]) -> Look:
        """The same without some columns: nothing is proposed of them."""
        numbers = {name: own for name, own in self.numbers.items() if name not in names}
        return replace(self, numbers=numbers, columns=tuple(one for one in self.columns if one.name not in names))

    @property
    def n_rows(self) -> int:
        return int(self.rows.num_rows)

    def named(self, *kinds: type[types.Type]) -> list[str]:
        """Names of the columns of numbers that have one of these types, the first few."""
        return [one.name for one in self.columns if isinstance(one.type, kinds) and one.name in self.numbers][:MOST_COLUMNS]

    def n_entities(self, rows: Mask) -> int:
        """How many entities have one of these rows."""
        return int(holders(np.zeros(int(rows.sum()), dtype=np.int64), 1, of_rows(self.owners, rows))[0])

    def is_there(self, name: str) -> Mask:
        return np.asarray(self.rows.column(name).is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)

    def codes(self, *names: str) -> npt.NDArray[np.int64]:
        """A number for each row, equal where all these columns are (missing ones included)."""
        return row_numbers([self.rows.column(name) for name in names], self.n_rows)[0]

    def holders_of(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """How many entities have each code."""
        return holders(codes, int(codes.max(initial=-1)) + 1, self.owners)

    def holders_in(self, codes: npt.NDArray[np.int64], rows: Mask) -> npt.NDArray[np.int64]:
        """How many entities have each code, of some of the rows."""
        return holders(codes, int(codes.max(initial=-1)) + 1, of_rows(self.owners, rows))

    def few(self) -> npt.NDArray[np.int64]:
        """Places of a few rows, evenly over all."""
        return np.unique(np.linspace(0, self.n_rows - 1, min(FEW, self.n_rows)).astype(np.int64))

    def is_held(self, constraint: Constraint) -> bool:
        """Whether all rows hold a constraint."""
        return not broken(constraint, self.table, self.rows, {}).any()


def _floats(values: pa.Array) -> Floats:
    values = plain(values)
    if pa.types.is_temporal(values.type):
        values = values.cast(pa.int32() if values.type.bit_width == 32 else pa.int64())
    return np.array(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
