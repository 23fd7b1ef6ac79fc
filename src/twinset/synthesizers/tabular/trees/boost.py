"""Boosted trees for a yes or no: how likely a row's answer is yes, given its codes.

Second-order boosting of the logistic loss (Friedman, Hastie and Tibshirani 2000; Chen and Guestrin 2016) with oblivious
trees (Kohavi 1994): all nodes of a level ask the same question, so a row's leaf is a few bits and its value one look-up.
Gradients and curvatures are whole numbers, so that their sums do not depend on the order of summing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.privacy.values import Numbers, holders
from twinset.synthesizers.tabular.store import Reader, Writer, expect
from twinset.synthesizers.tabular.trees.codes import Codes, Floats

ROUNDS, DEPTH, SHRINK = 120, 5, 3.0
_CHECK, _PATIENCE, _REGION = 5, 25, 3
UNIT, PACK = 256.0, 2.0**28
_BINS, _MOST_ROWS, _AT_HAND = 64, 1 << 18, 1 << 15
"""Up to so many rows, the sum of curvatures (at most 65 each) times the pack and of gradients stays below 2**53."""

Bits = npt.NDArray[np.bool_]
Tree = tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], Floats]
"""Features and codes of its questions, and the values of its leaves."""


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many trees (up to ``ROUNDS``), each of which goes that far of the way that its rows ask for."""

    rounds: int
    rate: float


@dataclass(frozen=True, slots=True)
class Kin:
    """Whose the rows are, where entities have several: -1 for rows that are nobody's (made ones).

    A leaf has a say where at least ``least`` entities are in it; where fewer are, none but against its rows if rows are
    nobody's, as where nobody is says nothing of anybody.
    """

    owners: Numbers
    least: int

    @property
    def weight(self) -> float:
        """Rows for each entity: what counts as one where leaves are shrunk."""
        theirs = self.owners[self.owners >= 0]
        return max(1.0, len(theirs) / max(len(np.unique(theirs)), 1))

    def of_rows(self, rows: Numbers) -> Kin:
        """The same for some of the rows."""
        return Kin(self.owners[rows], self.least)

    def bounded(self, leaf: Numbers, value: Floats) -> Floats:
        """The values of leaves, given each row's."""
        there = np.flatnonzero(self.owners >= 0)
        few = holders(leaf[there], len(value), self.owners[there]) < self.least
        few = few.reshape(-1, *(1,) * (value.ndim - 1))
        least = value if len(there) < len(leaf) else np.zeros(value.shape)
        return np.where(few, np.minimum(least, 0.0), value)


@dataclass(frozen=True, slots=True)
class Boosted:
    """Trees whose values add up to a logit, from ``base`` on.

    ``feature`` and ``above`` are trees x levels: the predictor, and the code above which the level's bit is one; ``value``
    is trees x leaves.
    """

    base: float
    feature: npt.NDArray[np.int16]
    above: npt.NDArray[np.int16]
    value: Floats

    def logit(self, columns: Codes) -> Floats:
        """For each row; ``columns`` are predictors x rows."""
        total = np.full(columns.shape[1], self.base)
        for feature, above, value in zip(self.feature, self.above, self.value, strict=True):
            total += value[leaf_of(columns, feature, above)]
        return total

    def region(self, columns: Codes) -> Numbers:
        """A number for each row that sorts rows by what the first trees ask."""
        return region_of(self.feature, self.above, columns)


def region_of(feature: npt.NDArray[np.int16], above: npt.NDArray[np.int16], columns: Codes) -> Numbers:
    """A number for each row (``columns``: predictors x rows) from its answers to the first trees, the first one first."""
    place = np.zeros(columns.shape[1], dtype=np.int64)
    for one, code in zip(feature[:_REGION].ravel(), above[:_REGION].ravel(), strict=True):
        place = (place << 1) | (columns[one] > code)
    return place


def leaf_of(columns: Codes, feature: npt.NDArray[np.int16], above: npt.NDArray[np.int16]) -> npt.NDArray[np.uint8]:
    """Each row's leaf in one tree (``columns``: predictors x rows)."""
    leaf = np.zeros(columns.shape[1], dtype=np.uint8)
    for level, (one, code) in enumerate(zip(feature, above, strict=True)):
        leaf |= (columns[one] > code).view(np.uint8) << np.uint8(level)
    return leaf


