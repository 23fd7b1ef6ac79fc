"""Rows by group: means, spreads, most frequent values, and how alike the rows of one group are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.keys import Places, plain
from twinset.privacy.values import Numbers

Floats = npt.NDArray[np.float64]
_SAME, _GROUPS = 0.995, 20
"""The share of rows that must have their group's most frequent value, in at least so many groups of two rows and more."""


def as_numbers(column: pa.ChunkedArray) -> Floats:
    """Numbers and times as float64, missing as NaN."""
    own = plain(column)
    if pa.types.is_date32(own.type) or pa.types.is_time32(own.type):
        own = own.cast(pa.int32())
    elif pa.types.is_temporal(own.type):
        own = own.cast(pa.int64())
    return np.asarray(own.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def codes_of(values: pa.Array) -> Numbers:
    """A number for each different value, -1 for missing."""
    return np.asarray(pc.fill_null(values.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def means(values: Floats, groups: Places, n_groups: int) -> Floats:
    """The mean of each group, NaN where there is none."""
    there = ~np.isnan(values)
    total = np.bincount(groups[there], weights=values[there], minlength=n_groups)
    count = np.bincount(groups[there], minlength=n_groups)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def spreads(values: Floats, groups: Places, n_groups: int) -> Floats:
    """The standard deviation of each group of at least two values, else NaN."""
    there = ~np.isnan(values)
    own, count = groups[there], np.bincount(groups[there], minlength=n_groups)
    off = values[there] - means(values, groups, n_groups)[own]
    total = np.bincount(own, weights=off**2, minlength=n_groups)
    return np.where(count > 1, np.sqrt(total / np.maximum(count - 1, 1)), np.nan)


def _cells(codes: Numbers, groups: Places) -> tuple[Numbers, Numbers, int]:
    """Groups and values as one number, how often each is there, and by what to divide."""
    there, width = codes >= 0, int(codes.max(initial=0)) + 1
    cells, counts = np.unique(groups[there] * width + codes[there], return_counts=True)
    return cells, counts, width


def modes(values: pa.Array, groups: Places, n_groups: int) -> pa.Array:
    """The most frequent value of each group, the least of several, whatever their order; missing where there is none."""
    coded = values.dictionary_encode()
    if not len(coded.dictionary):
        return pa.nulls(n_groups, values.type)
    ordered = pc.array_sort_indices(coded.dictionary)
    place = np.empty(len(ordered), dtype=np.int64)
    place[ordered.to_numpy()] = np.arange(len(ordered))
    codes = codes_of(values)
    cells, counts, width = _cells(np.where(codes < 0, -1, place[codes]), groups)
    order = np.lexsort((-cells, counts))
    best = np.full(n_groups, -1, dtype=np.int64)
    best[cells[order] // width] = cells[order] % width
    return coded.dictionary.take(ordered).take(pa.array(np.maximum(best, 0), mask=best < 0))


def n_kinds(values: pa.Array, groups: Places, n_groups: int) -> Numbers:
    """How many different values each group has."""
    cells, _, width = _cells(codes_of(values), groups)
    return np.bincount(cells // width, minlength=n_groups)


def is_same(codes: Numbers, groups: Places) -> bool:
    """Whether nearly all rows have the value of their group, where there are groups enough to tell."""
    size = np.bincount(groups)
    cells, counts, width = _cells(codes, groups)
    most = np.zeros(len(size), dtype=np.int64)
    np.maximum.at(most, cells // width, counts)
    several = size > 1
    return bool(several.sum() >= _GROUPS and most[several].sum() >= _SAME * size[several].sum())


def likeness(values: Floats, groups: Places) -> float:
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


def by_chance(groups: Places) -> float:
    """How far likeness typically strays from nothing where rows of groups are not alike: by how many pairs there are."""
    size = np.bincount(groups)
    return float(np.sqrt(2 / max((size * (size - 1.0)).sum(), 1.0)))


def label_likeness(codes: Numbers, groups: Places) -> float:
    """How much oftener two rows of a group have the same value than two rows at random (Fleiss 1971)."""
    there = codes >= 0
    codes, (_, groups) = codes[there], np.unique(groups[there], return_inverse=True)
    size = np.bincount(groups) if len(groups) else np.zeros(0)
    n_pairs = float((size * (size - 1.0)).sum())
    if n_pairs == 0:
        return 0.0
    _, counts, _ = _cells(codes, groups)
    alike = float((counts * (counts - 1.0)).sum()) / n_pairs
    share = np.bincount(codes) / len(codes)
    chance = float((share**2).sum())
    return (alike - chance) / (1 - chance) if chance < 1 else 0.0
