"""The columns of the page: every column with its figures, those that differ most first, their charts drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluation.report.details import excess
from twinset.evaluation.report.figures import figure, signed
from twinset.evaluation.report.histogram import histogram, rows_of, sparkline, widest_gap
from twinset.evaluation.report.lineage import ColumnLineage, Report
from twinset.evaluation.report.rows import Row, row, rows
from twinset.evaluation.report.strip import span
from twinset.evaluation.report.words import Metric, describe
from twinset.evaluation.result import Profile

MOST_CHARTS = 120
"""Columns whose charts are drawn; the others keep their figures. Bounds the size of the page."""
MOST_ROWS = 60
"""Columns that are in view before the reader asks for all."""

_LEADING = ("fidelity.tvd", "fidelity.ks", "fidelity.wasserstein", "fidelity.js")


@dataclass(frozen=True, slots=True)
class Chart:
    """A column's pictures, and their figures as (value, real, synthetic)."""

    spark: Markup
    full: Markup
    bins: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column; ``lead`` is the score that orders it, ``rows`` and ``chart`` are empty beyond the first MOST_CHARTS."""

    id: str
    name: str
    type: str
    worse: float
    lead: Row | None
    rows: tuple[Row, ...]
    profile: Profile | None
    chart: Chart | None
    story: ColumnLineage | None
    notes: tuple[str, ...]

    @property
    def excess(self) -> str:
        """How much more the column differs than real rows do, with its sign."""
        if self.lead is None:
            return ""
        return signed(self.worse, self.lead.metric.unit)

    @property
    def missing(self) -> tuple[str, str]:
        """The shares of empty cells in words: real, synthetic."""
        if self.profile is None:
            return "", ""
        return figure(self.profile.train_missing, "share"), figure(self.profile.synthetic_missing, "share")


def columns(report: Report, scores: Mapping[str, list[Score]]) -> tuple[ColumnView, ...]:
    """All columns, worst first; those that were not compared come last, in the table's order."""
    profiles = {profile.column: profile for profile in report.evaluation.profiles}
    stories = {story.name: story for story in report.lineage.columns}
    notes = _notes(report)
    leads = {name: _lead(scores[name]) for name in scores}
    worse = {name: _worse(leads[name], profiles.get(name)) for name in scores}
    on_one_scale = _scales(leads.values())
    views = []
    for place, name in enumerate(sorted(scores, key=lambda name: -worse[name])):
        profile, lead = profiles.get(name), leads[name]
        story = stories.get(name)
        is_drawn = profile is not None and place < MOST_CHARTS
        view = ColumnView(
            f"column-{place}",
            name,
            profile.type if profile else story.type if story else "",
            worse[name],
            row(lead, on_one_scale[lead.metric]) if lead else None,
            rows(scores[name]) if is_drawn else (),
            profile,
            _chart(profile) if profile and is_drawn else None,
            story,
            notes.get(name, ()),
        )
        views.append(view)
    return tuple(views)


def _lead(scores: list[Score]) -> Score | None:
    """The score that stands for a column: the first of the leading metrics that was measured on it."""
    measured = {score.metric: score for score in reversed(scores) if score.value is not None}
    return next((measured[metric] for metric in _LEADING if metric in measured), None)


def _scales(leads: Iterable[Score | None]) -> dict[str, Metric]:
    """The metrics that lead, each with a scale on which all columns find room, so that strips can be compared."""
    metrics: dict[str, Metric] = {}
    for lead in leads:
        if lead is not None:
            metric = metrics.get(lead.metric) or describe(lead.metric)
            metrics[lead.metric] = dataclasses.replace(metric, scale=span(lead, metric))
    return metrics


def _worse(lead: Score | None, profile: Profile | None) -> float:
    if lead is not None:
        return excess(lead)
    return widest_gap(profile) if profile else float("-inf")


def _chart(profile: Profile) -> Chart:
    return Chart(sparkline(profile), histogram(profile), tuple(rows_of(profile)))


def _notes(report: Report) -> dict[str, tuple[str, ...]]:
    notes: dict[str, tuple[str, ...]] = {}
    for note in report.evaluation.notes:
        if note.column is not None:
            notes[note.column] = (*notes.get(note.column, ()), note.text)
    return notes
