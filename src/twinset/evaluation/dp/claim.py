"""Claims of differential privacy, and how one kind of claim turns into another.

Knows nothing of mechanisms. Sources: Balle and Wang, ICML 2018, and Dong, Roth and Su, JRSS B 84 (2022), for the curve of
the Gaussian mechanism; Bun and Steinke, TCC 2016, for zero-concentrated privacy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from twinset.errors import PlanError

Noise = Literal["any", "gaussian"]
LARGEST = 1_000


@dataclass(frozen=True, slots=True)
class Claim:
    """What a mechanism claims: exactly one of ``epsilon`` (with ``delta``), ``mu`` (Gaussian DP) and ``rho`` (zCDP).

    ``noise="gaussian"`` says that (epsilon, delta) comes from Gaussian noise alone, so that it is the same claim as a mu,
    which far fewer runs can refute. Beside mu and rho, ``delta`` is where epsilon is reported. PlanError for anything else.
    """

    epsilon: float | None = None
    delta: float = 0.0
    mu: float | None = None
    rho: float | None = None
    noise: Noise = "any"

    def __post_init__(self) -> None:
        given = {name: value for name in ("epsilon", "mu", "rho") if (value := getattr(self, name)) is not None}
        if len(given) != 1:
            said = " and ".join(given) or "none of them"
            raise PlanError(f"a claim is one of epsilon (with delta), mu and rho, and this one has {said}: give exactly one")
        for name, value in given.items():
            if not _is_number(value) or not 0 < value <= LARGEST:
                raise PlanError(f"{name} is a number above 0 and at most {LARGEST:,}, not {value!r}")
        if not _is_number(self.delta) or not 0 <= self.delta < 1:
            raise PlanError(f"delta is a number from 0 to below 1, not {self.delta!r}")
        if self.noise not in ("any", "gaussian"):
            raise PlanError(f"noise is 'any' or 'gaussian', not {self.noise!r}")
        if self.noise == "gaussian" and self.rho is not None:
            raise PlanError("Gaussian noise with a rho has mu = sqrt(2 rho): claim that mu instead of rho")
        if self.noise == "gaussian" and self.epsilon is not None and self.delta == 0:
            raise PlanError("Gaussian noise keeps no epsilon at delta = 0: say the delta that the mechanism claims")

    @property
    def gaussian_mu(self) -> float | None:
        """The mu that this claim amounts to; None where it speaks of no Gaussian noise."""
        if self.mu is not None or self.noise == "any" or self.epsilon is None:
            return self.mu
        return mu_of(self.epsilon, self.delta)

    @property
    def epsilon_at_delta(self) -> float:
        """The epsilon that this claim amounts to at its delta; infinite where it promises none there."""
        if self.epsilon is not None:
            return self.epsilon
        if self.delta == 0:
            return math.inf
        if self.mu is not None:
            return epsilon_of(self.mu, self.delta)
        rho = self.rho or 0.0
        return rho + 2 * math.sqrt(rho * math.log(1 / self.delta))

    def __str__(self) -> str:
        main = next(f"{name} = {value:g}" for name in ("epsilon", "mu", "rho") if (value := getattr(self, name)) is not None)
        more = " by Gaussian noise" if self.noise == "gaussian" else ""
        return f"{main}, delta = {self.delta:g}{more}" if self.delta or self.epsilon is not None else main


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def delta_of(epsilon: float, mu: float) -> float:
    """The smallest delta at which a mu-GDP mechanism is (epsilon, delta)-private."""
    from scipy.special import log_ndtr, ndtr

    return float(ndtr(mu / 2 - epsilon / mu) - math.exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu)))


def epsilon_of(mu: float, delta: float) -> float:
    """The smallest epsilon at which a mu-GDP mechanism is (epsilon, delta)-private, for delta above 0."""
    if mu <= 0 or delta_of(0.0, mu) <= delta:
        return 0.0
    # The tail bound of the Gaussian privacy loss lies above the exact value.
    above = mu * mu / 2 + mu * math.sqrt(2 * math.log(1 / delta)) + 1
    return _root(lambda epsilon: delta_of(epsilon, mu) - delta, 0.0, above)


def mu_of(epsilon: float, delta: float) -> float:
    """The largest mu whose mechanisms are (epsilon, delta)-private, for delta above 0."""
    below = above = 1.0
    while delta_of(epsilon, above) < delta:
        above *= 2
    while delta_of(epsilon, below) > delta:
        below /= 2
    return _root(lambda mu: delta_of(epsilon, mu) - delta, below, above)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-14))
