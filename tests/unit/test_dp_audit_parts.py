"""Claims, bounds, answers and mistakes of the privacy audit."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.dp_mechanisms import NoisyHistogram, laplace

import twinset
from twinset.errors import DataError, PlanError, SchemaError
from twinset.evaluation.dp import digest
from twinset.evaluation.dp.bounds import Bounding
from twinset.evaluation.dp.claim import Claim, delta_of, epsilon_of, mu_of
from twinset.synthesizers.tabular.independent import Independent

PAIR = twinset.Neighbours(np.zeros(2), np.ones(2))
FEW = twinset.Trials(runs=40)


@pytest.mark.parametrize(("epsilon", "mu"), [(0.5, 0.3), (1.0, 1.0), (4.0, 1.5)])
def test_delta_of_gaussian_noise_is_what_the_integral_says(epsilon, mu):
    places = np.linspace(-12, 14, 400_001)
    excess = stats.norm.pdf(places, mu) - math.exp(epsilon) * stats.norm.pdf(places)
    assert delta_of(epsilon, mu) == pytest.approx(np.trapezoid(np.maximum(excess, 0), places), rel=1e-6, abs=1e-12)


@given(st.floats(0.01, 20), st.floats(1e-12, 0.1))
def test_epsilon_and_mu_turn_into_each_other(epsilon, delta):
    assert epsilon_of(mu_of(epsilon, delta), delta) == pytest.approx(epsilon, rel=1e-4)


@given(st.integers(1, 500), st.integers(0, 499), st.floats(1e-6, 0.2))
def test_the_interval_is_clopper_and_pearsons(hits, other, alpha):
    """The bound is log(p / q) with P(X >= hits | p) and P(Y <= other | q) both half of alpha."""
    p, q = stats.beta.ppf(alpha / 2, hits, 501 - hits), stats.beta.isf(alpha / 2, other + 1, 500 - other)
    (lower,) = Bounding("epsilon", 1.0, 0.0, alpha).lower(np.array([hits]), np.array([other]), 500)
    assert lower == pytest.approx(max(0.0, math.log(p / q)), rel=1e-6, abs=1e-9)


@given(st.floats(0.01, 4), st.floats(-3, 3))
def test_no_event_of_gaussian_noise_shows_more_than_its_mu_rho_and_epsilon(mu, place):
    n = 1_000_000
    hits, other = (np.array([round(n * stats.norm.sf(place - shift))]) for shift in (mu, 0.0))
    for scale, delta, truth in (("mu", 0.0, mu), ("rho", 0.0, mu**2 / 2), ("epsilon", 1e-3, epsilon_of(mu, 1e-3))):
        assert Bounding(scale, 1.0, delta, 0.01).lower(hits, other, n)[0] <= truth


def test_power_is_stated_and_too_few_runs_are_unknown():
    audit = twinset.audit_privacy(laplace(5.0), PAIR, epsilon=3.0, trials=FEW)
    assert audit.outcome == "unknown"
    assert "about 1," in audit.reasons[0]
    assert audit.bounds[0].largest == pytest.approx(math.log((0.0005 ** (1 / 20)) / (1 - 0.0005 ** (1 / 20))))
    assert "could have been shown" in str(audit)
    hint = twinset.audit_privacy(laplace(5.0), PAIR, epsilon=1.0, delta=1e-6, trials=FEW).reasons[0]
    assert "noise='gaussian'" in hint
    assert "more than 10,000,000" in twinset.audit_privacy(laplace(5.0), PAIR, epsilon=20.0, trials=FEW).reasons[0]


def test_no_noise_at_all_is_refuted_and_the_same_answer_is_not():
    assert twinset.audit_privacy(lambda counts: counts, PAIR, epsilon=1.0, trials=twinset.Trials(runs=400)).outcome == "fail"
    silent = twinset.audit_privacy(lambda counts: [1.0], PAIR, epsilon=1.0, trials=twinset.Trials(runs=4_000))
    assert (silent.outcome, silent.epsilon) == ("pass", 0.0)
    assert silent.witness.startswith("no event")


def test_claims_amount_to_each_other():
    assert Claim(1.0, 1e-5, noise="gaussian").gaussian_mu == pytest.approx(mu_of(1.0, 1e-5))
    assert Claim(rho=0.5, delta=1e-5).epsilon_at_delta == pytest.approx(0.5 + 2 * math.sqrt(0.5 * math.log(1e5)))
    assert Claim(mu=1.0).epsilon_at_delta == math.inf
    assert str(Claim(1.0, 1e-5, noise="gaussian")) == "epsilon = 1, delta = 1e-05 by Gaussian noise"


@pytest.mark.parametrize(
    "claim",
    [
        {}, {"epsilon": 0.0}, {"epsilon": -1.0}, {"epsilon": math.nan}, {"epsilon": math.inf}, {"epsilon": "1"}, {"mu": 0},
        {"epsilon": 1.0, "mu": 1.0}, {"epsilon": 1.0, "delta": 1.0}, {"epsilon": 1.0, "delta": -0.1}, {"rho": True},
        {"epsilon": 1.0, "delta": math.nan}, {"epsilon": 1.0, "noise": "cauchy"}, {"epsilon": 1.0, "noise": "gaussian"},
        {"rho": 1.0, "noise": "gaussian"},
    ],
)  # fmt: skip
def test_claims_that_are_none(claim):
    with pytest.raises(PlanError, match=r"claim|above 0|delta|noise|Gaussian"):
        twinset.audit_privacy(laplace(1.0), PAIR, trials=FEW, **claim)


@pytest.mark.parametrize("trials", [{"runs": 39}, {"runs": 1e3}, {"confidence": 1.0}, {"confidence": 99}, {"rows": 0}])
def test_trials_that_are_none(trials):
    with pytest.raises(PlanError, match="is a"):
        twinset.Trials(**trials)


def raising(data):
    raise RuntimeError("no such thing")


@pytest.mark.parametrize(
    ("mechanism", "words"),
    [
        (raising, "raised RuntimeError: no such thing"),
        (lambda data: [1.0, math.nan], "NaN"),
        (lambda data: [], "empty vector"),
        (lambda data: "text", "gave str"),
        (lambda data: None, "NaN or infinite"),
        (lambda data: np.zeros(1 + int(data[0])), "vectors of 1 and of 2 numbers"),
        (lambda data: np.zeros(1) if data[0] else pa.table({"a": [1]}), "rows in some runs"),
    ],
)
def test_answers_that_can_not_be_audited(mechanism, words):
    with pytest.raises(DataError, match=words):
        twinset.audit_privacy(mechanism, PAIR, epsilon=1.0, trials=FEW)


def test_mechanisms_and_neighbours_that_are_none():
    with pytest.raises(PlanError, match="a function of its input"):
        twinset.audit_privacy(3, PAIR, epsilon=1.0)
    with pytest.raises(PlanError, match="does not say that it is differentially private"):
        twinset.audit_privacy(Independent(), PAIR, epsilon=1.0)
    with pytest.raises(PlanError, match="datasets with a declared schema"):
        twinset.audit_privacy(NoisyHistogram(), PAIR, epsilon=1.0)
    for pairs in ((), [(1, 2)]):
        with pytest.raises(PlanError, match="neighbours are one or more"):
            twinset.audit_privacy(laplace(1.0), pairs, epsilon=1.0)
    far = [twinset.read(pa.table({"a": [1, 2, value, value]}), name="t") for value in (3, 4)]
    with pytest.raises(DataError, match="2 rows stand only in one and 2 only in the other"):
        twinset.Neighbours(*far)


@pytest.mark.parametrize("columns", [{}, {"a": "text"}, {"a": [1]}, {"a": [1, "b"]}, {"a": [1, 1]}, {"a": [None, None]}])
def test_domains_that_are_none(columns):
    with pytest.raises(SchemaError, match=r"declare|domain"):
        twinset.worst_neighbours(columns)


def test_what_rows_and_schemas_tell_is_counted():
    table = pa.table(
        {"colour": pa.array(["red", "red", None]).dictionary_encode(), "age": [1, 1, 5], "tags": [[1], [1], []]}
    )
    told = digest.of_table(table)
    assert (told["rows"], told["rows with colour = 'red'"], told["rows with colour = None"], told["greatest age"]) == (
        3,
        2,
        1,
        5,
    )
    assert told["colour lists the value 'red'"] == 1
    assert told["rows equal to {'colour': 'red', 'age': 1, 'tags': '[1]'}"] == 2
    pair = twinset.worst_neighbours({"age": range(3)})[0]
    assert digest.of_dataset(pair.one)["the schema gives age the value 2"] == 1
