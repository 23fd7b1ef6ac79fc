"""Attacks as they are told: one story each, with a line for each of its figures, and the control that proves its power."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from twinset.core.score import Score
from twinset.evaluation.report.details import excess
from twinset.evaluation.report.rows import Row, is_beyond_chance, row
from twinset.evaluation.report.words import RATE, Metric, describe

CONTROL = "privacy.control"
MOST_SUBJECTS = 8

Status = Literal["found", "nothing", "shown", "unknown"]
"""Beyond chance; not beyond chance; a figure that has no chance to be set beside; not measured."""


@dataclass(frozen=True, slots=True)
class Story:
    """One attack: its figures (label, row), worst first where they are cut, and what they come to."""

    metric: Metric
    status: Status
    lines: tuple[tuple[str, Row], ...]
    n_more: int
    reasons: tuple[str, ...]

    @property
    def has_control(self) -> bool:
        return any(row.detail.control for _, row in self.lines)

    @property
    def lead(self) -> Row:
        return self.lines[0][1]


def stories(scores: Iterable[Score]) -> tuple[Story, ...]:
    """The attacks in order of their first score, those that could not be made last."""
    by_attack: dict[str, list[Score]] = {}
    for score in scores:
        if score.metric != CONTROL:
            by_attack.setdefault(score.metric.removesuffix(RATE), []).append(score)
    told = [_story(name, each) for name, each in by_attack.items()]
    return tuple(sorted(told, key=lambda story: story.status == "unknown"))


def common_reasons(told: Sequence[Story]) -> tuple[str, ...]:
    """What holds for most of the attacks, to be said once."""
    counts = Counter(reason for story in told for reason in story.reasons)
    return tuple(reason for reason, n in counts.items() if n > 2 and 2 * n > len(told))


def _story(name: str, scores: list[Score]) -> Story:
    measured = [score for score in scores if score.value is not None]
    shown = sorted(measured, key=excess, reverse=True)[:MOST_SUBJECTS] if len(measured) > MOST_SUBJECTS else measured
    return Story(
        describe(name),
        _status(measured),
        tuple((_label(score), row(score)) for score in shown or scores[:1]),
        len(measured) - len(shown),
        tuple(dict.fromkeys(reason for score in scores for reason in score.reason.split("; ") if reason)),
    )


def _status(measured: list[Score]) -> Status:
    if not measured:
        return "unknown"
    comparable = [score for score in measured if score.interval is not None and score.baseline is not None]
    if not comparable:
        return "shown"
    return "found" if any(is_beyond_chance(score, len(comparable)) for score in comparable) else "nothing"


def _label(score: Score) -> str:
    of = "all records" if score.subject is None else score.subject
    return f"{of}, at 1% false alarms" if score.metric.endswith(RATE) else of
