"""Splitting real rows into those to learn from and those that only the evaluation sees.

Whole entities go to one side, so that nobody's rows are on both. Rows keep their order. How linked tables are split is
:mod:`twinset.pipeline.split_tables`' to know.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.schema import Table
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.pipeline.split_tables import split_tables


def split(data: Dataset, *, seed: Seed, holdout: float = 0.2) -> tuple[Tables, Tables]:
    """(train, holdout); about the given share of the entities is held out, in each table that has any of its own."""
    if not 0 < holdout < 1:
        raise PlanError(f"the holdout is a share between 0 and 1, not {holdout}")
    if len(data.schema.tables) != 1 or data.schema.only.foreign_keys:
        return split_tables(data, seed=seed, holdout=holdout)
    table = data.schema.only
    rows = whole(data)
    entities = _entities(table, rows)
    n_entities = int(entities.max()) + 1 if len(entities) else 0
    order = seed.child("split").generator().permutation(n_entities)
    is_held = np.zeros(n_entities, dtype=bool)
    is_held[order[: round(holdout * n_entities)]] = True
    mask = is_held[entities]
    kept = rows.filter(pa.array(~mask)).combine_chunks()
    held = rows.filter(pa.array(mask)).combine_chunks()
    train = Tables(data.schema, {table.name: kept}, "train", data.dialect, data.repairs)
    return train, dataclasses.replace(train, tables={table.name: held}, role="holdout")


def _entities(table: Table, rows: pa.Table) -> npt.NDArray[np.int64]:
    """A number for each row that says whose it is; rows of nobody in particular have one each."""
    if not table.entity:
        return np.arange(rows.num_rows, dtype=np.int64)
    codes = [rows.column(name).combine_chunks().dictionary_encode("encode").indices for name in table.entity]
    stacked = np.stack([np.asarray(code.to_numpy(), dtype=np.int64) for code in codes], axis=1)
    _, numbers = np.unique(stacked, axis=0, return_inverse=True)
    return numbers.astype(np.int64)
