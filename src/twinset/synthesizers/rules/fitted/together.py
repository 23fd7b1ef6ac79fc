"""Which columns go together: correlations of ranks, as the normal numbers of a Gaussian copula have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.seed import Seed

Floats = npt.NDArray[np.float64]
LEAST = 0.05
"""Correlations below this are left out; a column with none is no part of the group."""
FEWEST_ROWS = 50
MOST_ROWS = 100_000
HEAPED = 0.1
MOST_COLUMNS = 60


def correlated(columns: Mapping[str, pa.Array]) -> dict[str, Any] | None:
    """The columns whose ranks go together, with the matrix of their correlations; None where there are none."""
    names = list(columns)[:MOST_COLUMNS]
    values = [_numbers(columns[name]) for name in names]
    if len(names) < 2:
        return None
    size = len(names)
    matrix = np.eye(size)
    for one in range(size):
        for other in range(one):
            matrix[one, other] = matrix[other, one] = _correlation(values[one], values[other])
    part = np.flatnonzero((np.abs(matrix) >= LEAST).sum(axis=1) > 1)
    if len(part) < 2:
        return None
    known = _possible(matrix[np.ix_(part, part)])
    return {"columns": [names[place] for place in part], "matrix": known.tolist()}


def _numbers(array: pa.Array) -> Floats:
    """Values as numbers, at most so many of them; NaN where one is missing."""
    array = (
        array.take(pa.array(np.linspace(0, len(array) - 1, MOST_ROWS).astype(np.int64))) if len(array) > MOST_ROWS else array
    )
    if pa.types.is_temporal(array.type):
        array = array.cast(pa.int32() if pa.types.is_date32(array.type) else pa.int64())
    return np.asarray(pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _ranks(values: Floats) -> Floats:
    """Ranks from 0 to 1, equal values in the middle of theirs."""
    seen, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - counts / 2)[place] / len(values)) if len(seen) else values


def _correlation(first: Floats, second: Floats) -> float:
    """Spearman's of the rows that have both, turned into that of normal numbers."""
    both = ~(np.isnan(first) | np.isnan(second))
    if both.sum() < FEWEST_ROWS:
        return 0.0
    one, other = _ranks(first[both]), _ranks(second[both])
    if one.std() == 0 or other.std() == 0:
        return 0.0
    spearman = float(np.corrcoef(one, other)[0, 1])
    normal = _normal(spearman, one, other) if _is_heaped(one) or _is_heaped(other) else 2 * np.sin(np.pi / 6 * spearman)
    return round(normal, 2) if abs(normal) >= LEAST else 0.0


def _is_heaped(ranks: Floats) -> bool:
    """Whether one value has so many rows that a correlation of ranks falls short of that behind it."""
    return bool(np.unique(ranks, return_counts=True)[1].max() > HEAPED * len(ranks))


def _normal(spearman: float, first: Floats, second: Floats) -> float:
    """The correlation of normal numbers that gives ranks with such ties such a correlation: found on a grid of them."""
    rng = Seed(0).child("rules", "fitted").generator()
    one, other = rng.standard_normal((2, 20_000))
    known = _stepped(one, first)
    grid = np.linspace(-0.98, 0.98, 15)
    seen = [np.corrcoef(known, _stepped(rho * one + np.sqrt(1 - rho**2) * other, second))[0, 1] for rho in grid]
    return float(np.interp(spearman, np.maximum.accumulate(seen), grid))


def _stepped(normal: Floats, ranks: Floats) -> Floats:
    """Normal numbers as the ranks that the same places among the rows have."""
    order = np.argsort(np.argsort(normal))
    return np.asarray(np.sort(ranks)[(order * len(ranks)) // len(normal)])


def _possible(matrix: Floats) -> Floats:
    """The nearest correlations, of two decimals, that do not contradict each other."""
    for shrink in np.arange(0, 1.01, 0.02):
        values, vectors = np.linalg.eigh(matrix)
        near = (vectors * np.maximum(values, 1e-6)) @ vectors.T
        scale = np.sqrt(np.diag(near))
        near = near / np.outer(scale, scale) * (1 - shrink)
        near = np.round((near + near.T) / 2, 2)
        np.fill_diagonal(near, 1.0)
        if np.linalg.eigvalsh(near).min() >= 0:
            return np.asarray(near + 0.0)
    return np.eye(len(matrix))
