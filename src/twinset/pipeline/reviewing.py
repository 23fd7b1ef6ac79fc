"""review: the rows of an output before people's eyes, and what they leave of it as an output of its own.

Choices lie beside the data (``DIR/review/NAME.jsonl``) and name its hash: they are about these very rows. The reviewed rows
are written to a new folder, whose manifest tells all stages of the run, and the review as one more.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset import __version__, sources
from twinset.core.dataset import Dataset, whole
from twinset.core.manifest import Manifest, StageEntry
from twinset.core.seed import Seed
from twinset.errors import DataError, OutputError, PlanError
from twinset.export import dialect_for, exporter, exporter_for, formats
from twinset.pipeline.settings import versions
from twinset.pipeline.staging import friendly_disk, staged, write
from twinset.provenance.files import MANIFEST, entries, verify
from twinset.provenance.marks import marks
from twinset.review.agreement import Agreement, agreements
from twinset.review.choices import Choice, opened, read_logs
from twinset.review.server import Review, serve
from twinset.review.settle import Settled, settle

Logs = Mapping[str, Mapping[int, Choice]]


@dataclass(frozen=True)
class Reviewed:
    """An output under review: its file of data, its manifest, and where choices lie."""

    place: Path
    file: Path
    manifest: Manifest
    choices: Path

    @classmethod
    def of(cls, place: Path, name: str | None = None) -> Reviewed:
        """The output in a folder, or a file with its manifest; DataError where it is none, or was changed since."""
        found = verify(place)
        if found.faults:
            raise DataError(f"{place} was changed after it was made: {found.faults[0]}")
        if not place.is_dir():
            return cls(place, place, found.manifest, place.with_name(place.name + ".review"))
        endings = {ending for some in formats().values() for ending in some}
        listed = [one.path for one in found.manifest.files if Path(one.path).suffix in endings]
        data = [
            path for path in listed if not path.endswith("rejects.jsonl") and not path.startswith(("private/", "review/"))
        ]
        chosen = [path for path in data if name in (None, path, Path(path).name)]
        if len(chosen) != 1:
            raise PlanError(f"say with --file which of the files of {place} to review: {', '.join(data) or 'it has none'}")
        return cls(place, place / chosen[0], found.manifest, place / "review" / Path(chosen[0]).stem)

    @cached_property
    def digest(self) -> str:
        """The hash of the data, which choices name."""
        with self.file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()

    @cached_property
    def data(self) -> Dataset:
        """The rows with their types."""
        found: Dataset = sources.read(self.file)
        return found

    @cached_property
    def rows(self) -> pa.Table:
        """The rows."""
        return whole(self.data)

    @property
    def logs(self) -> Logs:
        """The choices of all reviewers."""
        return read_logs(self.choices, self.digest)


def review(of: Reviewed, reviewer: str, *, n_rows: int | None, seed: int, port: int, tell: Callable[[str], None]) -> Logs:
    """Serve the rows until the review is ended; gives all choices. The order is by lot, the same for every reviewer."""
    if (
        not reviewer
        or len(reviewer) > 60
        or not all(one.isalnum() or one in "-_." for one in reviewer)
        or reviewer[0] == "."
    ):
        raise PlanError(f"a reviewer's name makes a file name: letters, digits, - _ and dots, not {reviewer!r}")
    if n_rows is not None and n_rows < 1:
        raise PlanError(f"at least one row is reviewed, not {n_rows}")
    if not of.rows.num_rows:
        raise DataError(f"{of.file} has no rows to review")
    order = Seed(seed).child("review").generator().permutation(of.rows.num_rows)[:n_rows].tolist()
    with friendly_disk(of.choices), opened(of.choices / f"{reviewer}.jsonl", reviewer, of.digest) as log:
        serve(Review(of.file.name, of.rows, order, log), port, tell)
    return of.logs


def write_reviewed(of: Reviewed, out: Path, *, keep_unseen: bool) -> Settled:
    """Write what stays to a new folder, with the counts in its manifest."""
    logs = of.logs
    if not any(logs.values()):
        raise DataError(f"nobody has reviewed {of.file} yet; begin with: twinset review {of.place}")
    if out.exists():
        raise OutputError(f"{out} is there already; choose another folder for what was reviewed")
    settled = settle(of.rows, logs, keep_unseen=keep_unseen)
    said = json.dumps([of.digest, keep_unseen, {name: _plain(log) for name, log in logs.items()}], sort_keys=True)
    run = hashlib.sha256(said.encode()).hexdigest()
    with staged(out, run) as staging, friendly_disk(out):
        data = staging.out / of.file.name
        _export(of, settled.rows, data, staging.place("parts") / "reviewed", run)
        if (plan := of.place / "plan.yaml").is_file():
            shutil.copyfile(plan, staging.out / "plan.yaml")
        manifest = of.manifest.model_copy(
            update={
                "twinset": __version__, "run": run, "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "versions": versions(), "stages": (*of.manifest.stages, _stage(of, settled, logs, keep_unseen)),
                "files": entries(staging.out),
            }
        )  # fmt: skip
        write(staging.out / MANIFEST, manifest.to_bytes())
        staging.publish(replaces=False)
    return settled


def _plain(log: Mapping[int, Choice]) -> list[Any]:
    return [[choice.row, choice.verb, dict(choice.values)] for choice in log.values()]


def _export(of: Reviewed, rows: pa.Table, target: Path, part: Path, run: str) -> None:
    """In the format and the dialect that the rows came in."""
    table, format = of.data.schema.only, exporter_for(target)
    dialect = dialect_for(target, of.data.dialect)
    exporter(format).check(table, dialect)
    exporter(format).write_part(rows.to_batches(), part, table, dialect)
    exporter(format).assemble([part], target, table, dialect, marks(run=run, generation=of.manifest.generation))


def _stage(of: Reviewed, settled: Settled, logs: Logs, keep_unseen: bool) -> StageEntry:
    counts = {name: dict(Counter(choice.verb for choice in log.values())) for name, log in logs.items()}
    said = [in_words(one) for one in agreements(logs)]
    if settled.n_edited:
        said.insert(0, f"{settled.n_edited:,} rows stand as reviewers edited them")
    return StageEntry(
        name="review",
        synthesizer="review",
        options={"reviewers": counts, "keep_unseen": keep_unseen},
        rows={of.data.schema.only.name: settled.rows.num_rows},
        rejects=dict(sorted(settled.left_out.items())),
        notes=tuple(said),
        verdict=None,
    )


def in_words(found: Agreement) -> str:
    """What two reviewers agree on, in a sentence."""
    one, other = found.names
    if found.share is None:
        return f"{one} and {other} have reviewed no row in common"
    head = f"{one} and {other} agree on {found.share:.1%} of {found.n:,} rows"
    if found.kappa is None or found.interval is None:
        return f"{head}; both chose the same throughout, so kappa says nothing"
    return f"{head}; Cohen's kappa {found.kappa:.2f} ({found.interval[0]:.2f} to {found.interval[1]:.2f})"
