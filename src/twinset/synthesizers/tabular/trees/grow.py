"""Growing one tree: histograms level by level, splits by how much purer they make the target.

A split sends a row to the second child where low < code <= high, which covers thresholds and single codes alike. Each node
looks at the range of codes that can still occur in it, cut into equal bins, so that deep nodes see fine differences. All
nodes of a level are searched at once, and small levels for several predictors at once. Gains are sums of whole numbers until
they are divided, so that they do not depend on the order of summing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.trees.codes import MOST_CODES, Codes, Floats
from twinset.synthesizers.tabular.trees.structure import Structure

_FEWEST_BINS, _ROWS_PER_BIN, _SMALL = 16, 4, 1 << 12
_TOGETHER, _FEW = 1 << 16, 128
"""Counts, and codes of rows, that are looked at in one go; counts of a bin from which bins are added up one by one."""


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
    level = _Level.of_root(np.ascontiguousarray(predictors.T), target)
    splits: list[_Splits] = []
    for depth in range(limits.depth + 1):
        found = _Splits.none(len(level.lows))
        nodes = np.flatnonzero(~level.settled(limits))
        if depth < limits.depth and len(nodes):
            found.put(nodes, _best_splits(level.of_nodes(nodes), limits))
        splits.append(found)
        if not found.any():
            break
        level = level.below(found)
    return _assemble(splits)


def _best_splits(level: _Level, limits: Growth) -> _Splits:
    """For each node the best split by any predictor; of equals the first one's."""
    n_nodes, n_predictors = level.lows.shape
    gain = np.full((n_predictors, n_nodes), limits.gain)
    low, high = np.zeros(gain.shape, dtype=np.int64), np.zeros(gain.shape, dtype=np.int64)
    for features, n_bins in _together(level):
        gain[features], low[features], high[features] = _search(level, features, n_bins, limits)
    best, nodes = gain.argmax(axis=0) if n_predictors else np.zeros(n_nodes, np.int64), np.arange(n_nodes)
    wins = gain[best, nodes] > limits.gain
    ends = (np.where(wins, end[best, nodes], 0) for end in (low, high))
    return _Splits(np.where(wins, best, -1), *ends)


