"""The report for a review, a wiki or a model card: the verdict, the answers and the figures that matter, in markdown.

Only what GitHub and CommonMark agree on. Names and reasons come from outside: they are escaped so that they stay text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from twinset.core.verdict import Answer, Verdict
from twinset.evaluate.report.advice import headline, next_steps
from twinset.evaluate.report.columns import ColumnView, columns
from twinset.evaluate.report.figures import clip, count
from twinset.evaluate.report.lineage import Lineage, Report
from twinset.evaluate.report.page import Page, page
from twinset.evaluate.report.rows import Row
from twinset.evaluate.report.scores import public
from twinset.evaluate.result import Evaluation

MOST_COLUMNS = 20
_MARKS = {"pass": "✅ pass", "fail": "❌ fail", "unknown": "❓ unknown"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&:@])")


def render_markdown(evaluation: Evaluation, verdict: Verdict, lineage: Lineage) -> str:
    """A page of markdown that ends with a newline."""
    shown = page(Report(public(evaluation), verdict, lineage))
    parts = [
        f"# {escaped(lineage.title, 120)}",
        f"**{escaped(shown.headline, 200)}**",
        _lede(lineage),
        _answers(verdict.answers),
        *_listed("What to do next", shown.steps),
        *_section("Columns that differ most", _columns(shown.columns)),
        *_section("Whole rows", _scores(shown.whole)),
        *_section("Usefulness", _scores(shown.utility)),
        *_section("Attacks", _attacks(shown.attacks)),
        *_listed("Protected, left out, repaired", _notes(shown)),
    ]
    return "\n\n".join(parts) + "\n"


def escaped(text: str, most: int = 60) -> str:
    """Text that markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", clip(text, most))
