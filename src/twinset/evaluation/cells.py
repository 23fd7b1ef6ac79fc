"""Columns cut into cells, so that any distribution becomes a row of counts.

``coarse`` cells are for shares, pairs and triples: at most 20 labels and "other", or at most 21 cells of about equal share
in train; a value that one row in twenty holds has a cell of its own. ``fine`` cells follow the distribution function of
both sides closely, for distances between them. Cells are found on the pools of :mod:`twinset.evaluation.baseline`; they are
for counting and are never shown (:mod:`twinset.evaluation.profile` makes those that are).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, divided
from twinset.evaluation.baseline import Halves, counted, halves
from twinset.evaluation.encode import EncodedColumn, Kind, cached, encoded

N_COARSE = 20
N_LABELS = 100
N_FINE = 256


@dataclass(frozen=True, slots=True)
class Cells:
    """The pools of one column as codes 0 … ``n_values`` - 1; the code ``n_values`` is missing."""

    name: str
    kind: Kind
    n_values: int
    train: npt.NDArray[np.int32]
    synthetic: npt.NDArray[np.int32]

    @property
    def n_codes(self) -> int:
        return self.n_values + 1


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one thing in the halves, splits × cells (× cells): the reference, the other real half, the twin's."""

    reference: Floats
    real: Floats
    synthetic: Floats


def coarse(comparison: Comparison, seed: Seed) -> tuple[Cells, ...]:
    """All comparable columns in few cells, cut where train's values fall."""
    return cached(comparison, "coarse", lambda: _cells(comparison, halves(comparison, seed)))


def labelled(comparison: Comparison, seed: Seed) -> tuple[Cells, ...]:
    """The same with more labels: for columns by themselves."""
    return cached(
        comparison, "labelled", lambda: _relabelled(comparison, coarse(comparison, seed), halves(comparison, seed))
    )


def ranked(comparison: Comparison, seed: Seed) -> tuple[Cells, ...]:
    """The same, but the twin's numbers and times are cut where its own values fall: cells are ranks, not places."""
    return cached(comparison, "ranked", lambda: _cells(comparison, halves(comparison, seed), has_own_cells=True))


def _cells(comparison: Comparison, split: Halves, *, has_own_cells: bool = False) -> tuple[Cells, ...]:
    return tuple(
        _labels(each, split, N_COARSE) if each.kind == "label" else _ranges(each, split, has_own_cells=has_own_cells)
        for each in encoded(comparison).columns
    )


def _relabelled(comparison: Comparison, cells: tuple[Cells, ...], split: Halves) -> tuple[Cells, ...]:
    """Numbers and times as they are, labels in more cells."""
    pairs = zip(encoded(comparison).columns, cells, strict=True)
    return tuple(_labels(column, split, N_LABELS) if column.kind == "label" else known for column, known in pairs)


def _labels(column: EncodedColumn, split: Halves, most: int) -> Cells:
    """The most frequent labels of train by frequency, then all others as one."""
    train, twin = split.pooled(column)
    frequency = np.bincount(train[train >= 0].astype(np.int64), minlength=len(column.labels))
    kept = np.argsort(-frequency, kind="stable")[:most]
    kept = kept[frequency[kept] > 0]
    place = np.full(len(column.labels) + 1, len(kept), np.int32)
    place[kept] = np.arange(len(kept))
    place[-1] = len(kept) + 1
    return Cells(column.name, "label", len(kept) + 1, place[train.astype(np.int64)], place[twin.astype(np.int64)])


def _ranges(column: EncodedColumn, split: Halves, *, has_own_cells: bool) -> Cells:
    sides = [np.asarray(side, np.float64) for side in split.pooled(column)]
    edges = [_edges(side) for side in (sides if has_own_cells else sides[:1])]
    n = max(map(len, edges)) + 1
    codes = [_place(side, own, "right", missing=n) for side, own in zip(sides, (edges[0], edges[-1]), strict=True)]
    return Cells(column.name, column.kind, n, codes[0], codes[1])


def _edges(values: Floats) -> Floats:
    """Quantiles; one that comes more than once is a spike, and gets an edge on both of its sides."""
    known = values[np.isfinite(values)]
    if not len(known):
        return known
    quantiles = _at_levels(known, np.linspace(0, 1, N_COARSE + 1)[1:-1])
    edges, times = np.unique(quantiles, return_counts=True)
    return np.union1d(edges, np.nextafter(edges[times > 1], np.inf))


def _place(values: Floats, edges: Floats, side: Literal["left", "right"], *, missing: int) -> npt.NDArray[np.int32]:
    return np.where(np.isfinite(values), np.searchsorted(edges, values, side=side), missing).astype(np.int32)


def fine(comparison: Comparison, column: EncodedColumn, split: Halves) -> tuple[Floats, Counts]:
    """Points along a number's or time's axis, and how many values of each half lie in (previous point, point]."""
    return cached(comparison, f"fine {column.name}", lambda: _fine(column, split))


def _fine(column: EncodedColumn, split: Halves) -> tuple[Floats, Counts]:
    train, twin = (np.asarray(side, np.float64) for side in split.pooled(column))
    points = np.union1d(_quantiles(train), _quantiles(twin))
    n = len(points)
    count = counts(_place(train, points, "left", missing=n), _place(twin, points, "left", missing=n), split, n + 1)
    return points, Counts(count.reference[:, :-1], count.real[:, :-1], count.synthetic[:, :-1])


def _quantiles(values: Floats) -> Floats:
    """Evenly spaced, and closer at the ends, where far values make large distances."""
    known = values[np.isfinite(values)]
    if not len(known):
        return known
    ends = np.array([0, 1, 2, 4, 8, 16]) / len(known)
    levels = np.concatenate([np.linspace(0, 1, N_FINE + 1), ends[ends < 1], 1 - ends[ends < 1]])
    return _at_levels(known, levels)


def _at_levels(known: Floats, levels: Floats) -> Floats:
    """The smallest values that such shares of them do not exceed (to sort is quicker than to part at each level)."""
    place = np.ceil(len(known) * levels).astype(np.int64) - 1
    return np.asarray(np.sort(known)[np.maximum(place, 0)])


def counts(train: npt.NDArray[np.integer], twin: npt.NDArray[np.integer], split: Halves, n_codes: int) -> Counts:
    """How often each code stands in each half of each split; what of train's pool is not in the one half is in the other."""
    reference = counted(train, split.reference, n_codes)
    real = np.bincount(train, minlength=n_codes) - reference
    return Counts(reference, real, counted(twin, split.synthetic, n_codes))


def shares(counts: Floats) -> Floats:
    """Counts as shares of their draw; NaN where the draw is empty."""
    return divided(counts, counts.sum(axis=-1, keepdims=True))
