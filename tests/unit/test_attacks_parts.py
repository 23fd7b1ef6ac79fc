"""The parts that attacks are made of, against brute force and published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import Records
from twinset.evaluation.attacks.intervals import hit_rate, newcombe, wilson
from twinset.evaluation.attacks.space import SPREAD, Axis, Space, nearest, nearest_rows
from twinset.evaluation.attacks.words import may_be_in, words
from twinset.evaluation.encode import EncodedColumn

SEED = Seed(3)
small = hnp.arrays(np.float64, (12, 4), elements=st.integers(0, 2).map(float))


@given(small, small, st.sets(st.integers(0, 3), max_size=3))
def test_keys_are_equal_exactly_where_the_columns_left_are(first, second, without):
    left = [i for i in range(4) if i not in without]
    keys = [words(Records(tuple(rows.T))).keys(tuple(without)) for rows in (first, second)]
    expected = (first[:, None, left] == second[None, :, left]).all(axis=2)
    assert np.array_equal(keys[0][:, None] == keys[1][None, :], expected)


def test_the_same_number_has_the_same_word_however_it_was_reached():
    column = np.array([0.1 + 0.2, 0.3, 0.0, -0.0, np.nan, -np.nan, 0.30001])
    word = words(Records((column,))).columns[0]
    assert word[0] == word[1] != word[6]
    assert word[2] == word[3]
    assert word[4] == word[5]


def test_columns_and_codes_have_words_of_their_own():
    codes = np.array([-1, 0, 1], np.int32)
    first, second = words(Records((codes, codes))).columns
    assert len({*first.tolist(), *second.tolist()}) == 6


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.integers(0, 2**64 - 1)))
def test_may_be_in_misses_none(many, few):
    many, few = np.array([*many, *few], np.uint64), np.array(few, np.uint64)
    assert may_be_in(many, few)[np.isin(many, few)].all()


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (29, 29, 0.8830, 1)],
)
def test_wilson_gives_the_published_intervals(hits, n, low, high):
    """Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)],
)
def test_newcombe_gives_the_published_intervals(a, b, low, high):
    """Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10."""
    assert newcombe(*a, *b) == pytest.approx((low, high), abs=5e-5)


def test_intervals_of_nothing_say_nothing():
    assert wilson(0, 0) == (0, 1)
    assert newcombe(0, 0, 3, 4) == (-1, 1)


def test_hit_rates_of_known_scores():
    rng = np.random.default_rng(1)
    strangers = rng.normal(size=5_000)
    assert hit_rate(strangers + 100, strangers, SEED)[0] == 1
    assert hit_rate(np.zeros(400), np.zeros(500), SEED) == (pytest.approx(0.01), pytest.approx((0.01, 0.01)))
    value, (low, high) = hit_rate(rng.normal(size=5_000) + 1, strangers, SEED)
    truth = 0.0924  # of N(1, 1) above the 99th percentile of N(0, 1)
    assert low < truth < high
    assert value == pytest.approx(truth, abs=0.02)


@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 1_000))
def test_nearest_points_are_those_of_brute_force(n_base, k, seed):
    rng = np.random.default_rng(seed)
    queries, base = (rng.normal(size=(n, 3)).astype(np.float32) for n in (7, n_base))
    gaps = ((queries[:, None] - base[None]) ** 2).sum(axis=2)
    found = nearest(queries, base, k)
    assert found.shape == (7, k)
    assert np.allclose(found[:, 0], gaps.min(axis=1), atol=1e-4)
    assert (np.diff(found, axis=1) >= 0).all()
    rows = nearest_rows(queries, base, k)
    assert np.allclose(np.sort(np.take_along_axis(gaps, rows, 1), axis=1), np.sort(gaps, axis=1)[:, :k], atol=1e-4)


def test_the_second_nearest_is_exact_where_groups_differ():
    base = np.arange(3_200, dtype=np.float32)[:, None] / 100
    found = nearest(np.array([[16.0]], np.float32), base, 3)[0]
    assert found == pytest.approx([0, 1e-4, 1e-4], abs=2e-4)


@pytest.mark.parametrize("n_columns", [30, 200])
def test_labels_that_differ_are_about_one_apart_in_any_number_of_columns(n_columns):
    """Above 128 dimensions distances are projected: equal rows stay equal, others are kept to about a tenth."""
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 3, (60, n_columns)).astype(np.int32)
    rows[1] = rows[0]
    columns = [EncodedColumn(str(i), "label", ("a", "b", "c"), rows[:, i], rows[:, i], None) for i in range(n_columns)]
    points = Space.of(columns, list(rows.T), SEED).embed(list(rows.T))
    assert points.shape[1] == min(4 * n_columns, 128)
    gaps = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    differs = (rows[:, None] != rows[None]).sum(axis=2)
    assert gaps[0, 1] == 0
    apart = differs > 0
    assert np.abs(gaps[apart] / differs[apart] - 1).mean() < 0.15


def test_ranks_make_numbers_alike_whatever_their_unit():
    grid = np.quantile(np.exp(np.random.default_rng(1).normal(size=9_999)), np.linspace(0, 1, 1_001))
    axis = Axis(grid, np.empty((0, 0), np.float32))
    points = axis.embed(np.array([grid[0] - 1, grid[500], grid[-1] * 10, np.nan]))
    assert points[:, 0] == pytest.approx([0, SPREAD / 2, SPREAD, SPREAD / 2], abs=1e-3)
    assert points[:, 1].tolist() == [0, 0, 0, 1]
