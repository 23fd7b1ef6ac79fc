"""From scores to a verdict: the three answers, and whether the twin is published under a profile.

standard  publishes unless an answer is "fail": what could not be known is published and said
strict    publishes only what passes, under narrower bars
open      publishes always; the verdict is recorded all the same
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from twinset.core.registry import nearest
from twinset.core.score import Score
from twinset.core.verdict import Answer, Outcome, Override, Verdict, overall
from twinset.errors import PlanError
from twinset.gate.alike import alike
from twinset.gate.leaked import leaked
from twinset.gate.rules import Profile
from twinset.gate.useful import useful

PROFILES: tuple[Profile, ...] = get_args(Profile)
PUBLISHED: dict[Profile, tuple[Outcome, ...]] = {
    "standard": ("pass", "unknown"),
    "strict": ("pass",),
    "open": ("pass", "unknown", "fail"),
}


def decide(scores: Sequence[Score], profile: Profile = "standard", override: Override | None = None) -> Verdict:
    """The verdict on a twin with these scores; an override publishes it whatever the verdict, and is recorded.

    Raises PlanError for an unknown profile, and for an override that does not say by whom and why.
    """
    check(profile, override)
    return verdict_of((alike(scores, profile), useful(scores, profile), leaked(scores, profile)), profile, override)


def check(profile: Profile, override: Override | None) -> None:
    """PlanError for what a verdict can't be given by."""
    if profile not in PROFILES:
        raise PlanError(f"there is no gate profile {profile!r}{nearest(profile, PROFILES)}; profiles: {', '.join(PROFILES)}")
    if override is not None and not (override.by.strip() and override.why.strip()):
        raise PlanError("an override says by whom it was decided and why; one of the two is empty")


def verdict_of(answers: tuple[Answer, ...], profile: Profile, override: Override | None = None) -> Verdict:
    """The verdict that these answers make."""
    outcome = overall([answer.outcome for answer in answers])
    passes_gate = outcome in PUBLISHED[profile]
    return Verdict(
        outcome,
        profile,
        answers,
        passes_gate or override is not None,
        _reasons(answers, outcome, profile, None if passes_gate else override),
        override,
    )


def _reasons(answers: Sequence[Answer], outcome: Outcome, profile: Profile, used: Override | None) -> tuple[str, ...]:
    reasons = [f"{answer.question}: {reason}" for answer in answers for reason in answer.reasons]
    if used is not None:
        reasons.append(f"published by decision of {used.by}: {used.why}")
    elif outcome != "pass" and outcome in PUBLISHED[profile]:
        reasons.append(f"published although the verdict is {outcome}, as the profile {profile} has it")
    elif outcome != "pass":
        reasons.append(f"held back: the verdict is {outcome}, and the profile {profile} does not publish that")
    return tuple(reasons)
