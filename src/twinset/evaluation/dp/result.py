"""What an audit found, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from twinset.core.verdict import Outcome
from twinset.evaluation.dp.bounds import Scale
from twinset.evaluation.dp.claim import Claim


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound beside what is claimed and the largest bound that these runs could have shown.

    ``witness`` is the event that it rests on, and ``hits`` in how many of the runs that event happened on the pair's first
    and second input. ``is_powerful``: half the noise, seen directly, would have been shown.
    """

    scale: Scale
    lower: float
    claimed: float
    largest: float
    is_powerful: bool
    pair: str
    witness: str
    hits: tuple[int, int]

    @property
    def is_broken(self) -> bool:
        return self.lower > self.claimed

    def __str__(self) -> str:
        beside = f"{self.claimed:.3g} claimed, {self.largest:.3g} could have been shown"
        return f"{self.scale} is at least {self.lower:.3g} ({beside})"


@dataclass(frozen=True, slots=True)
class PrivacyAudit:
    """The outcome of an audit.

    ``epsilon`` is a lower bound at the claim's delta, right with the probability ``confidence``; so are all ``bounds``
    together. "fail": a bound lies above the claim. "pass": none does, and half the noise would have been noticed; no proof.
    "unknown": none does, and these runs could not have noticed. ``runs`` are those that the bounds rest on, on each input.
    """

    outcome: Outcome
    epsilon: float
    claim: Claim
    confidence: float
    runs: int
    bounds: tuple[Bound, ...]
    reasons: tuple[str, ...]

    @property
    def witness(self) -> str:
        """The event that the deciding bound rests on, in words."""
        bound = self.deciding
        if bound.lower == 0:
            return "no event was shown to be likelier on one input than on the other"
        one, other = bound.hits
        return f"{bound.witness}: in {one:,} of {self.runs:,} runs on one input, {other:,} on the other ({bound.pair})"

    @property
    def deciding(self) -> Bound:
        """The bound that broke the claim, or else the one on the claim's own scale."""
        return next((bound for bound in self.bounds if bound.is_broken), self.bounds[0])

    def __str__(self) -> str:
        lines = [f"{self.outcome}: {self.claim} claimed; with {self.confidence:.4%} confidence", *map(str, self.bounds)]
        return "\n  ".join([*lines, f"witness: {self.witness}", *self.reasons])
