"""The report of a stage of texts: what was kept and refused and why, whether texts repeat each other, what made them.

Nothing is learned and nothing is compared, so there is no verdict of a gate: the page says what the checks said. It shows
made rows, kept and refused, and therefore what a model wrote; of checks that refuse a row for what it gives away it shows
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twinset.core.score import Score
from twinset.core.verdict import Outcome
from twinset.evaluation.report.figures import count, figure, listing
from twinset.evaluation.report.html import drawn
from twinset.evaluation.report.markdown import escaped, listed, table
from twinset.evaluation.report.page import explained
from twinset.evaluation.report.rows import row

SILENT = ("contamination", "memorised", "near_copies", "personal_data", "toxicity")
"""Checks that refuse a row for what it gives away or says: the report shows no row of theirs."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason with the number of rows refused for it, and one such row: made columns, or an answer as it came."""

    reason: str
    n: int
    example: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A column that models made: the hash of its prompts, and their words."""

    column: str
    digest: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeReport:
    """One stage as its report tells it. ``n_wanted`` rows were asked for, ``kept`` shows some of the ``n_rows`` there are.

    ``models`` are the manifest's facts of each: client, name, licence, tokens, dollars.
    """

    stage: str
    n_wanted: int
    n_rows: int
    checks: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    scores: tuple[Score, ...] = ()
    models: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    kept: tuple[Mapping[str, str], ...] = ()
    source: str = ""
    seed: int = 0
    run: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def n_refused(self) -> int:
        """Rows that were made and refused, those made again in their place included."""
        return sum(one.n for one in self.refused)

    @property
    def n_made(self) -> int:
        """Rows that were made in all, kept or not."""
        return self.n_rows + self.n_refused

    @property
    def repeating(self) -> tuple[str, ...]:
        """Columns whose texts repeat each other so that the alarm rings."""
        return tuple(score.subject or "" for score in self.scores if score.detail.get("rings") is True)


def outcome(report: MadeReport) -> Outcome:
    """fail: nothing to use, or texts that repeat each other; unknown: rows are missing, or nothing was checked."""
    if report.repeating or (report.n_wanted and not report.n_rows):
        return "fail"
    return "unknown" if report.n_rows < report.n_wanted or not report.checks else "pass"


def headline(report: MadeReport) -> str:
    """How many rows there are of those asked for, in a sentence."""
    if report.n_rows < report.n_wanted:
        left = report.n_wanted - report.n_rows
        return f"{report.n_rows:,} of {count(report.n_wanted, 'row')} kept; {left:,} left out, refused at every try"
    return f"All {count(report.n_wanted, 'row')} asked for were kept"


def remarks(report: MadeReport) -> list[str]:
    """What a reader must know before using the rows."""
    share = report.n_refused / max(report.n_made, 1)
    said = [f"{report.n_refused:,} of {count(report.n_made, 'row')} that were made were refused ({figure(share, 'share')})"]
    if report.repeating:
        said.append(f"the alarm rings: the texts of {listing(list(report.repeating))} repeat each other")
    if not report.checks:
        said.append("the plan names no checks, so nothing was refused for what it says")
    if nameless := [name for name, model in report.models.items() if model.get("licence_of_output") in (None, "unknown")]:
        said.append(f"the terms of the output of {listing(nameless)} are unknown: say licence: in the plan")
    return [*said, "checks find what they look for: nobody has read these rows (twinset review shows them)"]


def render_html(report: MadeReport) -> str:
    """The whole report as one self-contained page; the same input gives the same bytes."""
    rows = [row(score) for score in report.scores]
    return drawn(
        "made.html.j2",
        report=report,
        outcome=outcome(report),
        headline=headline(report),
        remarks=remarks(report),
        refused=sorted(report.refused, key=lambda one: -one.n),
        rows=rows,
        explained=explained(rows),
    )


def render_markdown(report: MadeReport) -> str:
    """A page of markdown that ends with a newline: figures alone, no texts."""
    refused = [(escaped(one.reason, 200), f"{one.n:,}") for one in sorted(report.refused, key=lambda one: -one.n)]
    scores = [(escaped(one.subject or "", 80), one.metric.title, one.value, one.interval) for one in map(row, report.scores)]
    models = [tuple(escaped(str(cell), 120) for cell in _model(name, one)) for name, one in report.models.items()]
    head = ("Model", "Name", "Terms of its output", "Calls", "Tokens read", "Tokens written", "US dollars")
    parts = [
        f"# Texts of {escaped(report.stage, 120)}",
        f"**{escaped(headline(report), 200)}**",
        *listed("To be known", (escaped(one, 300) for one in remarks(report))),
        *(["## Refused", table(("Reason", "Rows"), refused)] if refused else []),
        *(["## Variety", table(("Column", "Figure", "", "95% interval"), scores)] if scores else []),
        *(["## Models", table(head, models)] if models else []),
    ]
    return "\n\n".join(parts) + "\n"


def _model(name: str, told: Mapping[str, object]) -> tuple[object, ...]:
    words = ("model", "licence_of_output", "calls", "prompt_tokens", "completion_tokens", "dollars")
    return (name, *(told.get(word, 0) for word in words))
