"""The page as data: which score goes into which section, in what order, and what is left out of a long page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.core.verdict import Answer, Outcome, Question
from twinset.evaluate.report.advice import headline, next_steps
from twinset.evaluate.report.columns import ColumnView, columns
from twinset.evaluate.report.figures import figure
from twinset.evaluate.report.lineage import Report
from twinset.evaluate.report.pairs import Pairs, pairs
from twinset.evaluate.report.rows import Row, excess, row
from twinset.evaluate.report.strip import strip
from twinset.evaluate.report.words import Metric, describe

MOST_FIGURES = 400
"""Rows of the table of all figures; scores.json holds the rest."""


@dataclass(frozen=True, slots=True)
class Card:
    """One of the three questions, answered."""

    question: Question
    title: str
    outcome: Outcome
    word: str
    figure: str
    reasons: tuple[str, ...]
    gauge: Markup
    row: Row | None
    href: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, said once for all columns that it is about."""

    text: str
    columns: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows."""

    report: Report
    headline: str
    steps: tuple[str, ...]
    cards: tuple[Card, ...]
    columns: tuple[ColumnView, ...]
    pairs: Pairs | None
    whole: tuple[Row, ...]
    utility: tuple[Row, ...]
    attacks: tuple[Row, ...]
    figures: tuple[Row, ...]
    n_figures: int
    notes: tuple[NoteView, ...]

    def explained(self, rows: Iterable[Row]) -> tuple[Metric, ...]:
        """The metrics of some rows that have words, each once."""
        metrics = {item.metric.name: item.metric for item in rows if item.metric.what}
        return tuple(metrics.values())


def page(report: Report) -> Page:
    """The page of a report whose scores may all be shown."""
    views, drawn = columns(report), pairs(report.evaluation)
    names = {view.name for view in views} | (drawn.subjects if drawn else set())
    table = [score for score in report.evaluation.scores if score.subject not in names]
    scores = report.evaluation.scores
    return Page(
        report,
        headline(report.verdict),
        next_steps(report),
        tuple(_card(answer, report) for answer in report.verdict.answers),
        views,
        drawn,
        tuple(row(score) for score in table if score.family == "fidelity"),
        tuple(row(score) for score in scores if score.family == "utility"),
        tuple(row(score) for score in scores if score.family == "privacy"),
        tuple(row(score) for score in scores[:MOST_FIGURES]),
        len(scores),
        _notes(report),
    )


_TITLES = {"alike": "Is it alike?", "useful": "Is it useful?", "leaked": "Did anything leak?"}
_WORDS = {
    ("alike", "pass"): "Alike", ("alike", "fail"): "Not alike",
    ("useful", "pass"): "Useful", ("useful", "fail"): "Not useful enough",
    ("leaked", "pass"): "No leak found", ("leaked", "fail"): "Leak found",
}  # fmt: skip
_HEADLINES = {
    "alike": ("fidelity.c2st_strong", "fidelity.c2st", "fidelity.pair", "fidelity.tvd"),
    "useful": ("utility.gap", "utility.tstr"),
}
_SECTIONS = {"alike": "#whole", "useful": "#utility", "leaked": "#attacks"}


def _card(answer: Answer, report: Report) -> Card:
    score = _leading(answer.question, report.evaluation.scores)
    return Card(
        answer.question,
        _TITLES[answer.question],
        answer.outcome,
        _WORDS.get((answer.question, answer.outcome), "Not known"),
        answer.figure or (figure(score.value, describe(score.metric).unit) if score else ""),
        answer.reasons,
        strip(score, describe(score.metric), width=280, height=30, class_="gauge") if score else Markup(""),
        row(score) if score else None,
        _SECTIONS[answer.question],
    )


def _leading(question: Question, scores: tuple[Score, ...]) -> Score | None:
    """The score that a card's gauge shows: the question's own, or the attack that found most."""
    measured = [score for score in scores if score.value is not None]
    if question == "leaked":
        attacks = [score for score in measured if score.family == "privacy" and score.interval is not None]
        return max(attacks, key=excess, default=None)
    for metric in _HEADLINES[question]:
        for score in measured:
            if score.metric == metric:
                return score
    return None


def _notes(report: Report) -> tuple[NoteView, ...]:
    """Notes of the same text gathered, in the order in which they first came."""
    gathered: dict[str, tuple[list[str], int]] = {}
    for note in report.evaluation.notes:
        names, total = gathered.get(note.text, ([], 0))
        gathered[note.text] = ([*names, note.column] if note.column is not None else names, total + note.count)
    return tuple(NoteView(text, tuple(names), total) for text, (names, total) in gathered.items())
