"""What an owner's rows in a child table are like: columns of the owner that are learned with it and never given out.

How many rows there are; of the child's columns in which rows of one owner are alike, the mean of a number or a time, and the
most frequent label. The child's rows are then drawn given these, so that a customer who buys dear things goes on to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.keys import Places, plain
from twinset.core.schema import Column
from twinset.synthesizers.relational.shape import MARK, rows_of

Floats = npt.NDArray[np.float64]
MOST, _ALIKE, _FEWEST = 8, 0.03, 5
"""Columns of a child that are looked at at most; how much likeness of an owner's rows is worth a column; rows to tell it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Columns of a child table that its owner sums up: means of ``numbers``, most frequent ``labels``."""

    child: str
    numbers: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The summary's columns, as they are learned with the owner's."""
        count = Column(rows_of(self.child), types.Integer(), pa.int64(), nullable=False)
        means = [Column(self._name("mean", name), types.Real(), pa.float64()) for name in self.numbers]
        modes = [Column(self._name("most", name), types.Categorical(), pa.string()) for name in self.labels]
        return (count, *means, *modes)

    def _name(self, what: str, column: str) -> str:
        return f"{MARK}{self.child}: {what} {column}"

    def of(self, rows: pa.Table, owners: Places, n_owners: int) -> pa.Table:
        """The summary of each owner; ``owners`` gives the place of every row's, negative where it has none."""
        there = owners >= 0
        own, kept = owners[there], rows.filter(pa.array(there))
        counts = np.bincount(own, minlength=n_owners)
        arrays = [pa.array(counts)]
        for name in self.numbers:
            mean = _means(as_numbers(kept.column(name)), own, n_owners)
            arrays.append(pa.array(mean, mask=np.isnan(mean)))
        arrays += [_modes(plain(kept.column(name)), own, n_owners) for name in self.labels]
        return pa.table(arrays, names=[column.name for column in self.columns])


def find_summary(child: str, columns: tuple[Column, ...], rows: pa.Table, owners: Places) -> Summary:
    """The summary of a child's columns in which the rows of one owner are alike, the most alike first."""
    there = np.flatnonzero(owners >= 0)
    _, groups = np.unique(owners[there], return_inverse=True)
    found = []
    if len(there) >= _FEWEST * 2 and groups.max(initial=-1) + 1 < len(there):
        for column in columns:
            if is_number(column):
                likeness = _icc(as_numbers(rows.column(column.name))[there], groups)
            elif is_label(column):
                likeness = _label_likeness(plain(rows.column(column.name)), there, groups)
            else:
                continue
            if likeness > _ALIKE:
                found.append((likeness, column))
    best = [column for _, column in sorted(found, key=lambda one: -one[0])[:MOST]]
    numbers = tuple(column.name for column in best if is_number(column))
    return Summary(child, numbers, tuple(column.name for column in best if is_label(column)))


def is_number(column: Column) -> bool:
    """Whether a column is summed up by a mean."""
    return isinstance(column.type, types.Integer | types.Real | types.Date | types.DateTime | types.Duration)


def is_label(column: Column) -> bool:
    """Whether a column is summed up by its most frequent value."""
    return isinstance(column.type, types.Categorical | types.Ordinal | types.Boolean)


def as_numbers(column: pa.ChunkedArray) -> Floats:
    """Numbers and times as float64, missing as NaN."""
    own = plain(column)
    if pa.types.is_date32(own.type):
        own = own.cast(pa.int32())
    elif pa.types.is_temporal(own.type):
        own = own.cast(pa.int64())
    return np.asarray(own.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _means(values: Floats, owners: Places, n_owners: int) -> Floats:
    there = ~np.isnan(values)
    total = np.bincount(owners[there], weights=values[there], minlength=n_owners)
    count = np.bincount(owners[there], minlength=n_owners)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _modes(values: pa.Array, owners: Places, n_owners: int) -> pa.Array:
    """The most frequent label of each owner; the first of several."""
    coded = values.cast(pa.string()).dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
    there = codes >= 0
    width = max(len(coded.dictionary), 1)
    cells, counts = np.unique(owners[there] * width + codes[there], return_counts=True)
    order = np.lexsort((-cells, counts))
    best = np.full(n_owners, -1, dtype=np.int64)
    best[cells[order] // width] = cells[order] % width
    return (
        coded.dictionary.take(pa.array(np.maximum(best, 0), mask=best < 0))
        if width > 1 or len(coded.dictionary)
        else pa.nulls(n_owners, pa.string())
    )


def _icc(values: Floats, groups: Places) -> float:
    """One-way intraclass correlation (Shrout and Fleiss 1979, ICC(1,1)) of values within groups."""
    there = ~np.isnan(values)
    values, (_, groups) = values[there], np.unique(groups[there], return_inverse=True)
    n_rows, n_groups = len(values), int(groups.max(initial=-1)) + 1
    if n_groups < 2 or n_rows <= n_groups + 1 or values.std() == 0:
        return 0.0
    values = (values - values.mean()) / values.std()
    size = np.bincount(groups)
    mean = np.bincount(groups, weights=values) / size
    between = float((size * mean**2).sum() / (n_groups - 1))
    within = float(((values - mean[groups]) ** 2).sum() / (n_rows - n_groups))
    width = (n_rows - (size**2).sum() / n_rows) / (n_groups - 1)
    total = between + (width - 1) * within
    return (between - within) / total if total > 0 else 0.0


def _label_likeness(values: pa.Array, there: Places, groups: Places) -> float:
    """How much oftener two rows of a group have the same label than two rows at random (Fleiss 1971)."""
    coded = values.cast(pa.string()).dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)[there]
    known = codes >= 0
    codes, (_, groups) = codes[known], np.unique(groups[known], return_inverse=True)
    size = np.bincount(groups)
    n_pairs = float((size * (size - 1.0)).sum())
    if n_pairs == 0:
        return 0.0
    _, cell = np.unique(groups * (codes.max(initial=0) + 1) + codes, return_counts=True)
    alike = float((cell * (cell - 1.0)).sum()) / n_pairs
    share = np.bincount(codes) / len(codes)
    chance = float((share**2).sum())
    return (alike - chance) / (1 - chance) if chance < 1 else 0.0
