"""Rows as points: a space in which distance means that two records differ, column by column.

Numbers and times become their rank among the reference rows, so that every column counts alike whatever its unit and its
tails; labels become corners that lie equally far apart. Nearest points are found block by block through a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed
from twinset.evaluation.encode import Array, EncodedColumn

Points = npt.NDArray[np.float32]

GRID = 1_000
"""Quantiles that a number's rank is read from."""
SPREAD = 6**0.5
"""From the lowest to the highest number: two numbers by lot are then a squared distance of one apart, as two labels are."""
CORNERS = 16
"""Labels beyond so many share dimensions: random directions, almost at right angles."""
DIMENSIONS = 128
"""A wider space is projected onto so many random directions, which keeps distances to about a tenth (Achlioptas 2003)."""
BLOCK_CELLS = 1 << 23
GROUP = 32


@dataclass(frozen=True, slots=True)
class Axis:
    """How one column becomes coordinates: a grid of quantiles for numbers, a row of ``corners`` for each label."""

    grid: npt.NDArray[np.float64] | None
    corners: Points

    @property
    def width(self) -> int:
        return 2 if self.grid is not None else self.corners.shape[1]

    def embed(self, values: Array) -> Points:
        if self.grid is None:
            return self.corners[values.astype(np.int64) + 1]
        places = np.linspace(0, SPREAD, len(self.grid))
        rank = np.interp(values, self.grid, places) if len(self.grid) else np.zeros(len(values))
        is_missing = np.isnan(values)
        return np.column_stack([np.where(is_missing, SPREAD / 2, rank), is_missing]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Space:
    """The axes of all columns, and the projection of each where there are too many dimensions."""

    axes: tuple[Axis, ...]
    projections: tuple[Points, ...] = ()

    @classmethod
    def of(cls, columns: Sequence[EncodedColumn], reference: Sequence[Array], seed: Seed) -> Space:
        """The space in which the reference rows are spread evenly along each number."""
        axes = []
        for column, values in zip(columns, reference, strict=True):
            if column.kind == "label":
                axes.append(Axis(None, _corners(len(column.labels) + 1, seed.child(column.name))))
            else:
                axes.append(Axis(_grid(values), np.empty((0, 0), np.float32)))
        if sum(axis.width for axis in axes) <= DIMENSIONS:
            return cls(tuple(axes))
        seeds = [seed.child("projection", column.name) for column in columns]
        shapes = [(axis.width, DIMENSIONS) for axis in axes]
        return cls(tuple(axes), tuple(_signs(shape, each) for shape, each in zip(shapes, seeds, strict=True)))

    def embed(self, rows: Sequence[Array], only: Sequence[int] | None = None) -> Points:
        """Points of the given rows, float32 (rows, dimensions); ``only`` takes these columns."""
        chosen = range(len(self.axes)) if only is None else only
        if not self.projections:
            return np.hstack([self.axes[i].embed(rows[i]) for i in chosen])
        points = np.zeros((len(rows[0]), DIMENSIONS), np.float32)
        for i in chosen:
            points += self.axes[i].embed(rows[i]) @ self.projections[i]
        return points


def _grid(values: Array) -> npt.NDArray[np.float64]:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.empty(0)
    return np.unique(np.quantile(known, np.linspace(0, 1, GRID + 1)))


def _corners(n_labels: int, seed: Seed) -> Points:
    """One point a label (missing is the first), a squared distance of about one apart."""
    if n_labels <= CORNERS:
        return np.eye(n_labels, dtype=np.float32) / np.float32(np.sqrt(2))
    return _signs((n_labels, CORNERS), seed) / np.float32(np.sqrt(2))


def _signs(shape: tuple[int, int], seed: Seed) -> Points:
    """Random signs, scaled so that a row has length one."""
    signs = seed.generator().integers(0, 2, shape) * 2 - 1
    return np.asarray(signs / np.sqrt(shape[1]), dtype=np.float32)


def nearest(queries: Points, base: Points, k: int) -> npt.NDArray[np.float32]:
    """Squared distances, ascending, of each query to ``k`` near base points; the first is to the nearest of all.

    The base is cut into groups, of which each gives its nearest point only: exact for the nearest, and for the others
    wherever no two of them fall into one group.
    """
    padded = _pad(base, k)
    norms = (padded * padded).sum(axis=1)
    found = []
    for block in _blocks(queries, padded):
        gaps = norms - 2 * (block @ padded.T)
        best = gaps.reshape(len(block), GROUP, -1).min(axis=1)
        best.partition(k - 1, axis=1)
        best = np.sort(best[:, :k], axis=1) + (block * block).sum(axis=1)[:, None]
        found.append(np.maximum(best, 0))
    return np.vstack(found) if found else np.empty((0, k), np.float32)


def nearest_rows(queries: Points, base: Points, k: int) -> npt.NDArray[np.int64]:
    """Indices of the ``k`` nearest base points of each query, in no order (queries, k); fewer where the base is smaller."""
    k = min(k, len(base))
    norms = (base * base).sum(axis=1)
    found = []
    for block in _blocks(queries, base):
        gaps = norms - 2 * (block @ base.T)
        found.append(gaps.argmin(axis=1)[:, None] if k == 1 else gaps.argpartition(k - 1, axis=1)[:, :k])
    return np.vstack(found) if found else np.empty((0, k), np.int64)


def _blocks(queries: Points, base: Points) -> list[Points]:
    """The queries in blocks whose distances to the base fit into memory."""
    step = max(1, BLOCK_CELLS // max(1, len(base)))
    return [queries[start : start + step] for start in range(0, len(queries), step)]


def _pad(base: Points, k: int) -> Points:
    """The base with far-off points added, up to a multiple of the group's size with at least ``k`` groups."""
    size = max(k * GROUP, -(-len(base) // GROUP) * GROUP)
    far = np.full((size - len(base), base.shape[1]), 1e3, np.float32)
    return np.vstack([base, far])
