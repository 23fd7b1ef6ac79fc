"""Fitting to a sampler file, and sampling from one into a data file: the two halves of a run, without evaluation.

The data file gets its manifest beside it (``OUT.manifest.json``), as nothing that is synthetic goes unsaid.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from twinset import __version__
from twinset.core.manifest import Manifest, SourceEntry, StageEntry
from twinset.core.request import PART_ROWS, Given, SeedRows
from twinset.core.schema import Table
from twinset.errors import DataError, OutputError, PlanError
from twinset.export import dialect_for, exporter, exporter_for
from twinset.pipeline import memory, samplerfile, steps
from twinset.pipeline.conditions import Asked, remarks
from twinset.pipeline.engines import engine_of
from twinset.pipeline.forecast import forecast
from twinset.pipeline.parts import Parts
from twinset.pipeline.settings import Settings, versions
from twinset.pipeline.staging import friendly_disk, is_begun, staged, sweep, write
from twinset.plan import Plan, Stage
from twinset.provenance.files import entry, verify
from twinset.provenance.marks import STATEMENT, marks


def fit_file(plan: Plan, target: Path, settings: Settings) -> tuple[str, ...]:
    """Learn from every row of the one source of ``plan`` and write the sampler; gives what the fit had to note."""
    ((name, stage),) = plan.stages.items()
    _check_free(target, settings)
    engine = engine_of(stage)
    data = steps.read_source(stage, settings)
    if data is None:
        raise PlanError("there is no source to learn from")
    for line in forecast(engine, data, is_made=False):
        settings.watch.say(line)
    settings.watch.begin(f"learning with {stage.synthesizer}")
    rows = {table.name: data.count(table.name) for table in data.schema}
    sampler, notes = memory.fit(engine, data, data.schema, steps.seed_of(plan, "fit", name), settings.watch)
    with friendly_disk(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        samplerfile.save(sampler, target, dialect=data.dialect, rows=rows)
    return tuple(f"{note.column}: {note.text}" if note.column else note.text for note in notes)


def sample_file(
    model: Path,
    target: Path,
    settings: Settings,
    *,
    n_rows: int | None,
    seed: int,
    part_rows: int = PART_ROWS,
    asked: Asked = Asked(),
) -> Mapping[str, int]:
    """Make rows from a sampler file into ``target``; resumes, and ends with the same bytes, like a run.

    ``n_rows`` None: as many as are given, or as the sampler's source had. Gives the rows made of each table.
    """
    stage = Stage(sampler=str(model.resolve()), rows=n_rows)
    given = _given(stage, asked, settings)
    if isinstance(given, SeedRows):
        if n_rows not in (None, given.rows.num_rows):
            raise PlanError(f"{given.rows.num_rows:,} rows are given, and one is made for each; leave out --rows")
        stage = stage.model_copy(update={"rows": given.rows.num_rows})
    plan = Plan(seed=seed, part_rows=part_rows, stages={"sample": stage})
    format = exporter_for(target)
    identity = _identity(plan, stage, settings, target, asked)
    if not is_begun(target, identity) and (rows := _finished(target, identity, settings)) is not None:
        return rows
    with staged(target, identity) as staging, friendly_disk(target):
        site = steps.Site(identity, plan, "sample", staging, settings)
        learned = steps.learn(site, None, {})
        table = _only_table(learned)
        dialect = dialect_for(target, learned.loaded.dialect)
        exporter(format).check(table, dialect)
        request = dataclasses.replace(steps.request_for(site, learned, {}), given=given)
        parts = steps.make(site, learned, request, format, dialect, n_evaluated=0)
        settings.watch.begin("writing")
        data = staging.out / target.name
        said = marks(run=identity, generation=1)
        exporter(format).assemble(parts.files(table.name, "part"), data, table, dialect, said)
        notes = remarks(learned.loaded.sampler, request)
        write(staging.out / _beside(target).name, _manifest(site, learned, parts, data, notes).to_bytes())
        staging.publish_files()
    return parts.rows


def makes_several(model: Path) -> bool:
    """Whether a sampler file makes several tables; false for what is none, which is told where it is read."""
    try:
        return samplerfile.n_tables(model) > 1
    except DataError:
        return False


def _given(stage: Stage, asked: Asked, settings: Settings) -> Given | None:
    if asked == Asked():
        return None
    steps.sampler_hash(stage, settings)  # says what is wrong with a file that is not there
    settings.watch.begin("reading what is given")
    return asked.given(samplerfile.load(Path(steps.place(stage.sampler or "", settings))).sampler)


def _only_table(learned: steps.Learned) -> Table:
    schema = learned.loaded.sampler.schema
    if len(schema.tables) != 1:
        raise PlanError("this sampler makes several tables, which one file can't hold; use it in a plan (`twinset run`)")
    return schema.only


def _manifest(site: steps.Site, learned: steps.Learned, parts: Parts, data: Path, notes: tuple[str, ...]) -> Manifest:
    model = Path(site.stage.sampler or "")
    digest = steps.sampler_hash(site.stage, site.settings)
    made = StageEntry(
        name=site.name,
        synthesizer=learned.loaded.sampler.engine,
        options={},
        rows=parts.rows,
        rejects=parts.rejects,
        notes=notes,
        verdict=None,
    )
    return Manifest(
        twinset=__version__,
        statement=STATEMENT,
        run=site.run,
        plan=site.plan.fingerprint,
        seed=site.plan.seed,
        generation=1,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions(site.plan),
        sources=(SourceEntry(stage=site.name, name=model.name, rows=learned.loaded.rows, hash=digest),),
        stages=(made,),
        files=(entry(site.staging.out, data),),
    )


def _beside(target: Path) -> Path:
    return target.with_name(target.name + ".manifest.json")


def _identity(plan: Plan, stage: Stage, settings: Settings, target: Path, asked: Asked) -> str:
    said = plan.model_dump(mode="json")
    said["stages"]["sample"]["sampler"] = steps.sampler_hash(stage, settings)
    parts = {"plan": said, "versions": versions(plan), "ending": target.suffix, "given": asked.fingerprint}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _check_free(target: Path, settings: Settings) -> None:
    if target.is_dir():
        raise OutputError(f"{target} is a folder; say the name of a file with -o")
    if target.exists() and not settings.overwrite:
        raise OutputError(f"{target} is there already; choose another name with -o, or say --overwrite")


def _finished(target: Path, identity: str, settings: Settings) -> Mapping[str, int] | None:
    """The rows that the very same call made before, where they lie at ``target`` unharmed."""
    if target.is_file() and not settings.overwrite:
        try:
            checked = verify(target)
        except DataError:
            checked = None
        if checked is not None and checked.manifest.run == identity and not checked.faults:
            sweep(target)
            return checked.manifest.stages[0].rows
    _check_free(target, settings)
    return None
