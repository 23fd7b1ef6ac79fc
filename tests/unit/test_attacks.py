"""Attacks on tables whose truth is known: who was copied, into what, and who was not."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import ISOLATED, arena
from twinset.evaluation.attacks.control import LARGER_SHARE, SHARE, control, near_copies
from twinset.evaluation.attacks.inference import Inference
from twinset.evaluation.attacks.k_anonymity import KAnonymity
from twinset.evaluation.attacks.linkability import Linkability
from twinset.evaluation.attacks.near_replay import NearReplay
from twinset.evaluation.attacks.singling_out import SinglingOut
from twinset.evaluation.attacks.slipped import Slipped
from twinset.evaluation.attacks.space import nearest
from twinset.evaluation.attacks.suite import ATTACKS, Attacks
from twinset.evaluation.attacks.value_copy import ValueCopy
from twinset.evaluation.encode import encoded

REAL, INTEGER, LABEL = types.Real(), types.Integer(), types.Categorical()
SEED = Seed(7)


def dataset(columns, kinds, role="train", entity=()):
    table = pa.table(columns)
    described = tuple(Column(field.name, kinds[field.name], field.type) for field in table.schema)
    return Tables(Schema((Table("t", described, entity=entity),)), {"t": table}, role)


def compare(train, twin, holdout, kinds, entity=()):
    sides = [dataset(side, kinds, role, entity) for side, role in ((train, "train"), (twin, "synthetic"))]
    return Comparison(*sides, None if holdout is None else dataset(holdout, kinds, "holdout", entity))


NAMES = ("a", "b", "c", "d", "e")
REALS = dict.fromkeys(NAMES, REAL)


def noise(n, seed, names=NAMES):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=n) for name in names}


def changed(rows, n_changed, seed):
    """The rows with fresh values in that many columns, drawn for each row."""
    rng = np.random.default_rng(seed)
    n = len(rows["a"])
    order = np.argsort(rng.random((n, len(NAMES))), axis=1) < n_changed
    return {name: np.where(order[:, i], rng.normal(size=n), rows[name]) for i, name in enumerate(NAMES)}


def stacked(*sides):
    return {name: np.concatenate([side[name] for side in sides]) for name in sides[0]}


def first(rows, n):
    return {name: values[:n] for name, values in rows.items()}


def run(attack, comparison):
    return list(attack.attack(arena(comparison, SEED), seed=SEED))


def by_name(scores):
    return {(score.metric, score.subject): score for score in scores}


# Near replay


@pytest.mark.parametrize(("n_changed", "found"), [(0, 1.0), (1, 1.0), (2, 1.0), (3, 0.0), (5, 0.0)])
def test_near_replay_finds_copies_with_up_to_two_columns_changed(n_changed, found):
    train, holdout = noise(600, 1), noise(200, 2)
    score = run(NearReplay(), compare(train, changed(train, n_changed, 3), holdout, REALS))[0]
    assert score.value == found
    assert score.detail["choices of columns used"] == 15
    assert score.interval[0] <= found <= score.interval[1]


def test_near_replay_measures_the_share_that_was_copied():
    train, holdout = noise(3_000, 1), noise(1_000, 2)
    twin = stacked(changed(first(train, 300), 1, 3), noise(2_700, 4))
    score = run(NearReplay(), compare(train, twin, holdout, REALS))[0]
    assert score.interval[0] <= 0.1 <= score.interval[1]
    assert score.interval[1] - score.interval[0] < 0.06


def test_near_replay_of_strangers_is_not_a_leak():
    """A twin that repeats unseen rows has learned nothing from train: the excess is below zero, never above."""
    train, holdout = noise(600, 1), noise(200, 2)
    assert run(NearReplay(), compare(train, changed(holdout, 1, 3), holdout, REALS))[0].value == -1


def test_choices_without_which_records_agree_by_nature_are_left_out():
    """Rows of coarse labels and one number: without the number they agree, with it a copy is still seen."""

    def side(n, seed):
        rng = np.random.default_rng(seed)
        return {"number": rng.normal(size=n), **{name: rng.integers(0, 2, n).astype(str) for name in "xyz"}}

    kinds = {"number": REAL, "x": LABEL, "y": LABEL, "z": LABEL}
    train, holdout = side(2_000, 1), side(800, 2)
    fresh = run(NearReplay(), compare(train, side(2_000, 3), holdout, kinds))[0]
    assert fresh.value == 0
    assert 0 < fresh.detail["choices of columns used"] < fresh.detail["choices of columns tried"]
    assert "agree by nature" in fresh.reason
    copied = {**train, "x": np.where(train["x"] == "0", "1", "0")}
    assert run(NearReplay(), compare(train, copied, holdout, kinds))[0].value == 1


def test_coarse_tables_say_that_nobody_can_be_recognised():
    def side(n, seed):
        rng = np.random.default_rng(seed)
        return {name: rng.integers(0, 2, n).astype(str) for name in "xyz"}

    train, holdout = side(500, 1), side(200, 2)
    score = run(NearReplay(), compare(train, train, holdout, dict.fromkeys("xyz", LABEL)))[0]
    assert (score.value, score.interval) == (None, None)
    assert "unlike all others" in score.reason


def test_many_columns_are_tried_in_a_bounded_number_of_choices():
    names = tuple(f"c{i}" for i in range(40))
    kinds = dict.fromkeys(names, REAL)
    train, holdout = noise(300, 1, names), noise(100, 2, names)
    score = run(NearReplay(), compare(train, train, holdout, kinds))[0]
    assert score.value == 1
    assert score.detail["choices of columns tried"] == 150


# The control


def test_near_copies_differ_from_their_source_in_one_known_value():
    rng = np.random.default_rng(1)
    train = {"x": rng.normal(size=300).round(2), "n": rng.integers(0, 5, 300), "l": rng.choice(list("abc"), 300)}
    comparison = compare(train, train, train, {"x": REAL, "n": INTEGER, "l": LABEL})
    columns, ground = encoded(comparison).columns, arena(comparison, SEED).ground
    copies = near_copies(columns, ground.train, SEED)
    differs = [mine != theirs for mine, theirs in zip(ground.train.values, copies.values, strict=True)]
    assert np.array_equal(np.sum(differs, axis=0), np.ones(300))
    assert all(rows.any() for rows in differs)
    for column, values in zip(columns, copies.values, strict=True):
        assert np.isin(values, column.train).all()


def test_near_copies_of_constant_and_missing_cells():
    train = {"same": np.ones(50), "gaps": np.where(np.arange(50) % 2, np.nan, np.arange(50.0)), "l": ["a", None] * 25}
    comparison = compare(train, train, train, {"same": REAL, "gaps": REAL, "l": LABEL})
    ground = arena(comparison, SEED).ground
    copies = near_copies(ground.columns, ground.train, SEED)
    assert (copies.values[0] == 1).all()
    assert not np.array_equal(copies.values[1], ground.train.values[1], equal_nan=True)


@pytest.mark.parametrize(("n_holdout", "share"), [(6_000, SHARE), (500, LARGER_SHARE)])
def test_the_control_plants_more_where_the_holdout_is_small(n_holdout, share):
    train, twin, holdout = noise(12_000, 1), noise(12_000, 2), noise(n_holdout, 3)
    before = arena(compare(train, twin, holdout, REALS), SEED)
    planted = control(before, SEED)
    assert planted.share == share
    assert len(planted.arena.twin) == len(before.twin) + planted.n_planted
    assert planted.n_planted / len(planted.arena.twin) == pytest.approx(share, rel=0.01)
    assert planted.n_members == pytest.approx(planted.n_planted * n_holdout / 12_000)
    of_all = nearest(before.ground.queries, before.ground.space.embed(planted.arena.twin.values), 1)
    np.testing.assert_allclose(planted.arena.to_twin[:, :1], of_all, atol=1e-4)


def test_the_control_is_found_on_a_clean_twin_and_shown_beside_it():
    scores = by_name(Attacks().measure(compare(noise(3_000, 1), noise(3_000, 2), noise(1_000, 3), REALS), seed=SEED))
    planted = scores["privacy.control", None]
    assert planted.value > 0
    assert "privacy.near_replay" in planted.detail["found by"]
    assert "158 training rows were planted in 5% of the twin's rows" in planted.reason
    replay = scores["privacy.near_replay", None]
    assert replay.value == 0
    assert replay.detail["control"]["interval"][0] > 0.02


# Membership


def test_every_attack_sees_a_twin_that_is_its_training_rows():
    train, holdout = noise(2_000, 1), noise(1_000, 2)
    scores = by_name(Attacks().measure(compare(train, train, holdout, REALS), seed=SEED))
    for metric in ("nearest", "domias", "classifier", "value_copy", "nearest_tpr", "domias_tpr", "value_copy_tpr"):
        score = scores[f"privacy.{metric}", None]
        assert score.interval[0] > score.baseline, metric
    assert scores["privacy.nearest", None].value > 0.99
    assert scores["privacy.nearest_tpr", None].value > 0.99
    for metric in ("singling_out", "linkability", "dcr_share", "exact_match"):
        score = scores[f"privacy.{metric}", None]
        assert score.interval[0] > score.baseline, metric
    assert all(scores["privacy.inference", name].interval[0] > 0.5 for name in NAMES)


def test_isolated_records_are_the_farthest_ones():
    train = noise(2_000, 1)
    ground = arena(compare(train, noise(500, 2), noise(600, 3), REALS), SEED).ground
    assert ground.is_isolated.mean() == pytest.approx(ISOLATED, abs=0.01)
    radius = np.sqrt(sum(values**2 for values in ground.query_rows.values))
    assert radius[ground.is_isolated].mean() > radius[~ground.is_isolated].mean() + 0.5


def test_value_copy_sees_independent_columns_of_raw_values_and_distances_do_not():
    train, holdout = noise(3_000, 1), noise(1_500, 2)
    rng = np.random.default_rng(3)
    twin = {name: rng.permutation(values) for name, values in train.items()}
    scores = by_name(Attacks().measure(compare(train, twin, holdout, REALS), seed=SEED))
    assert scores["privacy.value_copy", None].value == 1
    assert scores["privacy.dcr_share", None].interval[0] < 0.5
    assert scores["privacy.near_replay", None].value == 0


def test_value_copy_ignores_values_that_many_share():
    def side(n, seed):
        rng = np.random.default_rng(seed)
        return {"x": rng.integers(0, 20, n).astype(float), "y": rng.integers(0, 20, n).astype(float)}

    train, holdout = side(2_000, 1), side(1_000, 2)
    score = run(ValueCopy(), compare(train, train, holdout, {"x": REAL, "y": REAL}))[0]
    assert (score.value, score.interval) == (0.5, (0.5, 0.5))


def test_a_rate_that_few_strangers_cannot_show_is_not_measured():
    scores = by_name(run(ValueCopy(), compare(noise(400, 1), noise(400, 2), noise(100, 3), REALS)))
    rate = scores["privacy.value_copy_tpr", None]
    assert rate.value is None
    assert "fewer than 300" in rate.reason


# Guesses


def test_linkability_finds_pairs_that_only_the_training_rows_know():
    train, holdout = noise(2_000, 1), noise(800, 2)
    score = run(Linkability(), compare(train, train, holdout, REALS))[0]
    assert score.detail["right about those learned from"] == 1
    assert score.interval[0] > 0.9


def test_inference_counts_only_what_goes_beyond_knowledge():
    """The secret follows from the others: guessed right for everybody, so nothing is gained on members."""

    def side(n, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=n)
        return {"x": x, "y": x + rng.normal(size=n) / 100, "l": np.where(x > 0, "up", "down")}

    kinds = {"x": REAL, "y": REAL, "l": LABEL}
    scores = by_name(run(Inference(), compare(side(2_000, 1), side(2_000, 2), side(800, 3), kinds)))
    secret = scores["privacy.inference", "l"]
    assert secret.detail["right about those never seen"] > 0.9 > secret.detail["naive"]
    assert secret.interval[0] < 0 < secret.interval[1]


def test_singling_out_needs_the_training_rows():
    def side(n, seed):
        rng = np.random.default_rng(seed)
        return {name: rng.integers(0, 12, n).astype(float) for name in NAMES}

    train, holdout = side(1_000, 1), side(500, 2)
    copied = run(SinglingOut(), compare(train, first(train, 400), holdout, REALS))[0]
    fresh = run(SinglingOut(), compare(train, side(1_000, 3), holdout, REALS))[0]
    assert copied.interval[0] > 0.05
    assert fresh.interval[0] < 0 < fresh.interval[1]


def test_a_table_of_one_column_has_no_halves():
    kinds = {"a": REAL}
    scores = by_name(Attacks().measure(compare(*(noise(200, seed, ("a",)) for seed in range(3)), kinds), seed=SEED))
    assert "no two halves" in scores["privacy.linkability", None].reason


# What slipped through


def people(start, stop, seed):
    rng = np.random.default_rng(seed)
    ids = np.arange(start, stop)
    return {
        "id": ids,
        "email": [f"user{i}@example.org" for i in ids],
        "name": rng.choice(["Ada", "Ben", "Cem", "Dia"], len(ids)),
        "note": [f"note number {i}" for i in ids],
    }


KINDS = {
    "id": types.Identifier(form="sequence"),
    "email": types.Personal(kind="email"),
    "name": types.Personal(kind="name"),
    "note": types.Text(),
}


def slipped(train, twin, holdout):
    return {score.subject: score for score in Slipped().measure(compare(train, twin, holdout, KINDS), seed=SEED)}


def test_slipped_values_are_told_from_coincidences():
    train, holdout = people(0, 1_000, 1), people(1_000, 1_500, 2)
    twin = people(5_000, 6_000, 3)
    twin["email"] = [" USER7@example.org ", *train["email"][20:40], *twin["email"][21:]]
    twin["id"] = np.arange(2_000)[:1_000] + 500
    found = slipped(train, twin, holdout)
    assert found["email"].value == 21 / 1_000
    assert found["email"].interval[0] > found["email"].baseline_interval[0] == 0
    assert (found["note"].value, found["note"].baseline) == (0, 0)
    assert found["id"].value == 0.5
    assert found["id"].baseline == 1.0
    assert found["name"].value is None
    assert "shared by 10 records" in found["name"].reason


def test_slipped_without_a_holdout_judges_only_what_cannot_coincide():
    train, twin = people(0, 1_000, 1), people(5_000, 6_000, 3)
    twin["email"], twin["id"] = train["email"], train["id"]
    found = slipped(train, twin, None)
    assert (found["email"].value, found["email"].baseline) == (1, 0)
    assert found["id"].value is None
    assert "1,000 of 1,000 records" in found["id"].reason


def test_identifiers_of_bytes_are_compared():
    ids = [bytes([i % 256, i // 256]) * 8 for i in range(900)]
    sides = [{"id": pa.array(part, pa.binary(16))} for part in (ids[:300], [*ids[:30], *ids[600:]], ids[300:600])]
    score = next(iter(Slipped().measure(compare(*sides, {"id": types.Identifier(form="uuid")}), seed=SEED)))
    assert (score.value, score.baseline) == (0.1, 0)


def test_a_table_without_protected_columns_has_nothing_to_slip():
    assert list(Slipped().measure(compare(noise(20, 1), noise(20, 2), None, REALS), seed=SEED)) == []


# k-anonymity


def test_k_anonymity_counts_the_smallest_group():
    twin = {"age": np.repeat([30, 40, 50], [12, 3, 20]), "sex": ["f"] * 35, "x": np.arange(35.0)}
    kinds = {"age": INTEGER, "sex": LABEL, "x": REAL}
    score = next(iter(KAnonymity(("age", "sex")).measure(compare(twin, twin, None, kinds), seed=SEED)))
    assert score.value == 3
    assert score.detail["share of rows in groups smaller than 10"] == 3 / 35
    usual = next(iter(KAnonymity().measure(compare(twin, twin, None, kinds), seed=SEED)))
    assert usual.detail["columns"] == ["x", "age"]
    wrong = next(iter(KAnonymity(("height",)).measure(compare(twin, twin, None, kinds), seed=SEED)))
    assert (wrong.value, wrong.reason) == (None, "columns that can't be compared by value: height")


# The suite


def test_without_a_holdout_nothing_is_measured_and_nothing_is_silent():
    scores = list(Attacks().measure(compare(noise(100, 1), noise(100, 2), None, REALS), seed=SEED))
    assert {score.metric for score in scores} == {name for attack in ATTACKS for name in attack.metrics} | {
        "privacy.control"
    }
    assert all(score.value is None and "no holdout" in score.reason for score in scores)


@pytest.mark.parametrize("sizes", [(1, 100, 100), (100, 0, 100), (100, 100, 0), (29, 29, 29)])
def test_a_few_rows_are_refused_with_a_reason(sizes):
    scores = Attacks().measure(compare(*(noise(n, i) for i, n in enumerate(sizes)), REALS), seed=SEED)
    assert all(score.value is None and "fewer than 30 rows" in score.reason for score in scores)


def test_columns_that_cannot_be_compared_are_refused_with_a_reason():
    texts = {"t": [f"text {i}" for i in range(50)]}
    scores = Attacks().measure(compare(texts, texts, texts, {"t": types.Text()}), seed=SEED)
    assert all("no column" in score.reason for score in scores)


def test_the_same_seed_gives_the_same_scores():
    sides = [noise(600, 1), changed(noise(600, 1), 2, 5), noise(400, 3)]
    one, two = (list(Attacks().measure(compare(*sides, REALS), seed=SEED)) for _ in range(2))
    assert one == two


def test_draws_that_are_bounded_are_told():
    scores = by_name(Attacks().measure(compare(noise(300, 1), noise(300, 2), noise(600, 3), REALS), seed=SEED))
    assert "200 of 600 unseen records" in scores["privacy.control", None].reason


def test_one_row_of_each_entity_is_drawn():
    def side(n, seed, prefix):
        return {"who": [f"{prefix}{i // 10}" for i in range(n)], **noise(n, seed)}

    kinds = {"who": types.Identifier(), **REALS}
    comparison = compare(side(1_000, 1, "p"), side(1_000, 2, "q"), side(500, 3, "r"), kinds, entity=("who",))
    ground = arena(comparison, SEED).ground
    assert (len(ground.members), len(ground.strangers), len(ground.reference)) == (50, 50, 50)


odd = st.lists(st.sampled_from([0.0, -0.0, 0.1, 1e300, -1e300, np.inf, -np.inf, np.nan]), min_size=1, max_size=4)


@given(
    st.tuples(*[st.integers(10, 40)] * 3),
    odd,
    st.lists(st.sampled_from(["a", "b", "é", None]), min_size=1),
    st.integers(0, 99),
)
def test_odd_tables_are_measured_or_refused_and_never_break(sizes, numbers, labels, seed):
    rng = np.random.default_rng(seed)

    def side(n):
        x, label = rng.choice(numbers, n), [labels[i] for i in rng.integers(0, len(labels), n)]
        return {"x": x, "l": pa.array(label, pa.string()), "gone": pa.nulls(n, pa.float64()), "same": np.ones(n)}

    comparison = compare(*map(side, sizes), {"x": REAL, "l": LABEL, "gone": REAL, "same": REAL})
    for score in Attacks().measure(comparison, seed=SEED):
        assert score.value is None or np.isfinite(score.value)
        assert score.interval is None or score.interval[0] <= score.value <= score.interval[1]
        assert score.value is not None or score.reason
