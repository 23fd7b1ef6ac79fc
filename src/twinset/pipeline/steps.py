"""The steps of a stage, one function each; :mod:`twinset.pipeline.run` puts them in order."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from twinset.core import registry
from twinset.core.constraints import from_data
from twinset.core.dataset import Batch, Dataset, Dialect, Tables, from_batches
from twinset.core.request import Given, Request, SeedRows
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler, Selecting, Sizing, Waiting
from twinset.errors import DataError, GenerationError, PlanError
from twinset.evaluation.result import Note
from twinset.execution import Executor, executor_for
from twinset.pipeline import memory, samplerfile
from twinset.pipeline.conditions import given_of, remarks
from twinset.pipeline.constraining import constrained
from twinset.pipeline.engines import engine_of
from twinset.pipeline.forecast import forecast
from twinset.pipeline.linking import linked
from twinset.pipeline.parts import MakePart, Parts, kept_parts, loaded, produce, read_kept
from twinset.pipeline.protecting import tell
from twinset.pipeline.recognising import recognised
from twinset.pipeline.refused import told
from twinset.pipeline.room import check_room
from twinset.pipeline.settings import Settings
from twinset.pipeline.split import split
from twinset.pipeline.staging import Staging, write
from twinset.plan import Plan, Stage

EVALUATED_ROWS = 200_000
"""Rows of a table that the evaluation looks at; of more, whole parts are drawn."""

SMALLEST_SPLIT = 5
"""With fewer rows there is nothing to hold out."""


def read_source(stage: Stage, settings: Settings) -> Dataset | None:
    """source -> schema: the rows a stage learns from, with every column's type settled; None where it learns from none."""
    from twinset import sources

    if stage.source is None:
        return None
    settings.watch.begin(f"reading {stage.source}")
    columns = {**stage.columns, **{f"{t}.{c}": said for t, one in stage.linked.items() for c, said in one.columns.items()}}
    data: Dataset = sources.read(place(stage.source, settings), name=stage.table, columns=columns)
    if stage.presidio:
        data = recognised(data, frozenset(name for name, said in columns.items() if "type" in said), settings.watch.say)
    if len(data.schema.tables) > 1 or stage.linked:
        return linked(data, stage.linked, settings.watch.say)
    data = constrained(data, [from_data(one) for one in stage.constraints])
    if data.count(data.schema.only.name) == 0:
        raise DataError(f"{stage.source} has columns and no rows; nothing can be learned from none")
    return data


def place(source: str, settings: Settings) -> str:
    """Where a source or sampler of a plan lies: relative paths start from the plan's own folder, a URL is whole again."""
    if source in settings.addresses:
        return settings.addresses[source]
    return source if "://" in source or Path(source).is_absolute() else str(settings.base / source)


def named(source: str) -> str:
    """What a source is called in reports and manifests: its last part, without what an address has beside."""
    return Path(source.partition("?")[0] if "://" in source else source).name


def hold_out(data: Dataset, plan: Plan, settings: Settings) -> tuple[Dataset, Dataset | None]:
    """Real rows to learn from, and those that the evaluation alone sees; tells the reader the share."""
    n_rows = sum(data.count(table.name) for table in data.schema)
    if plan.evaluate.holdout == 0 or n_rows < SMALLEST_SPLIT:
        settings.watch.say(f"learning from all {n_rows:,} rows; with no holdout, leaks can't be measured")
        return data, None
    train, holdout = split(data, seed=Seed(plan.seed), holdout=plan.evaluate.holdout)
    n_held = n_rows - sum(train.count(table.name) for table in data.schema)
    settings.watch.say(f"kept {n_held:,} of {n_rows:,} rows ({n_held / n_rows:.0%}) as holdout for the evidence")
    return train, holdout


def sampler_hash(stage: Stage, settings: Settings) -> str:
    """SHA-256 of the sampler file of a stage."""
    path = Path(place(stage.sampler or "", settings))
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        raise DataError(f"there is no sampler file {str(path)!r}; `twinset fit SOURCE -o {path.name}` makes one") from None
    except OSError as error:
        raise DataError(f"can't read the sampler {str(path)!r}: {error.strerror}") from error


