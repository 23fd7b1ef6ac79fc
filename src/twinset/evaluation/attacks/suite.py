"""All attacks that compare members with strangers, each run on the twin and, where it must prove its power, on a control.

The arena is drawn and the control planted once for all attacks. Without a holdout nothing is measured: every score is
there, without a value and with the reason, because a figure for training rows alone can't tell a leak from knowledge.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import SIDES, Arena, arena
from twinset.evaluation.attacks.classifier import Classifier
from twinset.evaluation.attacks.closest import Closest
from twinset.evaluation.attacks.control import Control, control
from twinset.evaluation.attacks.domias import Domias
from twinset.evaluation.attacks.inference import Inference
from twinset.evaluation.attacks.linkability import Linkability
from twinset.evaluation.attacks.near_replay import NearReplay
from twinset.evaluation.attacks.nearest import Nearest
from twinset.evaluation.attacks.overlap import overlap
from twinset.evaluation.attacks.singling_out import SinglingOut
from twinset.evaluation.attacks.value_copy import ValueCopy
from twinset.evaluation.encode import encoded

NO_HOLDOUT = "there is no holdout: without rows that were not learned from, a leak can't be told from knowledge"
FEWEST_ROWS = 30
THOROUGH = 4
"""Times as many records, guesses and targets."""


class Attack(Protocol):
    """One attack; ``has_control`` says that it looks for replayed or recognisable rows, which the control holds."""

    @property
    def metrics(self) -> tuple[str, ...]: ...

    @property
    def has_control(self) -> bool: ...

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]: ...


ATTACKS: tuple[Attack, ...] = (
    NearReplay(),
    Nearest(),
    Domias(),
    Classifier(),
    ValueCopy(),
    SinglingOut(),
    Linkability(),
    Inference(),
    Closest(),
)


@dataclass(frozen=True, slots=True)
class Attacks:
    """The metric that runs them all; ``is_thorough``: on THOROUGH times as many records."""

    attacks: tuple[Attack, ...] = ATTACKS
    is_thorough: bool = False

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        """The scores of all attacks, then ``privacy.control``."""
        if reason := _why_not(comparison):
            return self._unknown(reason)
        ground = arena(comparison, seed.child("arena"), THOROUGH if self.is_thorough else 1)
        if reason := overlap(ground.ground):
            return self._unknown(reason)
        planted = control(ground, seed.child("control"))
        scores = []
        for attack in self.attacks:
            scores += _with_control(attack, ground, planted, seed.child(*attack.metrics))
        return [*scores, _control_score(planted, scores)]

    def _unknown(self, reason: str) -> list[Score]:
        names = [name for attack in self.attacks for name in attack.metrics]
        unknown = [Score(name, None, None, "lower", reason=reason) for name in names]
        return [*unknown, Score("privacy.control", None, None, "higher", reason=reason)]


def _why_not(comparison: Comparison) -> str:
    table = encoded(comparison)
    if comparison.holdout is None:
        return NO_HOLDOUT
    if not table.columns:
        return "no column of this table can be compared by value"
    short = [side for side in SIDES if table.n(side) < FEWEST_ROWS]
    return f"fewer than {FEWEST_ROWS} rows: {', '.join(short)}" if short else ""


def _with_control(attack: Attack, ground: Arena, planted: Control, seed: Seed) -> list[Score]:
    """The attack's scores, each with the control's beside it; both runs draw the same numbers."""
    scores = list(attack.attack(ground, seed=seed))
    if not attack.has_control:
        return scores
    found = {(score.metric, score.subject): score for score in attack.attack(planted.arena, seed=seed)}
    return [_beside(score, found[score.metric, score.subject]) for score in scores]


def _beside(score: Score, other: Score) -> Score:
    shown = {"value": other.value, "interval": other.interval}
    return dataclasses.replace(score, detail={**score.detail, "control": shown})


def _control_score(planted: Control, scores: list[Score]) -> Score:
    """The share of attacks whose interval on the control lies above chance and above their figure for the twin itself."""
    tried = {score.metric: False for score in scores if "control" in score.detail}
    for score in scores:
        shown = score.detail.get("control")
        if isinstance(shown, dict) and shown["interval"] is not None and score.baseline is not None:
            own = score.baseline if score.value is None else max(score.baseline, score.value)
            tried[score.metric] |= shown["interval"][0] > own
    found = [name for name, is_found in tried.items() if is_found]
    said = f"near-copies of {planted.n_planted:,} training rows were planted in {planted.share:.0%} of the twin's rows"
    if not found:
        said += ", and no attack found them beyond what the twin itself gives away"
    return Score(
        "privacy.control",
        None,
        len(found) / len(tried) if tried else None,
        "higher",
        n=planted.n_planted,
        reason="; ".join([said, *planted.arena.bounds]),
        detail={"share": planted.share, "planted": planted.n_planted, "members": planted.n_members, "found by": found},
    )
