"""evaluate -> gate: what a stage made, measured against the real rows, and the verdict on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from twinset.core.dataset import Dataset
from twinset.core.registry import nearest
from twinset.core.schema import Table
from twinset.core.seed import Seed
from twinset.core.verdict import Override
from twinset.errors import PlanError
from twinset.evaluation import relational as linked
from twinset.evaluation.measure import evaluate
from twinset.evaluation.relational.result import TablePart
from twinset.evaluation.report import ColumnLineage, Lineage
from twinset.evaluation.report.linked import LinkedReport
from twinset.evaluation.result import Note
from twinset.gate.decide import decide
from twinset.gate.linked import decide_linked
from twinset.pipeline.outcome import Judged, JudgedLinked
from twinset.pipeline.settings import versions
from twinset.pipeline.threads import one_thread
from twinset.pipeline.watch import Silent, Watch
from twinset.plan import Profile

THOROUGH = "thorough: learners are tuned, on more rows, and more records are attacked; this takes several times as long"


def judge(
    train: Dataset,
    synthetic: Dataset,
    holdout: Dataset | None,
    *,
    target: str | None,
    profile: Profile,
    seed: Seed,
    lineage: Lineage,
    notes: tuple[Note, ...] = (),
    override: Override | None = None,
    watch: Watch | None = None,
    is_thorough: bool = False,
) -> Judged:
    """Measure everything, let the gate decide, and keep both with the story of the data."""
    watch = watch or Silent()
    if is_thorough:
        watch.say(THOROUGH)
    watch.begin("evaluating")
    with one_thread(with_learners=True):
        measured = evaluate(
            train, synthetic, holdout=holdout, target=target, seed=seed, is_thorough=is_thorough, progress=watch.advance
        )
    repairs = tuple(Note(repair.what, repair.column, repair.count) for repair in train.repairs)
    evaluation = dataclasses.replace(measured, notes=(*repairs, *notes, *measured.notes))
    return Judged(evaluation, decide(evaluation.scores, profile, override), lineage)


def judge_linked(
    train: Dataset, synthetic: Dataset, holdout: Dataset | None, asked: Asked, lineage: Lineage
) -> JudgedLinked:
    """:func:`judge` for linked tables."""
    if asked.is_thorough:
        asked.watch.say(THOROUGH)
    asked.watch.begin("evaluating")
    target = None if asked.target is None else split_name(asked.target, train)
    with one_thread(with_learners=True):
        measured = linked.evaluate(
            train, synthetic, holdout=holdout, target=target, seed=asked.seed, is_thorough=asked.is_thorough,
            progress=asked.watch.advance,
        )  # fmt: skip
    repairs = tuple(Note(repair.what, repair.column, repair.count) for repair in train.repairs)
    evaluation = dataclasses.replace(measured, notes=(*repairs, *asked.notes, *measured.notes))
    verdict = decide_linked(evaluation.made, evaluation.subjects, evaluation.roots, asked.profile, asked.override)
    stories = {table.name: _story(table, evaluation.parts, lineage, asked.notes) for table in train.schema}
    return JudgedLinked(LinkedReport(evaluation, verdict, lineage, stories))


def _story(table: Table, parts: Sequence[TablePart], whole: Lineage, notes: tuple[Note, ...]) -> Lineage:
    """One table's share in the story of the whole."""
    rows = next((part.rows for part in parts if part.name == table.name), {})
    title = f"{whole.title}: {table.name}"
    return dataclasses.replace(
        whole, title=title, rows=dict(rows), columns=_columns(table, notes, f"{table.name}."), steps=()
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """How linked tables are to be judged; ``target`` is written ``table.column``."""

    target: str | None
    profile: Profile
    seed: Seed
    notes: tuple[Note, ...]
    override: Override | None
    watch: Watch
    is_thorough: bool


def split_name(name: str, data: Dataset) -> tuple[str, str]:
    """The table and the column that ``table.column`` names; PlanError where it names none."""
    for table in data.schema:
        if name.startswith(f"{table.name}.") and (column := name.removeprefix(f"{table.name}.")) in table.names:
            return table.name, column
    known = [f"{table.name}.{column}" for table in data.schema for column in table.names]
    raise PlanError(
        f"the target of linked tables is written table.column, not {name!r}{nearest(name, known)}; "
        f"tables: {', '.join(table.name for table in data.schema)}"
    )


def lineage_of(
    title: str, source: str, data: Dataset, rows: Mapping[str, int], *, synthesizer: str, options: Mapping[str, object],
    seed: int, fingerprints: Mapping[str, str], notes: tuple[Note, ...], command: str = "",
) -> Lineage:  # fmt: skip
    """The story of a twin, as its report tells it."""
    columns = _columns(data.schema.only, notes) if len(data.schema.tables) == 1 else ()
    return Lineage(
        title, source, synthesizer, seed, rows, options, versions(), fingerprints, columns,
        made=datetime.now(UTC).date().isoformat(), command=command,
    )  # fmt: skip


def _columns(table: Table, notes: tuple[Note, ...], before: str = "") -> tuple[ColumnLineage, ...]:
    """What was made of each column; notes have ``before`` its name."""
    treated: dict[str | None, str] = {}
    for note in notes:
        treated[note.column] = "; ".join(filter(None, [treated.get(note.column), note.text]))
    return tuple(
        ColumnLineage(column.name, column.type.word, column.reason, treated.get(f"{before}{column.name}", "learned"))
        for column in table.columns
    )
