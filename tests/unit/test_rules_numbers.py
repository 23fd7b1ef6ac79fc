"""Rules of numbers, held against the distributions that they name (Kolmogorov-Smirnov or chi-square, alpha 1e-4)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.rules import column, plain

from twinset.errors import PlanError

N = 20_000
ALPHA = 1e-4


@pytest.mark.parametrize(
    ("rule", "law"),
    [
        ({"rule": "uniform", "low": -2, "high": 5}, stats.uniform(-2, 7)),
        ({"rule": "normal", "mean": 40, "sd": 8}, stats.norm(40, 8)),
        ({"rule": "normal", "low": 1}, stats.truncnorm(1, np.inf)),
        ({"rule": "lognormal", "median": 40, "sigma": 0.8}, stats.lognorm(0.8, scale=40)),
        ({"rule": "gamma", "shape": 2, "mean": 6}, stats.gamma(2, scale=3)),
        ({"rule": "exponential", "mean": 5}, stats.expon(scale=5)),
        ({"rule": "beta", "a": 2, "b": 3, "begin": 10, "end": 20}, stats.beta(2, 3, 10, 10)),
        ({"rule": "pareto", "shape": 2, "least": 3}, stats.pareto(2, scale=3)),
        ({"rule": "triangular", "begin": 0, "mode": 1, "end": 4}, stats.triang(0.25, 0, 4)),
    ],
    ids=plain,
)
def test_real_numbers_have_their_distribution(rule, law):
    drawn = column(rule, N).to_numpy()
    assert stats.kstest(drawn, law.cdf).pvalue > ALPHA


@pytest.mark.parametrize(
    ("rule", "law"),
    [
        ({"rule": "integer", "low": 3, "high": 9}, stats.randint(3, 10)),
        ({"rule": "poisson", "mean": 3}, stats.poisson(3)),
        ({"rule": "geometric", "mean": 4}, stats.geom(0.25)),
        ({"rule": "binomial", "n": 9, "share": 0.3}, stats.binom(9, 0.3)),
        ({"rule": "negative_binomial", "mean": 4, "shape": 2}, stats.nbinom(2, 1 / 3)),
        ({"rule": "zipf", "n": 50, "exponent": 1.2}, stats.zipfian(1.2, 50)),
    ],
    ids=plain,
)
def test_whole_numbers_have_their_distribution(rule, law):
    drawn = column(rule, N).to_numpy()
    low, high = int(law.ppf(0.001)), int(law.ppf(0.999))
    shares = np.array([law.cdf(low), *(law.pmf(k) for k in range(low + 1, high)), law.sf(high - 1)])
    counts = np.bincount(np.clip(drawn, low, high) - low, minlength=high - low + 1)
    assert stats.chisquare(counts, shares / shares.sum() * N).pvalue > ALPHA


def test_zipf_of_many_ranks_follows_its_tail():
    drawn = column({"rule": "zipf", "n": 10**9, "exponent": 1.0}, N).to_numpy()
    assert 1 <= drawn.min() <= drawn.max() <= 10**9
    for edge in (10**3, 10**5, 10**7):
        assert abs((drawn <= edge).mean() - (np.log(edge) + 0.5772) / (np.log(1e9) + 0.5772)) < 0.015


def test_a_mixture_has_its_parts_in_their_weights():
    drawn = column(
        {"rule": "mixture", "of": [{"rule": "normal", "weight": 3}, {"rule": "normal", "mean": 100}]}, N
    ).to_numpy()
    assert abs((drawn > 50).mean() - 0.25) < 0.0125
    assert stats.kstest(drawn[drawn < 50], stats.norm().cdf).pvalue > ALPHA


def test_decimals_and_ends_are_kept():
    drawn = column({"rule": "normal", "mean": 0, "sd": 5, "low": -1, "high": 2.5, "decimals": 1}, N).to_numpy()
    assert drawn.min() == -1.0
    assert drawn.max() == 2.5
    assert np.array_equal(drawn, np.round(drawn, 1))
    whole = column({"rule": "normal", "mean": 10, "sd": 3, "decimals": 0}, 100)
    assert str(whole.type) == "int64"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rule": "normal", "sd": 0}, "sd is a number above 0, not 0"),
        ({"rule": "normal", "mean": "x"}, "mean is a number, not 'x'"),
        ({"rule": "normal", "low": 2, "high": 1}, "low is below high"),
        ({"rule": "normal", "low": 30}, "hardly ever gives a number"),
        ({"rule": "poisson"}, "needs the option 'mean'"),
        ({"rule": "integer", "low": 5, "high": 4}, "low is at most high"),
        ({"rule": "mixture", "of": [{"rule": "normal"}]}, "of is a list of 2"),
        ({"rule": "mixture", "of": [{"rule": "normal"}, {"rule": "boolean"}]}, "make one kind of values"),
        ({"rule": "uniform", "low": None}, "low and high are numbers"),
        ({"rule": "boolean", "share": 1.5}, "share is a number from 0 to 1"),
        ({"rule": "normal", "missing": 2}, "missing is a number from 0 to 1"),
    ],
    ids=plain,
)
def test_wrong_options_are_named(rule, said):
    with pytest.raises(PlanError, match=said):
        column(rule, 10)


def test_categories_have_their_weights_and_may_hang_on_another_column():
    rule = {
        "rule": "category",
        "values": {"gold": 1, "silver": 3},
        "by": {"column": "country", "weights": {"DE": {"gold": 9, "silver": 1}, "FR": {"silver": 1}}},
    }
    from tests.rules import made

    tables = made(
        {"t": {"rows": N, "columns": {"country": {"rule": "category", "values": ["DE", "FR", "US"]}, "tier": rule}}}
    )
    frame = tables["t"].to_pandas()
    gold = frame.groupby("country").tier.apply(lambda tier: (tier == "gold").mean())
    assert abs(gold["DE"] - 0.9) < 0.016
    assert gold["FR"] == 0
    assert abs(gold["US"] - 0.25) < 0.022


def test_a_histogram_has_its_pieces_in_their_weights():
    numbers = column(
        {"rule": "histogram", "edges": [0, 10, 20, 100], "weights": [1, 0, 3], "decimals": 1}, 40_000
    ).to_numpy()
    assert np.mean(numbers <= 10) == pytest.approx(0.25, abs=0.01)
    assert not ((numbers > 10) & (numbers < 20)).any()
    assert np.mean(numbers[numbers >= 20] < 60) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "bad",
    [{"edges": [1, 0], "weights": [1]}, {"edges": [0, 1], "weights": [0]}, {"edges": [0, 1], "weights": [1, 2]}],
    ids=plain,
)
def test_a_histogram_that_is_none_is_refused(bad):
    with pytest.raises(PlanError, match="edges rise"):
        column({"rule": "histogram", **bad}, 10)
