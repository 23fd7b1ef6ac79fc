"""The files of a report of linked tables: the overview, a page for each table, and the same as JSON, markdown and JUnit.

Table pages lie in ``tables/`` beside the overview; each is whole in itself, and the folder as a whole asks nothing of the
network. One page for everything would be heavy: a table's own is some hundred kilobytes.
"""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from typing import TYPE_CHECKING

from twinset.core.score import Score
from twinset.core.verdict import LinkedVerdict, Verdict
from twinset.evaluation.relational.result import LinkedEvaluation
from twinset.evaluation.report.html import drawn, render_html
from twinset.evaluation.report.lineage import Lineage
from twinset.evaluation.report.linked.junit import linked_junit
from twinset.evaluation.report.linked.markdown import linked_markdown
from twinset.evaluation.report.linked.page import LinkedReport, linked_page
from twinset.evaluation.report.linked.picture import address
from twinset.evaluation.report.page import MOST_FIGURES
from twinset.evaluation.report.scores import opened, plain, public, validated

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT, VERSION = "twinset.linked-scores", 1


def render_linked(report: LinkedReport) -> dict[str, str]:
    """The text of each file by its place in the folder; the same input gives the same bytes."""
    shown = dataclasses.replace(report, evaluation=shareable(report.evaluation))
    page = linked_page(shown)
    files = {
        "report.html": drawn("linked.html.j2", page=page, most_figures=MOST_FIGURES),
        "scores.json": _json(shown),
        "report.md": linked_markdown(page),
        "junit.xml": linked_junit(page),
    }
    for name, evaluation in shown.evaluation.tables.items():
        if name in shown.verdict.tables:
            whole = dataclasses.replace(evaluation, scores=(*evaluation.scores, *_of_joins(shown.evaluation, name)))
            lineage = shown.tables.get(name) or _lineage(shown, name)
            files[_path(name)] = render_html(whole, _verdict(shown.verdict, name), lineage, back="../report.html")
    return files


def _verdict(verdict: LinkedVerdict, table: str) -> Verdict:
    """A table's own answers; whether it is published is decided for all tables."""
    whole = verdict.whole
    return dataclasses.replace(verdict.tables[table], is_published=whole.is_published, override=whole.override)


def _path(table: str) -> str:
    """The file of a table's page: its address with nothing quoted."""
    assert address(table)
    return f"tables/{table}.html"


def _of_joins(evaluation: LinkedEvaluation, table: str) -> tuple[Score, ...]:
    return tuple(score for score in evaluation.scores if score.detail.get("table") == table)


def _lineage(report: LinkedReport, table: str) -> Lineage:
    """A table's share in the story of the whole."""
    part = next(part for part in report.evaluation.parts if part.name == table)
    return dataclasses.replace(
        report.lineage, title=f"{report.lineage.title}: {table}", rows=dict(part.rows), columns=(), steps=()
    )


def shareable(evaluation: LinkedEvaluation) -> LinkedEvaluation:
    """The evaluation without the scores that would show real rows."""
    return dataclasses.replace(
        evaluation,
        tables={name: public(own) for name, own in evaluation.tables.items()},
        scores=tuple(score for score in evaluation.scores if score.is_public),
        subjects={name: tuple(score for score in scores if score.is_public) for name, scores in evaluation.subjects.items()},
    )


def _json(report: LinkedReport) -> str:
    content = {
        "format": FORMAT, "version": VERSION, "verdict": plain(report.verdict), "lineage": plain(report.lineage),
        "tables": plain(report.tables), "evaluation": plain(report.evaluation),
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def load_linked(text: str) -> LinkedReport:
    """The report that scores.json holds; DataError for anything else."""
    content = opened(text, FORMAT, VERSION, "no scores file of linked tables")
    return validated(_adapter(), content, ("evaluation", "verdict", "lineage", "tables"))


@cache
def _adapter() -> TypeAdapter[LinkedReport]:
    from pydantic import TypeAdapter

    return TypeAdapter(LinkedReport)
