"""Boosted trees for a field of several classes: how likely each is, given a row's codes.

As :mod:`twinset.synthesizers.tabular.trees.boost`, with the softmax in place of the logistic function. One tree serves all
classes: it is grown on the gradient along one random direction of theirs (sketched boosting; Iosipoi and Vakhrushev, NeurIPS
2022), and its leaves have a value for each class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.store import Reader, Writer, expect
from twinset.synthesizers.tabular.trees.boost import (
    DEPTH,
    PACK,
    UNIT,
    Bins,
    Kin,
    Pace,
    Tree,
    grow_oblivious,
    leaf_of,
    region_of,
    stacked,
    trees_from_data,
)
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.grow import Target

ROUNDS, MOST_SCORED = 80, 1 << 12
"""Trees for each half, and rows up to which boosted trees have a say: of more, leaves say enough."""
_PACE, _SHRINK, _OF_EACH, _CHECK, _PATIENCE = Pace(ROUNDS, 0.4), 10.0, 3.0, 5, 15
"""What leaves are shrunk by: the gradient along a direction in the search, and each class's own in a leaf's values."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Trees whose values add up to a logit for each class, from ``base`` on.

    ``feature`` and ``above`` are trees x levels, as in :class:`.boost.Boosted`; ``value`` is trees x leaves x classes.
    """

    base: Floats
    feature: npt.NDArray[np.int16]
    above: npt.NDArray[np.int16]
    value: Floats

    def law(self, columns: Codes) -> Floats:
        """The probability of each class for each row; ``columns`` are predictors x rows."""
        return _softmax(self._logits(columns))

    def region(self, columns: Codes) -> Numbers:
        """A number for each row that sorts rows by what the first trees ask."""
        return region_of(self.feature, self.above, columns)

    def _logits(self, columns: Codes) -> Floats:
        total = np.tile(self.base, (columns.shape[1], 1))
        for feature, above, value in zip(self.feature, self.above, self.value, strict=True):
            total += value[leaf_of(columns, feature, above)]
        return total


def _softmax(logits: Floats) -> Floats:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The classes of rows and their logits as trees are added."""

    classes: Numbers
    logits: Floats

    @classmethod
    def of(cls, classes: Numbers, base: Floats) -> _Rows:
        return cls(classes, np.tile(base, (len(classes), 1)))

    def miss(self) -> float:
        """Nats for a row."""
        own = self.logits[np.arange(len(self.classes)), self.classes]
        return float((np.logaddexp.reduce(self.logits, axis=1) - own).mean())


def learn_scores(
    predictors: Codes, target: Target, half: npt.NDArray[np.bool_], kin: Kin | None, rng: np.random.Generator
) -> Scores:
    """The scores of two sets of trees, each grown on one half for as long as the other bears it out, taken together."""
    bins = Bins.of(np.ascontiguousarray(predictors.T))
    counts = np.bincount(target.classes, minlength=target.n_classes)
    base = np.log((counts + 0.5) / (counts + 0.5).sum())
    trees = [one for side in (half, ~half) for one in _boost(bins, target.classes, base, side, kin, rng)]
    feature, above, value = stacked(trees, target.n_classes)
    return Scores(base, feature, above, value / 2)


def _boost(
    bins: Bins, classes: Numbers, base: Floats, side: npt.NDArray[np.bool_], kin: Kin | None, rng: np.random.Generator
) -> Sequence[Tree]:
    """Trees grown on one side of the rows, as many as make the classes of the other side most likely."""
    shaping, checking = np.flatnonzero(side), np.flatnonzero(~side)
    kin = None if kin is None else kin.of_rows(shaping)
    own, asked = (_Rows.of(classes[rows], base) for rows in (shaping, checking))
    place, columns = bins.place[:, shaping], bins.columns[:, checking]
    weight = 1.0 if kin is None else kin.weight
    trees: list[Tree] = []
    best, best_miss = 0, asked.miss()
    for turn in range(1, _PACE.rounds + 1):
        chance = _softmax(own.logits)
        found, leaf = grow_oblivious(place, _along(chance, own.classes, rng), bins, weight * _SHRINK * UNIT)
        value = _PACE.rate * _values(chance, own.classes, leaf, weight * _OF_EACH)
        value = value if kin is None else kin.bounded(leaf, value)
        trees.append((*bins.question(found), value))
        np.add(own.logits, value[leaf], out=own.logits)
        np.add(asked.logits, value[leaf_of(columns, *trees[-1][:2])], out=asked.logits)
        if turn % _CHECK == 0:
            miss = asked.miss()
            if miss < best_miss:
                best, best_miss = turn, miss
            elif turn - best >= _PATIENCE:
                break
    return trees[:best]


def _along(chance: Floats, classes: Numbers, rng: np.random.Generator) -> Floats:
    """Gradients and curvatures of the rows along a random direction of the classes, in one number."""
    direction: Floats = np.asarray(rng.standard_normal(chance.shape[1]))
    mean = chance @ direction
    gradient = np.rint((direction[classes] - mean) * UNIT)
    curvature = np.rint((chance @ direction**2 - mean**2).clip(0.0, 60.0) * UNIT) + 1
    return np.asarray(gradient + curvature * PACK)


def _values(chance: Floats, classes: Numbers, leaf: Numbers, shrink: float) -> Floats:
    """How far the logits of each class are off in each leaf (leaves x classes)."""
    there = np.zeros((1 << DEPTH, len(leaf)))
    there[leaf, np.arange(len(leaf))] = 1.0
    curvature = there @ np.rint(chance * (1 - chance) * UNIT)
    expected, width = there @ np.rint(chance * UNIT), chance.shape[1]
    counted = np.bincount(leaf * width + classes, minlength=expected.size).reshape(expected.shape)
    return np.asarray((counted * UNIT - expected) / (curvature + shrink * UNIT))


def scores_to_data(scores: Scores, writer: Writer) -> dict[str, int]:
    """Plain data, the arrays in ``writer``."""
    return {name: writer.put(getattr(scores, name)) for name in ("base", "feature", "above", "value")}


def scores_from_data(told: Any, n_predictors: int, n_classes: int, reader: Reader) -> Scores:
    """The scores of so many classes over that many predictors; DataError where they are not some."""
    data = expect(told, dict, "scores")
    base = reader.get(data.get("base"), np.float64, length=n_classes)
    if not (np.abs(base) < 100).all():
        raise DataError("the scores of the sampler have values that no boosting gives")
    return Scores(base, *trees_from_data(data, n_predictors, 2 * ROUNDS, reader, n_classes))
