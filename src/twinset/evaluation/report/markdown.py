"""The report for a review, a wiki or a model card: the verdict, the answers and the figures that matter, in markdown.

Only what GitHub and CommonMark agree on. Names and reasons come from outside: they are escaped so that they stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from twinset.core.verdict import Answer, Outcome, Verdict
from twinset.evaluation.report.attacks import Story
from twinset.evaluation.report.columns import ColumnView
from twinset.evaluation.report.figures import clip, count
from twinset.evaluation.report.lineage import Lineage, Report
from twinset.evaluation.report.page import NoteView, page
from twinset.evaluation.report.rows import Row
from twinset.evaluation.report.scores import public
from twinset.evaluation.result import Evaluation

MOST_ROWS = 20
"""Rows of each table; the page and scores.json hold more."""

_MARKS = {"pass": "✅ pass", "fail": "❌ fail", "unknown": "❓ unknown"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&#@]|(?<=www)\.|:(?=//)|^[-+=]|^(?<=\d)[.)])", re.IGNORECASE)


def render_markdown(evaluation: Evaluation, verdict: Verdict, lineage: Lineage) -> str:
    """A page of markdown that ends with a newline."""
    shown = page(Report(public(evaluation), verdict, lineage))
    head = ("", "Synthetic", "95% interval", "Real against real")
    attacked = ("", "Found", "95% interval", "By chance", "With a leak planted")
    return "\n\n".join(
        [
            f"# {escaped(lineage.title, 120)}",
            f"**{escaped(shown.headline, 200)}**",
            _lede(lineage),
            table(("Question", "Answer", "Figure", "Why"), map(_answer, verdict.answers)),
            *listed("What to do next", (escaped(step, 400) for step in shown.steps)),
            *section("Columns that differ most", head, map(_column, (view for view in shown.columns if view.lead))),
            *section("Whole rows", head, map(score_cells, shown.whole)),
            *section("Usefulness", head, map(score_cells, shown.utility)),
            *section("Attacks", attacked, map(_attack, _lines(shown.attacks))),
            *listed("Protected, left out, repaired", map(_note, shown.notes)),
        ]
    ) + "\n"  # fmt: skip


def escaped(text: str, most: int = 60) -> str:
    """Text that markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", clip(text, most))


def marked(outcome: Outcome) -> str:
    """An outcome with its sign."""
    return _MARKS[outcome]


def _lede(lineage: Lineage) -> str:
    made = count(lineage.rows.get("synthetic", 0), "row")
    learned = count(lineage.rows.get("train", 0), "real row")
    return (
        f"Synthetic data: {made} made by {escaped(lineage.synthesizer)} (seed {lineage.seed}), "
        f"after {learned} of {escaped(lineage.source, 120)}."
    )


def _answer(answer: Answer) -> tuple[str, ...]:
    reasons = "; ".join(escaped(reason, 300) for reason in answer.reasons)
    return answer.question, marked(answer.outcome), escaped(answer.figure, 160), reasons


def _column(view: ColumnView) -> tuple[str, ...]:
    assert view.lead is not None
    return escaped(view.name, 40), *score_cells(view.lead)[1:]


def score_cells(row: Row) -> tuple[str, ...]:
    """A score as the cells of a line: what, value, interval, baseline."""
    subject = "" if row.subject is None else f": {escaped(row.subject)}"
    value = row.value if row.score.value is not None else f"not measured ({escaped(row.score.reason, 160)})"
    return f"{escaped(row.metric.title)}{subject}", value, row.interval, row.baseline


def _lines(stories: Iterable[Story]) -> Iterable[Row]:
    return (row for story in stories for _, row in story.lines)


def _attack(row: Row) -> tuple[str, ...]:
    return *score_cells(row), str(row.detail.control or "")


def _note(note: NoteView) -> str:
    columns = f": {', '.join(escaped(name, 40) for name in note.columns[:MOST_ROWS])}" if note.columns else ""
    times = f" ({count(note.count, 'time')})" if note.count > 1 else ""
    return f"{escaped(note.text, 300)}{columns}{times}"


def section(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A heading and its table, cut where it is long; nothing where there are no rows."""
    kept = list(rows)
    if not kept:
        return []
    cut = [f"{len(kept) - MOST_ROWS:,} more are in scores.json."] if len(kept) > MOST_ROWS else []
    return [f"## {title}", table(head, kept[:MOST_ROWS]), *cut]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of cells that are markdown already."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def listed(title: str, items: Iterable[str]) -> list[str]:
    """A heading and its list; nothing where there are no items."""
    kept = [f"- {item}" for item in items]
    return [f"## {title}", "\n".join(kept)] if kept else []
