"""texts: made texts beside a corpus: read both, measure, write the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from twinset.core.seed import Seed
from twinset.errors import DataError, OutputError, PlanError
from twinset.evaluation.report.texts import TextReport, render_html, render_json, render_markdown
from twinset.evaluation.text.few import Labelled, few_shot
from twinset.evaluation.text.measure import Texts, measure_texts
from twinset.evaluation.text.student import distilled
from twinset.pipeline.settings import versions
from twinset.pipeline.staging import friendly_disk, write
from twinset.pipeline.threads import one_thread
from twinset.pipeline.watch import Silent, Watch
from twinset.provenance.files import MANIFEST, read_manifest
from twinset.texts.files import ENDINGS, read_texts


@dataclass(frozen=True, slots=True)
class TextSources:
    """What is compared: files, or for ``made`` the output folder of a run; ``text`` and ``label`` are columns of them.

    ``teacher`` is the column of the holdout with the answers of the model that labelled the made texts.
    """

    made: str
    corpus: str
    holdout: str | None = None
    test_sets: Sequence[str] = ()
    text: str | None = None
    label: str | None = None
    model: str = ""
    teacher: str | None = None

    def __post_init__(self) -> None:
        if self.teacher is not None and self.label is None:
            raise PlanError("a teacher's answers are set beside labels: say which column holds them: --label")
        if self.label is not None and self.holdout is None:
            raise PlanError("a classifier is tested on unseen real texts: give them as --holdout")
        if self.label is not None and self.text is None:
            raise PlanError("where a column holds labels, say which one holds the texts: --text")


def compare_texts(sources: TextSources, *, seed: int = 0, watch: Watch | None = None, command: str = "") -> TextReport:
    """The report of made texts; errors say which file is at fault."""
    watch = watch or Silent()
    watch.begin("reading")
    file, rejects = _made(Path(sources.made))
    made, corpus = read_texts(file, sources.text), read_texts(sources.corpus, sources.text)
    holdout = None if sources.holdout is None else read_texts(sources.holdout, sources.text)
    tests = [read_texts(name) for name in sources.test_sets]
    watch.begin("measuring")
    root = Seed(seed).child("texts")
    texts = Texts(corpus, made, holdout, pa.concat_arrays(tests) if tests else None)
    with one_thread(with_learners=True):
        scores = measure_texts(texts, seed=root, model=sources.model)
        if sources.label is not None:
            watch.advance(0.5, "learning from few")
            sides = [_labelled(path, sources) for path in (sources.corpus, file, sources.holdout or "")]
            scores = (*scores, *few_shot(*sides, seed=root))
            watch.advance(0.8, "learning from the model's labels")
            teacher = None if sources.teacher is None else read_texts(sources.holdout or "", sources.teacher)
            scores = (*scores, *distilled(*sides, seed=root, teacher=teacher, model=sources.model))
    sizes = {"synthetic": len(made), "real": len(corpus), "unseen": 0 if holdout is None else len(holdout)}
    rows = {name: size for name, size in sizes.items() if size}
    return TextReport(
        Path(sources.made).name, Path(sources.corpus).name, scores, rows, rejects,
        f"vectors of {Path(sources.model).name}" if sources.model else "runs of letters", seed, versions(),
        datetime.now(UTC).date().isoformat(), command,
    )  # fmt: skip


def _labelled(path: str | Path, sources: TextSources) -> Labelled:
    return Labelled(read_texts(path, sources.text), read_texts(path, sources.label))


def _made(place: Path) -> tuple[Path, Mapping[str, int]]:
    """The file of made texts, and how many were refused on the way, where that is known."""
    if not place.is_dir():
        return place, {}
    manifest = read_manifest(place / MANIFEST)
    data = [one.path for one in manifest.files if Path(one.path).suffix in ENDINGS and "private" not in one.path]
    data = [name for name in data if not name.endswith(("rejects.jsonl", ".txt"))]
    if len(data) != 1:
        raise DataError(f"{place} holds {len(data)} files of data; give the one with the texts: {', '.join(data[:5])}")
    rejects: dict[str, int] = {}
    for stage in manifest.stages:
        for reason, count in stage.rejects.items():
            rejects[reason] = rejects.get(reason, 0) + count
    return place / data[0], rejects


def write_report(report: TextReport, out: Path, *, overwrite: bool = False) -> Path:
    """The three files in a folder; gives the page's place."""
    page = out / "texts.html"
    if page.exists() and not overwrite:
        raise OutputError(f"{page} is there already; choose another folder with -o, or say --overwrite")
    with friendly_disk(out):
        out.mkdir(parents=True, exist_ok=True)
        for ending, render in (("html", render_html), ("md", render_markdown), ("json", render_json)):
            write(out / f"texts.{ending}", render(report))
    return page
