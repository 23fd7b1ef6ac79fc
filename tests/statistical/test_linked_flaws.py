"""The gate on linked tables where the truth is known: each flaw fails its own question, and the reason names what is wrong.

Twins are fresh subjects with one flaw each. The short run looks at what is cheap (keys, degrees, siblings, ties, subjects);
the long one asks whole evaluations. Of fresh subjects an answer fails by chance in less than 2.5% of evaluations (Bonferroni
over all that is asked of all tables), and of the sizes tried here in far fewer, as the bars lie well beyond chance.
"""

from __future__ import annotations

import functools
from collections import Counter

import numpy as np
import pytest
from tests import families
from tests.families import Flaw

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.core.verdict import LinkedVerdict
from twinset.evaluation.relational import evaluate
from twinset.evaluation.relational.associations import associations
from twinset.evaluation.relational.degrees import degrees
from twinset.evaluation.relational.keys import integrity
from twinset.evaluation.relational.likeness import likeness
from twinset.evaluation.relational.sides import family
from twinset.evaluation.relational.subjects import attacked
from twinset.gate.alike import alike
from twinset.gate.leaked import leaked
from twinset.gate.linked import decide_linked

N = 3_000
NOT_ALIKE = {
    families.other_degrees: "rows per parent by orders.customer → customers",
    families.any_shop: "by orders.shop → shops per customers",
    families.orphans: "calls.customer → customers find no row",
    families.swapped_children: "orders.amount per customers",
    families.shuffled_parents: "by orders.customer → customers is kept",
    families.repeated_keys: "share their primary key orders.order",
    families.unrelated_counts: "orders and calls per customers",
}
NOT_USEFUL = {families.any_shop, families.swapped_children, families.shuffled_parents}


@functools.cache
def train() -> families.Database:
    return families.fresh(N, 1)


def twin(flaw: Flaw) -> families.Database:
    return flaw(families.fresh(N, 2), train(), np.random.default_rng(3))


def quick(flaw: Flaw) -> tuple[list[Score], dict[str, tuple[Score, ...]]]:
    """What needs no classifier: scores of keys and columns, and attacks on subjects."""
    sides = [families.dataset(train()), families.dataset(twin(flaw), "synthetic")]
    whole = family(sides[0], sides[1], families.dataset(families.fresh(N // 2, 4), "holdout"))
    seed = Seed(5)
    scores = [score for each in (integrity, degrees, likeness, associations) for score in each(whole, seed)]
    return scores, attacked(whole, seed)


@pytest.mark.parametrize("flaw", NOT_ALIKE, ids=lambda flaw: flaw.__name__)
def test_each_flaw_sounds_an_alarm_that_names_it(flaw: Flaw) -> None:
    scores, subjects = quick(flaw)
    answer = alike(scores, "standard")
    assert answer.outcome == "fail"
    assert any(NOT_ALIKE[flaw] in reason for reason in answer.reasons), answer.reasons
    assert leaked(subjects["customers"], "standard").outcome == "pass"


def test_fresh_subjects_sound_none_and_planted_ones_would_be_seen() -> None:
    scores, subjects = quick(families.honest)
    assert alike(scores, "strict").outcome != "fail"
    answer = leaked(subjects["customers"], "strict")
    assert answer.outcome == "pass"
    assert "reunion" in answer.figure


def test_copied_subjects_come_back_though_their_own_row_is_fresh() -> None:
    """Their orders and calls alone give them away, one value changed in each order."""

    def children_alone(made: families.Database, real: families.Database, rng: np.random.Generator) -> families.Database:
        copied = families.copied_entities(made, real, rng)
        n = len(copied["customers"]["customer"])
        new = families.fresh(n, 6)["customers"]
        return families.with_columns(
            copied, "customers", **{name: new[name] for name in ("income", "age", "plan", "region")}
        )

    _, subjects = quick(children_alone)
    answer = leaked(subjects["customers"], "standard")
    assert answer.outcome == "fail"
    assert any("come back with half of their own rows together" in reason for reason in answer.reasons)


def judged(flaw: Flaw) -> LinkedVerdict:
    found = evaluate(
        families.dataset(train()), families.dataset(twin(flaw), "synthetic"),
        holdout=families.dataset(families.fresh(N // 2, 4), "holdout"), target=("orders", "amount"), seed=Seed(5),
    )  # fmt: skip
    return decide_linked(found.made, found.subjects, found.roots)


def answers(verdict: LinkedVerdict) -> tuple[str, ...]:
    return tuple(answer.outcome for answer in verdict.whole.answers)


def test_fresh_subjects_pass() -> None:
    verdict = judged(families.honest)
    assert answers(verdict) == ("pass", "pass", "pass"), verdict.whole.reasons
    assert set(verdict.keys.values()) == {"pass"}


@pytest.mark.verify
def test_copied_subjects_leak_and_are_named() -> None:
    verdict = judged(families.copied_entities)
    assert answers(verdict) == ("pass", "pass", "fail"), verdict.whole.reasons
    assert any(reason.startswith("leaked: customers with all that is theirs:") for reason in verdict.whole.reasons)
    assert verdict.subjects["customers"].outcome == "fail"


@pytest.mark.verify
@pytest.mark.parametrize("flaw", NOT_ALIKE, ids=lambda flaw: flaw.__name__)
def test_each_flaw_fails_its_own_question(flaw: Flaw) -> None:
    verdict = judged(flaw)
    alike_, useful, leaks = answers(verdict)
    assert alike_ == "fail"
    assert leaks == "pass"
    assert (useful == "fail") == (flaw in NOT_USEFUL), verdict.whole.reasons
    assert any(NOT_ALIKE[flaw] in reason for reason in verdict.whole.reasons), verdict.whole.reasons


@pytest.mark.verify
def test_fresh_subjects_seldom_fail() -> None:
    """Thirty evaluations of three sizes under both bars: with 2.5% false alarms two answers of sixty are to be expected.

    More than two have a chance of .19 then; with the far lower rate of these sizes none is expected.
    """
    failed: Counter[str] = Counter()
    for number in range(30):
        n = (400, 1_000, 3_000)[number % 3]
        sides = [families.fresh(n if side < 2 else n // 2, 100 + 3 * number + side) for side in range(3)]
        made = evaluate(
            families.dataset(sides[0]), families.dataset(sides[1], "synthetic"),
            holdout=families.dataset(sides[2], "holdout"), seed=Seed(number),
        )  # fmt: skip
        for profile in ("standard", "strict"):
            verdict = decide_linked(made.made, made.subjects, made.roots, profile)
            failed.update(f"{answer.question} {profile}" for answer in verdict.whole.answers if answer.outcome == "fail")
    assert sum(failed.values()) <= 2, failed
