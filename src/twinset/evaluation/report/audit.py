"""The report of a shadow audit: one offline page for people, JSON for programs, markdown for reviews.

All three hold aggregates alone; what was found about single records is written elsewhere, for the eyes of the data's owner.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from twinset.core.score import Score
from twinset.core.verdict import Verdict
from twinset.errors import DataError
from twinset.evaluation.audit.measure import AREA, HITS, RARE_HITS, VALUE_COPY, Curve
from twinset.evaluation.report.figures import figure
from twinset.evaluation.report.html import drawn
from twinset.evaluation.report.markdown import escaped, listed, marked, table
from twinset.evaluation.report.page import explained
from twinset.evaluation.report.rows import Row, row
from twinset.evaluation.report.scores import plain
from twinset.evaluation.report.svg import drawing, element, path
from twinset.evaluation.result import Note

FORMAT, VERSION = "twinset.audit", 1
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _BELOW = 420.0, 300.0, 46.0, 22.0, 34.0
_DECADES = 3
_SHORT = {AREA: "AUC", HITS: "found at 1% false alarms", RARE_HITS: "at 0.1%", VALUE_COPY: "value copy AUC"}


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit as its reports tell it. ``rows`` counts the table; ``made`` is a date given by the caller."""

    source: str
    synthesizer: str
    options: Mapping[str, object]
    shadows: int
    records: Mapping[str, int]
    rows: Mapping[str, int]
    seed: int
    verdict: Verdict
    scores: tuple[Score, ...]
    curves: tuple[Curve, ...]
    notes: tuple[Note, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    made: str = ""
    command: str = ""


def render_json(audit: Audit) -> str:
    """The audit as JSON text that ends with a newline."""
    content = {"format": FORMAT, "version": VERSION, "audit": plain(audit)}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def load_audit(text: str) -> Audit:
    """The audit that ``render_json`` wrote; DataError for anything else."""
    from pydantic import TypeAdapter, ValidationError

    try:
        content = json.loads(text)
        if content["format"] != FORMAT or content["version"] != VERSION:
            raise DataError(f"this is not an audit of version {VERSION}")
        return TypeAdapter(Audit).validate_python(content["audit"])
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise DataError(f"this is no audit that can be read: {str(error).splitlines()[0]}") from None


def render_markdown(audit: Audit) -> str:
    """A page of markdown that ends with a newline."""
    head = ("", "Found", "95% interval", "By chance", "With a leak planted")
    answer = audit.verdict.answers[0]
    return "\n\n".join(
        [
            f"# Shadow audit of {escaped(audit.synthesizer)} on {escaped(audit.source, 120)}",
            f"**{marked(audit.verdict.outcome)}: {escaped(answer.figure, 300)}**",
            escaped(_lede(audit), 400),
            table(head, (_line(each) for each in map(row, audit.scores))),
            *listed("Why", (escaped(reason, 400) for reason in answer.reasons)),
            *listed("Noted", (escaped(_note(note), 300) for note in audit.notes)),
        ]
    ) + "\n"  # fmt: skip


def render_html(audit: Audit) -> str:
    """The whole audit as one self-contained page; the same input gives the same bytes."""
    rows, answer = [row(score) for score in audit.scores], audit.verdict.answers[0]
    subjects = dict.fromkeys(score.about for score in audit.scores)
    return drawn(
        "audit.html.j2",
        audit=audit,
        answer=answer,
        reasons=[reason for reason in answer.reasons if reason != answer.figure],
        lede=_lede(audit),
        lead=max((each for each in rows if each.metric.name == AREA), key=lambda each: each.score.value or 0, default=None),
        groups=[(subject, [each for each in rows if each.score.about == subject]) for subject in subjects],
        explained=explained(rows),
        charts=[(subject, _chart(subject, audit.curves)) for subject in subjects],
        notes=[_note(note) for note in audit.notes],
    )


def summary(audit: Audit) -> list[str]:
    """The lines for a terminal: each group's figures with their intervals."""
    lines = []
    for subject in dict.fromkeys(score.about for score in audit.scores):
        told = [_short(score) for score in audit.scores if score.about == subject]
        lines.append(f"{subject}: {', '.join(told)}")
    return lines


def _short(score: Score) -> str:
    shown = row(score)
    return f"{_SHORT[score.metric]} {shown.value} ({shown.interval})"


def _lede(audit: Audit) -> str:
    asked = " and ".join(f"{n:,} {subject}" for subject, n in audit.records.items())
    return (
        f"{audit.shadows} twins were made of random halves of {audit.rows.get('real', 0):,} rows and asked for {asked}, "
        "each of which half of the twins had learned from."
    )


def _line(shown: Row) -> tuple[str, ...]:
    title = f"{escaped(shown.metric.title, 80)}: {escaped(shown.score.about)}"
    return title, shown.value, shown.interval, shown.baseline, str(shown.detail.control or "")


def _note(note: Note) -> str:
    return f"{note.column}: {note.text}" if note.column else note.text


def _chart(subject: str, curves: Iterable[Curve]) -> Markup:
    """Hits against false alarms, both on log scales: what matters is at the left."""
    chosen = [curve for curve in curves if curve.subject == subject]
    lines = [
        element(
            "path",
            d=path([(_x(a), _y(max(h, a / 10))) for a, h in curve.points]),
            class_="real-line" if curve.is_control else "twin-line",
        )
        for curve in chosen
    ]
    chance = element("path", d=path([(_x(10.0**-_DECADES), _y(10.0**-_DECADES)), (_x(1), _y(1))]), class_="grid")
    label = f"Members found at each rate of false alarms, {subject}: {_said(chosen)}"
    return drawing(_WIDTH, _HEIGHT, *_axes(), chance, *lines, class_="chart", label=label)


def _said(curves: list[Curve]) -> str:
    return "; ".join(
        f"{'control' if curve.is_control else 'twin'} {figure(hits, 'share')} at {figure(alarms, 'share')}"
        for curve in curves
        for alarms, hits in [min(curve.points, key=lambda point: abs(math.log10(point[0]) + 2))]
    )


def _axes() -> Iterable[Markup]:
    for decade in range(_DECADES + 1):
        share = 10.0**-decade
        text = figure(share, "share")
        yield element("path", d=path([(_x(share), _y(1)), (_x(share), _y(10.0**-_DECADES))]), class_="grid")
        yield element("path", d=path([(_x(1), _y(share)), (_x(10.0**-_DECADES), _y(share))]), class_="grid")
        yield element("text", text, x=_x(share), y=_HEIGHT - 14, class_="tick middle")
        yield element("text", text, x=_LEFT - 6, y=_y(share) + 4, class_="tick end")
    yield element("text", "false alarms", x=(_LEFT + _WIDTH) / 2, y=_HEIGHT - 1, class_="tick middle")


def _x(share: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (1 + math.log10(share) / _DECADES)


def _y(share: float) -> float:
    top, bottom = 8.0, _HEIGHT - _BELOW
    return min(bottom, bottom - (bottom - top) * (1 + math.log10(share) / _DECADES))
