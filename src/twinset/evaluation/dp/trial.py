"""The audit itself: run, find an event, run again, bound.

A quarter of the runs trains statistics, a quarter chooses pair, event and threshold, and half is counted, on the chosen
pair alone. So the bounds need no correction for how many pairs and events were tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twinset.errors import PlanError
from twinset.evaluation.arrays import Floats
from twinset.evaluation.dp.bounds import MOST_RUNS, Bounding
from twinset.evaluation.dp.claim import Claim, epsilon_of
from twinset.evaluation.dp.events import Event, choose, statistics
from twinset.evaluation.dp.neighbours import Neighbours
from twinset.evaluation.dp.observe import Mechanism, Observation, is_rows, matrix, names_in, observe
from twinset.evaluation.dp.result import Bound, PrivacyAudit

FEWEST_RUNS, VECTOR_RUNS, ROWS_RUNS = 40, 20_000, 4_000


@dataclass(frozen=True, slots=True)
class Trials:
    """How much is run, and how sure a bound must be.

    ``runs`` on each input of a pair (None: 20,000 of a measurement, 4,000 of what gives rows). 1 - ``confidence`` is the
    most often that a mechanism which keeps its claim fails. ``rows`` are asked of an engine or a sampler in each run.
    """

    runs: int | None = None
    confidence: float = 0.999
    rows: int = 256

    def __post_init__(self) -> None:
        if self.runs is not None and (type(self.runs) is not int or self.runs < FEWEST_RUNS):
            raise PlanError(f"runs is a whole number of at least {FEWEST_RUNS}, not {self.runs!r}")
        if not isinstance(self.confidence, float) or not 0.5 <= self.confidence < 1:
            raise PlanError(f"confidence is a number from 0.5 to below 1, not {self.confidence!r}")
        if type(self.rows) is not int or self.rows < 1:
            raise PlanError(f"rows is a whole number of at least 1, not {self.rows!r}")


@dataclass(frozen=True, slots=True)
class _Find:
    """An event on a pair, and the names of the numbers that it is computed from."""

    pair: Neighbours
    names: tuple[str, ...]
    event: Event


def audit(mechanism: Mechanism, pairs: Sequence[Neighbours], claim: Claim, trials: Trials) -> PrivacyAudit:
    """Bound what a mechanism's runs on neighbouring inputs give away, and hold the bounds against the claim.

    DataError where the mechanism fails or gives answers of unlike shapes.
    """
    wanted = _wanted(claim, 1 - trials.confidence)
    runs = trials.runs or (ROWS_RUNS if is_rows(observe(mechanism, pairs[0].one, 1)[0]) else VECTOR_RUNS)
    finds = [_search(mechanism, pair, wanted, runs // 4) for pair in pairs]
    best = [max(found, key=lambda find: find.event.value) for found in zip(*finds, strict=True)]
    n = runs - 2 * (runs // 4)
    drawn: dict[int, tuple[Floats, Floats]] = {}
    bounds = []
    for bounding, find in zip(wanted, best, strict=True):
        if id(find.pair) not in drawn:
            drawn[id(find.pair)] = _answers(_observed(mechanism, find.pair, n), find.names)
        bounds.append(_bound(bounding, find, drawn[id(find.pair)], claim))
    return _concluded(tuple(bounds), wanted[0], claim, trials.confidence, n)


def _wanted(claim: Claim, alpha: float) -> list[Bounding]:
    """The figures to be bounded, the claim's own scale first; all of them together are wrong with probability alpha."""
    mu = claim.gaussian_mu
    own = [("mu", mu)] if mu is not None else [("rho", claim.rho)] if claim.rho is not None else []
    figures = [*own, ("epsilon", claim.epsilon_at_delta)]
    return [Bounding(scale, value, claim.delta, alpha / len(figures)) for scale, value in figures]  # type: ignore[arg-type]


def _search(mechanism: Mechanism, pair: Neighbours, wanted: Sequence[Bounding], n: int) -> list[_Find]:
    """For each figure the event of this pair that promises most."""
    seen = _observed(mechanism, pair, n)
    names = names_in(seen)
    candidates = list(statistics(*_answers(seen, names), names))
    one, other = _answers(_observed(mechanism, pair, n), names)
    return [_Find(pair, names, choose(candidates, one, other, bounding)) for bounding in wanted]


def _observed(mechanism: Mechanism, pair: Neighbours, n: int) -> list[Observation]:
    """``n`` runs on one input, then ``n`` on the other."""
    return observe(mechanism, pair.one, n) + observe(mechanism, pair.other, n)


def _answers(seen: Sequence[Observation], names: Sequence[str]) -> tuple[Floats, Floats]:
    numbers = matrix(seen, names)
    n = len(seen) // 2
    return numbers[:n], numbers[n:]


def _bound(bounding: Bounding, find: _Find, answers: tuple[Floats, Floats], claim: Claim) -> Bound:
    n = len(answers[0])
    one, other = (find.event.hits(side) for side in answers)
    more, less = (other, one) if find.event.is_swapped else (one, other)
    lower = float(bounding.lower(np.array([more]), np.array([less]), n)[0])
    largest, is_powerful = bounding.largest(n), bounding.is_powerful(n, claim)
    name = find.pair.name
    return Bound(bounding.scale, lower, bounding.claimed, largest, is_powerful, name, str(find.event), (one, other))


def _concluded(bounds: tuple[Bound, ...], own: Bounding, claim: Claim, confidence: float, n: int) -> PrivacyAudit:
    epsilon = bounds[-1].lower
    if own.scale == "mu" and claim.delta > 0:
        epsilon = max(epsilon, epsilon_of(bounds[0].lower, claim.delta))
    broken = [bound for bound in bounds if bound.is_broken]
    if broken:
        reasons = [f"the claim is refuted: {bound}" for bound in broken]
        return PrivacyAudit("fail", epsilon, claim, confidence, n, bounds, tuple(reasons))
    if bounds[0].is_powerful:
        reason = "nothing above the claim was shown; half the noise, seen directly, would have been"
        return PrivacyAudit("pass", epsilon, claim, confidence, n, bounds, (reason,))
    return PrivacyAudit("unknown", epsilon, claim, confidence, n, bounds, (_too_few(own, claim),))


def _too_few(own: Bounding, claim: Claim) -> str:
    needed = own.runs_needed(claim)
    enough = f"more than {MOST_RUNS:,}" if needed is None else f"about {2 * needed:,}"
    hint = ""
    if claim.epsilon is not None and claim.delta > 0 and claim.noise == "any":
        hint = "; where the privacy comes from Gaussian noise alone, noise='gaussian' needs far fewer"
    return f"too few runs: half the noise would not have been noticed, and {enough} runs would be needed{hint}"
