"""Verdicts: what the scores say in one word, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["pass", "fail", "unknown"]
Question = Literal["alike", "useful", "leaked"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one of the three questions.

    For "leaked", pass means that no leak was found, and that one would have been.
    """

    question: Question
    outcome: Outcome
    figure: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody's recorded decision to publish in spite of the verdict."""

    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All answers under one gate profile, and whether the data may be published."""

    outcome: Outcome
    profile: str
    answers: tuple[Answer, ...]
    is_published: bool
    reasons: tuple[str, ...] = ()
    override: Override | None = None


def overall(outcomes: list[Outcome]) -> Outcome:
    """fail if any failed, else unknown if any is unknown, else pass."""
    return "fail" if "fail" in outcomes else "unknown" if "unknown" in outcomes or not outcomes else "pass"
