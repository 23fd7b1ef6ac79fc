"""export (+ provenance): data files, and beside them everything a reader must know of their making.

    data.csv (or held/data.csv)  report.html report.md scores.json junit.xml  plan.yaml  manifest.json  croissant.json
    sampler.twin  rejects.jsonl  private/

One stage's files lie at the top, those of several in a folder each. What says more about the real rows than the data does
(the sampler, private/) is readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from twinset import __version__
from twinset.core.dataset import Dataset, Dialect
from twinset.core.manifest import Manifest, SourceEntry, StageEntry, VerdictEntry
from twinset.core.registry import lookup
from twinset.core.schema import Table
from twinset.core.synthesis import Telling
from twinset.core.verdict import Answer, Override, Question, Verdict
from twinset.export import Carded, exporter, formats
from twinset.llm.recorded import ENDING, merged
from twinset.pipeline import steps
from twinset.pipeline.lookups import plan_fingerprint
from twinset.pipeline.outcome import Made, Outcome
from twinset.pipeline.parts import Parts, reject_lines
from twinset.pipeline.settings import Settings, versions
from twinset.pipeline.settled import settled
from twinset.pipeline.staging import KEPT, Staging, write
from twinset.plan import Plan, dump
from twinset.provenance.croissant import Described, croissant
from twinset.provenance.files import MANIFEST, entries, entry
from twinset.provenance.fingerprints import FINGERPRINTS, fingerprint_of, to_json
from twinset.provenance.marks import STATEMENT, generation_of, marks


@dataclass(frozen=True, slots=True)
class Export:
    """Where one stage's files go, and in which format."""

    site: steps.Site
    folder: Path
    format: str
    dialect: Dialect

    @classmethod
    def choose(cls, site: steps.Site, learned: steps.Learned) -> Export:
        """The plan's format, else the source's own where we write it, else CSV for text and spreadsheets."""
        known = formats()
        own = learned.loaded.dialect
        format = site.plan.format or (own.format if own.format in known else "csv")
        lookup("exporters", format)
        folder = site.staging.out if len(site.plan.stages) == 1 else site.staging.out / site.name
        folder.mkdir(exist_ok=True)
        made = cls(site, folder, format, own if own.format == format else Dialect(format=format))
        for table in learned.loaded.sampler.schema:
            exporter(format).check(table, made.dialect)
        return made

    def write(self, parts: Parts, learned: steps.Learned, *, is_held: bool) -> tuple[Described, ...]:
        """Join the part files, and put the sampler and the rejects beside them."""
        self.site.settings.watch.begin("writing")
        schema = learned.loaded.sampler.schema
        data = self.folder / "held" if is_held else self.folder
        data.mkdir(exist_ok=True)
        shutil.copyfile(learned.file, self.folder / "sampler.twin")
        (self.folder / "sampler.twin").chmod(0o600)
        if parts.rejects:
            write(self.folder / "rejects.jsonl", "".join(reject_lines(parts)))
        return tuple(
            self._table(table, data / f"{table.name if len(schema.tables) > 1 else 'data'}", parts) for table in schema
        )

    def _table(self, table: Table, stem: Path, parts: Parts) -> Described:
        writer = exporter(self.format)
        ending = ".tsv" if self.dialect.separator == "\t" else writer.endings[0]
        path = stem.with_name(stem.name + ending)
        generation = _generation(self.site.plan, self.site.settings)
        said = marks(run=self.site.run, generation=generation)
        writer.assemble(parts.files(table.name, "part"), path, table, self.dialect, said)
        if isinstance(writer, Carded):
            write(path.with_name("README.md"), writer.card(table, path.name, parts.rows.get(table.name, 0)))
        return Described(table, entry(self.site.staging.out, path))


def _generation(plan: Plan, settings: Settings) -> int:
    """One more than the highest generation among the sources."""
    sources = [steps.place(stage.source, settings) for stage in plan.stages.values() if stage.source]
    return 1 + max((generation_of(Path(source)) for source in sources), default=0)


