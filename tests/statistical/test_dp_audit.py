"""The privacy audit where the truth is known: what keeps its claim passes, what does not is caught.

A sound mechanism fails an audit here with probability 1e-6 at most, by its confidence; a broken one hardly ever escapes, by
the number of runs. The long proofs count both.
"""

import itertools

import numpy as np
import pytest
from scipy.stats import binom
from tests.dp_mechanisms import ENTROPY, NoisyHistogram, copies_the_number_of_rows, gaussian, laplace, randomized_response

import twinset
from twinset.evaluation.dp.claim import mu_of

SURE = 1 - 1e-6
ONE_COUNT = twinset.Neighbours(np.array([10.0, 5.0, 0.0]), np.array([11.0, 5.0, 0.0]), "one row more")
THREE_COUNTS = twinset.Neighbours(
    np.zeros(40), np.where(np.arange(40) % 15 == 7, 1.0, 0.0), "one row more in three marginals"
)
DOMAIN = {"colour": ["red", "green", "blue"], "age": range(20, 22)}
MU = mu_of(1.0, 1e-6)


def audited(mechanism, neighbours, runs=None, **claim):
    trials = twinset.Trials(runs=runs, confidence=SURE)
    return twinset.audit_privacy(mechanism, neighbours, trials=trials, **claim)


MEASUREMENTS = [
    pytest.param(laplace, 1.0, {"epsilon": 1.0}, id="laplace"),
    pytest.param(gaussian, 1 / MU, {"epsilon": 1.0, "delta": 1e-6, "noise": "gaussian"}, id="gaussian"),
    pytest.param(gaussian, 1.0, {"mu": 1.0, "delta": 1e-6}, id="mu"),
    pytest.param(gaussian, 1.0, {"rho": 0.5}, id="rho"),
]


@pytest.mark.parametrize(("noise", "scale", "claim"), MEASUREMENTS)
def test_measurements_pass_and_halved_noise_is_caught(noise, scale, claim):
    assert audited(noise(scale), ONE_COUNT, **claim).outcome == "pass"
    halved = audited(noise(scale / 2), ONE_COUNT, **claim)
    assert halved.outcome == "fail"
    assert "value 0" in halved.witness or "a discriminator" in halved.witness


@pytest.mark.parametrize(
    ("noise", "distance", "claim"),
    [
        (laplace, 3.0, {"epsilon": 1.0}),
        (gaussian, 3.0**0.5, {"mu": 1.0, "delta": 1e-6}),
        (gaussian, 3.0**0.5, {"rho": 0.5}),
    ],
)
def test_noise_for_a_wrong_sensitivity_is_caught(noise, distance, claim):
    """A row changes three counts: noise that was made for one is too small, though no count alone tells."""
    assert audited(noise(distance), THREE_COUNTS, **claim).outcome == "pass"
    assert audited(noise(1.0), THREE_COUNTS, **claim).outcome == "fail"


def test_a_bound_comes_near_the_truth():
    """Tight enough to be of use: three quarters of what is true, where one number tells all."""
    audit = audited(gaussian(1.0), ONE_COUNT, mu=1.0, delta=1e-6)
    assert 0.75 < audit.bounds[0].lower <= 1.0
    response = audited(randomized_response(1.0), twinset.Neighbours(0, 1), epsilon=1.0)
    assert 0.75 < response.epsilon <= 1.0


def test_a_private_engine_passes_and_with_halved_noise_is_caught():
    pairs = twinset.worst_neighbours({"sick": [False, True]})
    assert audited(NoisyHistogram(1.0), pairs, runs=2_000, epsilon=1.0).outcome == "pass"
    assert audited(NoisyHistogram(0.5), pairs, runs=2_000, epsilon=1.0).outcome == "fail"


@pytest.mark.parametrize("relation", ["add_remove", "replace_one"])
@pytest.mark.parametrize("flaw", ["reads_domain", "tells_domain", "seeds_noise"])
def test_a_domain_from_the_data_and_noise_from_the_seed_are_caught(relation, flaw):
    pairs = twinset.worst_neighbours(DOMAIN, relation=relation)
    audit = audited(NoisyHistogram(2.0, **{flaw: True}), pairs, runs=200, epsilon=1.0)
    assert audit.outcome == "fail"
    assert flaw != "tells_domain" or "the schema gives" in audit.witness


