"""A twin's tables put into a database, after everything else: the folder with the evidence is whole before that.

Loading is all or nothing. Where it was cut off, the same command finds the finished run in its folder and loads it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from twinset.core.manifest import Manifest
from twinset.core.schema import Schema
from twinset.databases.address import address
from twinset.errors import OutputError, PlanError
from twinset.pipeline import samplerfile, steps
from twinset.pipeline.outcome import Outcome
from twinset.pipeline.settings import Settings
from twinset.pipeline.staging import write as put
from twinset.plan import Plan
from twinset.provenance.files import MANIFEST, read_manifest


def evidence_for(url: str) -> Path:
    """Where the evidence of a twin in a database goes, if nobody says: NAME.twinset in the folder one works in."""
    where = address(url)
    name = where.path.stem if where.path is not None else where.base
    return Path(f"{name or 'database'}.twinset")


def prepared(plan: Plan, settings: Settings) -> Plan:
    """The plan of a run whose tables go to a database: one stage, and Parquet on the way there."""
    if settings.sink is None:
        return plan
    if len(plan.stages) != 1:
        raise PlanError("a database takes the tables of one stage; this plan has several: give them a folder with -o")
    if plan.format not in (None, "parquet"):
        raise PlanError(f"tables go to a database by way of Parquet; leave out format: {plan.format}")
    return plan.model_copy(update={"format": "parquet"})


def check(plan: Plan, settings: Settings) -> None:
    """Before anything is learned: whether the database can be reached and takes tables; an error where not."""
    if settings.sink is not None:
        from twinset.export.databases import check_target

        check_target(settings.sink, settings.overwrite, like=_source(plan, settings))


def load(plan: Plan, outcome: Outcome, settings: Settings) -> None:
    """Put the published tables into the database, unless this very run is there already."""
    if settings.sink is None or not outcome.is_published:
        return
    manifest, mark = read_manifest(outcome.place / MANIFEST), _mark(outcome.place)
    if outcome.was_there and _is_loaded(manifest, mark, settings):
        return
    if outcome.was_there:
        check(plan, settings)
    from twinset.export.databases import write

    settings.watch.begin(f"loading {address(settings.sink)}")
    schema = samplerfile.load(outcome.place / "sampler.twin").sampler.schema
    said = write(
        _files(outcome.place, schema), schema, settings.sink, like=_source(plan, settings), overwrite=settings.overwrite
    )
    for note in said.notes:
        settings.watch.say(note)
    settings.watch.say(f"{sum(said.n_rows.values()):,} rows of {len(said.n_rows)} tables are in {address(settings.sink)}")
    put(mark, json.dumps({"run": manifest.run, "target": _digest(settings.sink)}))


def _files(place: Path, schema: Schema) -> dict[str, list[Path]]:
    if len(schema.tables) == 1:
        return {schema.only.name: [place / "data.parquet"]}
    return {table.name: [place / f"{table.name}.parquet"] for table in schema}


def _source(plan: Plan, settings: Settings) -> str | None:
    (stage,) = plan.stages.values()
    return None if stage.source is None else steps.place(stage.source, settings)


def _mark(place: Path) -> Path:
    """The file that says what was loaded, beside the folder: that one is as it was made."""
    return place.with_name(f".{place.name}.loaded")


def _is_loaded(manifest: Manifest, mark: Path, settings: Settings) -> bool:
    """Whether this run was loaded into this database, and the database still holds tables."""
    assert settings.sink is not None
    try:
        if json.loads(mark.read_text()) != {"run": manifest.run, "target": _digest(settings.sink)}:
            return False
    except (OSError, ValueError):
        return False
    from twinset.export.databases import check_target

    try:
        check_target(settings.sink)
    except OutputError:
        return True
    return False


def _digest(url: str) -> str:
    return hashlib.sha256(str(address(url)).encode()).hexdigest()