def finish(
    staging: Staging,
    run: str,
    plan: Plan,
    sources: Mapping[str, Dataset | None],
    made: Mapping[str, Made],
    settings: Settings,
) -> None:
    """Write what stands for the whole run: the settled plan, Croissant metadata, the hashes' key, the manifest last."""
    out = staging.out
    write(out / "plan.yaml", dump(settled(plan, sources, staging.target, settings)))
    described = [file for one in made.values() for file in one.files]
    now = datetime.now(UTC)
    metadata = croissant(staging.target.name, described, version="1.0.0", published=now.date().isoformat())
    write(out / "croissant.json", metadata)
    private = out / "private"
    private.mkdir(exist_ok=True, mode=0o700)
    key = secrets.token_bytes(32)
    write(private / "source.key", key.hex() + "\n", 0o600)
    _keep_answers(staging, plan, private)
    prints = {name: fingerprint_of(data) for name, data in sources.items() if data}
    write(out / FINGERPRINTS, to_json(prints), 0o600)
    manifest = Manifest(
        twinset=__version__,
        statement=STATEMENT,
        run=run,
        plan=plan_fingerprint(plan),
        seed=plan.seed,
        generation=_generation(plan, settings),
        created=now.isoformat(timespec="seconds"),
        versions=versions(plan),
        sources=tuple(_source(name, plan, data, key) for name, data in sources.items() if data),
        stages=tuple(_stage(plan, one) for one in made.values()),
        files=entries(out),
    )
    write(out / MANIFEST, manifest.to_bytes())


def _keep_answers(staging: Staging, plan: Plan, private: Path) -> None:
    """What models answered, one file for each of a stage: with it the run can be made again without them."""
    for name, stage in plan.stages.items():
        for model in stage.text.models if stage.text else ():
            merged(staging.place(KEPT, name) / model, private / f"{name}.{model}{ENDING}")


def _source(name: str, plan: Plan, data: Dataset, key: bytes) -> SourceEntry:
    rows = {table.name: data.count(table.name) for table in data.schema}
    digest = hmac.new(key, data.fingerprint.encode(), hashlib.sha256).hexdigest()
    return SourceEntry(stage=name, name=steps.named(plan.stages[name].source or ""), rows=rows, hash=digest)


def _stage(plan: Plan, made: Made) -> StageEntry:
    stage = plan.stages[made.name]
    sampler = made.learned.loaded.sampler
    return StageEntry(
        name=made.name,
        synthesizer=made.learned.loaded.sampler.engine,
        options=dict(stage.options),
        rows=made.parts.rows,
        rejects=made.parts.rejects,
        notes=tuple(f"{note.column}: {note.text}" if note.column else note.text for note in made.learned.notes),
        verdict=None if made.verdict is None else _verdict(made.verdict),
        made_with=dict(sampler.told(made.parts.used)) if isinstance(sampler, Telling) else {},
    )


def _verdict(verdict: Verdict) -> VerdictEntry:
    return VerdictEntry(
        outcome=verdict.outcome,
        profile=verdict.profile,
        is_published=verdict.is_published,
        answers={answer.question: (answer.outcome, answer.figure) for answer in verdict.answers},
        override=None if verdict.override is None else {"by": verdict.override.by, "why": verdict.override.why},
    )


def outcome_of(place: Path, manifest: Manifest) -> Outcome:
    """The outcome of a run that was finished before, as its manifest tells it."""
    verdicts = {stage.name: _spoken(stage.verdict) for stage in manifest.stages if stage.verdict}
    return Outcome(place, verdicts, all(verdict.is_published for verdict in verdicts.values()), was_there=True)


def _spoken(said: VerdictEntry) -> Verdict:
    answers = tuple(Answer(question, *said.answers[question]) for question in get_args(Question) if question in said.answers)
    override = None if said.override is None else Override(**said.override)
    return Verdict(said.outcome, said.profile, answers, said.is_published, override=override)
