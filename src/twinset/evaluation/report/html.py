"""The page: one HTML file that asks nothing of the network, with a content security policy that says so.

The policy names the page's own style and script by their hashes; anything else, a handler that slipped in with a column's
name included, is refused by the browser.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from twinset.core.verdict import Verdict
from twinset.evaluation.report import columns, figures
from twinset.evaluation.report.lineage import Lineage, Report
from twinset.evaluation.report.page import MOST_FIGURES, explained, page
from twinset.evaluation.report.scores import public
from twinset.evaluation.result import Evaluation

if TYPE_CHECKING:
    from jinja2 import Template


def render_html(evaluation: Evaluation, verdict: Verdict, lineage: Lineage, back: str = "") -> str:
    """The whole report as one self-contained page; the same input gives the same bytes.

    ``back`` is where a page of one table among several leads back to.
    """
    return drawn(
        "report.html.j2",
        page=page(Report(public(evaluation), verdict, lineage)),
        most_rows=columns.MOST_ROWS,
        most_charts=columns.MOST_CHARTS,
        most_figures=MOST_FIGURES,
        back=back,
    )


def drawn(name: str, **values: object) -> str:
    """A template of this folder filled in, with the page's style, script and policy."""
    style, script = asset("report.css"), asset("report.js")
    return template(name).render(**values, style=Markup(style), script=Markup(script), policy=policy(style, script))


@cache
def asset(name: str) -> str:
    """The text of a file beside the templates."""
    return files("twinset.evaluation.report").joinpath("templates", name).read_text(encoding="utf-8")


def policy(style: str, script: str) -> str:
    """The content security policy of a page with this style and script."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def template(name: str) -> Template:
    """A template, with the filters that all of them use."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("twinset.evaluation.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clip=figures.clip, listing=figures.listing, figure=figures.figure)
    environment.globals.update(count=figures.count, explained=explained)
    return environment.get_template(name)
