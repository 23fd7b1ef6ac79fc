"""Numbers of an owner that are the sum of its rows in a child table, or how many there are: added up when these are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.keys import Places, plain
from twinset.core.schema import Column
from twinset.synthesizers.relational.alike import Floats, as_numbers

_HOLDS, _FEWEST = 0.999, 50


@dataclass(frozen=True, slots=True)
class Total:
    """``column`` of an owner is the sum of ``summed`` of its rows in ``child``; how many there are where that is ''."""

    column: str
    child: str
    summed: str

    def of(self, rows: pa.Table, owners: Places, n_owners: int) -> Floats:
        """The total of each owner."""
        there = owners >= 0
        weights = np.nan_to_num(as_numbers(rows.column(self.summed)))[there] if self.summed else None
        return np.bincount(owners[there], weights=weights, minlength=n_owners).astype(np.float64)

    def put(self, rows: pa.Table, totals: Floats, storage: pa.DataType) -> pa.Table:
        """The owner's rows with their totals."""
        values = totals if pa.types.is_floating(storage) else np.rint(totals).astype(np.int64)
        return rows.set_column(rows.column_names.index(self.column), self.column, pa.array(values).cast(storage, safe=False))


def find_totals(
    own: Sequence[Column], child: str, columns: Sequence[Column], rows: pa.Table, children: pa.Table, owners: Places
) -> Iterator[Total]:
    """The numbers of an owner that are such totals in nearly every row."""
    n_owners = rows.num_rows
    there = np.where(owners < n_owners, owners, -1)
    if n_owners < _FEWEST or not (there >= 0).any():
        return
    summed = ["", *(one.name for one in columns if isinstance(one.type, types.Integer | types.Real))]
    for column in own:
        if not isinstance(column.type, types.Integer | types.Real) or plain(rows.column(column.name)).null_count:
            continue
        wanted = as_numbers(rows.column(column.name))
        for name in summed:
            total = Total(column.name, child, name)
            found = total.of(children, there, n_owners)
            step = 0.5 * 10.0 ** -(getattr(column.type, "decimals", 0) or 6)
            if np.unique(found).size > 1 and (np.abs(found - wanted) <= step).mean() >= _HOLDS:
                yield total
                break
