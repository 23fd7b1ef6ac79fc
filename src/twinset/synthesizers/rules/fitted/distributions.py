"""Distributions fitted by likelihood: normal, lognormal, gamma, exponential, uniform, two normals.

Numbers are compared as they are written, rounded: the probability of a value is that of all that is rounded to it, so that
distributions and counted bins can be told from each other. Gamma's shape: Minka (2002), Estimating a Gamma distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from twinset.synthesizers.rules.fitted.found import Floats, Rule, figures

MOST = 20_000
"""Numbers of a column that are looked at."""
Cumulative = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Fit:
    """A rule with its cumulative distribution between the ends and its number of parameters."""

    rule: Rule
    cdf: Cumulative
    n_parameters: int

    def distance(self, ordered: Floats, half: float) -> float:
        """Kolmogorov and Smirnov's distance to sorted numbers that are rounded to ``half`` on either side."""
        values, first = np.unique(ordered, return_index=True)
        seen = np.append(first[1:], len(ordered)) / len(ordered)
        return float(np.abs(self.cdf(values + half) - seen).max())

    def likelihood(self, values: Floats, half: float) -> float:
        """The logarithm, less what parameters cost (BIC's half)."""
        odds = np.maximum(self.cdf(values + half) - self.cdf(values - half), 1e-300)
        return float(np.log(odds).sum() - self.n_parameters * np.log(len(values)) / 2)


def candidates(values: Floats, low: float, high: float) -> Iterator[Fit]:
    """The distributions between these ends that values can come from."""
    from scipy import special

    mean, sd = float(values.mean()), float(values.std())
    if sd <= 0:
        return
    yield _cut({"rule": "uniform"}, lambda x: (x - low) / (high - low), low, high, 2)
    yield _cut({"rule": "normal", "mean": figures(mean, 4), "sd": figures(sd)}, _normal(mean, sd), low, high, 2)
    yield _two_normals(values, low, high)
    if values.min() >= 0 and mean > 0:
        rule = {"rule": "exponential", "mean": figures(mean)}
        yield _cut(rule, lambda x: 1 - np.exp(-np.maximum(x, 0) / mean), low, high, 1)
    if values.min() > 0:
        logs = np.log(values)
        centre, sigma = float(logs.mean()), float(logs.std())
        rule = {"rule": "lognormal", "median": figures(float(np.exp(centre)), 4), "sigma": figures(sigma)}
        yield _cut(rule, lambda x: special.ndtr((np.log(np.maximum(x, 1e-300)) - centre) / sigma), low, high, 2)
        shape = _shape(mean, centre)
        if 0 < shape < 1e6:
            rule = {"rule": "gamma", "shape": figures(shape), "mean": figures(mean, 4)}
            yield _cut(rule, lambda x: special.gammainc(shape, np.maximum(x, 0) * shape / mean), low, high, 2)


def _cut(rule: Rule, whole: Cumulative, low: float, high: float, n_parameters: int) -> Fit:
    """A distribution of which only what lies between the ends is drawn."""
    first, last = float(whole(np.array([low]))[0]), float(whole(np.array([high]))[0])
    spread = max(last - first, 1e-12)
    return Fit({**rule, "low": low, "high": high}, lambda x: np.clip((whole(x) - first) / spread, 0, 1), n_parameters)


def _normal(mean: float, sd: float) -> Cumulative:
    from scipy import special

    return lambda x: np.asarray(special.ndtr((x - mean) / sd))


def _shape(mean: float, mean_of_logs: float) -> float:
    """The shape of a gamma distribution by Minka's iteration."""
    from scipy import special

    gap = np.log(mean) - mean_of_logs
    if gap <= 1e-9:
        return 0.0
    shape = 0.5 / gap
    for _ in range(20):
        change = (np.log(shape) - special.digamma(shape) - gap) / (shape**2 * (1 / shape - special.polygamma(1, shape)))
        shape = 1 / (1 / shape + change)
        if not np.isfinite(shape) or shape <= 0:
            return 0.0
    return float(shape)


def _two_normals(values: Floats, low: float, high: float) -> Fit:
    """Two normal distributions by expectation and maximisation, begun at the quartiles."""
    means, sds, weights = np.percentile(values, [25, 75]), np.full(2, values.std() / 2), np.array([0.5, 0.5])
    for _ in range(60):
        scores = (values[:, None] - means) / sds
        odds = weights / sds * np.exp(-0.5 * scores**2) + 1e-300
        parts = odds / odds.sum(axis=1, keepdims=True)
        total = parts.sum(axis=0) + 1e-9
        means = (parts * values[:, None]).sum(axis=0) / total
        sds = np.sqrt((parts * (values[:, None] - means) ** 2).sum(axis=0) / total) + values.std() / 50
        weights = total / total.sum()
    own = [_cut({"rule": "normal", "mean": figures(m, 4), "sd": figures(s)}, _normal(m, s), low, high, 2) for m, s in
           zip(means.tolist(), sds.tolist(), strict=True)]  # fmt: skip
    of: list[Any] = [{**one.rule, "weight": figures(weight)} for one, weight in zip(own, weights.tolist(), strict=True)]
    first, second = own
    share = float(weights[0])
    return Fit({"rule": "mixture", "of": of}, lambda x: share * first.cdf(x) + (1 - share) * second.cdf(x), 5)


def bins(ordered: Floats, edges: Floats) -> Fit:
    """Uniform between edges, each piece as often as it is seen."""
    counts = np.diff(np.searchsorted(ordered, edges[1:-1], side="right"), prepend=0, append=len(ordered))
    sums = np.concatenate([[0.0], np.cumsum(counts) / len(ordered)])
    rule = {"rule": "histogram", "edges": edges.tolist(), "weights": np.round(counts / len(ordered), 4).tolist()}
    return Fit(rule, lambda x: np.interp(x, edges, sums), 2 * int((counts > 0).sum()))
