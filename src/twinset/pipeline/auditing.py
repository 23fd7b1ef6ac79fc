"""The shadow audit of an engine on a table: choose targets, fit shadows, attack them, judge, write the evidence.

Shadows are made in the staging folder of the output, so that the same command goes on after a kill where it stopped and ends
with the same figures, whatever the number of workers.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from twinset.core import registry
from twinset.core.dataset import Dataset, whole
from twinset.core.seed import Seed
from twinset.core.synthesis import Synthesizer
from twinset.errors import DataError, OutputError, PlanError
from twinset.evaluation.audit.measure import Evidence, Measured, measure
from twinset.evaluation.audit.table import Audited
from twinset.evaluation.audit.targets import Chosen, choose
from twinset.evaluation.report.audit import Audit, load_audit, render_html, render_json, render_markdown
from twinset.evaluation.result import Note
from twinset.execution import executor_for
from twinset.export.atomic import replacing
from twinset.gate.audited import judge_audit
from twinset.pipeline.settings import Settings, versions
from twinset.pipeline.shadows import REAL, Halves, Shadow, observed, shadow_parts
from twinset.pipeline.staging import Staging, friendly_disk, staged, sweep, write
from twinset.pipeline.threads import one_thread
from twinset.plan import Profile

SHADOWS, TARGETS = 64, 500
FEWEST_SHADOWS, MOST_SHADOWS = 4, 4096
FEWEST_TARGETS = 50
FEWEST_ENTITIES = 200
JSON = "audit.json"


@dataclass(frozen=True)
class Auditing:
    """What is audited, and how: an engine (its name and options are for the report) on a table."""

    data: Dataset
    source: str
    engine: Synthesizer
    synthesizer: str
    shadows: int = SHADOWS
    targets: int = TARGETS
    seed: int = 0
    gate: Profile = "standard"

    def __post_init__(self) -> None:
        if self.shadows % 2 or not FEWEST_SHADOWS <= self.shadows <= MOST_SHADOWS:
            raise PlanError(
                f"shadows come in pairs of complementary halves: an even number from {FEWEST_SHADOWS} to {MOST_SHADOWS} "
                f"is allowed, not {self.shadows}; 64 are usual"
            )
        if self.targets < FEWEST_TARGETS:
            raise PlanError(f"at least {FEWEST_TARGETS} records of each kind are asked for, not {self.targets}")
        Seed(self.seed)

    @property
    def options(self) -> dict[str, object]:
        fields = dataclasses.fields(self.engine)  # type: ignore[arg-type]  # a frozen dataclass, as the contract has it
        return {field.name: getattr(self.engine, field.name) for field in fields}

    @property
    def command(self) -> str:
        """The command that makes the audit again; empty for an engine that no name stands for."""
        if self.synthesizer not in registry.names("synthesizers"):
            return ""
        default = type(self.engine)()
        changed = {name: value for name, value in self.options.items() if value != getattr(default, name)}
        said = [f"--option {name}={value}" for name, value in changed.items()]
        asked = f"--shadows {self.shadows} --targets {self.targets} --seed {self.seed} --gate {self.gate}"
        return " ".join(["twinset audit", self.source, f"--synthesizer {self.synthesizer}", *said, asked])

    @property
    def identity(self) -> str:
        """What decides the figures."""
        parts = {
            "source": self.data.fingerprint,
            "engine": [self.synthesizer, type(self.engine).__qualname__, repr(self.engine)],
            "asked": [self.shadows, self.targets, self.seed, self.gate],
            "versions": versions(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def audit(asked: Auditing, target: Path, settings: Settings) -> Audit:
    """Audit into the folder ``target``: audit.json, audit.md, audit.html, and private/records.csv for the owner alone.

    Raises a UserError for what the caller can mend, before anything is fitted.
    """
    rows = whole(asked.data)
    halves = Halves.of(asked.data.schema, rows, Seed(asked.seed))
    _check(halves)
    run = asked.identity
    if (finished := _finished(target, run, settings)) is not None:
        sweep(target)
        return finished
    with staged(target, run) as staging, friendly_disk(target):
        if staging.is_resumed:
            settings.watch.say("an earlier attempt at this very audit was interrupted; going on where it stopped")
        settings.watch.begin("choosing records")
        chosen = _choose(asked, rows, halves)
        made, measured = _measured(asked, run, rows, chosen, staging, settings)
        result = _audit(asked, run, rows, chosen, measured, made)
        _write(staging.out, result, chosen, measured.evidence)
        staging.publish(replaces=settings.overwrite)
    return result


def _check(halves: Halves) -> None:
    if halves.n_entities < FEWEST_ENTITIES:
        raise DataError(
            f"an audit needs at least {FEWEST_ENTITIES} entities (rows, where no column says whose they are) to split and "
            f"to ask for, and the table has {halves.n_entities:,}"
        )


def _choose(asked: Auditing, rows: pa.Table, halves: Halves) -> Chosen:
    seed = Seed(asked.seed)
    audited = Audited.of(asked.data.schema.only, rows, seed.child("space"))
    if not audited.columns:
        raise DataError("no column can be attacked: all are nested, and only plain values are compared")
    with one_thread():
        return choose(audited, halves.one_row_each(), asked.targets, seed.child("choose"))


def _measured(
    asked: Auditing, run: str, rows: pa.Table, chosen: Chosen, staging: Staging, settings: Settings
) -> tuple[tuple[Note, ...], Measured]:
    """Make the shadows that are not there yet, then attack them all."""
    folder = staging.place("shadows").resolve()
    if not (folder / REAL).exists():
        with replacing(folder / REAL) as file, pa.ipc.new_file(file, rows.schema) as arrow:
            arrow.write_table(rows)
    job = Shadow(run, folder, asked.data.schema, asked.engine, chosen.rows, Seed(asked.seed))
    parts = shadow_parts(asked.data.schema.only.name, asked.shadows)
    todo = [part for part in parts if not (folder / f"{part.id}.npz").exists()]
    cost = asked.engine.forecast(asked.data.schema, {asked.data.schema.only.name: rows.num_rows // 2})
    settings.watch.say(
        f"forecast: about {max(1, round(len(todo) * cost.seconds / 60))} min of CPU to learn, besides the attack"
    )
    settings.watch.begin(f"making {asked.shadows} twins of halves")
    settings.watch.advance(1 - len(todo) / len(parts))
    for done, _ in enumerate(executor_for(_workers(settings, len(todo))).run(todo, job, frozenset()), 1):
        settings.watch.advance(1 - (len(todo) - done) / len(parts))
    settings.watch.begin("attacking")
    seen, notes = observed(job, parts, chosen)
    with one_thread(with_learners=True):
        return notes, measure(seen, Seed(asked.seed).child("measure"))


def _workers(settings: Settings, n_parts: int) -> int:
    if settings.workers is not None:
        return settings.workers
    return max(1, min(len(os.sched_getaffinity(0)), n_parts // 2))


def _audit(asked: Auditing, run: str, rows: pa.Table, chosen: Chosen, measured: Measured, notes: tuple[Note, ...]) -> Audit:
    repairs = tuple(Note(repair.what, repair.column, repair.count) for repair in asked.data.repairs)
    return Audit(
        source=asked.source,
        synthesizer=asked.synthesizer,
        options=asked.options,
        shadows=asked.shadows,
        records={subject: int(group.sum()) for subject, group in chosen.groups.items()},
        rows={"real": rows.num_rows},
        seed=asked.seed,
        verdict=judge_audit(measured.scores, asked.gate),
        scores=measured.scores,
        curves=measured.curves,
        notes=(*repairs, *notes),
        versions=versions(),
        run=run,
        made=datetime.now(UTC).date().isoformat(),
        command=asked.command,
    )


def _write(out: Path, result: Audit, chosen: Chosen, evidence: Evidence) -> None:
    private = out / "private"
    private.mkdir(mode=0o700)
    write(private / "records.csv", _records(chosen, evidence), 0o600)
    write(out / "audit.html", render_html(result))
    write(out / "audit.md", render_markdown(result))
    write(out / JSON, render_json(result))


def _records(chosen: Chosen, evidence: Evidence) -> str:
    """One line a record: its row number in the source (from 0), its groups, and what the attack found about it."""
    lines = ["row,groups,score_inside,score_outside,auc"]
    for place, number in enumerate(chosen.rows.tolist()):
        groups = "+".join(subject.split()[0] for subject, group in chosen.groups.items() if group[place])
        found = (evidence.inside[place], evidence.outside[place], evidence.area[place])
        lines.append(",".join([str(number), groups, *(f"{value:.6g}" for value in found)]))
    return "\n".join(lines) + "\n"


def _finished(target: Path, run: str, settings: Settings) -> Audit | None:
    """The very same audit, where it lies at ``target``; OutputError where something else does."""
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target} is a file; choose a folder with -o")
    if not target.is_dir() or not any(target.iterdir()) or settings.overwrite:
        return None
    if (target / JSON).exists():
        found = load_audit((target / JSON).read_text(encoding="utf-8"))
        if found.run == run:
            return found
    raise OutputError(f"{target} is there already; choose another folder with -o, or say --overwrite")
