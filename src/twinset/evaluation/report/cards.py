"""The three cards: alike, useful, leaked; each with its answer and its figure on a gauge, real against real in grey."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.core.verdict import Answer, Outcome, Question
from twinset.evaluation.report.details import WITH_CONTROL, excess
from twinset.evaluation.report.rows import Row, row
from twinset.evaluation.report.strip import strip

TITLES = {"alike": "Is it alike?", "useful": "Is it useful?", "leaked": "Did anything leak?"}
_WORDS = {
    ("alike", "pass"): "Alike", ("alike", "fail"): "Not alike",
    ("useful", "pass"): "Useful", ("useful", "fail"): "Not useful enough",
    ("leaked", "pass"): "No leak found", ("leaked", "fail"): "Leak found",
}  # fmt: skip
_LEADING = {
    "alike": ("fidelity.c2st_strong", "fidelity.c2st", "fidelity.pair", "fidelity.tvd"),
    "useful": ("utility.gap", "utility.tstr"),
}
_SECTIONS = {"alike": "whole", "useful": "utility", "leaked": "attacks"}


@dataclass(frozen=True, slots=True)
class Card:
    """One of the three questions, answered; ``row`` is the score on its gauge, ``section`` where the rest is."""

    question: Question
    title: str
    outcome: Outcome
    word: str
    said: str
    reasons: tuple[str, ...]
    row: Row | None
    gauge: Markup
    section: str


def card(answer: Answer, scores: tuple[Score, ...]) -> Card:
    """The card of one answer."""
    score = _leading(answer.question, scores)
    leading = row(score) if score else None
    return Card(
        answer.question,
        TITLES[answer.question],
        answer.outcome,
        _WORDS.get((answer.question, answer.outcome), "Not known"),
        answer.figure,
        tuple(reason for reason in answer.reasons if reason != answer.figure),
        leading,
        strip(leading.score, leading.metric, width=280, height=30, class_="gauge") if leading else Markup(""),
        _SECTIONS[answer.question],
    )


def _leading(question: Question, scores: tuple[Score, ...]) -> Score | None:
    """The score that the gauge shows: the question's own, the worst target's, or the attack that found most."""
    measured = [score for score in scores if score.value is not None]
    if question == "leaked":
        attacks = [
            score for score in measured if score.family == "privacy" and score.interval and score.baseline is not None
        ]
        proven = [score for score in attacks if WITH_CONTROL in score.detail]
        return max(proven or attacks, key=_found, default=None)
    for metric in _LEADING[question]:
        if of_metric := [score for score in measured if score.metric == metric]:
            whole = [score for score in of_metric if score.subject is None]
            return max(whole or of_metric, key=excess)
    return None


def _found(score: Score) -> float:
    """How many standard errors an attack is beyond chance, so that shares and areas can be set beside each other."""
    assert score.interval is not None
    return excess(score) / max(score.interval[1] - score.interval[0], 1e-9)