def test_a_number_of_rows_that_follows_the_data_is_caught():
    audit = audited(copies_the_number_of_rows, twinset.worst_neighbours(DOMAIN), runs=400, epsilon=1.0)
    assert audit.outcome == "fail"
    assert audit.witness.startswith("rows ")


@pytest.mark.verify
def test_false_alarms_come_at_the_stated_rate_at_most_and_halved_noise_rarely_escapes():
    """300 audits at alpha 0.1 of each mechanism at its exact claim: more than 10% alarms would show with 99.9999%."""
    cases = {
        "laplace": (laplace(1.0), laplace(0.5), ONE_COUNT, {"epsilon": 1.0}),
        "response": (randomized_response(1.0), randomized_response(2.0), twinset.Neighbours(0, 1), {"epsilon": 1.0}),
        "mu": (gaussian(1.0), gaussian(0.5), ONE_COUNT, {"mu": 1.0, "delta": 1e-3}),
        "rho": (gaussian(1.0), gaussian(0.5), ONE_COUNT, {"rho": 0.5}),
        "three": (laplace(3.0), laplace(1.5), THREE_COUNTS, {"epsilon": 1.0}),
    }
    trials, n = twinset.Trials(runs=1_600, confidence=0.9), 300
    for name, (right, halved, pair, claim) in cases.items():
        failed = [
            sum(twinset.audit_privacy(mechanism, pair, trials=trials, **claim).outcome == "fail" for _ in range(n))
            for mechanism in (right, halved)
        ]
        print(f"{name}: {failed[0]} of {n} false alarms, {failed[1]} of {n} with half the noise caught")
        assert failed[0] <= binom.isf(1e-6, n, 0.1)
        assert failed[1] >= 0.8 * n


@pytest.mark.verify
def test_false_alarms_of_engines_come_at_the_stated_rate_at_most():
    pairs = twinset.worst_neighbours({"colour": ["red", "blue"]}, rows=1)
    trials = twinset.Trials(runs=120, confidence=0.9, rows=32)
    n = 100
    failed = sum(
        twinset.audit_privacy(NoisyHistogram(1.0), pairs, epsilon=1.0, trials=trials).outcome == "fail" for _ in range(n)
    )
    print(f"engine: {failed} of {n} false alarms")
    assert failed <= binom.isf(1e-6, n, 0.1)


@pytest.mark.verify
def test_halved_noise_of_an_engine_is_caught_where_a_row_is_replaced():
    """A replaced row changes two cells, so the noise is twice as large; rows hide more of it than where one is added."""
    pairs = twinset.worst_neighbours({"sick": [False, True]}, rows=1, relation="replace_one")
    trials = twinset.Trials(runs=10_000, rows=1_000)
    assert [
        twinset.audit_privacy(NoisyHistogram(scale), pairs, epsilon=1.0, trials=trials).outcome for scale in (2.0, 1.0)
    ] == [
        "pass",
        "fail",
    ]


def test_unlike_weights_of_correlated_noise_are_seen():
    """Noise shared by two counts hides each of them and not their difference: a trained direction finds it."""

    def correlated(counts):
        return counts + 30 * ENTROPY.normal() + ENTROPY.normal(0, 1, len(counts))

    pair = twinset.Neighbours(np.zeros(2), np.array([1.0, -1.0]))
    assert audited(correlated, pair, mu=0.5, delta=1e-6).outcome == "fail"


def test_neighbours_differ_by_one_row_and_cover_the_ends_of_the_domain():
    for relation, n_pairs in (("add_remove", 5), ("replace_one", 4)):
        pairs = twinset.worst_neighbours(DOMAIN, relation=relation)
        assert len(pairs) == n_pairs
        for pair, name in itertools.product(pairs, DOMAIN):
            values = [set(side.to_arrow()[name].to_pylist()) for side in (pair.one, pair.other)]
            assert values[0] | values[1] <= {DOMAIN[name][0], DOMAIN[name][-1]}
