"""Growing one tree: histograms level by level, splits by information gain.

A split sends a row to the second child where low < code <= high, which covers thresholds and single codes alike. Each node
looks at the range of codes that can still occur in it, cut into at most 64 equal bins, so that deep nodes see fine differences.
All nodes of a level are searched at once, one predictor after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.trees.codes import MOST_CODES, Codes, Floats

_CELLS = 1 << 17
_BINS = 256


@dataclass(frozen=True, slots=True)
class Growth:
    """When to stop: at least ``floor`` rows a child, a gain of at least ``least_gain`` nats, at most ``depth`` levels.

    ``leaf`` is for what the tree is filled with: how many entities a node needs to be drawn from.
    """

    floor: int
    leaf: int
    least_gain: float
    depth: int


@dataclass(frozen=True)
class Structure:
    """A tree without its leaves' contents. Node 0 is the root; children come after their parents, in pairs.

    ``feature`` is -1 for a leaf, ``child`` the first of a node's two children (the node itself for a leaf); ``low`` and
    ``high`` are the test's ends, from -1 to 255.
    """

    feature: npt.NDArray[np.int16]
    low: npt.NDArray[np.int16]
    high: npt.NDArray[np.int16]
    child: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.feature)

    @cached_property
    def parent(self) -> Numbers:
        """Each node's parent; the root is its own."""
        parent = np.zeros(len(self), dtype=np.int64)
        inner = np.flatnonzero(self.feature >= 0)
        parent[self.child[inner]] = inner
        parent[self.child[inner] + 1] = inner
        return parent

    @cached_property
    def levels(self) -> list[Numbers]:
        """The inner nodes of each level, from the root down."""
        levels, nodes = [], np.zeros(1, dtype=np.int64)
        while len(inner := nodes[self.feature[nodes] >= 0]):
            levels.append(inner)
            nodes = np.sort(np.concatenate([self.child[inner], self.child[inner] + 1]))
        return levels


def route(structure: Structure, predictors: Codes) -> Numbers:
    """The leaf of each row (rows x predictors)."""
    flat, width = np.ascontiguousarray(predictors).ravel(), predictors.shape[1]
    node = np.zeros(len(predictors), dtype=np.int64)
    active = np.arange(len(node))
    while len(active):
        at = node[active]
        feature = structure.feature[at]
        is_inner = feature >= 0
        active, at, feature = active[is_inner], at[is_inner], feature[is_inner]
        code = flat[active * width + feature]
        node[active] = structure.child[at] + ((code > structure.low[at]) & (code <= structure.high[at]))
    return node


@dataclass
class _Level:
    """The nodes of one level: which node each row is in, each node's range of codes for each predictor."""

    node: Numbers
    lows: Numbers
    highs: Numbers

    def __len__(self) -> int:
        return len(self.lows)


@dataclass
class _Best:
    """The best split found so far for each node of a level."""

    gain: Floats
    feature: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class Target:
    """What a tree is to tell apart: the class of each row, and a score where the classes have an order."""

    classes: Numbers
    n_classes: int
    scores: Floats | None

    def of_rows(self, rows: Numbers) -> Target:
        return Target(self.classes[rows], self.n_classes, None if self.scores is None else self.scores[rows])


def grow(predictors: Codes, target: Target, limits: Growth) -> Structure:
    """A tree on ``predictors`` (rows x predictors)."""
    n_rows, n_predictors = predictors.shape
    columns = np.ascontiguousarray(predictors.T)
    xlogx = np.arange(n_rows + 1, dtype=np.float64)
    xlogx[1:] *= np.log(xlogx[1:])
    level = _Level(
        np.zeros(n_rows, np.int64),
        np.zeros((1, n_predictors), np.int64),
        predictors.max(axis=0, initial=0)[None, :].astype(np.int64),
    )
    rows = np.arange(n_rows)
    parts: list[tuple[Numbers, Numbers, Numbers, Numbers]] = []
    n_nodes = 1
    for depth in range(limits.depth + 1):
        best = _Best(
            np.full(len(level), limits.least_gain),
            np.full(len(level), -1),
            np.zeros(len(level), np.int64),
            np.zeros(len(level), np.int64),
        )
        if depth < limits.depth:
            own = target.of_rows(rows)
            for feature in range(n_predictors):
                _search(columns[feature][rows], feature, level, own, best, limits, xlogx)
        splits = best.feature >= 0
        child = np.where(splits, n_nodes + 2 * (np.cumsum(splits) - 1), 0)
        parts.append((best.feature, best.low, best.high, child))
        if not splits.any():
            break
        n_nodes += 2 * int(splits.sum())
        rows, level = _descend(columns, rows, level, best, splits)
    feature, low, high, child = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    child = np.where(feature < 0, np.arange(len(feature)), child)
    return Structure(feature.astype(np.int16), low.astype(np.int16), high.astype(np.int16), child.astype(np.int32))


