"""False alarms come at their stated rate: over many nulls, in which twin and holdout are fresh rows of train's own law.

What is stated, and counted here for each figure by itself:

- fidelity, ``utility.confidence``: worse than the baseline's 95% interval in at most 2.5% of nulls. Intervals of half-splits
  are wide on purpose, so no lower bound is set.
- attacks, classifiers, ``utility.gap``: the 95% interval leaves the truth (chance, no gain, no gap) out on the bad side in
  at most 2.5% of nulls.
- the gate: an answer has any finding that is worse whatever the bar, its intervals widened by Bonferroni, in at most 2.5%
  of nulls; and no answer is "fail".

A count of N nulls is binomial at most. A test fails where it is so high that this has a chance below ALPHA, shared out among
the figures: with a rate of 2.5% and 150 figures that is 48 of 1,000, or 18 of 200.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import comb

import numpy as np
import pytest
from tests import flawed

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.fidelity.c2st import Discriminators
from twinset.evaluation.measure import metric
from twinset.evaluation.utility.tstr import TrainOnTwin
from twinset.gate import alike, leaked, useful
from twinset.gate.rules import Rule, judge_all

ALPHA = 1e-3
RATE = 0.025
CHEAP = (
    "ks", "wasserstein", "shares", "pairs", "missing", "span", "coverage", "digits", "relations", "dependency", "confidence"
)  # fmt: skip
N_CHEAP, N_ATTACKED, N_LEARNED = 1_000, 200, 60


def null(number: int, n: int, n_holdout: int) -> Comparison:
    """Train, twin and holdout of one law and of no row in common."""
    draw = flawed.rows(2 * n + n_holdout, 50_000 + number)
    cuts = ((0, n), (n, 2 * n), (2 * n, None))
    train, twin, holdout = (flawed.dataset({name: each[a:b] for name, each in draw.items()}) for a, b in cuts)
    return Comparison(train, twin, holdout, "is_late")


def is_false_alarm(score: Score) -> bool:
    """Fidelity is set beside where fresh rows fall; what has a known truth, beside that."""
    if score.value is None or score.interval is None or score.baseline is None:
        return False
    if score.baseline_interval is not None and not score.metric.startswith("fidelity.c2st"):
        low, high = score.baseline_interval
        return score.value < low - 1e-12 if score.better == "higher" else score.value > high + 1e-12
    truth = 0.5 if score.metric.startswith("fidelity.c2st") else score.baseline
    return score.interval[1] < truth if score.better == "higher" else score.interval[0] > truth


@dataclass
class Tally:
    """How often each figure was measured and alarmed, and how often any rule of a question did."""

    rules: tuple[Rule, ...]
    seen: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    shares: list[float] = field(default_factory=list)
    n_worse: int = 0
    n_failed: int = 0

    def add(self, scores: Sequence[Score]) -> None:
        measured = [score for score in scores if score.value is not None and score.interval is not None]
        self.seen.update(f"{score.metric} {score.about}" for score in measured)
        alarms = [f"{score.metric} {score.about}" for score in measured if is_false_alarm(score)]
        self.alarms.update(alarms)
        self.shares.append(len(alarms) / len(measured))
        findings = judge_all(self.rules, scores, "strict")
        self.n_worse += any(finding.is_worse for finding in findings)
        self.n_failed += any(finding.outcome == "fail" for finding in findings)

    def beyond(self) -> dict[str, tuple[int, int]]:
        """The figures that alarmed too often: how often, of how many."""
        most = {n: most_alarms(n, RATE, ALPHA / len(self.seen)) for n in set(self.seen.values())}
        return {name: (self.alarms[name], n) for name, n in self.seen.items() if self.alarms[name] > most[n]}

    def is_above(self, rate: float) -> bool:
        """Whether the share of figures that alarm is clearly above a rate; nulls are independent, their figures are not."""
        error = np.std(self.shares, ddof=1) / np.sqrt(len(self.shares))
        return bool(np.mean(self.shares) - 3.09 * error > rate)


def most_alarms(n: int, rate: float, alpha: float) -> int:
    """The largest count whose tail still has a chance of alpha."""
    tail, count = 1.0, 0
    while tail >= alpha:
        tail -= comb(n, count) * rate**count * (1 - rate) ** (n - count)
        count += 1
    return count


def cheap(n_nulls: int) -> Tally:
    tally = Tally((*alike.RULES, *alike.ALARMS))
    for number in range(n_nulls):
        comparison = null(number, 400 + 200 * (number % 3), 10)
        tally.add([score for name in CHEAP for score in metric(name).measure(comparison, seed=Seed(number))])
    return tally


def attacked(n_nulls: int) -> Tally:
    tally = Tally(leaked.RULES)
    for number in range(n_nulls):
        comparison = null(number, 900, 400)
        tally.add(list(metric("attacks").measure(comparison, seed=Seed(number))))
    return tally


def told_and_used(n_nulls: int) -> Iterator[Tally]:
    told, used = Tally(alike.RULES), Tally(useful.RULES)
    for number in range(n_nulls):
        comparison = null(number, 700, 350)
        told.add(list(Discriminators(n_folds=3, n_rounds=8).measure(comparison, seed=Seed(number))))
        used.add(list(TrainOnTwin(n_draws=60).measure(comparison, seed=Seed(number))))
    return iter((told, used))


def holds(tally: Tally) -> None:
    assert tally.seen
    assert not tally.beyond()
    assert not tally.is_above(RATE)
    assert tally.n_worse <= most_alarms(len(tally.shares), RATE, ALPHA)
    assert tally.n_failed == 0


@pytest.mark.verify
def test_cheap_figures_and_alarms_of_a_thousand_nulls() -> None:
    holds(cheap(N_CHEAP))


@pytest.mark.verify
def test_attacks_on_perfect_twins() -> None:
    holds(attacked(N_ATTACKED))


@pytest.mark.verify
def test_classifiers_and_learners_on_perfect_twins() -> None:
    for tally in told_and_used(N_LEARNED):
        holds(tally)
