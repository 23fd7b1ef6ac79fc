"""Fresh real rows pass: no figure lies beyond its baseline's interval more often than it may.

Each figure says "worse than fresh real rows" by chance in at most 2.5% of tables. Over ``N_TABLES`` independent tables the
count of alarms is binomial at most; the tests fail where it is so high that this has a chance below ALPHA.
"""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from tests import flawed

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.fidelity.c2st import Discriminators
from twinset.evaluation.measure import metric

ALPHA = 1e-3
N_TABLES = 24
CHEAP = ("ks", "wasserstein", "shares", "pairs", "missing", "span", "coverage", "digits", "relations", "dependency")


def is_worse(score: Score) -> bool:
    if score.value is None or score.baseline_interval is None:
        return False
    low, high = score.baseline_interval
    return score.value < low - 1e-12 if score.better == "higher" else score.value > high + 1e-12


def most_alarms(n: int, rate: float) -> int:
    """The largest count whose tail still has a chance of ALPHA."""
    tail, count = 1.0, 0
    while tail >= ALPHA:
        tail -= comb(n, count) * rate**count * (1 - rate) ** (n - count)
        count += 1
    return count


def test_figures_of_fresh_rows_alarm_no_more_often_than_stated() -> None:
    alarms: dict[str, int] = {}
    for number in range(N_TABLES):
        comparison = Comparison(flawed.dataset(flawed.rows(800, 2 * number)), flawed.twin(flawed.fresh, 800, 2 * number + 1))
        for name in CHEAP:
            for score in metric(name).measure(comparison, seed=Seed(number)):
                key = score.metric if score.subject is None else f"{score.metric} {score.subject}"
                alarms[key] = alarms.get(key, 0) + is_worse(score)
    assert max(alarms.values()) <= most_alarms(N_TABLES, 0.025)
    assert sum(alarms.values()) <= 0.025 * N_TABLES * len(alarms)


def test_classifiers_are_at_chance_on_fresh_rows_and_their_intervals_hold() -> None:
    """95% intervals of four figures on independent tables leave 0.5 out as often as they may, and not on one side only."""
    areas: dict[str, list[float]] = {}
    misses = 0
    n_tables, quick = 10, Discriminators(n_rounds=15)
    for number in range(n_tables):
        draw = flawed.rows(1_500, 100 + number)
        parts = [
            {name: values[start:stop] for name, values in draw.items()}
            for start, stop in ((0, 800), (800, 1_100), (1_100, 1_500))
        ]
        train, holdout, twin = (flawed.dataset(part) for part in parts)
        for score in quick.measure(Comparison(train, twin, holdout), seed=Seed(number)):
            assert score.value is not None
            assert score.interval is not None
            areas.setdefault(score.metric, []).append(score.value)
            misses += not score.interval[0] <= 0.5 <= score.interval[1]
    assert misses <= most_alarms(4 * n_tables, 0.05)
    for values in areas.values():
        assert abs(np.mean(values) - 0.5) < 3.5 * np.std(values) / np.sqrt(n_tables)


def visits(n_people: int, first: int, seed: int) -> flawed.Columns:
    """Six rows a person, alike in age, region and plan: what is independent is people and not rows."""
    person = flawed.rows(n_people, seed)
    each = np.repeat(np.arange(n_people), 6)
    again = flawed.rows(len(each), seed + 1)
    return {"who": each + first} | {name: person[name][each] for name in ("age", "region", "plan")} | {"paid": again["paid"]}


@pytest.mark.parametrize("knows_people", [True, False])
def test_people_who_come_again_are_no_fresh_evidence(knows_people: bool) -> None:
    """New people are not flagged where the table says whose row it is; as if rows were independent, they are."""
    entity = ("who",) if knows_people else ()
    flagged = 0
    for number in range(8):
        sides = [flawed.dataset(visits(120, 1_000 * side, 7 * number + side), entity=entity) for side in range(2)]
        for name in ("ks", "shares"):
            scores = metric(name).measure(Comparison(*sides), seed=Seed(number))
            flagged += sum(is_worse(score) for score in scores if score.subject in ("age", "region", "plan"))
    assert (flagged <= 4) if knows_people else (flagged >= 20)


@pytest.mark.parametrize("knows_people", [True, False])
def test_classifiers_do_not_recognise_people_of_whom_they_are_told(knows_people: bool) -> None:
    """Folds keep people whole and intervals count people; as if rows were independent, strangers look like another law."""
    entity = ("who",) if knows_people else ()
    misses = 0
    for number in range(5):
        sides = [flawed.dataset(visits(n, 1_000 * n, 31 * number + n), entity=entity) for n in (120, 60, 61)]
        train, holdout, twin = sides
        scores = Discriminators(n_rounds=10).measure(Comparison(train, twin, holdout), seed=Seed(number))
        for score in scores:
            assert score.interval is not None
            misses += not score.interval[0] <= 0.5 <= score.interval[1]
    assert (misses <= most_alarms(20, 0.05)) if knows_people else (misses >= 15)
