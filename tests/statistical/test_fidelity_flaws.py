"""Each known flaw is found by the figures that should find it, and by no other; fresh real rows are found by none."""

from __future__ import annotations

import pytest
from tests import flawed

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.measure import metric

N = 6_000
PRECISE = ("ks", "shares", "missing", "span", "coverage", "digits", "relations", "dependency")

# The flagged (figure, subject) of each flaw. Distances of one column come together (tvd, js and kl look at the same cells).
CASES = {
    flawed.fresh: set(),
    flawed.independent: {
        ("equality", "amount = paid"), ("order", "paid ≤ amount"), ("order", "opened ≤ closed"),
        ("dependency", "plan → fee"), ("dependency", "fee → plan"),
    },
    flawed.dropped_category: {
        ("coverage", "region"), ("group", "region"), ("tvd", "region"), ("js", "region"), ("kl", "region"),
    },
    flawed.shifted_year: {
        (figure, column) for figure in ("ks", "tvd", "js", "kl", "range", "reach") for column in ("opened", "closed")
    },
    flawed.broken_equality: {("equality", "amount = paid"), ("heaping", "paid"), ("decimals", "paid")},
    flawed.halved_group: {("group", "region"), ("tvd", "region"), ("js", "region"), ("kl", "region")},
    flawed.smeared: {("decimals", "income"), ("heaping", "income")},
    flawed.filled_gaps: {("missing", "income")},
    flawed.broken_dependency: {("dependency", "plan → fee"), ("dependency", "fee → plan")},
    flawed.broken_order: {("order", "opened ≤ closed")},
    flawed.invented_extremes: {("range", "age")},
}  # fmt: skip


def is_flagged(score: Score) -> bool:
    """Whether the figure is worse than where fresh real rows fall."""
    if score.value is None or score.baseline_interval is None:
        return False
    low, high = score.baseline_interval
    return score.value < low if score.better == "higher" else score.value > high


def flagged(names: tuple[str, ...], comparison: Comparison) -> set[tuple[str, str | None]]:
    scores = [score for name in names for score in metric(name).measure(comparison, seed=Seed(3))]
    return {(s.metric.removeprefix("fidelity."), s.subject) for s in scores if is_flagged(s)}


@pytest.mark.parametrize("flaw", CASES, ids=lambda flaw: flaw.__name__)
def test_a_flaw_is_found_where_it_is(flaw: flawed.Flaw) -> None:
    comparison = Comparison(flawed.dataset(flawed.rows(N, 1)), flawed.twin(flaw, N, 2))
    found = {each for each in flagged(PRECISE, comparison) if each[1] is not None}
    assert found == CASES[flaw]


PAIRWISE = {
    flawed.fresh: (False, False),
    flawed.independent: (True, True),
    flawed.shifted_year: (True, False),
}


@pytest.mark.parametrize(("flaw", "expected"), PAIRWISE.items(), ids=[flaw.__name__ for flaw in PAIRWISE])
def test_pairs_see_joint_cells_and_associations_see_dependence_alone(flaw: flawed.Flaw, expected: tuple[bool, bool]) -> None:
    comparison = Comparison(flawed.dataset(flawed.rows(N, 1)), flawed.twin(flaw, N, 2))
    found = flagged(("pairs", "triples"), comparison)
    assert (("pair", None) in found, ("association", None) in found) == expected
    assert (("triple", None) in found) == expected[0]


DETECTED = {
    flawed.fresh: (False, False),
    flawed.independent: (True, True),
    flawed.broken_equality: (False, True),
    flawed.smeared: (False, True),
}


@pytest.mark.parametrize(("flaw", "expected"), DETECTED.items(), ids=[flaw.__name__ for flaw in DETECTED])
def test_classifiers_tell_a_flawed_twin(flaw: flawed.Flaw, expected: tuple[bool, bool]) -> None:
    """The strong test sees what the plain one sees, and the look of numbers; its columns name the culprit."""
    holdout = flawed.dataset(flawed.rows(1_000, 5), "holdout")
    comparison = Comparison(flawed.dataset(flawed.rows(2_000, 1)), flawed.twin(flaw, 2_000, 2), holdout)
    scores = {score.metric: score for score in metric("c2st").measure(comparison, seed=Seed(3))}
    told = []
    for name in ("fidelity.c2st", "fidelity.c2st_strong"):
        interval = scores[name].interval
        assert interval is not None
        told.append(interval[0] > 0.5)
        assert scores[name].baseline == pytest.approx(0.5, abs=0.06)
    assert tuple(told) == expected
    culprits = {"broken_equality": {"amount", "paid"}, "smeared": {"income"}}
    if flaw.__name__ in culprits:
        named = scores["fidelity.c2st_strong"].detail["columns"]
        assert isinstance(named, list)
        assert {name for name, _ in named[: len(culprits[flaw.__name__])]} == culprits[flaw.__name__]
