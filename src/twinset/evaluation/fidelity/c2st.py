"""Classifier two-sample tests: can a learner tell the twin's rows from real ones? (Lopez-Paz and Oquab 2017)

0.5 is chance: the twin can't be told from rows that nobody learned from. As many rows of the holdout and of the twin are
told apart by three learners: histogram boosting on the columns (``fidelity.c2st``), the same with relations, roundness and
usualness beside them (``fidelity.c2st_strong``), logistic regression (``fidelity.c2st_logistic``). The baseline is a draw of
train against the same rows of the holdout. The detail names the columns that gave the twin away.

``fidelity.c2st_train`` is the plain test against rows that were learned from, with the same test against unseen rows as its
baseline: clearly below it (``gap_interval`` above 0), the twin lies closer to the rows it learned from than to others of
their kind, which is an alarm of memorising.

Without a holdout other rows of train stand in for unseen ones, and the reason says so. Of very many columns a seeded choice
takes part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Rows
from twinset.evaluation.baseline import shuffled, units_of
from twinset.evaluation.encode import Side, encoded
from twinset.evaluation.fidelity.discriminator import Discriminator, Strength, Told
from twinset.evaluation.matrix import Draw, some_columns

_BESIDE: tuple[Strength, ...] = ("c2st_strong", "c2st_logistic")
MOST_ROWS, MOST_COLUMNS = 6_000, 200
FEWEST_ROWS = 20
REAL_FOLDS = 3
"""Folds of the baselines, at most: there is hardly anything to learn, and a fold more would cost as much as for the twin."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Equal draws for the tests: unseen real rows, rows of train, rows of the twin; and further real rows, on no side."""

    unseen: Draw
    train: Draw
    synthetic: Draw
    others: Draw

    def fewest_units(self, comparison: Comparison) -> int:
        """The smallest number of independent units (entities, or rows) among the draws that are told apart."""
        draws = (self.unseen, self.train, self.synthetic)
        return min(len(np.unique(units_of(comparison, draw.side, draw.rows))) for draw in draws)


@dataclass(frozen=True, slots=True)
class Discriminators:
    """``fidelity.c2st``, ``c2st_strong``, ``c2st_logistic`` and ``c2st_train`` of the table.

    ``is_thorough``: of three times as many rows, by learners with four times as many rounds.
    """

    n_folds: int = 5
    n_rounds: int = 50
    is_thorough: bool = False

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        seed = seed.child("c2st")
        columns = some_columns(encoded(comparison).columns, MOST_COLUMNS, seed.child("columns"))
        draws = draws_of(comparison, seed.child("draws"), 3 * MOST_ROWS if self.is_thorough else MOST_ROWS)
        n, n_units = len(draws.unseen), draws.fewest_units(comparison)
        if n_units < FEWEST_ROWS or not columns:
            reason = f"{n_units} rows (or entities) a side: a classifier needs at least {FEWEST_ROWS}"
            names = ("c2st", "c2st_strong", "c2st_logistic", "c2st_train")
            yield from (Score(f"fidelity.{name}", None, None, "baseline", n=n, reason=reason) for name in names)
            return
        rounds = 4 * self.n_rounds if self.is_thorough else self.n_rounds
        test = Discriminator(comparison, columns, draws.others, self.n_folds, rounds, seed)
        among_real = replace(test, n_folds=min(self.n_folds, REAL_FOLDS))
        plain = test.told("c2st", draws.synthetic, draws.unseen)
        yield _score("c2st", plain, among_real.told("c2st", draws.train, draws.unseen), n, comparison)
        for strength in _BESIDE:
            told = test.told(strength, draws.synthetic, draws.unseen)
            yield _score(strength, told, among_real.told(strength, draws.train, draws.unseen), n, comparison)
        yield _alarm(test, plain, draws, comparison)


def _score(name: str, value: Told, baseline: Told, n: int, comparison: Comparison) -> Score:
    reason = "" if comparison.holdout is not None else "no holdout: measured against rows that were learned from"
    detail = {"columns": [list(each) for each in value.columns]}
    return Score(
        f"fidelity.{name}", None, value.area, "baseline", value.interval, baseline.area, baseline.interval, n,
        reason=reason, detail=detail,
    )  # fmt: skip


def _alarm(test: Discriminator, against_unseen: Told, draws: Draws, comparison: Comparison) -> Score:
    if comparison.holdout is None:
        reason = "no holdout: there are no unseen rows to set the rows of train beside"
        return Score("fidelity.c2st_train", None, None, "baseline", n=len(draws.train), reason=reason)
    seen = test.told("c2st", draws.synthetic, draws.train)
    gap, half = against_unseen.area - seen.area, 1.96 * float(np.hypot(against_unseen.error, seen.error))
    return Score(
        "fidelity.c2st_train", None, seen.area, "baseline", seen.interval, against_unseen.area, against_unseen.interval,
        len(draws.train), detail={"gap": gap, "gap_interval": [gap - half, gap + half]},
    )  # fmt: skip


def draws_of(comparison: Comparison, seed: Seed, most_rows: int) -> Draws:
    """The unseen rows are the holdout's; without one, rows of train that no other draw holds stand in."""
    table, rng = encoded(comparison), seed.generator()
    unseen: Side = "train" if comparison.holdout is None else "holdout"
    n = min(table.n(unseen), table.n("train") // (3 if unseen == "train" else 2), table.n("synthetic"), most_rows)
    order = {side: shuffled(units_of(comparison, side, np.arange(table.n(side))), rng) for side in ("synthetic", "train")}
    n_own = 2 if unseen == "train" else 1
    own, rest = _of_many(order["train"], n, n_own, comparison, rng)
    twin = Draw("synthetic", _spread(order["synthetic"], n, comparison, rng))
    if unseen == "train":
        return Draws(Draw("train", own[0]), Draw("train", own[1]), twin, Draw("train", rest))
    strangers = shuffled(units_of(comparison, unseen, np.arange(table.n(unseen))), rng)
    return Draws(Draw(unseen, _spread(strangers, n, comparison, rng)), Draw("train", own[0]), twin, Draw("train", rest))


def _of_many(order: Rows, n: int, n_draws: int, comparison: Comparison, rng: np.random.Generator) -> tuple[list[Rows], Rows]:
    """Draws of ``n`` rows each, and the rows that are left: no entity is in two of them, but for those at the seams."""
    if not comparison.train.schema.only.entity:
        return [order[place * n : (place + 1) * n] for place in range(n_draws)], order[n_draws * n :]
    parts = np.array_split(order, n_draws + 1)
    return [_spread(part, n, comparison, rng) for part in parts[:n_draws]], parts[n_draws]


def _spread(order: Rows, n: int, comparison: Comparison, rng: np.random.Generator) -> Rows:
    """``n`` of the rows: of entities with many rows some of each, since more of them say more than all rows of a few."""
    if not comparison.train.schema.only.entity:
        return order[:n]
    return np.sort(rng.permutation(order)[:n])
