"""Verdicts: what the scores say in one word, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class LinkedVerdict:
    """The verdict on linked tables, and what each part's own would be.

    ``keys`` say whether an alarm sounded about a key, by its label; ``subjects`` whether root rows with all that is theirs
    leak, by root table.
    """

    whole: Verdict
    tables: Mapping[str, Verdict] = field(default_factory=dict)
    keys: Mapping[str, Outcome] = field(default_factory=dict)
    subjects: Mapping[str, Answer] = field(default_factory=dict)


def overall(outcomes: list[Outcome]) -> Outcome:
    """fail if any failed, else unknown if any is unknown, else pass."""
    return "fail" if "fail" in outcomes else "unknown" if "unknown" in outcomes or not outcomes else "pass"
