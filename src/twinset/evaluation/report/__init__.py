"""The report of one evaluation: a page for people, JSON for programs, markdown for reviews, JUnit for build servers."""

from twinset.evaluation.report.difference import (
    render_difference_html,
    render_difference_json,
    render_difference_markdown,
)
from twinset.evaluation.report.html import render_html
from twinset.evaluation.report.junit import render_junit
from twinset.evaluation.report.lineage import ColumnLineage, Lineage, Report, Step
from twinset.evaluation.report.markdown import render_markdown
from twinset.evaluation.report.scores import load_scores, render_json

__all__ = [
    "ColumnLineage",
    "Lineage",
    "Report",
    "Step",
    "load_scores",
    "render_difference_html",
    "render_difference_json",
    "render_difference_markdown",
    "render_html",
    "render_json",
    "render_junit",
    "render_markdown",
]
