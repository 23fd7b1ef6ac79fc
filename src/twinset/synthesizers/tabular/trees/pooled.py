"""One field given the fields before it, by a forest and by boosted trees, half and half.

A bag of trees takes the mean of what its leaves say; boosted trees add up what many fields say, each on its own. Where rows
are few, leaves are few, and the two are wrong about different things: the normalised root of their product (a logarithmic
opinion pool; Genest and Zidek 1986) is right more often than either. The boosted trees know classes of symbols; which symbol
of its class comes out, is what the forest says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from twinset.errors import DataError
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.draws import evenly
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.store import Reader, Writer, expect
from twinset.synthesizers.tabular.trees.codes import MOST_CLASSES, Codes, Floats
from twinset.synthesizers.tabular.trees.forest import Forest, forest_from_data
from twinset.synthesizers.tabular.trees.law import ClassedForest, Reached, choose, likelihood
from twinset.synthesizers.tabular.trees.scores import Scores, scores_from_data, scores_to_data

_STRETCH = 16
"""Rows that are alike, and over which draws are spread evenly."""


@dataclass(frozen=True)
class Pooled:
    """``classes`` is the table from symbols to the classes that the scores are of."""

    forest: Forest
    classes: Codes
    scores: Scores

    def draw(self, predictors: Codes, rng: np.random.Generator) -> Symbols:
        """A symbol for each row (rows x predictors), spread evenly over rows that are alike."""
        columns = np.ascontiguousarray(predictors.T)
        reached, law = self._plain.law(predictors, columns)
        order = np.lexsort((law @ np.arange(law.shape[1]), self.scores.region(columns)))
        stretch = np.empty(len(order), dtype=np.int64)
        stretch[order] = np.arange(len(order)) // _STRETCH
        return self._plain.pairs.pick(reached, choose(law, evenly(stretch, rng)), rng)

    def likelihood(self, predictors: Codes, symbols: Symbols) -> Floats:
        """The probability that a draw for each row gives the row's symbol."""
        reached, law = self._plain.law(predictors, np.ascontiguousarray(predictors.T))
        place = np.arange(len(symbols)), self._plain.pair_of[symbols]
        share = self._plain.pairs.law(reached)[place]
        own = likelihood(self.forest, reached.leaves, symbols) * law[place]
        return np.asarray(np.divide(own, share, out=np.zeros(len(own)), where=share > 0))

    def classed(self, classes: Codes) -> ClassedPooled:
        """The law over classes of symbols; ``classes`` is a table from symbols."""
        return ClassedPooled.of(self, classes)

    @cached_property
    def _plain(self) -> ClassedPooled:
        return ClassedPooled.of(self, np.zeros_like(self.classes))

    def to_data(self, writer: Writer) -> dict[str, Any]:
        classes, scores = writer.put(self.classes), scores_to_data(self.scores, writer)
        return {"forest": self.forest.to_data(writer), "classes": classes, "scores": scores}


@dataclass(frozen=True, slots=True)
class ClassedPooled:
    """Symbols that fall into classes, others than those of the scores: a pair has one of each.

    ``pair_of`` are tables from symbols to pairs, ``class_of`` and ``scored_of`` from pairs to the one and the other.
    """

    pooled: Pooled
    pairs: ClassedForest
    pair_of: Codes
    class_of: Numbers
    scored_of: Numbers

    @classmethod
    def of(cls, pooled: Pooled, classes: Codes) -> ClassedPooled:
        """``classes`` is a table from symbols."""
        both = classes.astype(np.int64) * MOST_CLASSES + pooled.classes
        distinct, pair_of = np.unique(both, return_inverse=True)
        class_of, scored_of = np.divmod(distinct, MOST_CLASSES)
        pairs = pair_of.astype(np.uint8)
        return cls(pooled, ClassedForest.of(pooled.forest, pairs), pairs, class_of, scored_of)

    @property
    def marginal(self) -> Floats:
        """The law over the classes, whatever the predictors."""
        return np.bincount(self.class_of, weights=self.pairs.marginal).astype(np.float64)

    def law(self, predictors: Codes, columns: Codes) -> tuple[Reached, Floats]:
        """Where rows come to, and the probability of each pair; ``columns`` are the predictors' (predictors x rows)."""
        reached = self.pairs.reach(predictors)
        law, scored = self.pairs.law(reached), self.pooled.scores.law(columns)
        share = law @ (self.scored_of[:, None] == np.arange(scored.shape[1])).astype(np.float64)
        pooled = np.sqrt(share * scored)
        pooled /= pooled.sum(axis=1, keepdims=True)
        return reached, law * (pooled / np.maximum(share, 1e-300))[:, self.scored_of]

    def draw(self, predictors: Codes, tilt: Floats, rng: np.random.Generator) -> tuple[Symbols, Floats]:
        """Symbols by the law times ``tilt``, and what that product sums to; see :class:`.law.Classed`."""
        reached, law = self.law(predictors, np.ascontiguousarray(predictors.T))
        own = tilt[:, self.class_of]
        weighed = law * own
        total = weighed.sum(axis=1)
        weighed = np.where((total <= 0)[:, None], self.pairs.marginal * own, weighed)
        return self.pairs.pick(reached, choose(weighed, rng.random(len(total))), rng), total


def pooled_from_data(data: Any, n_predictors: int, n_symbols: int, reader: Reader) -> Pooled:
    """The law over that many predictors; DataError where it is none."""
    own = expect(data, dict, "pooled law")
    classes = reader.get(own.get("classes"), np.uint8, length=n_symbols)
    n_classes = int(classes.max(initial=0)) + 1
    if n_classes > MOST_CLASSES:
        raise DataError(f"the sampler has {n_classes} classes of one field")
    forest = forest_from_data(own.get("forest"), n_predictors, n_symbols, reader)
    return Pooled(forest, classes, scores_from_data(own.get("scores"), n_predictors, n_classes, reader))
