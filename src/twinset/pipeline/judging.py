"""evaluate -> gate: what a stage made, measured against the real rows, and the verdict on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime

from twinset.core.dataset import Dataset
from twinset.core.seed import Seed
from twinset.core.verdict import Override
from twinset.evaluation.measure import evaluate
from twinset.evaluation.report import ColumnLineage, Lineage
from twinset.evaluation.result import Note
from twinset.gate.decide import decide
from twinset.pipeline.outcome import Judged
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


def lineage_of(
    title: str, source: str, data: Dataset, rows: Mapping[str, int], *, synthesizer: str, options: Mapping[str, object],
    seed: int, fingerprints: Mapping[str, str], notes: tuple[Note, ...], command: str = "",
) -> Lineage:  # fmt: skip
    """The story of a twin, as its report tells it."""
    treated: dict[str | None, str] = {}
    for note in notes:
        treated[note.column] = "; ".join(filter(None, [treated.get(note.column), note.text]))
    columns = tuple(
        ColumnLineage(column.name, column.type.word, column.reason, treated.get(column.name, "learned"))
        for column in data.schema.only.columns
    )
    return Lineage(
        title, source, synthesizer, seed, rows, options, versions(), fingerprints, columns,
        made=datetime.now(UTC).date().isoformat(), command=command,
    )  # fmt: skip
