"""The columns of the page: every column with its figures, those that differ most first, their charts drawn."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluate.report.figures import figure
from twinset.evaluate.report.histogram import histogram, rows_of, sparkline, widest_gap
from twinset.evaluate.report.lineage import ColumnLineage, Report
from twinset.evaluate.report.rows import Row, excess, row
from twinset.evaluate.result import Profile

MOST_CHARTS = 120
"""Columns whose charts are drawn; the others keep their figures. Bounds the size of the page."""
MOST_ROWS = 60
"""Rows of a table that are in view before the reader asks for all."""

_LEADING = ("fidelity.ks", "fidelity.tvd", "fidelity.wasserstein", "fidelity.js")


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column; ``lead`` is the score that orders it, ``chart`` is empty where none is drawn."""

    id: str
    name: str
    type: str
    lead: Row | None
    rows: tuple[Row, ...]
    profile: Profile | None
    missing: tuple[str, str] | None
    spark: Markup
    chart: Markup
    bins: tuple[tuple[str, str, str], ...]
    story: ColumnLineage | None
    notes: tuple[str, ...]
    worse: float


def columns(report: Report) -> tuple[ColumnView, ...]:
    """All columns, worst first; those that were not compared come last, in the table's order."""
    evaluation, stories = report.evaluation, {story.name: story for story in report.lineage.columns}
    profiles = {profile.column: profile for profile in evaluation.profiles}
    scores: dict[str, list[Score]] = {name: [] for name in [*profiles, *stories]}
    for score in evaluation.scores:
        if score.subject in scores:
            scores[score.subject].append(score)
    notes: dict[str, list[str]] = {}
    for note in evaluation.notes:
        if note.column is not None:
            notes.setdefault(note.column, []).append(note.text)
    found = [_order(name, profiles.get(name), scores[name]) for name in scores]
    ordered = sorted(range(len(found)), key=lambda place: (-found[place][0], place))
    names = list(scores)
    return tuple(
        _view(place, names[i], profiles.get(names[i]), found[i], scores[names[i]], stories.get(names[i]), notes)
        for place, i in enumerate(ordered)
    )


def _order(name: str, profile: Profile | None, scores: list[Score]) -> tuple[float, Score | None]:
    """How much worse than its baseline a column is, by its leading score or else by its chart."""
    for metric in _LEADING:
        for score in scores:
            if score.metric == metric and score.value is not None:
                return excess(score), score
    return (widest_gap(profile) if profile else float("-inf")), None


def _view(
    place: int,
    name: str,
    profile: Profile | None,
    order: tuple[float, Score | None],
    scores: list[Score],
    story: ColumnLineage | None,
    notes: dict[str, list[str]],
) -> ColumnView:
    is_drawn = profile is not None and place < MOST_CHARTS
    worse, lead = order
    return ColumnView(
        id=f"column-{place}",
        name=name,
        type=profile.type if profile else story.type if story else "",
        lead=row(lead) if lead else None,
        rows=tuple(row(score) for score in scores) if is_drawn else (),
        profile=profile,
        missing=(figure(profile.train_missing, "share"), figure(profile.synthetic_missing, "share")) if profile else None,
        spark=sparkline(profile) if profile and is_drawn else Markup(""),
        chart=histogram(profile) if profile and is_drawn else Markup(""),
        bins=tuple(rows_of(profile)) if profile and is_drawn else (),
        story=story,
        notes=tuple(notes.get(name, ())),
        worse=worse,
    )
