"""Growing one tree: histograms level by level, splits by how much purer they make the target.

A split sends a row to the second child where low < code <= high, which covers thresholds and single codes alike. Each node
looks at the range of codes that can still occur in it, cut into equal bins, so that deep nodes see fine differences. All
nodes of a level are searched at once, one predictor after the other. Gains are sums of whole numbers until they are divided,
so that they do not depend on the order of summing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.trees.codes import MOST_CODES, Codes, Floats
from twinset.synthesizers.tabular.trees.structure import Structure

_FEWEST_BINS, _ROWS_PER_BIN, _SMALL = 16, 4, 1 << 12


@dataclass(frozen=True, slots=True)
class Growth:
    """When to stop: at least ``floor`` rows a child, at most ``depth`` levels, at least ``gain`` for a split.

    The gain is counted in what a split without any meaning gains on average.
    """

    floor: int
    gain: float
    depth: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a tree is to tell apart: the class of each row, and a whole-numbered score where the classes have an order."""

    classes: Numbers
    n_classes: int
    scores: Floats | None

    def of_rows(self, rows: Numbers) -> Target:
        """The target of some rows."""
        return Target(self.classes[rows], self.n_classes, None if self.scores is None else self.scores[rows])


def grow(predictors: Codes, target: Target, limits: Growth) -> Structure:
    """A tree on ``predictors`` (rows x predictors)."""
    columns = np.ascontiguousarray(predictors.T)
    level = _Level.of_root(columns, target)
    splits: list[_Splits] = []
    for depth in range(limits.depth + 1):
        found = _Splits.none(len(level.lows), limits)
        if depth < limits.depth:
            nodes = np.flatnonzero(~level.settled(limits))
            found.put(nodes, _best_splits(columns, level.of_nodes(nodes), limits))
        splits.append(found)
        if not found.any():
            break
        level = level.below(columns, found)
    return _assemble(splits)


def _best_splits(columns: Codes, level: _Level, limits: Growth) -> _Splits:
    found = _Splits.none(len(level.lows), limits)
    for feature in range(len(columns)):
        _search(columns[feature], feature, level, found, limits)
    return found


def _assemble(splits: list[_Splits]) -> Structure:
    """The levels' splits as one structure: nodes in order, the two children of each behind each other."""
    feature, low, high = (np.concatenate([getattr(one, name) for one in splits]) for name in ("feature", "low", "high"))
    is_inner = feature >= 0
    child = np.where(is_inner, 2 * np.cumsum(is_inner) - 1, np.arange(len(feature)))
    return Structure(feature.astype(np.int16), low.astype(np.int16), high.astype(np.int16), child.astype(np.int32))


@dataclass(slots=True)
class _Splits:
    """The best split found so far for each node of a level; feature -1 is none."""

    gain: Floats
    feature: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def none(cls, n_nodes: int, limits: Growth) -> _Splits:
        zeros = np.zeros(n_nodes, dtype=np.int64)
        return cls(np.full(n_nodes, limits.gain), np.full(n_nodes, -1), zeros, zeros.copy())

    def any(self) -> bool:
        return bool((self.feature >= 0).any())

    def put(self, nodes: Numbers, found: _Splits) -> None:
        """Take over the splits of these nodes."""
        self.gain[nodes], self.feature[nodes] = found.gain, found.feature
        self.low[nodes], self.high[nodes] = found.low, found.high

    def better(self, gains: Floats, feature: int, low: Numbers, high: Numbers) -> None:
        """Take over the candidates (nodes x bins) that gain more; ``low`` and ``high`` are their ends."""
        at = gains.argmax(axis=1)
        nodes = np.arange(len(at))
        wins = gains[nodes, at] > self.gain
        self.gain[wins] = gains[nodes, at][wins]
        self.feature[wins] = feature
        self.low[wins], self.high[wins] = low[nodes, at][wins], high[nodes, at][wins]


