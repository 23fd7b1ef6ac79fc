"""Pieces of the evaluation of linked tables, each against figures that can be worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from tests import families

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.evaluation.attacks.arena import one_row_each
from twinset.evaluation.encode import encoded
from twinset.evaluation.relational import evaluate
from twinset.evaluation.relational.degrees import degrees
from twinset.evaluation.relational.keys import integrity
from twinset.evaluation.relational.likeness import likeness
from twinset.evaluation.relational.sides import Family, Link, family, groups
from twinset.evaluation.relational.splits import gap, split_of
from twinset.evaluation.relational.views import WHOSE, alone, commonest, counting_keys, joined, moments
from twinset.gate.linked import decide_linked

SEED = Seed(3)


def shop(n: int = 200, twin: families.Database | None = None, *, holdout: bool = True) -> Family:
    unseen = families.dataset(families.fresh(n // 2, 3), "holdout") if holdout else None
    return family(
        families.dataset(families.fresh(n, 1)), families.dataset(twin or families.fresh(n, 2), "synthetic"), unseen
    )


def link_of(whole: Family, label: str) -> Link:
    return next(link for link in whole.links if link.label == label)


def found(scores: list[Score], metric: str, subject: str) -> Score:
    return next(score for score in scores if (score.metric, score.subject) == (metric, subject))


# Sides


def test_lists_stand_as_they_are_and_are_shared() -> None:
    whole = shop()
    assert whole.standing == whole.shared == {"regions", "shops"}
    assert [table.name for table in whole.made()] == ["customers", "orders", "calls"]
    assert {whole.root(name) for name in ("customers", "orders", "calls")} == {"customers"}


def test_a_list_in_another_order_is_the_same_list_and_one_of_other_rows_is_not() -> None:
    fresh = families.fresh(100, 2)
    turned = {name: values[::-1] for name, values in fresh["regions"].items()}
    assert "regions" in shop(100, {**fresh, "regions": turned}).standing
    other = {**fresh["regions"], "region": fresh["regions"]["region"] + 100}
    moved = families.with_columns(fresh, "customers", region=fresh["customers"]["region"] + 100)
    assert "regions" not in shop(100, {**moved, "regions": other}).standing


def test_a_list_that_the_twin_lacks_is_borrowed_and_told() -> None:
    twin = families.dataset(families.fresh(100, 2), "synthetic")
    keyless = tuple(
        dataclasses.replace(one, foreign_keys=tuple(key for key in one.foreign_keys if key.table != "regions"))
        for one in twin.schema
        if one.name != "regions"
    )
    rows = {name: held for name, held in twin.tables.items() if name != "regions"}
    whole = family(families.dataset(families.fresh(100, 1)), Tables(Schema(keyless), rows, "synthetic"))
    assert "regions" in whole.standing
    assert any("the real one stands in" in note.text for note in whole.notes)


def test_a_missing_table_or_key_column_is_the_users_error() -> None:
    train, twin = families.dataset(families.fresh(50, 1)), families.dataset(families.fresh(50, 2), "synthetic")
    calls = twin.schema["calls"]
    without = tuple(table for table in twin.schema if table.name != "calls")
    rows = dict(twin.tables)
    with pytest.raises(DataError, match="no table 'calls'"):
        family(train, Tables(Schema(without), rows, "synthetic"))
    cut = Table("calls", tuple(column for column in calls.columns if column.name != "customer"), ("call",))
    rows["calls"] = rows["calls"].drop_columns(["customer"])
    with pytest.raises(DataError, match="lacks columns of its keys: customer"):
        family(train, Tables(Schema((*without, cut)), rows, "synthetic"))


@pytest.mark.parametrize(("target", "said"), [(("lists", "x"), "no table 'lists'"), (("orders", "x"), "no column 'x'"),
                                              (("orders", "customer"), "is a key")])  # fmt: skip
def test_a_target_that_is_none_is_the_users_error(target: tuple[str, str], said: str) -> None:
    sides = [families.dataset(families.fresh(60, seed)) for seed in (1, 2)]
    with pytest.raises(DataError, match=said):
        evaluate(sides[0], sides[1], target=target, seed=SEED)


# Splits and arithmetic


def test_halves_are_of_subjects_and_disjoint() -> None:
    whole = shop()
    split = split_of(whole, "orders", SEED)
    assert split is split_of(whole, "customers", SEED)
    assert not (split.reference & split.real).any()
    assert split.reference.sum(axis=1).tolist() == split.real.sum(axis=1).tolist() == split.synthetic.sum(axis=1).tolist()


def test_the_gap_is_the_exact_distance() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 9, 50), rng.integers(2, 12, 70)
    points = np.arange(13)
    exact = np.abs((one[:, None] <= points).mean(axis=0) - (other[:, None] <= points).mean(axis=0)).max()
    assert gap((one, np.ones((1, 50), bool)), (other, np.ones((1, 70), bool)))[0] == pytest.approx(exact)


def test_moments_and_commonest_are_by_group() -> None:
    whose = np.array([0, 0, 1, 1, 1, 3])
    mean, spread = moments(np.array([1.0, 3.0, 5.0, np.nan, 5.0, np.nan]), whose, 4)
    assert mean.tolist()[:2] == [2.0, 5.0]
    assert spread.tolist()[:2] == [1.0, 0.0]
    assert np.isnan(mean[2:]).all()
    assert commonest(np.array([4, 4, 0, 1, -1, -1], np.int32), whose, 4).tolist() == [2, 1, 0, 0]


def test_likeness_is_the_intraclass_correlation() -> None:
    """Half of the variance lies between owners: the correlation is one half."""
    rng = np.random.default_rng(2)
    n, each = 2_000, 6
    owner = np.repeat(np.arange(n), each)
    value = rng.normal(0, 1, n)[owner] + rng.normal(0, 1, n * each)
    label = np.where(rng.random(n * each) < 0.5, owner % 3, rng.integers(0, 3, n * each)).astype(str)
    made = pair(pa.table({"id": np.arange(n)}), pa.table({"owner": owner, "value": value, "label": label}))
    scores = list(likeness(family(made, made), SEED))
    value_score = found(scores, "relational.siblings", "children.value per parents")
    assert value_score.detail["real"] == pytest.approx(0.5, abs=0.02)
    assert value_score.value is not None
    assert value_score.value < 0.03
    purity = found(scores, "relational.purity", "children.label per parents").detail["real"]
    assert purity == pytest.approx(
        np.mean([np.bincount(label[owner == one].astype(int)).max() for one in range(300)]) / each, abs=0.02
    )


def pair(parents: pa.Table, children: pa.Table) -> Tables:
    """Parents and what is theirs."""
    kinds = {"value": types.Real(), "label": types.Categorical()}

    def columns(rows: pa.Table) -> tuple[Column, ...]:
        return tuple(
            Column(name, kinds.get(name, types.Integer()), rows.schema.field(name).type) for name in rows.column_names
        )

    key = ForeignKey(("owner",), "parents", ("id",), owns=True)
    schema = Schema((Table("parents", columns(parents), ("id",)), Table("children", columns(children), (), (key,))))
    return Tables(schema, {"parents": parents, "children": children})


def test_shares_of_orphans_and_missing_keys_are_those_of_the_tables() -> None:
    twin = families.fresh(400, 2)
    owner = twin["calls"]["customer"].copy()
    owner[::10], owner[1::10] = -1, 5
    whole = shop(400, families.with_columns(twin, "calls", customer=owner))
    scores = list(integrity(whole, SEED))
    orphans = found(scores, "relational.orphans", "calls.customer → customers")
    missing = found(scores, "relational.missing", "calls.customer → customers")
    assert orphans.detail["synthetic"] == pytest.approx(1 / 9, abs=0.01)
    assert orphans.value == pytest.approx(1 / 9, abs=0.02)
    assert orphans.baseline == 0
    assert missing.detail["synthetic"] == pytest.approx(0.1, abs=0.01)
    assert missing.value == pytest.approx(0.1, abs=0.02)


def test_shapes_of_counts_sum_to_one_and_hide_what_few_stand_for() -> None:
    scores = list(degrees(shop(400), SEED))
    shape = found(scores, "relational.degree", "orders.customer → customers").detail["shape"]
    assert isinstance(shape, dict)
    assert sum(shape["synthetic"]) == pytest.approx(1.0)
    assert None in shape["real"]
    assert all(each is None or each == 0 or each >= 10 / 400 for each in shape["real"])


# Views


def test_keys_that_count_are_left_out_and_lists_are_kept() -> None:
    whole = shop()
    assert counting_keys(whole, "orders") == {"order", "customer"}
    assert counting_keys(whole, "customers") == {"customer"}
    comparison, notes = alone(whole, "orders")
    assert "customer" not in comparison.train.schema.only.names
    assert {note.column for note in notes} >= {"order", "customer"}


def test_joined_rows_see_their_owner_siblings_and_children() -> None:
    whole = shop()
    comparison, features = joined(whole, "orders", SEED)
    names = {feature.name for feature in features}
    assert {"amount", "customer → customers.income", "shop → shops.level", "siblings by customer: count"} <= names
    assert "customer → customers → region → regions.climate" not in names
    assert "siblings by customer: mean of amount" in names
    assert len(encoded(comparison).columns) == len(features)
    income, count = (next(each for each in features if each.name == name).values["train"]
                     for name in ("customer → customers.income", "siblings by customer: count"))  # fmt: skip
    assert np.isfinite(income).all()
    assert count.min() >= 1
    _, of_customers = joined(whole, "customers", SEED)
    assert {"orders per customers: count", "calls per customers: mean of minutes"} <= {each.name for each in of_customers}


def test_joined_counts_are_right() -> None:
    whole = shop()
    _, features = joined(whole, "customers", SEED)
    count = next(each for each in features if each.name == "orders per customers: count").values["train"]
    real = np.bincount(whole.train.places[link_of(whole, "orders.customer → customers")], minlength=200)
    assert sorted(count) == sorted(real)


def test_rows_with_the_same_unknown_owner_are_siblings() -> None:
    rows = pa.table({"owner": pa.array([0, 9, None, 9, 0, None]), "value": np.arange(6.0), "label": list("aabbcc")})
    made = pair(pa.table({"id": [0, 1]}), rows)
    whole = family(made, made)
    own = groups(whole.train, whole.links[0])
    assert own[0] == own[4]
    assert own[1] == own[3]
    assert len(set(own.tolist())) == 4


def test_entities_of_many_rows_are_drawn_no_sooner() -> None:
    """A draw of the first entities is fair, however many rows they have."""
    comparison, _ = alone(shop(600), "orders")
    rows = one_row_each(comparison, "train", SEED)
    whose = comparison.train.to_arrow()[WHOSE].to_numpy()  # type: ignore[attr-defined]
    sizes = np.unique(whose, return_inverse=True, return_counts=True)
    each = sizes[2][sizes[1][rows]]
    first, second = each[: len(each) // 2].mean(), each[len(each) // 2 :].mean()
    assert abs(first - second) < 0.2 * each.mean()


# The whole, where little is there


def test_tiny_tables_and_no_holdout_are_unknown_and_never_an_error() -> None:
    sides = [families.dataset(families.fresh(12, seed)) for seed in (1, 2)]
    result = evaluate(sides[0], sides[1], seed=SEED)
    verdict = decide_linked(result.made, result.subjects, result.roots)
    assert verdict.whole.outcome == "unknown"
    assert not verdict.whole.is_published or verdict.whole.profile == "standard"
    assert {answer.outcome for answer in verdict.subjects.values()} == {"unknown"}


def test_empty_tables_are_told_and_the_rest_is_measured() -> None:
    empty = {name: values[:0] for name, values in families.fresh(5, 2)["calls"].items()}
    whole = {**families.fresh(60, 2), "calls": empty}
    result = evaluate(families.dataset(families.fresh(60, 1)), families.dataset(whole, "synthetic"), seed=SEED)
    standing = {part.name: part.standing for part in result.parts}
    assert standing == {
        "regions": "as it is",
        "shops": "as it is",
        "customers": "made",
        "orders": "made",
        "calls": "too small",
    }
    assert set(result.tables) == {"customers", "orders"}
    assert decide_linked(result.made, result.subjects, result.roots).whole.outcome != "pass"


def test_an_unknown_profile_is_the_users_error() -> None:
    with pytest.raises(PlanError, match="no gate profile"):
        decide_linked({}, {}, {}, "lax")  # type: ignore[arg-type]


def test_a_table_without_rows_is_not_alike() -> None:
    fresh = families.fresh(80, 2)
    gone = {**fresh, "calls": {name: values[:0] for name, values in fresh["calls"].items()}}
    result = evaluate(families.dataset(families.fresh(80, 1)), families.dataset(gone, "synthetic"), seed=SEED)
    verdict = decide_linked(result.made, result.subjects, result.roots)
    assert "alike: calls: calls has no rows, and the real table has" in verdict.whole.reasons


# The gate, from scores made by hand


def score(metric: str, value: float | None, baseline: float = 0.0, **detail: object) -> Score:
    better = "higher" if metric.endswith("gap") else "lower"
    span = None if value is None else (value - 0.01, value + 0.01)
    return Score(metric, None, value, better, span, baseline, n=100, reason="" if span else "no way", detail=detail)  # type: ignore[arg-type]


FOUND = {"control": {"value": 0.9, "interval": (0.85, 0.95)}}
ALIKE = (score("fidelity.c2st", 0.5, 0.5),)
SAFE = (score("privacy.nearest", 0.5, 0.5, **FOUND),)
BLIND = (score("privacy.nearest", 0.5, 0.5, control={"value": 0.5, "interval": (0.45, 0.55)}),)


def outcomes(tables: dict[str, tuple[Score, ...]], subjects: tuple[Score, ...] = ()) -> dict[str, str]:
    roots = dict.fromkeys(tables, "root")
    verdict = decide_linked(tables, {"root": subjects} if subjects else {}, roots)
    return {answer.question: answer.outcome for answer in verdict.whole.answers}


def test_one_table_that_fails_fails_all_and_is_named() -> None:
    bad = (score("fidelity.c2st", 0.9, 0.5), *SAFE)
    verdict = decide_linked({"a": (*ALIKE, *SAFE), "b": bad}, {}, {"a": "a", "b": "b"})
    assert verdict.whole.answers[0].outcome == "fail"
    assert verdict.whole.reasons[0].startswith("alike: b: a classifier tells it from unseen rows with AUC .90")
    assert verdict.tables["a"].answers[0].outcome == "pass"


def test_what_could_not_be_asked_of_one_is_answered_by_the_others() -> None:
    gap = score("utility.gap", 0.0)
    assert outcomes({"a": (*ALIKE, gap, *SAFE), "b": (score("utility.gap", None),)})["useful"] == "pass"
    assert outcomes({"a": (*ALIKE, *SAFE), "b": (score("fidelity.c2st", None),)})["alike"] == "pass"
    assert outcomes({"a": ALIKE})["useful"] == "unknown"
    assert outcomes({})["leaked"] == "unknown"


def test_a_model_across_a_join_answers_where_no_column_can_be_predicted() -> None:
    assert outcomes({"a": (score("utility.gap", None), score("utility.join_gap", 0.0))})["useful"] == "pass"


def test_plain_tables_are_covered_by_attacks_on_their_subjects_and_by_nothing_else() -> None:
    assert outcomes({"a": BLIND})["leaked"] == "unknown"
    assert outcomes({"a": BLIND}, BLIND)["leaked"] == "unknown"
    assert outcomes({"a": BLIND}, SAFE)["leaked"] == "pass"
    assert outcomes({"a": (score("privacy.nearest", 0.6, 0.5),)}, SAFE)["leaked"] == "fail"
    assert outcomes({"a": (score("privacy.nearest", None),)}, SAFE)["leaked"] == "unknown"
    assert outcomes({"a": SAFE}, (score("privacy.reunion", 0.1),))["leaked"] == "fail"


def test_more_tables_widen_what_may_fail_by_chance() -> None:
    """Just beyond the bar a table alone fails; among many it is not known."""
    edge = (score("fidelity.c2st", 0.763, 0.5),)
    assert outcomes({"a": edge})["alike"] == "fail"
    assert outcomes({f"t{place}": edge for place in range(40)})["alike"] == "unknown"


def test_keys_with_an_alarm_are_told_by_label() -> None:
    bad, good = (score("relational.degree", value, key=label) for value, label in ((0.5, "a.x → b"), (0.0, "a.y → b")))
    verdict = decide_linked({"a": (*ALIKE, bad, good)}, {}, {"a": "a"})
    assert verdict.keys == {"a.x → b": "fail", "a.y → b": "pass"}