def _together(level: _Level) -> Iterator[tuple[Numbers, int]]:
    """Predictors that are looked at in one go, and in how many bins: those with few and with many codes apart."""
    n_codes = (level.highs - level.lows).max(axis=0, initial=0) + 1
    wanted = np.minimum(_n_bins(level), n_codes)
    order = np.argsort(wanted, kind="stable")
    order = order[n_codes[order] > 1]
    while len(order):
        n_bins = 1 << int(wanted[order[0]] - 1).bit_length()
        size = max(len(level.lows) * n_bins * level.target.n_classes, len(level.node))
        n_like = int((wanted[order] <= n_bins).sum())
        features = order[: max(1, min(n_like, _TOGETHER // size))]
        yield features, int(wanted[features].max())
        order = order[len(features) :]


def _assemble(splits: list[_Splits]) -> Structure:
    """The levels' splits as one structure: nodes in order, the two children of each behind each other."""
    feature, low, high = (np.concatenate([getattr(one, name) for one in splits]) for name in ("feature", "low", "high"))
    is_inner = feature >= 0
    child = np.where(is_inner, 2 * np.cumsum(is_inner) - 1, np.arange(len(feature)))
    return Structure(feature.astype(np.int16), low.astype(np.int16), high.astype(np.int16), child.astype(np.int32))


@dataclass(slots=True)
class _Splits:
    """The best split of each node of a level; feature -1 is none."""

    feature: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def none(cls, n_nodes: int) -> _Splits:
        zeros = np.zeros(n_nodes, dtype=np.int64)
        return cls(np.full(n_nodes, -1), zeros, zeros.copy())

    def any(self) -> bool:
        return bool((self.feature >= 0).any())

    def put(self, nodes: Numbers, found: _Splits) -> None:
        """Take over the splits of these nodes."""
        self.feature[nodes], self.low[nodes], self.high[nodes] = found.feature, found.low, found.high


@dataclass(frozen=True)
class _Level:
    """The nodes of one level: the codes of the rows in them (predictors x rows), which node each row is in, and each node's
    range of codes for each predictor.
    """

    codes: Codes
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
        return cls._of(columns, np.zeros(n_rows, dtype=np.int64), target, lows, highs)

    @classmethod
    def _of(cls, codes: Codes, node: Numbers, target: Target, lows: Numbers, highs: Numbers) -> _Level:
        n_nodes, width = len(lows), target.n_classes
        totals = np.bincount(node * width + target.classes, minlength=n_nodes * width).reshape(n_nodes, width)
        sums, squares = np.zeros(n_nodes), np.zeros(n_nodes)
        if target.scores is not None:
            sums[:] = np.bincount(node, weights=target.scores, minlength=n_nodes)
            squares[:] = np.bincount(node, weights=target.scores**2, minlength=n_nodes)
        return cls(codes, node, target, lows, highs, totals.astype(np.float64), sums, squares)

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
        if len(nodes) == len(self.lows):
            return self
        place = np.full(len(self.lows), -1)
        place[nodes] = np.arange(len(nodes))
        kept = np.flatnonzero(place[self.node] >= 0)
        codes, node, target = self.codes[:, kept], place[self.node[kept]], self.target.of_rows(kept)
        lows, highs, totals = self.lows[nodes], self.highs[nodes], self.totals[nodes]
        return _Level(codes, node, target, lows, highs, totals, self.sums[nodes], self.squares[nodes])

    def below(self, found: _Splits) -> _Level:
        """The next level: the rows of nodes that split, in their children."""
        is_split = found.feature >= 0
        kept = np.flatnonzero(is_split[self.node])
        node = self.node[kept]
        code = self.codes[found.feature[node], kept]
        second = (code > found.low[node]) & (code <= found.high[node])
        lows, highs = self._ranges(found, np.flatnonzero(is_split))
        place = np.cumsum(is_split) - 1
        return _Level._of(self.codes[:, kept], 2 * place[node] + second, self.target.of_rows(kept), lows, highs)

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


def _search(level: _Level, features: Numbers, n_bins: int, limits: Growth) -> tuple[Floats, Numbers, Numbers]:
    """The best split of each node by each of these predictors (predictors x nodes): its gain, and its ends."""
    lows, highs = level.lows.T[features], level.highs.T[features]
    shift = np.ceil(np.log2(np.maximum((highs - lows + 1) / n_bins, 1))).astype(np.int64)
    counts, sums = _counted(level, features, lows, shift, n_bins)
    single = _gains(counts, sums, level, limits)
    several = _gains(_added_up(counts), sums.cumsum(axis=0), level, limits)
    gains = np.concatenate([single, several])
    best = gains.argmax(axis=0)
    gain = np.take_along_axis(gains, best[None], axis=0)[0]
    starts = lows + ((best % n_bins) << shift)
    stops = np.minimum(starts + (1 << shift) - 1, highs)
    return gain, np.where(best < n_bins, starts, lows) - 1, stops


def _counted(level: _Level, features: Numbers, lows: Numbers, shift: Numbers, n_bins: int) -> tuple[Floats, Floats]:
    """Rows of each class (bins x predictors x nodes x classes), and the sums of their scores."""
    n_nodes, width, shape = len(level.lows), level.target.n_classes, (n_bins, *lows.shape)
    place = level.codes[features].astype(np.int64)
    if lows.any():
        place -= lows.take(level.node, axis=1)
    if shift.any():
        place >>= shift.take(level.node, axis=1)
    place *= lows.size
    place += level.node + n_nodes * np.arange(len(features))[:, None]
    size, scores = lows.size * n_bins, level.target.scores
    sums = np.zeros(shape)
    if scores is not None:
        weights = np.tile(scores, len(features)) if len(features) > 1 else scores
        sums[:] = np.bincount(place.ravel(), weights=weights, minlength=size).reshape(shape)
    place *= width
    place += level.target.classes
    counts = np.bincount(place.ravel(), minlength=size * width).astype(np.float64)
    return counts.reshape(*shape, width), sums


def _added_up(counts: Floats) -> Floats:
    """Sums over each bin and those before it, in place."""
    if counts[0].size < _FEW:
        return np.cumsum(counts, axis=0, out=counts)
    for place in range(1, len(counts)):
        counts[place] += counts[place - 1]
    return counts


def _n_bins(level: _Level) -> int:
    """As many bins as the level's rows can fill."""
    n_bins = MOST_CODES
    enough = max(_FEWEST_BINS, len(level.node) / len(level.lows) / _ROWS_PER_BIN)
    while n_bins > enough and len(level.lows) * n_bins * level.target.n_classes > _SMALL:
        n_bins //= 2
    return n_bins


def _gains(part: Floats, part_sums: Floats, level: _Level, limits: Growth) -> Floats:
    """What parting off each candidate (bins x predictors x nodes x classes) gains; -inf where a child is too small.

    Gini impurity and, for ordered classes, variance of the scores, each over its mean for a split without meaning.
    """
    n_part = part @ np.ones(part.shape[-1])
    n_rest = level.sizes - n_part
    fits = (n_part >= limits.floor) & (n_rest >= limits.floor)
    n_part, n_rest = np.maximum(n_part, 1), np.maximum(n_rest, 1)
    own = np.einsum("bfnc,bfnc->bfn", part, part)
    rest = level.square - 2 * np.einsum("bfnc,nc->bfn", part, level.totals) + own
    size = np.maximum(level.sizes, 1)
    gain = (own / n_part + rest / n_rest - level.square / size) / np.maximum(level.impurity, 1e-9)
    if level.target.scores is not None:
        spread = part_sums**2 / n_part + (level.sums - part_sums) ** 2 / n_rest - level.sums**2 / size
        gain += spread / np.maximum(level.variance, 1e-9)
    return np.where(fits, gain, -np.inf)
