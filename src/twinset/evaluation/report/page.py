"""The page as data: what goes into which section, in what order, and what is left out of a long page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twinset.evaluation.report.advice import headline, next_steps
from twinset.evaluation.report.attacks import CONTROL, Story, common_reasons, stories
from twinset.evaluation.report.cards import Card, card
from twinset.evaluation.report.columns import ColumnView, columns
from twinset.evaluation.report.groups import group
from twinset.evaluation.report.lineage import Report
from twinset.evaluation.report.pairs import Pairs, pairs
from twinset.evaluation.report.rows import Row, row, rows
from twinset.evaluation.report.words import RATE, Metric, describe, place

MOST_FIGURES = 400
"""Rows of the table of all figures; scores.json holds the rest."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, said once for all columns that it is about."""

    text: str
    columns: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows, section by section."""

    report: Report
    headline: str
    reasons: tuple[str, ...]
    steps: tuple[str, ...]
    cards: tuple[Card, ...]
    columns: tuple[ColumnView, ...]
    column_means: tuple[Row, ...]
    pairs: Pairs | None
    whole: tuple[Row, ...]
    utility: tuple[Row, ...]
    attacks: tuple[Story, ...]
    common: tuple[str, ...]
    control: Row | None
    others: tuple[Row, ...]
    figures: tuple[Row, ...]
    n_figures: int
    notes: tuple[NoteView, ...]


def page(report: Report) -> Page:
    """The page of a report whose scores may all be shown."""
    evaluation, scores = report.evaluation, report.evaluation.scores
    names = [profile.column for profile in evaluation.profiles] + [column.name for column in report.lineage.columns]
    groups = group(scores, dict.fromkeys(names))
    told = stories(sorted(groups.privacy, key=lambda score: place(score.metric.removesuffix(RATE))))
    return Page(
        report,
        headline(report.verdict),
        _own_reasons(report),
        next_steps(report),
        tuple(card(answer, scores) for answer in report.verdict.answers),
        columns(report, groups.by_column),
        rows(groups.column_means),
        pairs(evaluation.associations, groups.together, groups.together_means),
        rows(groups.whole),
        rows(groups.utility),
        told,
        common_reasons(told),
        next((row(score) for score in groups.privacy if score.metric == CONTROL), None),
        rows(groups.others),
        tuple(row(score) for score in sorted(scores, key=lambda score: score.subject is not None)[:MOST_FIGURES]),
        len(scores),
        _notes(report),
    )


def explained(shown: Iterable[Row]) -> tuple[Metric, ...]:
    """The metrics of some rows that have words, each once."""
    names = dict.fromkeys(each.metric.name for each in shown)
    return tuple(metric for metric in map(describe, names) if metric.what)


def _own_reasons(report: Report) -> tuple[str, ...]:
    """The verdict's reasons that no answer gives already."""
    given = {f"{answer.question}: {reason}" for answer in report.verdict.answers for reason in answer.reasons}
    return tuple(reason for reason in report.verdict.reasons if reason not in given)


def _notes(report: Report) -> tuple[NoteView, ...]:
    """Notes of the same text gathered, in the order in which they first came."""
    gathered: dict[str, tuple[list[str], int]] = {}
    for note in report.evaluation.notes:
        names, total = gathered.get(note.text, ([], 0))
        gathered[note.text] = ([*names, note.column] if note.column is not None else names, total + note.count)
    return tuple(NoteView(text, tuple(names), total) for text, (names, total) in gathered.items())