@dataclass(frozen=True)
class _Level:
    """The nodes of one level: which rows are in them, and each node's range of codes for each predictor."""

    rows: Numbers
    node: Numbers
    target: Target
    lows: Numbers
    highs: Numbers
    totals: Floats
    sums: Floats
    squares: Floats

    @classmethod
    def of_root(cls, columns: Codes, target: Target) -> _Level:
        n_predictors, n_rows = columns.shape
        lows = np.zeros((1, n_predictors), dtype=np.int64)
        highs = columns.max(axis=1, initial=0).astype(np.int64)[None, :]
        return cls._of(np.arange(n_rows), np.zeros(n_rows, dtype=np.int64), target, lows, highs)

    @classmethod
    def _of(cls, rows: Numbers, node: Numbers, target: Target, lows: Numbers, highs: Numbers) -> _Level:
        n_nodes, width = len(lows), target.n_classes
        totals = np.bincount(node * width + target.classes, minlength=n_nodes * width).reshape(n_nodes, width)
        sums, squares = np.zeros(n_nodes), np.zeros(n_nodes)
        if target.scores is not None:
            sums[:] = np.bincount(node, weights=target.scores, minlength=n_nodes)
            squares[:] = np.bincount(node, weights=target.scores**2, minlength=n_nodes)
        return cls(rows, node, target, lows, highs, totals.astype(np.float64), sums, squares)

    @cached_property
    def sizes(self) -> Floats:
        return np.asarray(self.totals.sum(axis=1))

    @cached_property
    def square(self) -> Floats:
        """The sum of the squares of each node's counts."""
        return np.asarray((self.totals**2).sum(axis=1))

    @cached_property
    def impurity(self) -> Floats:
        """The chance that two rows of a node are of different classes."""
        return np.asarray(1 - self.square / np.maximum(self.sizes, 1) ** 2)

    @cached_property
    def variance(self) -> Floats:
        size = np.maximum(self.sizes, 1)
        return np.asarray(self.squares / size - (self.sums / size) ** 2)

    def settled(self, limits: Growth) -> npt.NDArray[np.bool_]:
        """Nodes that need no split, or are too small for one."""
        return np.asarray((self.sizes < 2 * limits.floor) | (self.impurity <= 0))

    def of_nodes(self, nodes: Numbers) -> _Level:
        """The same level with some of its nodes only."""
        place = np.full(len(self.lows), -1)
        place[nodes] = np.arange(len(nodes))
        kept = np.flatnonzero(place[self.node] >= 0)
        rows, node, target = self.rows[kept], place[self.node[kept]], self.target.of_rows(kept)
        lows, highs, totals = self.lows[nodes], self.highs[nodes], self.totals[nodes]
        return _Level(rows, node, target, lows, highs, totals, self.sums[nodes], self.squares[nodes])

    def below(self, columns: Codes, found: _Splits) -> _Level:
        """The next level: the rows of nodes that split, in their children."""
        is_split = found.feature >= 0
        kept = np.flatnonzero(is_split[self.node])
        rows, node = self.rows[kept], self.node[kept]
        code = columns[found.feature[node], rows]
        second = (code > found.low[node]) & (code <= found.high[node])
        lows, highs = self._ranges(found, np.flatnonzero(is_split))
        place = np.cumsum(is_split) - 1
        return _Level._of(rows, 2 * place[node] + second, self.target.of_rows(kept), lows, highs)

    def _ranges(self, found: _Splits, parents: Numbers) -> tuple[Numbers, Numbers]:
        """Ranges of the children's codes: the second has the test's, the first what is left, if that is one piece."""
        lows, highs = np.repeat(self.lows[parents], 2, axis=0), np.repeat(self.highs[parents], 2, axis=0)
        first, feature = 2 * np.arange(len(parents)), found.feature[parents]
        low, high = found.low[parents], found.high[parents]
        old_low, old_high = lows[first, feature], highs[first, feature]
        lows[first + 1, feature], highs[first + 1, feature] = low + 1, high
        lows[first, feature] = np.where(low < old_low, high + 1, old_low)
        highs[first, feature] = np.where((high >= old_high) & (low >= old_low), low, old_high)
        return lows, highs


def _search(codes: Codes, feature: int, level: _Level, found: _Splits, limits: Growth) -> None:
    """Better the splits of a level by those of one predictor."""
    lows, highs = level.lows[:, feature], level.highs[:, feature]
    if not (highs > lows).any():
        return
    n_nodes, width, target = len(lows), level.target.n_classes, level.target
    n_bins = min(_n_bins(level), int((highs - lows).max()) + 1)
    shift = np.ceil(np.log2(np.maximum((highs - lows + 1) / n_bins, 1))).astype(np.int64)
    cell = level.node * n_bins + ((codes[level.rows] - lows[level.node]) >> shift[level.node])
    counts = np.bincount(cell * width + target.classes, minlength=n_nodes * n_bins * width).astype(np.float64)
    counts = counts.reshape(n_nodes, n_bins, width)
    sums = np.zeros((n_nodes, n_bins))
    if target.scores is not None:
        sums[:] = np.bincount(cell, weights=target.scores, minlength=n_nodes * n_bins).reshape(n_nodes, n_bins)
    starts = lows[:, None] + (np.arange(n_bins)[None, :] << shift[:, None])
    stops = np.minimum(starts + (1 << shift)[:, None] - 1, highs[:, None])
    found.better(_gains(counts, sums, level, limits), feature, starts - 1, stops)
    below = np.broadcast_to(lows[:, None] - 1, stops.shape)
    found.better(_gains(counts.cumsum(axis=1), sums.cumsum(axis=1), level, limits), feature, below, stops)


def _n_bins(level: _Level) -> int:
    """As many bins as the level's rows can fill."""
    n_bins = MOST_CODES
    enough = max(_FEWEST_BINS, len(level.rows) / len(level.lows) / _ROWS_PER_BIN)
    while n_bins > enough and len(level.lows) * n_bins * level.target.n_classes > _SMALL:
        n_bins //= 2
    return n_bins


def _gains(part: Floats, part_sums: Floats, level: _Level, limits: Growth) -> Floats:
    """What parting off each candidate (nodes x bins x classes) gains; -inf where a child is too small.

    Gini impurity and, for ordered classes, variance of the scores, each over its mean for a split without meaning.
    """
    size, n_part = level.sizes[:, None], part.sum(axis=2)
    n_rest = size - n_part
    fits = (n_part >= limits.floor) & (n_rest >= limits.floor)
    n_part, n_rest = np.maximum(n_part, 1), np.maximum(n_rest, 1)
    own = np.einsum("nbc,nbc->nb", part, part)
    whole = level.square[:, None]
    rest = whole - 2 * np.einsum("nbc,nc->nb", part, level.totals) + own
    size = np.maximum(size, 1)
    gain = (own / n_part + rest / n_rest - whole / size) / np.maximum(level.impurity, 1e-9)[:, None]
    if level.target.scores is not None:
        sums = level.sums[:, None]
        spread = part_sums**2 / n_part + (sums - part_sums) ** 2 / n_rest - sums**2 / size
        gain += spread / np.maximum(level.variance, 1e-9)[:, None]
    return np.where(fits, gain, -np.inf)
