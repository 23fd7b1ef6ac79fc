"""Finding an event that tells two neighbours apart: a number computed from an answer, and a threshold on it.

Numbers are learned on one set of runs (:func:`statistics`), thresholds chosen on another (:func:`choose`); bounds come from
a third, which neither has seen. Sources: Nasr et al. 2023 (threshold on a projection); Jagielski et al. 2020 (events).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.dp.bounds import Bounding

MOST_COLUMNS, MOST_SINGLE, MOST_THRESHOLDS = 64, 12, 250


@dataclass(frozen=True, slots=True)
class Statistic:
    """A weighted sum of some columns of the answers, each first clipped to [low, high]."""

    words: str
    columns: Rows
    weights: Floats
    low: Floats
    high: Floats

    def of(self, answers: Floats) -> Floats:
        result: Floats = np.clip(answers[:, self.columns], self.low, self.high) @ self.weights
        return result


@dataclass(frozen=True, slots=True)
class Event:
    """``statistic`` is at least (or below) ``threshold``. ``is_swapped``: it is likelier on the other neighbour."""

    statistic: Statistic
    threshold: float
    is_below: bool
    is_swapped: bool
    value: float = 0.0

    def hits(self, answers: Floats) -> int:
        """In how many of the runs it happened."""
        reached = self.statistic.of(answers) >= self.threshold
        return int(np.sum(~reached if self.is_below else reached))

    def __str__(self) -> str:
        return f"{self.statistic.words} {'below' if self.is_below else 'at least'} {self.threshold:.6g}"


def statistics(one: Floats, other: Floats, names: Sequence[str]) -> Iterator[Statistic]:
    """The single columns that differ most, and three sums: for Gaussian noise, for Laplace noise, and a trained one."""
    gap = one.mean(axis=0) - other.mean(axis=0)
    spread = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 2)
    # A column without any spread is noiseless: a tiny one ranks it first and keeps the division defined.
    spread = np.where(spread > 0, spread, 1e-12 + 1e-9 * np.abs(gap))
    strength = np.abs(gap) / spread
    best = np.argsort(-strength, kind="stable")[:MOST_COLUMNS]
    for column in best[:MOST_SINGLE]:
        yield _statistic(names[column], np.array([column]), np.ones(1))
    # Columns that differ by no more than chance would add their noise and nothing else.
    telling = best[strength[best] > 3 * np.sqrt(2 / len(one))]
    if len(telling) > 1:
        yield _statistic(f"a sum of {len(telling)} numbers, weighted by difference,", telling, (gap / spread**2)[telling])
        yield _clipped(one[:, telling], other[:, telling], telling)
    # Noise that columns share can hide the difference in each of them, and not in all together.
    if len(best) > 1:
        yield _trained(one[:, best], other[:, best], best, spread[best])


def _statistic(words: str, columns: Rows, weights: Floats) -> Statistic:
    free = np.full(len(columns), np.inf)
    return Statistic(words, columns, weights, -free, free)


def _clipped(one: Floats, other: Floats, columns: Rows) -> Statistic:
    """The log likelihood ratio of Laplace noise: a ramp between the two medians of each column."""
    middles = np.median(one, axis=0), np.median(other, axis=0)
    scale = (np.abs(one - middles[0]).mean(axis=0) + np.abs(other - middles[1]).mean(axis=0)) / 2
    weights = np.sign(middles[0] - middles[1]) / np.where(scale > 0, scale, 1e-12)
    return Statistic(
        f"a clipped sum of {len(columns)} numbers", columns, weights, np.minimum(*middles), np.maximum(*middles)
    )


def _trained(one: Floats, other: Floats, columns: Rows, spread: Floats) -> Statistic:
    from sklearn.linear_model import LogisticRegression

    answers = np.concatenate([one, other])
    scaled = np.clip((answers - answers.mean(axis=0)) / np.maximum(spread, answers.std(axis=0)), -10, 10)
    model = LogisticRegression(max_iter=1_000).fit(scaled, np.repeat([1, 0], [len(one), len(other)]))
    weights = model.coef_[0] / np.maximum(spread, answers.std(axis=0))
    return _statistic(f"a discriminator trained on {len(columns)} numbers", columns, weights)


def choose(statistics: Sequence[Statistic], one: Floats, other: Floats, bounding: Bounding) -> Event:
    """The event with the highest bound on these runs, a bound that is no evidence yet: the event was chosen for it."""
    return max((_best_event(statistic, one, other, bounding) for statistic in statistics), key=lambda event: event.value)


def _best_event(statistic: Statistic, one: Floats, other: Floats, bounding: Bounding) -> Event:
    sides = [np.sort(statistic.of(answers)) for answers in (one, other)]
    values = np.unique(np.concatenate(sides))
    places = np.unique(np.linspace(0, len(values) - 1, MOST_THRESHOLDS).round().astype(np.int64))
    thresholds, n = values[places], len(one)
    reached = [n - np.searchsorted(side, thresholds, side="left") for side in sides]
    best = Event(statistic, float(thresholds[0]), is_below=False, is_swapped=False)
    for is_below in (False, True):
        hits = [n - counts if is_below else counts for counts in reached]
        for is_swapped in (False, True):
            lower = bounding.lower(hits[is_swapped], hits[not is_swapped], n)
            place = int(np.argmax(lower))
            if lower[place] > best.value:
                found = Event(statistic, float(thresholds[place]), is_below, is_swapped)
                best = replace(found, value=float(lower[place]))
    return best