def seed_of(plan: Plan, step: str, name: str) -> Seed:
    """The seed of one step of one stage."""
    return Seed(plan.seed).child(step, name)


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """One stage of one run, and where it works."""

    run: str
    plan: Plan
    name: str
    staging: Staging
    settings: Settings

    @property
    def stage(self) -> Stage:
        return self.plan.stages[self.name]

    def seed(self, step: str) -> Seed:
        return seed_of(self.plan, step, self.name)


@dataclasses.dataclass(frozen=True, slots=True)
class Learned:
    """A sampler in its file, with what its fit had to note."""

    file: Path
    loaded: samplerfile.Loaded
    notes: tuple[Note, ...]


def learn(
    site: Site, train: Dataset | None, all_rows: Mapping[str, int], inputs: Mapping[str, Dataset] | None = None
) -> Learned:
    """synthesizer.fit: the stage's sampler, from an earlier attempt where that got so far.

    Where nothing is learned of texts, what is at hand now holds: how a model is reached may have changed between attempts.
    """
    folder = site.staging.place("fit", site.name)
    file, notes = folder / "sampler.twin", folder / "notes.json"
    if file.exists() and site.stage.text is None:
        try:
            found = _learned(site, file, notes)
            site.settings.watch.say("found a finished fit of this very run; going on from there")
            return found
        except DataError:
            site.settings.watch.say("the finished fit of this very run is damaged; learning again")
    if site.stage.sampler is not None:
        own = Path(place(site.stage.sampler, site.settings))
        write(notes, "[]")
        write(file, own.read_bytes(), 0o600)
        try:
            return _learned(site, file, notes)
        except DataError:
            file.unlink()
            samplerfile.load(own)  # what is wrong with it is said of the user's file, not of our copy
            raise
    sampler, said = _fit(site, train, inputs or {})
    write(notes, json.dumps([[note.text, note.column, note.count] for note in said]))
    dialect = Dialect() if train is None else train.dialect
    samplerfile.save(sampler, file, dialect=dialect, rows=dict(all_rows))
    loaded.cache_clear()
    return _learned(site, file, notes)


def _learned(site: Site, file: Path, notes: Path) -> Learned:
    said = tuple(Note(*entry) for entry in json.loads(notes.read_text()))
    return Learned(file, loaded(file.resolve(), site.run), said)


def _fit(site: Site, train: Dataset | None, inputs: Mapping[str, Dataset]) -> tuple[Sampler, tuple[Note, ...]]:
    engine = engine_of(site.stage)
    for line in forecast(engine, train) if train is not None else ():
        site.settings.watch.say(line)
    site.settings.watch.begin(f"learning with {site.stage.synthesizer}")
    schema = _gone_over(site.stage, inputs) if train is None else train.schema
    sampler, notes = memory.fit(engine, train, schema, site.seed("fit"), site.settings.watch)
    tell(train, site.stage.options.get("people"), notes, site.settings.watch.say)
    return sampler, notes


def _gone_over(stage: Stage, inputs: Mapping[str, Dataset]) -> Schema:
    """The schema of the rows that texts are made over."""
    over = None if stage.text is None else stage.text.over
    return Schema(()) if over is None else inputs[over.rows_of].schema


def request_for(site: Site, learned: Learned, inputs: Mapping[str, Dataset]) -> Request:
    """What is asked of the stage's sampler."""
    needed = {need: inputs[need] for need in (*site.stage.needs, "source") if need in inputs}
    spec = site.stage.given
    given = None if spec is None else given_of(spec, needed, learned.loaded.sampler, place(spec.rows or "", site.settings))
    size = _size(site.stage, site.name, learned, given)
    request = Request(size, site.seed("sample"), given, site.plan.part_rows, needed)
    sampler = learned.loaded.sampler
    return sampler.sized(request) if isinstance(sampler, Sizing) else request


