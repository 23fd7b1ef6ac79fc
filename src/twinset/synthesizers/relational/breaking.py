"""Rows that break a rule of their table, such as a check of the database that they came from."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa

from twinset.constraints import broken
from twinset.core.constraints import Unique
from twinset.core.keys import Places, numbered, plain
from twinset.core.schema import Table


def breaking(table: Table, rows: pa.Table, drawn: Collection[str]) -> Places:
    """The places of rows that break a constraint whose columns are all there, or that have another row's primary key.

    Keys are looked at where one of their columns is among those ``drawn``: else drawing again would change nothing.
    """
    wrong = np.zeros(rows.num_rows, dtype=np.bool_)
    there = [column for column in table.columns if column.name in rows.column_names]
    batch = pa.RecordBatch.from_arrays(
        [plain(rows.column(column.name)).cast(column.storage) for column in there],
        schema=pa.schema([pa.field(column.name, column.storage) for column in there]),
    )
    for constraint in table.constraints:
        if not isinstance(constraint, Unique) and set(constraint.columns) <= set(batch.schema.names):
            wrong |= broken(constraint, table, batch, {})
    key = set(table.primary_key)
    if len(key) > 1 and key & set(drawn) and key <= set(rows.column_names):
        keys = numbered([plain(rows.column(name)) for name in table.primary_key])
        _, first = np.unique(keys, return_index=True)
        again = np.ones(len(keys), dtype=np.bool_)
        again[first] = False
        wrong |= again
    return np.flatnonzero(wrong)
