"""Rows that break a rule of their table, such as a check of the database that they came from."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.constraints import broken
from twinset.core.constraints import Unique
from twinset.core.keys import Places, plain
from twinset.core.schema import Table


def breaking(table: Table, rows: pa.Table) -> Places:
    """The places of rows that break a constraint whose columns are all there; uniqueness is no row's own."""
    wrong = np.zeros(rows.num_rows, dtype=np.bool_)
    there = [column for column in table.columns if column.name in rows.column_names]
    batch = pa.RecordBatch.from_arrays(
        [plain(rows.column(column.name)).cast(column.storage) for column in there],
        schema=pa.schema([pa.field(column.name, column.storage) for column in there]),
    )
    for constraint in table.constraints:
        if not isinstance(constraint, Unique) and set(constraint.columns) <= set(batch.schema.names):
            wrong |= broken(constraint, table, batch, {})
    return np.flatnonzero(wrong)
