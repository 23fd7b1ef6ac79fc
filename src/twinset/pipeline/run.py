"""A whole run of a plan, as the seven steps:

    source -> schema -> synthesizer.fit -> sampler.sample -> evaluate -> gate -> export (+ provenance)

Everything is made in a staging folder and published by one rename. Run again after any fault, it goes on where it stopped
and ends with the same bytes; run again after success, it finds that there is nothing to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from twinset.core.dataset import Dataset
from twinset.core.registry import lookup, nearest
from twinset.core.verdict import Verdict
from twinset.errors import OutputError, PlanError
from twinset.evaluation.report import Lineage
from twinset.pipeline import publishing, sinking, steps
from twinset.pipeline.addresses import without_secrets
from twinset.pipeline.engines import engine_of
from twinset.pipeline.judging import Asked, judge, judge_linked, lineage_of, split_name
from twinset.pipeline.lookups import plan_fingerprint, with_files
from twinset.pipeline.outcome import Judged, JudgedLinked, Made, Outcome
from twinset.pipeline.settings import Settings, versions
from twinset.pipeline.staging import friendly_disk, staged, sweep
from twinset.pipeline.steps import Site
from twinset.plan import Plan, in_order
from twinset.provenance.files import MANIFEST, read_manifest, verify


def run(plan: Plan, target: Path, settings: Settings | None = None) -> Outcome:
    """Make everything that ``plan`` says into the folder ``target``.

    Raises a UserError for what the caller can mend, before anything is made where that can be known.
    """
    settings = settings or Settings()
    plan, settings = without_secrets(plan, settings)
    plan = sinking.prepared(with_files(plan, settings.base), settings)
    order = in_order(plan)
    _check_place(target, settings)
    for name in order:
        engine_of(plan.stages[name])
    if plan.format is not None:
        lookup("exporters", plan.format)
    sources = {name: steps.read_source(plan.stages[name], settings) for name in order}
    _check_target_column(plan, sources)
    identity = _identity(plan, sources, settings)
    if (finished := _finished(target, identity, settings)) is not None:
        sweep(target)
        sinking.load(plan, finished, settings)
        return finished
    sinking.check(plan, settings)
    with staged(target, identity) as staging, friendly_disk(target):
        if staging.is_resumed:
            settings.watch.say("an earlier attempt at this very run was interrupted; going on where it stopped")
        made: dict[str, Made] = {}
        for name in order:
            made[name] = _stage(Site(identity, plan, name, staging, settings), sources[name], made)
        is_published = all(one.verdict.is_published for one in made.values() if one.verdict)
        publishing.finish(staging, identity, plan, sources, made, settings)
        staging.publish(replaces=settings.overwrite)
    verdicts = {name: one.verdict for name, one in made.items() if one.verdict}
    outcome = Outcome(target, verdicts, is_published)
    sinking.load(plan, outcome, settings)
    return outcome


def _stage(site: Site, source: Dataset | None, before: Mapping[str, Made]) -> Made:
    """One stage, from its source to its verdict and its data file."""
    inputs = {name: made.synthetic for name, made in before.items()}
    if site.stage.text is not None and source is not None:
        inputs, source = {**inputs, "source": source}, None  # texts are made over it; nothing is learned
    train, holdout = steps.hold_out(source, site.plan, site.settings) if source else (None, None)
    all_rows = {table.name: source.count(table.name) for table in source.schema} if source else {}
    learned = steps.learn(site, train, all_rows, inputs)
    request = steps.request_for(site, learned, inputs)
    export = publishing.Export.choose(site, learned)
    is_read = bool(train or site.stage.text) or any(site.name in stage.needs for stage in site.plan.stages.values())
    n_evaluated = steps.EVALUATED_ROWS if is_read else 0
    if any(stage.text and site.name in stage.needs for stage in site.plan.stages.values()):
        n_evaluated = sum(request.size.values())  # texts go over all of them
    parts = steps.make(site, learned, request, export.format, export.dialect, n_evaluated)
    synthetic = steps.evaluated(learned.loaded.sampler.schema, parts, export.dialect)
    verdict: Verdict | None = None
    if train is not None:
        lineage = _lineage(site, train, holdout, parts.rows, learned)
        judged = _judged(site, (train, synthetic, holdout), lineage, learned)
        judged.write(export.folder)
        verdict = judged.verdict
    if site.stage.text is not None:
        from twinset.pipeline.text_report import write_report

        write_report(site, learned, parts, synthetic, sum(request.size.values()), export.folder)
    files = export.write(parts, learned, is_held=verdict is not None and not verdict.is_published)
    return Made(site.name, synthetic, files, parts, learned, verdict)


def _judged(
    site: Site, sides: tuple[Dataset, Dataset, Dataset | None], lineage: Lineage, learned: steps.Learned
) -> Judged | JudgedLinked:
    """evaluate -> gate: train, synthetic and holdout, one table or several."""
    asked, settings = site.plan.evaluate, site.settings
    if len(sides[0].schema.tables) > 1:
        how = Asked(
            asked.target, asked.gate, site.seed("evaluate"), learned.notes, settings.override, settings.watch, asked.thorough
        )
        return judge_linked(*sides, how, lineage)
    return judge(
        *sides, target=asked.target, profile=asked.gate, seed=site.seed("evaluate"), lineage=lineage, notes=learned.notes,
        override=settings.override, watch=settings.watch, is_thorough=asked.thorough,
    )  # fmt: skip


def _lineage(
    site: Site, train: Dataset, holdout: Dataset | None, made: Mapping[str, int], learned: steps.Learned
) -> Lineage:
    n_train, n_held = _n_rows(train), _n_rows(holdout)
    return lineage_of(
        site.name,
        steps.named(site.stage.source or ""),
        train,
        {"real": n_train + n_held, "train": n_train, "holdout": n_held, "synthetic": sum(made.values())},
        synthesizer=site.stage.synthesizer,
        options=site.stage.options,
        seed=site.plan.seed,
        fingerprints={"run": site.run, "plan": plan_fingerprint(site.plan)},
        notes=learned.notes,
        command=f"twinset run plan.yaml -o {site.staging.target.name}",
    )


def _n_rows(data: Dataset | None) -> int:
    return 0 if data is None else sum(data.count(table.name) for table in data.schema)


def _identity(plan: Plan, sources: Mapping[str, Dataset | None], settings: Settings) -> str:
    """What decides the bytes of a run: the plan, the content of its sources and samplers, and the versions at work."""
    samplers = {
        name: steps.sampler_hash(stage, settings) for name, stage in plan.stages.items() if stage.sampler is not None
    }
    given = {name: stage.given.rows for name, stage in plan.stages.items() if stage.given and stage.given.rows}
    parts: dict[str, object] = {
        "plan": plan_fingerprint(plan),
        "sources": {name: data.fingerprint for name, data in sources.items() if data},
        "samplers": samplers,
        "versions": versions(plan),
    }
    if given:
        from twinset.sources import fingerprint

        parts["given"] = {name: fingerprint(steps.place(rows, settings)) for name, rows in given.items()}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _check_place(target: Path, settings: Settings) -> None:
    """Refuse, before anything is read, a place that holds something else, or that a rename would pull from under a shell."""
    if Path.cwd().is_relative_to(target.resolve()):
        raise OutputError(f"{target} is the folder that you work in, or one above it; name a new one with -o")
    if target.is_symlink():
        raise OutputError(f"{target} is a link, which a finished output can't replace; name the folder itself with -o")
    if any(sign < " " or "\ud800" <= sign <= "\udfff" for sign in str(target)):
        raise OutputError(f"{str(target)!r} has characters that can't be printed; name another folder with -o")
    if target.is_dir():
        if not any(target.iterdir()) or (target / MANIFEST).exists():
            return
        raise OutputError(f"{target} is there already and is no output of Twinset; choose another folder with -o")
    if target.exists():
        raise OutputError(f"{target} is a file; choose a folder with -o")


def _finished(target: Path, identity: str, settings: Settings) -> Outcome | None:
    """The outcome of the very same run, where it lies at ``target`` unharmed."""
    if settings.overwrite or not (target / MANIFEST).exists():
        return None
    manifest = read_manifest(target / MANIFEST)
    if manifest.run != identity:
        raise OutputError(f"{target} holds the output of another run; choose another folder with -o, or say --overwrite")
    if faults := verify(target).faults:
        raise OutputError(f"{target} holds this run's output, changed since: {faults[0]}; say --overwrite to make it again")
    return publishing.outcome_of(target, manifest)


def _check_target_column(plan: Plan, sources: Mapping[str, Dataset | None]) -> None:
    wanted = plan.evaluate.target
    if wanted is None:
        return
    for data in sources.values():
        if data is not None and len(data.schema.tables) > 1:
            split_name(wanted, data)
            return
    columns = [name for data in sources.values() if data for table in data.schema for name in table.names]
    if wanted not in columns:
        raise PlanError(
            f"the target {wanted!r} is not a column{nearest(wanted, columns)}; columns: {', '.join(columns[:30])}"
        )
