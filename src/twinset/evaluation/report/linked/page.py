"""The overview as data: tables worst first, keys with all that was measured of them, what comes back whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from twinset.core.score import Score
from twinset.core.verdict import Answer, LinkedVerdict, Outcome
from twinset.evaluation.relational.result import LinkedEvaluation, TablePart
from twinset.evaluation.report.advice import headline
from twinset.evaluation.report.attacks import CONTROL, Story, common_reasons, stories
from twinset.evaluation.report.cards import Card, card
from twinset.evaluation.report.details import excess
from twinset.evaluation.report.figures import figure
from twinset.evaluation.report.lineage import Lineage
from twinset.evaluation.report.linked.advice import next_steps
from twinset.evaluation.report.linked.keys import KeyView, key_views
from twinset.evaluation.report.linked.picture import address, picture
from twinset.evaluation.report.page import MOST_FIGURES, NoteView
from twinset.evaluation.report.rows import Row, row, rows
from twinset.evaluation.result import Note

MOST_LIKENESS = 15
_ADDRESS = {"key", "table", "column", "columns", "to"}
"""What says which table a score is of: the page says it by where the score stands."""


@dataclass(frozen=True, slots=True)
class LinkedReport:
    """All that a report of linked tables is drawn from; ``tables`` tell the story of single tables, by name."""

    evaluation: LinkedEvaluation
    verdict: LinkedVerdict
    lineage: Lineage
    tables: Mapping[str, Lineage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableView:
    """One table in the overview: ``joined`` is how well it is told apart with its relatives, ``said`` its worst reason."""

    part: TablePart
    outcome: Outcome | None
    answers: tuple[Answer, ...]
    joined: Row | None
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class LikenessView:
    """How alike siblings are in one column, in words: real, synthetic; and how far apart the two are."""

    row: Row
    real: str
    synthetic: str


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Attacks on the rows of a root table with all that is theirs."""

    table: str
    answer: Answer | None
    stories: tuple[Story, ...]
    common: tuple[str, ...]
    control: Row | None


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """Everything that the template shows, section by section."""

    report: LinkedReport
    headline: str
    reasons: tuple[str, ...]
    steps: tuple[str, ...]
    cards: tuple[Card, ...]
    picture: Markup
    tables: tuple[TableView, ...]
    keys: tuple[KeyView, ...]
    repeated: tuple[Row, ...]
    likeness: tuple[LikenessView, ...]
    n_likeness: int
    joined: tuple[Row, ...]
    utility: tuple[Row, ...]
    subjects: tuple[SubjectView, ...]
    figures: tuple[Row, ...]
    n_figures: int
    notes: tuple[NoteView, ...]


def linked_page(report: LinkedReport) -> LinkedPage:
    """The overview of a report whose scores may all be shown."""
    evaluation, verdict = report.evaluation, report.verdict
    by_metric: dict[str, list[Score]] = {}
    for score in evaluation.scores:
        by_metric.setdefault(score.metric.partition(".")[2], []).append(score)
    alike = sorted(
        (score for name in ("siblings", "purity") for score in by_metric.get(name, ()) if score.value is not None),
        key=excess, reverse=True,
    )  # fmt: skip
    return LinkedPage(
        report,
        headline(verdict.whole),
        verdict.whole.reasons if not any(answer.reasons for answer in verdict.whole.answers) else (),
        next_steps(report.evaluation, verdict),
        tuple(card(answer, _of_all(evaluation)) for answer in verdict.whole.answers),
        picture(evaluation, verdict),
        _tables(evaluation, verdict),
        key_views(evaluation, verdict),
        rows(score for score in by_metric.get("repeated", ()) if score.value),
        tuple(_likeness(score) for score in alike[:MOST_LIKENESS]),
        len(alike),
        rows(map(_unaddressed, by_metric.get("c2st", ()))),
        rows(_unaddressed(score) for score in evaluation.scores if score.family == "utility"),
        tuple(_subject(table, scores, verdict) for table, scores in evaluation.subjects.items()),
        tuple(row(score) for score in evaluation.scores[:MOST_FIGURES]),
        len(evaluation.scores),
        _notes(report),
    )


def _unaddressed(score: Score) -> Score:
    """The score without what says where it belongs; columns that gave it away stay."""
    detail = {
        key: value for key, value in score.detail.items()
        if key not in _ADDRESS or (key == "columns" and score.metric == "relational.c2st" and value)
    }  # fmt: skip
    return dataclasses.replace(score, detail=detail)


def _likeness(score: Score) -> LikenessView:
    shown = row(score)
    values = [score.detail.get(name) for name in ("real", "synthetic")]
    real, made = (figure(value if isinstance(value, float) else None, shown.metric.unit) for value in values)
    return LikenessView(shown, real, made)


def _of_all(evaluation: LinkedEvaluation) -> tuple[Score, ...]:
    """The scores of all tables and subjects, those of a whole table under its name."""
    found: list[Score] = []
    for table, own in evaluation.tables.items():
        found += [_named(score, table) for score in own.scores]
    for table, scores in evaluation.subjects.items():
        found += [_named(score, f"{table} with all that is theirs") for score in scores]
    return (*evaluation.scores, *found)


def _named(score: Score, table: str) -> Score:
    """The score under its table's name."""
    return dataclasses.replace(score, subject=table if score.subject is None else f"{table}: {score.subject}")


def _tables(evaluation: LinkedEvaluation, verdict: LinkedVerdict) -> tuple[TableView, ...]:
    views = []
    for part in evaluation.parts:
        own = verdict.tables.get(part.name)
        joined = evaluation.find("relational.c2st", part.name)
        answers = sorted(own.answers, key=lambda answer: answer.outcome != "fail") if own else []
        reasons = [reason for answer in answers for reason in answer.reasons]
        href = address(part.name) if part.name in evaluation.tables else ""
        views.append(
            TableView(
                part, own.outcome if own else None, own.answers if own else (), row(joined) if joined else None,
                reasons[0] if reasons else "", href,
            )
        )  # fmt: skip
    order: tuple[Outcome | None, ...] = ("fail", "unknown", "pass", None)
    return tuple(sorted(views, key=lambda view: order.index(view.outcome)))


def _subject(table: str, scores: Iterable[Score], verdict: LinkedVerdict) -> SubjectView:
    held = list(scores)
    told = stories(held)
    control = next((row(score) for score in held if score.metric == CONTROL), None)
    return SubjectView(table, verdict.subjects.get(table), told, common_reasons(told), control)


def _notes(report: LinkedReport) -> tuple[NoteView, ...]:
    evaluation = report.evaluation
    shared = [part.name for part in evaluation.parts if part.is_shared and not part.is_reference]
    notes = list(evaluation.notes)
    notes += [Note("the same rows in train and in the holdout: nothing of it is unseen", name) for name in shared]
    standing = [part.name for part in evaluation.parts if part.standing == "as it is"]
    notes += [
        Note("a list that many share, taken over as it is: not attacked, as its rows are nobody's", name)
        for name in standing
    ]
    gathered: dict[str, tuple[list[str], int]] = {}
    for note in notes:
        names, total = gathered.get(note.text, ([], 0))
        gathered[note.text] = ([*names, note.column] if note.column is not None else names, total + note.count)
    return tuple(NoteView(text, tuple(names), total if not names else 1) for text, (names, total) in gathered.items())
