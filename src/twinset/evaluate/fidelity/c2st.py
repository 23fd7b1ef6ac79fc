"""Classifier two-sample tests: can a learner tell the twin's rows from real ones? (Lopez-Paz and Oquab 2017)

0.5 is chance: the twin can't be told from rows that nobody learned from. As many rows of the holdout and of the twin are
scored by models that saw other rows of both, fold by fold; rows of one entity share a fold. Three learners: histogram
boosting on the columns (``fidelity.c2st``), the same with relations, roundness and usualness beside them
(``fidelity.c2st_strong``), logistic regression (``fidelity.c2st_logistic``). The baseline is a draw of train against the
same rows of the holdout. ``fidelity.c2st_train`` is the plain test against rows that were learned from, with the same test
against unseen rows as its baseline: clearly below it, the twin lies closer to the rows it learned from than to others of
their kind, which is an alarm of memorising. Of very many columns a seeded choice takes part.

Intervals: the mean of the folds' DeLong variances, doubled. Models of different folds share training rows, so the folds'
areas are correlated: with x_k the finite-sample difference of the two sides in fold k, the test sums x_j·x_k over pairs of
folds, whose variance is twice that of as many independent test rows, for any number of folds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluate.arrays import Flags, Floats, Rows
from twinset.evaluate.auc import auc
from twinset.evaluate.baseline import shuffled, units_of
from twinset.evaluate.encode import EncodedColumn, Side, encoded
from twinset.evaluate.fidelity.features import extended
from twinset.evaluate.learning import learned
from twinset.evaluate.matrix import Draw, Features, for_lines, for_trees, some_columns
from twinset.evaluate.shuffled import shuffled_copies

Strength = Literal["c2st", "c2st_strong", "c2st_logistic"]
_BESIDE: tuple[Strength, ...] = ("c2st_strong", "c2st_logistic")
MOST_ROWS, MOST_COLUMNS = 10_000, 200
FEWEST_ROWS = 20
TELLING_ROWS, TELLING_LOSS = 1_000, 0.01
"""Rows to look for telling columns on, and the area a column must cost to be named."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Equal draws for the tests: unseen real rows, rows of train, rows of the twin; and further real rows, on no side."""

    unseen: Draw
    train: Draw
    synthetic: Draw
    others: Draw


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of one test: the area, its standard error, and the columns that helped most to tell."""

    area: float
    error: float
    columns: tuple[tuple[str, float], ...] = field(default=())

    @property
    def interval(self) -> tuple[float, float]:
        return max(self.area - 1.96 * self.error, 0.0), min(self.area + 1.96 * self.error, 1.0)


@dataclass(frozen=True, slots=True)
class Discriminators:
    """``fidelity.c2st``, ``c2st_strong``, ``c2st_logistic`` and ``c2st_train`` of the table."""

    n_folds: int = 5
    n_rounds: int = 50
    is_thorough: bool = False

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        seed = seed.child("c2st")
        columns = some_columns(encoded(comparison).columns, MOST_COLUMNS, seed.child("columns"))
        draws = _draws(comparison, seed.child("draws"))
        n = len(draws.unseen)
        if n < FEWEST_ROWS or not columns:
            reason = f"{n} rows a side: a classifier needs at least {FEWEST_ROWS}"
            names = ("c2st", "c2st_strong", "c2st_logistic", "c2st_train")
            yield from (Score(f"fidelity.{name}", "table", None, "baseline", n=n, reason=reason) for name in names)
            return
        test = _Test(comparison, columns, draws, seed, replace(self, n_rounds=200) if self.is_thorough else self)
        plain = test.told("c2st", draws.synthetic, draws.unseen)
        yield _score("c2st", plain, test.told("c2st", draws.train, draws.unseen), n, comparison)
        for strength in _BESIDE:
            sides = [test.told(strength, side, draws.unseen) for side in (draws.synthetic, draws.train)]
            yield _score(strength, sides[0], sides[1], n, comparison)
        yield _alarm(test, plain, draws, comparison)


def _score(name: str, value: Told, baseline: Told, n: int, comparison: Comparison) -> Score:
    reason = "" if comparison.holdout is not None else "no holdout: measured against rows that were learned from"
    detail = {"columns": [list(each) for each in value.columns]}
    return Score(
        f"fidelity.{name}", "table", value.area, "baseline", value.interval, baseline.area, baseline.interval, n,
        reason=reason, detail=detail,
    )  # fmt: skip


def _alarm(test: _Test, against_unseen: Told, draws: Draws, comparison: Comparison) -> Score:
    if comparison.holdout is None:
        reason = "no holdout: there are no unseen rows to set the rows of train beside"
        return Score("fidelity.c2st_train", "table", None, "baseline", n=len(draws.train), reason=reason)
    seen = test.told("c2st", draws.synthetic, draws.train)
    gap, half = against_unseen.area - seen.area, 1.96 * float(np.hypot(against_unseen.error, seen.error))
    return Score(
        "fidelity.c2st_train", "table", seen.area, "baseline", seen.interval, against_unseen.area, against_unseen.interval,
        len(draws.train), detail={"gap": gap, "gap_interval": [gap - half, gap + half]},
    )  # fmt: skip


def _draws(comparison: Comparison, seed: Seed) -> Draws:
    """The unseen rows are the holdout's; without one, rows of train that no other draw holds stand in."""
    table, rng = encoded(comparison), seed.generator()
    unseen: Side = "train" if comparison.holdout is None else "holdout"
    n = min(table.n(unseen), table.n("train") // (3 if unseen == "train" else 2), table.n("synthetic"), MOST_ROWS)
    order = {side: shuffled(units_of(comparison, side, np.arange(table.n(side))), rng) for side in ("synthetic", "train")}
    rest, twin = order["train"], Draw("synthetic", order["synthetic"][:n])
    if unseen == "train":
        return Draws(Draw("train", rest[:n]), Draw("train", rest[n : 2 * n]), twin, Draw("train", rest[2 * n :]))
    strangers = shuffled(units_of(comparison, unseen, np.arange(table.n(unseen))), rng)[:n]
    return Draws(Draw(unseen, strangers), Draw("train", rest[:n]), twin, Draw("train", rest[n:]))


@dataclass(frozen=True, slots=True)
class _Test:
    comparison: Comparison
    columns: tuple[EncodedColumn, ...]
    draws: Draws
    seed: Seed
    options: Discriminators

    def told(self, strength: Strength, first: Draw, second: Draw) -> Told:
        """How well the first draw's rows can be told from the second's."""
        sides = [self._features(strength, draw) for draw in (first, second)]
        both = replace(sides[0], values=np.concatenate([side.values for side in sides]))
        is_first = np.arange(len(both.values)) < len(first)
        units = [units_of(self.comparison, draw.side, draw.rows) for draw in (first, second)]
        fold = np.concatenate([self._folds(each, name) for each, name in zip(units, ("first", "second"), strict=True)])
        whose = np.concatenate(units)
        areas, errors = [], []
        columns: tuple[tuple[str, float], ...] = ()
        for number in range(self.options.n_folds):
            held = fold == number
            if min(np.bincount(2 * held + is_first, minlength=4)) == 0:
                continue
            model = learned(self._model(strength, both, number), both.values[~held], is_first[~held])
            area, error = _held_out(model, both.values[held], is_first[held], whose[held])
            areas.append(area)
            errors.append(error)
            if number == 0 and area - 1.96 * error > 0.5:
                columns = _telling(model, replace(both, values=both.values[held]), is_first[held], self.seed)
        if not areas:
            return Told(float("nan"), float("nan"))
        variance = 2 * float(np.mean(np.square(errors))) / len(errors)
        return Told(float(np.mean(areas)), float(np.sqrt(variance)), columns)

    def _features(self, strength: Strength, draw: Draw) -> Features:
        if strength == "c2st_logistic":
            return for_lines(self.columns, draw)
        plain = for_trees(self.columns, draw)
        if strength == "c2st":
            return plain
        return plain.beside(extended(self.columns, draw, self.draws.others, self.seed.child("pairs")))

    def _folds(self, units: Rows, name: str) -> Rows:
        n_units = int(units.max()) + 1
        order = self.seed.child("folds", name).generator().permutation(n_units)
        return np.asarray((order % self.options.n_folds)[units])

    def _model(self, strength: Strength, features: Features, fold: int) -> Any:
        if strength == "c2st_logistic":
            from sklearn.linear_model import LogisticRegression

            return LogisticRegression(max_iter=200)
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=self.options.n_rounds, categorical_features=list(features.is_label), early_stopping=False,
            random_state=self.seed.child("model", fold).integer(),
        )  # fmt: skip


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