def _search(codes: Codes, feature: int, level: _Level, target: Target, best: _Best, limits: Growth, xlogx: Floats) -> None:
    """Better the best splits by those of one predictor."""
    n_nodes, n_classes = len(level), target.n_classes
    n_bins = _BINS
    while n_bins > 8 and n_nodes * n_bins * n_classes > _CELLS:
        n_bins //= 2
    lows, highs = level.lows[:, feature], level.highs[:, feature]
    shift = np.ceil(np.log2(np.maximum((highs - lows + 1) / n_bins, 1))).astype(np.int64)
    bins = (codes - lows[level.node]) >> shift[level.node]
    cell = level.node * n_bins + bins
    counts = np.bincount(cell * n_classes + target.classes, minlength=n_nodes * n_bins * n_classes)
    counts = counts.reshape(n_nodes, n_bins, n_classes)
    sums = None
    if target.scores is not None:
        sums = np.bincount(cell, weights=target.scores, minlength=n_nodes * n_bins).reshape(n_nodes, n_bins)
    up_to = counts.cumsum(axis=1)
    total = up_to[:, -1:, :]
    _better(
        best,
        _gains(up_to, total, None if sums is None else sums.cumsum(axis=1), sums, limits, xlogx),
        feature,
        lows,
        shift,
        highs,
        single=False,
    )
    if n_bins > 2:
        _better(best, _gains(counts, total, sums, sums, limits, xlogx), feature, lows, shift, highs, single=True)


def _gains(
    part: Numbers, total: Numbers, part_sums: Floats | None, sums: Floats | None, limits: Growth, xlogx: Floats
) -> Floats:
    """Information gained, in nats over the node's rows, by parting off each candidate; -inf where a child is too small."""
    n_part, n_total = part.sum(axis=2), total.sum(axis=2)
    n_rest = n_total - n_part
    fits = (n_part >= limits.floor) & (n_rest >= limits.floor)
    rest = total - part
    inside = xlogx[part].sum(axis=2) - xlogx[n_part] + xlogx[rest].sum(axis=2) - xlogx[n_rest]
    gain = inside - (xlogx[total].sum(axis=2) - xlogx[n_total])
    if part_sums is not None and sums is not None:
        whole = sums.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = part_sums**2 / n_part + (whole - part_sums) ** 2 / n_rest - whole**2 / n_total
        gain = gain + np.where(fits, spread, 0.0)
    return np.where(fits, gain, -np.inf)


def _better(
    best: _Best, gains: Floats, feature: int, lows: Numbers, shift: Numbers, highs: Numbers, *, single: bool
) -> None:
    at = gains.argmax(axis=1)
    gain = gains[np.arange(len(at)), at]
    wins = gain > best.gain
    best.gain[wins] = gain[wins]
    best.feature[wins] = feature
    low = lows + (at << shift) - 1 if single else lows - 1
    best.low[wins] = low[wins]
    best.high[wins] = np.minimum(lows + ((at + 1) << shift) - 1, highs)[wins]


def _descend(
    columns: Codes, rows: Numbers, level: _Level, best: _Best, splits: npt.NDArray[np.bool_]
) -> tuple[Numbers, _Level]:
    """The next level: rows of nodes that split, in their children."""
    goes = splits[level.node]
    rows, node = rows[goes], level.node[goes]
    code = columns[best.feature[node], rows]
    second = (code > best.low[node]) & (code <= best.high[node])
    place = np.cumsum(splits) - 1
    parents = np.flatnonzero(splits)
    lows, highs = np.repeat(level.lows[parents], 2, axis=0), np.repeat(level.highs[parents], 2, axis=0)
    pair, feature = np.arange(len(parents)) * 2, best.feature[parents]
    low, high = best.low[parents], best.high[parents]
    first_low, first_high = lows[pair, feature].copy(), highs[pair, feature].copy()
    lows[pair + 1, feature], highs[pair + 1, feature] = np.maximum(first_low, low + 1), high
    lows[pair, feature] = np.where(low < first_low, high + 1, first_low)
    highs[pair, feature] = np.where((high >= first_high) & (low >= first_low), low, first_high)
    return rows, _Level(2 * place[node] + second, lows, highs)
