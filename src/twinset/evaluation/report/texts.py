"""The report of made texts beside a corpus: one offline page for people, JSON for programs, markdown for reviews.

It holds figures about texts and no text, neither a made nor a real one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from twinset.core.score import Score
from twinset.evaluation.report.figures import figure
from twinset.evaluation.report.html import drawn
from twinset.evaluation.report.markdown import escaped, listed, table
from twinset.evaluation.report.page import explained
from twinset.evaluation.report.rows import Row, row
from twinset.evaluation.report.scores import plain

FORMAT, VERSION = "twinset.texts", 1
ALARM = "text.collapse"
_SECTIONS = (
    ("Variety", "variety", ("text.distinct_1", "text.distinct_2", "text.distinct_3", "text.vendi", "text.nearest")),
    ("Kinds of text", "kinds", ("text.clusters", "text.largest_cluster")),
    ("Repeats and leaks", "leaks", ("text.duplicates", "text.memorised", "text.contamination")),
    ("Usefulness", "usefulness", ("utility.few_shot", "utility.student")),
)


@dataclass(frozen=True, slots=True)
class TextReport:
    """One comparison as its reports tell it. ``rows`` counts the texts of each side; ``made`` is a date given by the
    caller.
    """

    source: str
    corpus: str
    scores: tuple[Score, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)
    space: str = "runs of letters"
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    made: str = ""
    command: str = ""


def is_alarmed(report: TextReport) -> bool:
    """Whether the alarm for a model that says the same few things rings."""
    return any(score.metric == ALARM and score.detail.get("rings") is True for score in report.scores)


def render_json(report: TextReport) -> str:
    """The report as JSON text that ends with a newline."""
    content = {"format": FORMAT, "version": VERSION, "texts": plain(report)}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def render_markdown(report: TextReport) -> str:
    """A page of markdown that ends with a newline."""
    head = ("", "Made", "95% interval", "Set beside", "")
    lines = [_line(row(score)) for score in report.scores]
    refused = (f"{escaped(reason, 200)}: {count:,}" for reason, count in report.rejects.items())
    return "\n\n".join(
        [
            f"# Texts of {escaped(report.source, 120)} beside {escaped(report.corpus, 120)}",
            f"**{headline(report)}**",
            table(head, lines),
            *listed("Refused on the way", refused),
        ]
    ) + "\n"  # fmt: skip


def render_html(report: TextReport) -> str:
    """The whole report as one self-contained page; the same input gives the same bytes."""
    rows = [row(score) for score in report.scores]
    sections = [(title, name, [each for each in rows if each.score.metric in of]) for title, name, of in _SECTIONS]
    return drawn(
        "texts.html.j2",
        report=report,
        headline=headline(report),
        outcome="fail" if is_alarmed(report) else "pass" if alarm_of(rows) is not None else "unknown",
        alarm=alarm_of(rows),
        sections=[(title, name, some) for title, name, some in sections if some],
        explained=explained(rows),
        rejects=sorted(report.rejects.items(), key=lambda pair: -pair[1]),
    )


def alarm_of(rows: list[Row]) -> Row | None:
    """The row of the alarm."""
    return next((each for each in rows if each.score.metric == ALARM), None)


def headline(report: TextReport) -> str:
    """What the alarm says, in a sentence."""
    found = next((score for score in report.scores if score.metric == ALARM), None)
    if found is None:
        return "Variety was not measured"
    share = figure(found.value, "share")
    if is_alarmed(report):
        return f"The model says too few things: its texts have {share} of the variety of as many real ones"
    return f"No collapse was found: the texts have {share} of the variety of as many real ones"


def summary(report: TextReport) -> list[str]:
    """The lines for a terminal."""
    return [headline(report), *(_said(row(score)) for score in report.scores if score.metric != ALARM)]


def _said(shown: Row) -> str:
    about = f" ({shown.subject})" if shown.subject else ""
    if shown.score.value is None:
        return f"{shown.metric.title}{about}: not measured, {shown.score.reason}"
    what = "set beside" if shown.score.metric.startswith("utility.") else "real"
    beside = f", {what} {shown.baseline}" if shown.score.baseline is not None else ""
    reason = f": {shown.score.reason}" if shown.score.reason else ""
    return f"{shown.metric.title}{about}: {shown.value} ({shown.interval}){beside}{reason}"


def _line(shown: Row) -> tuple[str, ...]:
    title = f"{escaped(shown.metric.title, 80)}{f': {escaped(shown.subject, 80)}' if shown.subject else ''}"
    return title, shown.value, shown.interval, shown.baseline, escaped(shown.score.reason, 200)
