"""What a run ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from twinset.core.dataset import Dataset
from twinset.core.verdict import Verdict
from twinset.evaluation.report import Lineage, render_html, render_json, render_junit, render_markdown
from twinset.evaluation.report.linked import LinkedReport, render_linked
from twinset.evaluation.result import Evaluation
from twinset.pipeline.parts import Parts
from twinset.pipeline.staging import write
from twinset.pipeline.steps import Learned
from twinset.provenance.croissant import Described
from twinset.provenance.fingerprints import FINGERPRINTS, Fingerprint, to_json


@dataclass(frozen=True, slots=True)
class Judged:
    """An evaluation with the gate's verdict and the story of the data.

    ``fingerprints`` of the sides, by role, are for private/ and no part of the report; empty where the run keeps them.
    """

    evaluation: Evaluation
    verdict: Verdict
    lineage: Lineage
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)

    def write(self, folder: str | Path) -> None:
        """Write report.html, and the same as scores.json, report.md and junit.xml, into a folder; it is made if need be.

        What lets a later comparison say whether the data changed goes to private/.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, render in _RENDERERS.items():
            write(folder / name, render(self.evaluation, self.verdict, self.lineage))
        if self.fingerprints:
            (folder / FINGERPRINTS).parent.mkdir(exist_ok=True, mode=0o700)
            write(folder / FINGERPRINTS, to_json(self.fingerprints), 0o600)


@dataclass(frozen=True, slots=True)
class JudgedLinked:
    """The evaluation of linked tables with the gate's verdict and the story of the data, as one report."""

    report: LinkedReport

    @property
    def verdict(self) -> Verdict:
        """The verdict on all tables together."""
        return self.report.verdict.whole

    def write(self, folder: str | Path) -> None:
        """Write report.html with a page for each table in tables/, scores.json, report.md and junit.xml."""
        for name, text in render_linked(self.report).items():
            place = Path(folder) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            write(place, text)


_RENDERERS = {
    "report.html": render_html,
    "scores.json": render_json,
    "report.md": render_markdown,
    "junit.xml": render_junit,
}


@dataclass(frozen=True, slots=True)
class Made:
    """One stage of a run: its rows as the evaluation saw them, its files, its verdict (None: nothing to compare with)."""

    name: str
    synthetic: Dataset
    files: tuple[Described, ...]
    parts: Parts
    learned: Learned
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run: where it lies, its verdicts, and whether the data was published or held."""

    place: Path
    verdicts: dict[str, Verdict]
    is_published: bool
    was_there: bool = False

    @property
    def report(self) -> Path:
        reports: Sequence[Path] = sorted(self.place.rglob("report.html"))
        return reports[0] if reports else self.place
