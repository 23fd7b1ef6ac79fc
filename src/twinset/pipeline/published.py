"""Evaluation without the real rows, and the file of aggregates that makes it possible."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twinset import sources
from twinset.core.dataset import Dataset
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.evaluation.aggregates.files import dump_aggregates, read_aggregates
from twinset.evaluation.aggregates.measure import measure_aggregates
from twinset.evaluation.aggregates.model import Aggregates
from twinset.evaluation.aggregates.publish import ROUNDING, left_out, publishable
from twinset.evaluation.report import ColumnLineage, Lineage
from twinset.gate.decide import decide
from twinset.pipeline.outcome import Judged
from twinset.pipeline.settings import versions
from twinset.pipeline.staging import friendly_disk, write
from twinset.pipeline.watch import Silent, Watch
from twinset.plan import Profile
from twinset.provenance.fingerprints import Fingerprint, fingerprint_of


def judge_by_aggregates(
    files: Sequence[str | Path], synthetic: Any, *, seed: int, gate: Profile, watch: Watch | None = None
) -> Judged:
    """A twin beside published aggregates: likeness as far as they tell; usefulness and leaks are unknown, and say why."""
    watch = watch or Silent()
    watch.begin("reading")
    published = [read_aggregates(Path(file)) for file in files]
    data: Dataset = sources.read(synthetic)
    watch.begin("evaluating")
    evaluation = measure_aggregates(published, data, seed=Seed(seed).child("evaluate"))
    told = {name for one in published for name in one.told_of}
    columns = tuple(
        ColumnLineage(
            column.name, column.type.word, column.reason, "compared" if column.name in told else "nothing is published of it"
        )
        for column in data.schema.only.columns
    )
    names = ", ".join(dict.fromkeys(one.source or Path(file).name for one, file in zip(published, files, strict=True)))
    lineage = Lineage(
        published[0].name, f"{names} (published aggregates)", "unknown", seed, evaluation.rows, _said(published), versions(),
        columns=columns, made=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip
    return Judged(evaluation, decide(evaluation.scores, gate), lineage, _fingerprints(published, files, data))


def _fingerprints(published: Sequence[Aggregates], files: Sequence[str | Path], twin: Dataset) -> dict[str, Fingerprint]:
    """Of the twin by column, of the aggregates by file."""
    digests = {Path(file).name: hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files}
    rows = max(one.rows or 0 for one in published)
    return {"synthetic": fingerprint_of(twin), "aggregates": Fingerprint(rows, digests)}


def _said(published: Sequence[Aggregates]) -> Mapping[str, object]:
    """What the files say of their own doubt."""
    said: dict[str, object] = {}
    for one in published:
        prefix = f"{one.name}: " if len(published) > 1 else ""
        said |= {f"{prefix}suppressed below": one.k, f"{prefix}rounded to": one.rounding or "exact"}
    return said


def write_aggregates(source: Any, out: Path, *, rounding: int = ROUNDING, watch: Watch | None = None) -> Aggregates:
    """Write what may be published of a table's rows; the watch is told what is not in it."""
    if out.suffix.lower() not in (".yaml", ".yml", ".json"):
        raise PlanError(f"-o takes a file that ends in .yaml or .json, not {out.name!r}")
    watch = watch or Silent()
    watch.begin("reading")
    data: Dataset = sources.read(source)
    named = Path(source).name if isinstance(source, str | Path) else ""
    found = publishable(data, rounding=rounding, source=named)
    for name in left_out(data, found):
        watch.say(f"{name}: nothing of this column is published")
    with friendly_disk(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write(out, dump_aggregates(found, out))
    return found