@dataclass(frozen=True, slots=True)
class Bins:
    """The columns (predictors x rows) for the search of questions: each predictor's codes in at most 64 bins, those of all
    predictors numbered on. ``place`` is the bin of each cell, ``start`` and ``end`` each predictor's first and last.
    """

    columns: Codes
    place: npt.NDArray[np.int32]
    start: Numbers
    end: Numbers
    shift: Numbers

    @classmethod
    def of(cls, columns: Codes) -> Bins:
        most = columns.max(axis=1, initial=0).astype(np.int64)
        shift = np.maximum(0, np.ceil(np.log2((most + 1) / _BINS))).astype(np.int64)
        width = (most >> shift) + 1
        start = np.cumsum(width) - width
        place = (columns >> shift[:, None].astype(np.uint8)) + start[:, None].astype(np.int32)
        return cls(columns, place.astype(np.int32), start, start + width - 1, shift)

    def question(self, place: Numbers) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """The predictors of these bins, and the last code in each."""
        feature = np.searchsorted(self.start, place, side="right") - 1
        above = ((place - self.start[feature] + 1) << self.shift[feature]) - 1
        return feature.astype(np.int16), above.astype(np.int16)


def boost(bins: Bins, is_yes: Bits, shaping: Numbers, checking: Numbers, pace: Pace, kin: Kin | None = None) -> Boosted:
    """Trees grown on the rows ``shaping``, as many as make the answers of the rows ``checking`` most likely.

    Where rows are several of one entity (``kin``), no entity may be in both.
    """
    shaping = shaping[:_MOST_ROWS]
    kin = None if kin is None else kin.of_rows(shaping)
    shrink = (SHRINK if kin is None else SHRINK * kin.weight) * UNIT
    place, asked, answer = bins.place[:, shaping], bins.columns[:, checking], is_yes[shaping].astype(np.float64)
    n_yes = float(answer.sum())
    base = float(np.log((n_yes + 1) / (len(shaping) - n_yes + 1)))
    logit, logit_asked, sign = (
        np.full(len(shaping), base),
        np.full(len(checking), base),
        np.where(is_yes[checking], -1.0, 1.0),
    )
    trees, best, best_miss = [], 0, float(np.logaddexp(0, sign * base).mean())
    for turn in range(1, pace.rounds + 1):
        chance = 1 / (1 + np.exp(-logit))
        gradient = np.rint((answer - chance) * UNIT)
        curvature = np.rint(chance * (1 - chance) * UNIT) + 1
        found, leaf = grow_oblivious(place, gradient + curvature * PACK, bins, shrink)
        feature, above = bins.question(found)
        sums = [np.bincount(leaf, weights=own, minlength=1 << DEPTH) for own in (gradient, curvature)]
        value = pace.rate * sums[0] / (sums[1] + shrink)
        value = value if kin is None else kin.bounded(leaf, value)
        logit += value[leaf]
        logit_asked += value[leaf_of(asked, feature, above)]
        trees.append((feature, above, value))
        if turn % _CHECK == 0:
            miss = float(np.logaddexp(0, sign * logit_asked).mean())
            if miss < best_miss:
                best, best_miss = turn, miss
            elif turn - best >= _PATIENCE:
                break
    return Boosted(base, *stacked(trees[:best]))


def stacked(trees: Sequence[Tree], *width: int) -> Tree:
    """The questions of all trees (trees x levels), and their values (trees x leaves, each as wide as ``width`` says)."""
    feature, above, value = zip(*trees, strict=True) if trees else ((), (), ())
    return (
        np.array(feature, dtype=np.int16).reshape(-1, DEPTH),
        np.array(above, dtype=np.int16).reshape(-1, DEPTH),
        np.array(value, dtype=np.float64).reshape(-1, 1 << DEPTH, *width),
    )