def _size(stage: Stage, name: str, learned: Learned, given: Given | None) -> dict[str, int]:
    tables = [table.name for table in learned.loaded.sampler.schema]
    if isinstance(stage.rows, dict):
        for table in stage.rows:
            if table not in tables:
                raise PlanError(f"stage {name!r} makes no table {table!r}{registry.nearest(table, tables)}")
        # An engine that sizes tables itself scales those that are not named with those that are.
        return dict(stage.rows) if isinstance(learned.loaded.sampler, Sizing) else {**learned.loaded.rows, **stage.rows}
    if isinstance(given, SeedRows):
        if stage.rows not in (None, given.rows.num_rows):
            raise PlanError(f"stage {name!r} completes {given.rows.num_rows:,} rows; leave out rows, or say that number")
        return {given.table or tables[0]: given.rows.num_rows}
    if stage.rows is not None:
        if len(tables) > 1:
            raise PlanError(f"stage {name!r} makes {len(tables)} tables: say of which, as in rows: {{{tables[0]}: 1000}}")
        return {tables[0]: stage.rows}
    if not learned.loaded.rows and not isinstance(learned.loaded.sampler, Sizing):
        raise PlanError(f"stage {name!r} learns from no source, so it must say how many rows to make (rows: ...)")
    return learned.loaded.rows


def make(
    site: Site, learned: Learned, request: Request, format: str, dialect: Dialect, n_evaluated: int = EVALUATED_ROWS
) -> Parts:
    """sampler.sample: all parts, those that an earlier attempt made left as they are."""
    sampler, folder = learned.loaded.sampler, site.staging.place("parts", site.name)
    job = MakePart(site.run, learned.file.resolve(), request, folder, site.staging.out, format, dialect, frozenset())
    room = "" if isinstance(sampler, Waiting) else check_room(job, sampler, site.staging.target)
    for said in filter(None, [room, *remarks(sampler, request)]):
        site.settings.watch.say(said)
    parts = tuple(sampler.parts(request))
    order = request.seed.child("evaluated").generator().permutation(len(parts)).tolist()
    job = dataclasses.replace(job, kept=kept_parts(parts, n_evaluated, order))
    n_rows, made = sum(part.size for part in parts), 0
    site.settings.watch.begin(f"making {n_rows:,} rows")

    def done(rows: int) -> None:
        nonlocal made
        made += rows
        site.settings.watch.advance(made / max(n_rows, 1))

    result = produce(parts, job, _executor(sampler, site.settings, len(parts)), done)
    if isinstance(sampler, Selecting):
        for line in told(n_rows, sum(result.rows.values()), result.rejects):
            site.settings.watch.say(line)
        if sampler.may_fall_short:
            return result
    for table, wanted in request.size.items():
        if (got := result.rows.get(table, 0)) < wanted:
            raise GenerationError(f"{wanted:,} rows of {table!r} were asked for and {got:,} could be made")
    return result


def _executor(sampler: Sampler, settings: Settings, n_parts: int) -> Executor:
    if isinstance(sampler, Waiting):
        from twinset.execution.threads import Threads

        return Threads(sampler.n_at_once, sampler.opened, sampler.give_up)
    return executor_for(_workers(settings, n_parts))


def _workers(settings: Settings, n_parts: int) -> int:
    if settings.workers is not None:
        return settings.workers
    # Starting a process costs about what two parts cost.
    return max(1, min(len(os.sched_getaffinity(0)), n_parts // 4))


def evaluated(schema: Schema, parts: Parts, dialect: Dialect) -> Tables:
    """The rows that the evaluation looks at: the parts that were kept as Arrow, memory-mapped."""
    batches = [
        Batch(table.name, batch)
        for table in schema
        for file in parts.files(table.name, "arrow")
        for batch in read_kept(file).to_batches()
    ]
    return from_batches(schema, batches, "synthetic", dialect)
