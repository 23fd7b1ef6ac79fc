"""One classifier two-sample test: fold by fold, how well can a learner tell one draw's rows from another's?

Models see the other folds of both draws; rows of one entity share a fold. The area is the mean of the folds'. Its variance
is the mean of the folds' DeLong variances, doubled: models of different folds share training rows, so the folds' areas are
correlated. With x_k the finite-sample difference of the two draws in fold k, the test sums x_j·x_k over pairs of folds,
whose variance is twice that of as many independent test rows, for any number of folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from twinset.core.score import Comparison, Interval
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows
from twinset.evaluation.auc import auc
from twinset.evaluation.baseline import units_of
from twinset.evaluation.encode import EncodedColumn
from twinset.evaluation.fidelity.features import extended
from twinset.evaluation.learning import learned
from twinset.evaluation.matrix import Draw, Features, for_lines, for_trees
from twinset.evaluation.shuffled import shuffled_copies

Strength = Literal["c2st", "c2st_strong", "c2st_logistic"]
TELLING_ROWS, TELLING_LOSS = 1_000, 0.01
"""Rows to look for telling columns on, and the area a column must cost to be named."""
STRONGER = 2
"""Rounds of the strong test, in those of the plain one: its many features take longer to be learned."""


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of one test: the area, its standard error, and the columns that helped most to tell."""

    area: float
    error: float
    columns: tuple[tuple[str, float], ...] = ()

    @property
    def interval(self) -> Interval:
        return max(self.area - 1.96 * self.error, 0.0), min(self.area + 1.96 * self.error, 1.0)


@dataclass(frozen=True, slots=True)
class Discriminator:
    """Tells draws apart by these columns; ``others`` are further real rows, on neither side, for usual values."""

    comparison: Comparison
    columns: tuple[EncodedColumn, ...]
    others: Draw
    n_folds: int
    n_rounds: int
    seed: Seed

    def told(self, strength: Strength, first: Draw, second: Draw) -> Told:
        """How well the first draw's rows can be told from the second's; either has a row in every fold."""
        both = _varied([self._features(strength, draw) for draw in (first, second)])
        is_first = np.arange(len(both.values)) < len(first)
        units = [units_of(self.comparison, draw.side, draw.rows) for draw in (first, second)]
        fold = np.concatenate([self._folds(each, name) for each, name in zip(units, ("first", "second"), strict=True)])
        whose = np.concatenate(units)
        areas, errors = [], []
        columns: tuple[tuple[str, float], ...] = ()
        for number in range(self.n_folds):
            held = fold == number
            model = learned(self._model(strength, both, number), both.values[~held], is_first[~held])
            area, error = _held_out(model, both.values[held], is_first[held], whose[held])
            areas.append(area)
            errors.append(error)
            if number == 0 and area - 1.96 * error > 0.5:
                columns = _telling(model, replace(both, values=both.values[held]), is_first[held], self.seed)
        variance = 2 * float(np.mean(np.square(errors))) / len(errors)
        return Told(float(np.mean(areas)), float(np.sqrt(variance)), columns)

    def _features(self, strength: Strength, draw: Draw) -> Features:
        if strength == "c2st_logistic":
            return for_lines(self.columns, draw)
        plain = for_trees(self.columns, draw)
        if strength == "c2st":
            return plain
        return plain.beside(extended(self.columns, draw, self.others, self.seed.child("pairs")))

    def _folds(self, units: Rows, name: str) -> Rows:
        n_units = int(units.max()) + 1
        order = self.seed.child("folds", name).generator().permutation(n_units)
        return np.asarray((order % self.n_folds)[units])

    def _model(self, strength: Strength, features: Features, fold: int) -> Any:
        if strength == "c2st_logistic":
            from sklearn.linear_model import LogisticRegression

            return LogisticRegression(max_iter=200)
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=self.n_rounds * (STRONGER if strength == "c2st_strong" else 1),
            categorical_features=list(features.is_label),
            early_stopping=False,
            random_state=self.seed.child("model", fold).integer(),
        )


def _varied(sides: Sequence[Features]) -> Features:
    """The rows of all sides, without the features that are the same in every row: they cost time and tell nothing."""
    values = np.concatenate([side.values for side in sides])
    first = values[:1]
    kept = np.flatnonzero(~((values == first) | (np.isnan(values) & np.isnan(first))).all(axis=0))
    kept = kept if len(kept) else np.arange(values.shape[1])
    sources, is_label = sides[0].sources, sides[0].is_label
    return Features(values[:, kept], tuple(sources[place] for place in kept), tuple(is_label[place] for place in kept))


def _held_out(model: Any, values: Floats, is_first: Flags, whose: Rows) -> tuple[float, float]:
    score = np.asarray(model.decision_function(values), np.float64)
    return auc(score[is_first], score[~is_first], (whose[is_first], whose[~is_first]))


def _telling(model: Any, held: Features, is_first: Flags, seed: Seed, most: int = 5) -> tuple[tuple[str, float], ...]:
    """The columns whose shuffling (with all features made of them) costs the most area, and how much."""
    rows = seed.child("telling").generator().permutation(len(is_first))[:TELLING_ROWS]
    values, is_first = held.values[rows], is_first[rows]
    if is_first.all() or not is_first.any():
        return ()
    names, copies = shuffled_copies(replace(held, values=values))
    scores = np.asarray(model.decision_function(copies.reshape(-1, values.shape[1])), np.float64).reshape(len(copies), -1)
    areas = [auc(score[is_first], score[~is_first])[0] for score in scores]
    ranked = sorted(zip(names, areas[1:], strict=True), key=lambda each: each[1])
    return tuple((name, round(areas[0] - area, 4)) for name, area in ranked[:most] if areas[0] - area > TELLING_LOSS)