def grow_oblivious(place: npt.NDArray[np.int32], weight: Floats, bins: Bins, shrink: float) -> tuple[Numbers, Numbers]:
    """One tree on rows with these bins and weights: each level's last bin of the first side, and the rows' leaves.

    Only the smaller side of a level is counted; what is left of its parent is the other.
    """
    n_places = int(bins.end[-1]) + 1
    leaf = np.zeros(place.shape[1], dtype=np.int32)
    cells = _count(place, weight, n_places)[None, :]
    found = []
    for level in range(DEPTH):
        best = _best(cells, bins, shrink)
        feature = int(np.searchsorted(bins.start, best, side="right")) - 1
        is_second = place[feature] > best
        found.append(best)
        if level < DEPTH - 1:
            few_second = 2 * int(is_second.sum()) <= len(leaf)
            few = np.flatnonzero(is_second == few_second)
            part = _count(place[:, few] + leaf[few] * n_places, weight[few], n_places << level).reshape(-1, n_places)
            sides = (cells - part, part) if few_second else (part, cells - part)
            cells = np.concatenate(sides)
        leaf += is_second.astype(np.int32) << level
    return np.array(found), leaf.astype(np.int64)


def _count(place: npt.NDArray[np.int32], weight: Floats, n_places: int) -> Floats:
    """The sum of the weights of rows in each place; few predictors at a time, so that the weights are at hand."""
    step = max(1, _AT_HAND // max(len(weight), 1))
    total = np.zeros(n_places)
    for first in range(0, len(place), step):
        own = place[first : first + step]
        weights = np.tile(weight, len(own)) if len(own) > 1 else weight
        total += np.bincount(own.ravel(), weights=weights, minlength=n_places)
    return total


def _best(cells: Floats, bins: Bins, shrink: float) -> int:
    """The bin up to which the first side reaches, by what it gains over all nodes (nodes x bins)."""
    curvature = np.rint(cells / PACK)
    gradient = cells - curvature * PACK
    sums, curves = (_up_to(own, bins) for own in (gradient, curvature))
    whole, curve = sums[:, bins.end[:1]], curves[:, bins.end[:1]]
    gain = (sums**2 / (curves + shrink) + (whole - sums) ** 2 / (curve - curves + shrink)).sum(axis=0)
    gain[bins.end] = -1.0
    return int(gain.argmax())


def _up_to(own: Floats, bins: Bins) -> Floats:
    """Sums over each predictor's bins up to each."""
    total = own.cumsum(axis=1)
    before = np.where(bins.start > 0, total[:, bins.start - 1], 0.0)
    return np.asarray(total - np.repeat(before, bins.end - bins.start + 1, axis=1))


def boosted_to_data(boosted: Boosted, writer: Writer) -> dict[str, Any]:
    """Plain data, the arrays in ``writer``."""
    return {"base": boosted.base, **{name: writer.put(getattr(boosted, name)) for name in ("feature", "above", "value")}}


def boosted_from_data(told: Any, n_predictors: int, reader: Reader) -> Boosted:
    """The trees over that many predictors; DataError where they are not some."""
    data = expect(told, dict, "part")
    base = expect(data.get("base"), float, "base")
    if not abs(base) < 100:
        raise DataError("a boosted tree of the sampler is not as it was saved")
    return Boosted(base, *trees_from_data(data, n_predictors, ROUNDS, reader))


def trees_from_data(data: Mapping[str, Any], n_predictors: int, most: int, reader: Reader, *width: int) -> Tree:
    """At most so many trees, as :func:`stacked` gives them; DataError where they are not some."""
    feature, above = (reader.get(data.get(name), np.int16, ndim=2) for name in ("feature", "above"))
    value, n_trees = reader.get(data.get("value"), np.float64, ndim=2 + len(width)), len(feature)
    fits = feature.shape == above.shape == (n_trees, DEPTH) and value.shape == (n_trees, 1 << DEPTH, *width)
    if not fits or n_trees > most or not ((feature >= 0) & (feature < n_predictors)).all():
        raise DataError("a boosted tree of the sampler is not as it was saved")
    if not (np.abs(value) < 100).all():
        raise DataError("a boosted tree of the sampler has values that no boosting gives")
    return feature, above, value
