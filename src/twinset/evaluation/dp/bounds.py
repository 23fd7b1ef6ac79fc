"""Lower bounds on epsilon, mu and rho from how often an event happens on each of two neighbouring inputs.

Each bound holds with probability 1 - alpha, for an event that was chosen without looking at these counts. Sources:
Clopper and Pearson, Biometrika 26 (1934); Jagielski et al., NeurIPS 2020, for epsilon; Nasr et al., USENIX Security 2023,
for mu; the data-processing inequality of Renyi divergences (Bun and Steinke, TCC 2016) for rho.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.dp.claim import Claim, mu_of

Scale = Literal["epsilon", "mu", "rho"]
MOST_RUNS = 10_000_000
_ORDERS = np.r_[1.0, 1 + np.geomspace(0.02, 60, 40)]
_POWER = 0.9


@dataclass(frozen=True, slots=True)
class Bounding:
    """One figure to be bounded: its scale, the value claimed, and the chance ``alpha`` of a bound above the truth."""

    scale: Scale
    claimed: float
    delta: float
    alpha: float

    def lower(self, hits: Rows, other_hits: Rows, n: int) -> Floats:
        """Bounds from events with ``hits`` of ``n`` runs on one input and ``other_hits`` of ``n`` on the other."""
        return self._at(_at_least(hits, n, self.alpha / 2), 1 - _at_least(n - other_hits, n, self.alpha / 2))

    def _at(self, p: Floats, q: Floats) -> Floats:
        """The least value under which an event may have probability p on one input and q on the other."""
        from scipy.special import ndtri

        result = np.zeros(p.shape)
        apart = p > q + (self.delta if self.scale == "epsilon" else 0.0)
        p, q = p[apart], q[apart]
        if self.scale == "epsilon":
            result[apart] = np.log((p - self.delta) / q)
        elif self.scale == "mu":
            result[apart] = ndtri(p) - ndtri(q)
        else:
            result[apart] = _rho(p, q)
        return result

    def largest(self, n: int) -> float:
        """The largest bound that ``n`` runs on each input can give: of an event that always happens on one alone."""
        return float(self.lower(np.array([n]), np.array([0]), n)[0])

    def is_powerful(self, n: int, claim: Claim) -> bool:
        """Whether half the noise that the claim needs, seen directly, would be shown by 9 in 10 audits of ``n`` runs."""
        p, q = _half_the_noise(claim)
        miss = (1 - _POWER) / 2
        hits, other_hits = _quantile(miss, n, p), _quantile(1 - miss, n, q)
        return bool(self.lower(hits, other_hits, n).max() > self.claimed)

    def runs_needed(self, claim: Claim) -> int | None:
        """About how many runs would give that power; None where more than ten million would be needed."""
        n = 50
        while n <= MOST_RUNS:
            if self.is_powerful(n, claim):
                return n
            n = math.ceil(n * 1.25)
        return None


def _at_least(hits: Rows, n: int, alpha: float) -> Floats:
    """Clopper and Pearson's lower bound on a probability."""
    from scipy.special import betaincinv

    return np.where(hits > 0, betaincinv(np.maximum(hits, 1), n - hits + 1, alpha), 0.0)


def _quantile(share: float, n: int, p: Floats) -> Rows:
    """Quantile of the binomial distribution."""
    from scipy.special import bdtrik

    # It is not a number where no hit at all is likelier than the share.
    result: Rows = np.nan_to_num(np.ceil(bdtrik(share, n, p))).astype(np.int64)
    return result


def _rho(p: Floats, q: Floats) -> Floats:
    """The largest Renyi divergence of two coins by its order, over orders; 0 < q < p < 1."""
    orders = _ORDERS[1:, None]
    heads = orders * np.log(p) + (1 - orders) * np.log(q)
    tails = orders * np.log1p(-p) + (1 - orders) * np.log1p(-q)
    renyi = np.logaddexp(heads, tails) / (orders - 1) / orders
    first = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    best: Floats = np.maximum(renyi.max(axis=0), first)
    return best


def _half_the_noise(claim: Claim) -> tuple[Floats, Floats]:
    """How likely events are on two neighbours under half the noise that is claimed (Laplace at delta 0, else Gaussian)."""
    from scipy.special import ndtr

    if claim.epsilon is not None and claim.delta == 0:
        p = 0.5 * np.geomspace(1, 0.01, 20)
        return p, p * math.exp(-2 * claim.epsilon)
    if claim.rho is not None:
        mu = math.sqrt(2 * claim.rho)
    else:
        mu = claim.gaussian_mu or mu_of(claim.epsilon or 0.0, claim.delta)
    places = np.linspace(-5, 5, 101)
    return ndtr(mu - places), ndtr(-mu - places)
