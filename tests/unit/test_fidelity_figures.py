"""The figures against other people's implementations of them, and against what they must be by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some
from tests import flawed

from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.auc import auc, midranks, weighted_auc
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.cells import Cells, coarse, fine, ranked
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.evaluation.fidelity import digits, features, relations
from twinset.evaluation.fidelity.association import pattern, strength
from twinset.evaluation.fidelity.ks import gap
from twinset.evaluation.fidelity.pairs import chosen
from twinset.evaluation.fidelity.shares import jensen_shannon, kullback_leibler, total_variation
from twinset.evaluation.fidelity.support import Support
from twinset.evaluation.measure import metric

COUNTS = some.arrays(np.float64, st.tuples(st.just(3), st.integers(2, 8)), elements=st.integers(1, 50).map(float))


def one_split(train: np.ndarray, twin: np.ndarray) -> tuple[EncodedColumn, Halves]:
    """All of both sides as the only draws."""
    rows = [np.arange(len(side))[None, :] for side in (train, twin)]
    column = EncodedColumn("x", "number", (), train, twin, None)
    return column, Halves(rows[0][0], rows[1][0], rows[0], rows[0], rows[1])


@pytest.mark.parametrize("law", ["normal", "heaped", "heavy", "far"])
def test_ks_and_wasserstein_are_those_of_scipy(law: str) -> None:
    from scipy import stats

    rng = np.random.default_rng(4)
    draws = {
        "normal": (rng.normal(0, 1, 900), rng.normal(0.3, 1.2, 900)),
        "heaped": (rng.integers(0, 12, 900) * 5.0, np.where(rng.random(900) < 0.3, 7.0, rng.integers(0, 12, 900) * 5.0)),
        "heavy": (rng.standard_cauchy(900), rng.standard_cauchy(900) * 3),
        "far": (rng.normal(0, 1, 900), np.append(rng.normal(0, 1, 899), 1e6)),
    }
    train, twin = draws[law]
    column, split = one_split(train, twin)
    points, count = fine(Comparison(*(flawed.dataset(flawed.rows(2, seed)) for seed in (1, 2))), column, split)
    assert gap(count.reference, count.synthetic)[0] == pytest.approx(stats.ks_2samp(train, twin).statistic, abs=1 / 256)
    distance = np.abs(np.cumsum(count.reference - count.synthetic, axis=1)[0, :-1] / 900) @ np.diff(points)
    assert distance == pytest.approx(stats.wasserstein_distance(train, twin), rel=0.05, abs=0.01)


@given(COUNTS, st.data())
def test_distances_of_shares_are_those_of_scipy_and_their_bounds(first: np.ndarray, data: st.DataObject) -> None:
    from scipy.spatial.distance import jensenshannon

    second = data.draw(some.arrays(np.float64, first.shape, elements=st.integers(0, 50).map(float)))
    second[:, 0] += 1
    p, q = first / first.sum(axis=1, keepdims=True), second / second.sum(axis=1, keepdims=True)
    assert total_variation(first, second) == pytest.approx(np.abs(p - q).sum(axis=1) / 2)
    assert jensen_shannon(first, second) == pytest.approx(jensenshannon(p, q, base=2, axis=1), abs=1e-7)
    assert (total_variation(first, second) <= 1 + 1e-12).all()
    assert (kullback_leibler(first, second) >= -1e-12).all()
    assert np.allclose(total_variation(first, first), 0)
    assert np.allclose(kullback_leibler(first, first), 0)


SCORES = st.lists(st.integers(0, 6).map(float), min_size=2, max_size=40)


@given(SCORES, SCORES)
def test_the_area_counts_ties_half(positive: list[float], negative: list[float]) -> None:
    from sklearn.metrics import roc_auc_score

    truth = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    area, error = auc(np.array(positive), np.array(negative))
    assert area == pytest.approx(roc_auc_score(truth, positive + negative))
    assert 0 <= error <= 0.75
    assert auc(np.array(negative), np.array(positive))[0] == pytest.approx(1 - area)


@given(SCORES, st.data())
def test_the_weighted_area_is_the_area_of_repeated_rows(scores: list[float], data: st.DataObject) -> None:
    score = np.array(scores)
    truth = np.array(data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores))))
    weights = data.draw(some.arrays(np.int64, len(scores), elements=st.integers(0, 3)))
    found = weighted_auc(score, truth, weights[None, :].astype(float))[0]
    repeated, answers = np.repeat(score, weights), np.repeat(truth, weights)
    if answers.all() or not answers.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(auc(repeated[answers], repeated[~answers])[0])


def test_delong_error_is_the_spread_of_areas() -> None:
    rng = np.random.default_rng(1)
    areas, errors = np.array([auc(rng.normal(0.5, 1, 60), rng.normal(0, 1, 90)) for _ in range(400)]).T
    assert errors.mean() == pytest.approx(areas.std(), rel=0.1)


def test_midranks() -> None:
    assert midranks(np.array([3.0, 1, 3, 2])).tolist() == [3.5, 1, 3.5, 2]


def cells(codes: np.ndarray, n: int, kind: str) -> Cells:
    return Cells("x", kind, n, codes, codes)  # type: ignore[arg-type]


def joint(first: np.ndarray, second: np.ndarray, n: int, k: int) -> np.ndarray:
    return np.bincount(first * (k + 1) + second, minlength=(n + 1) * (k + 1)).reshape(1, n + 1, k + 1).astype(float)


def test_strengths_of_association_are_spearman_eta_and_cramers_v() -> None:
    from scipy import stats

    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 6, 800), rng.integers(0, 4, 800)
    b = np.where(rng.random(800) < 0.4, np.minimum(a, 3), b)
    table = joint(a, b, 6, 4)
    as_kinds = {
        kinds: strength(pattern(table, cells(a, 6, kinds[0]), cells(b, 4, kinds[1])))[0]
        for kinds in (("number", "number"), ("label", "number"), ("number", "label"), ("label", "label"))
    }
    assert as_kinds["number", "number"] == pytest.approx(stats.spearmanr(a, b).statistic)
    assert as_kinds["label", "label"] == pytest.approx(stats.contingency.association(table[0, :-1, :-1].astype(int)))
    ranks = stats.rankdata(b)
    between = sum((a == value).sum() * (ranks[a == value].mean() - ranks.mean()) ** 2 for value in range(6))
    assert as_kinds["label", "number"] == pytest.approx(np.sqrt(between / 800) / ranks.std())
    assert as_kinds["number", "label"] != as_kinds["label", "number"]


def test_missing_cells_have_no_part_in_associations() -> None:
    a = np.array([0, 1, 2, 3, 4, 5] * 20)
    with_gaps = joint(np.append(a, [6] * 50), np.append(a, [0] * 50), 6, 6)
    assert strength(pattern(with_gaps, cells(a, 6, "number"), cells(a, 6, "number")))[0] == pytest.approx(1)


@given(st.integers(2, 300), st.integers(2, 3), st.integers(1, 40))
def test_choices_of_columns_are_sorted_distinct_and_bounded(n: int, size: int, most: int) -> None:
    picked = chosen(n, size, most, Seed(1))
    assert len(picked) <= most
    assert len({tuple(each) for each in picked.tolist()}) == len(picked)
    assert (np.diff(picked, axis=1) > 0).all()
    assert picked.max(initial=0) < n


def test_spikes_have_cells_of_their_own_and_the_rest_about_equal_shares() -> None:
    rng = np.random.default_rng(3)
    values = np.where(rng.random(4_000) < 0.3, 0.0, rng.exponential(1, 4_000))
    made = coarse(Comparison(numbers(values), numbers(values)), Seed(1))[0]
    sizes = np.bincount(made.train, minlength=made.n_codes)
    assert sizes[:2].tolist() == [0, (values == 0).sum()]
    assert (sizes[2:-1] < 2 * 4_000 / 20).all()
    assert sizes[-1] == 0


def numbers(values: np.ndarray) -> flawed.Tables:
    return flawed.dataset({"amount": values})


def test_ranked_cells_follow_each_side() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=2_000)
    comparison = Comparison(numbers(values), numbers(values + 100))
    assert len(np.unique(coarse(comparison, Seed(1))[0].synthetic)) == 1
    assert len(np.unique(ranked(comparison, Seed(1))[0].synthetic)) == 20


@pytest.mark.parametrize(
    ("value", "places"), [(3.0, 0), (0.1, 1), (2.25, 2), (-0.125, 3), (1e-9, 9), (1234567.89, 2), (0, 0)]
)
def test_decimal_places(value: float, places: int) -> None:
    assert digits.decimals(np.array([value])) == [places + 1]


def test_roundness_and_usual_values() -> None:
    assert features.roundness(np.array([10_000.0, 120.0, 7.0, 0.5, np.pi])).tolist() == [8, 5, 4, 3, 0]
    known = np.r_[np.zeros(30), np.ones(9), np.arange(2, 63)]
    assert features.usual(np.array([0.0, 1.0, 5.0, np.nan]), known).tolist() == [0.3, 0, 0, 0]


def test_relations_count_what_both_sides_say() -> None:
    first, second = np.array([1.0, 0, 2, np.nan]), np.array([1.0, 0, 3, 1])
    assert relations._same(first, second).tolist()[0] == 1
    assert np.isnan(relations._same(first, second)[[1, 3]]).all()


def test_support_of_a_narrow_twin_is_precise_and_forgetful() -> None:
    rng = np.random.default_rng(5)
    train, narrow = numbers(rng.normal(0, 1, 3_000)), numbers(rng.normal(0, 0.1, 3_000))
    precision, recall = Support().measure(Comparison(train, narrow), seed=Seed(1))
    assert precision.value == pytest.approx(0, abs=0.4)
    assert recall.value is not None
    assert recall.baseline is not None
    assert recall.value < recall.baseline - 0.2


def test_a_share_that_never_changes_keeps_the_room_that_chance_needs() -> None:
    """No row of 100 broke it: up to 3.7 of another 100 may."""
    score = Scale("fidelity.order", "higher", of_rows=True).score("a ≤ b", Figures(np.ones(32), np.ones(32)), 100)
    assert score.baseline_interval == pytest.approx((1 - 0.037, 1))


def test_few_rows_have_a_figure_and_no_interval() -> None:
    score = Scale("fidelity.ks").score("x", Figures(np.full(3, 0.5), np.full(3, 0.2)), 6)
    assert (score.value, score.baseline) == (0.5, pytest.approx(0.2))
    assert score.interval is None
    assert "too few for an interval" in score.reason


def test_halves_are_disjoint_and_equal_and_keep_entities_whole() -> None:
    whose = np.repeat(np.arange(300), 4)
    rng = np.random.default_rng(1)
    columns = {"age": whose.astype(float), "region": rng.choice(flawed.REGIONS, 1_200)}
    data = flawed.dataset(columns, entity=("age",))
    split = halves(Comparison(data, data), Seed(2))
    assert split.n == 600
    for reference, real, twin in zip(split.reference, split.real, split.synthetic, strict=True):
        assert set(reference).isdisjoint(real)
        assert len(set(whose[reference]) & set(whose[real])) <= 1
        assert len(set(twin)) == 600


def test_figures_do_not_depend_on_what_was_measured_before() -> None:
    def comparison() -> Comparison:
        return Comparison(flawed.dataset(flawed.rows(800, 1)), flawed.twin(flawed.independent, 500, 2))

    shared = comparison()
    for name in ("wasserstein", "triples", "pairs", "ks"):
        assert list(metric(name).measure(shared, seed=Seed(9))) == list(metric(name).measure(comparison(), seed=Seed(9)))


def test_encoding_shares_a_code_book_and_keeps_gaps() -> None:
    train, twin = ({"region": np.array(values, object)} for values in (["b", None, "a"], ["c", "b", None]))
    column = encoded(Comparison(flawed.dataset(train), flawed.dataset(twin)))["region"]
    assert column.labels == ("a", "b", "c")
    assert column.train.tolist() == [1, -1, 0]
    assert column.synthetic.tolist() == [2, 1, -1]
