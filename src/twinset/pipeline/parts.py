"""Making parts: each one alone, resumed where an earlier run stopped, whoever makes it in whatever order.

A part leaves in the staging folder a part file for each of its tables (in the output's format), its rows as Arrow where they
are needed again (by another part, or by the evaluation), its state, its rejects, and last ``<id>.json``, which says that all
of it is there. A part that has that file is not made again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Batch, Dialect
from twinset.core.media import MediaRef, media_ref
from twinset.core.request import Part, Reject, Request, State, Tally
from twinset.core.schema import Schema
from twinset.errors import InternalError
from twinset.execution import Executor
from twinset.export import exporter
from twinset.export.atomic import replacing
from twinset.pipeline import samplerfile
from twinset.pipeline.samplerfile import Loaded
from twinset.pipeline.staging import KEPT, write


@dataclass(frozen=True)
class MakePart:
    """The job that makes one part and leaves it in ``folder``; small enough to be sent to another process."""

    run: str
    sampler: Path
    request: Request
    folder: Path
    out: Path
    format: str
    dialect: Dialect
    kept: frozenset[str]

    def __call__(self, part: Part) -> None:
        sampler = loaded(self.sampler, self.run).sampler
        made = _Made()
        for item in sampler.make(part, self.request, _Context(self.folder, self.out, part)):
            made.add(item)
        for table, batches in made.batches.items():
            self._write(part, table, batches, sampler.schema)
        if made.state is not None:
            write(self.folder / f"{part.id}.state", made.state)
        if made.rejects:
            lines = (json.dumps([one.table, one.reason, one.content], ensure_ascii=False) for one in made.rejects)
            write(self.folder / f"{part.id}.rejects", "\n".join(lines) + "\n")
        write(self.folder / f"{part.id}.json", json.dumps(made.summary()))

    def _write(self, part: Part, table: str, batches: list[pa.RecordBatch], schema: Schema) -> None:
        expected = schema[table].arrow
        for batch in batches:
            if not batch.schema.equals(expected):
                raise InternalError(f"part {part.id} made rows of table {table!r} that do not have its schema")
        exporter(self.format).write_part(batches, self.folder / f"{part.id}.{table}.part", schema[table], self.dialect)
        if part.id in self.kept:
            with replacing(self.folder / f"{part.id}.{table}.arrow") as file, pa.ipc.new_file(file, expected) as arrow:
                for batch in batches:
                    arrow.write_batch(batch)


@dataclass
class _Made:
    """What one part has made so far."""

    batches: dict[str, list[pa.RecordBatch]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    state: bytes | None = None
    used: Counter[str] = field(default_factory=Counter)

    def add(self, item: Batch | Reject | State | Tally) -> None:
        match item:
            case Batch(table, rows):
                self.batches.setdefault(table, []).append(rows)
            case Reject():
                self.rejects.append(item)
            case State(content):
                if self.state is not None:
                    raise InternalError("a part leaves at most one state")
                self.state = content
            case Tally(counts):
                self.used.update(counts)

    def summary(self) -> dict[str, Any]:
        rows = {table: sum(batch.num_rows for batch in batches) for table, batches in self.batches.items()}
        used = {"used": dict(self.used)} if self.used else {}
        return {"rows": rows, "rejects": dict(Counter(reject.reason for reject in self.rejects)), **used}


@dataclass(frozen=True, slots=True)
class _Context:
    """What a part sees of its surroundings: the parts that it needs, and the folder for blobs."""

    folder: Path
    out: Path
    part: Part

    def rows_of(self, part: str) -> pa.Table:
        self._check(part)
        files = sorted(self.folder.glob(f"{part}.*.arrow"))
        if len(files) != 1:
            raise InternalError(f"part {part} left rows of {len(files)} tables, and one was asked for")
        return read_kept(files[0])

    def state_of(self, part: str) -> bytes:
        self._check(part)
        return (self.folder / f"{part}.state").read_bytes()

    def put(self, content: bytes, media_type: str) -> MediaRef:
        ref = media_ref(content, media_type)
        path = self.out / ref.uri
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, content)
        return ref

    @property
    def keeping(self) -> Path:
        return self.folder.parents[1] / KEPT / self.folder.name

    def _check(self, part: str) -> None:
        if part not in self.part.needs:
            raise InternalError(f"part {self.part.id} asked for {part}, which is not among its needs")


@lru_cache(maxsize=4)
def loaded(path: Path, run: str) -> Loaded:
    """The sampler of a run, read once a process from the very file that is published: its rows are the file's."""
    return samplerfile.load(path)


def read_kept(path: Path) -> pa.Table:
    """Rows kept as Arrow, memory-mapped."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


@dataclass(frozen=True)
class Parts:
    """All parts of one request, made: ids in order, rows by table, rejects by reason, what making them took."""

    folder: Path
    ids: tuple[str, ...]
    rows: dict[str, int]
    rejects: dict[str, int]
    used: dict[str, int] = field(default_factory=dict)

    def files(self, table: str, ending: str) -> list[Path]:
        """The files with that ending which the parts left for a table, in order."""
        return [path for one in self.ids if (path := self.folder / f"{one}.{table}.{ending}").exists()]


def produce(parts: tuple[Part, ...], job: MakePart, executor: Executor, done: Callable[[int], None]) -> Parts:
    """Make all parts that are not there yet. ``done`` is told the rows of each as it ends."""
    ready = {part.id for part in parts if (job.folder / f"{part.id}.json").exists()}
    for part in parts:
        if part.id in ready:
            done(part.size)
    todo = (part for part in parts if part.id not in ready)
    for part in executor.run(todo, job, frozenset(ready)):
        done(part.size)
    return _gather(parts, job)


def _gather(parts: tuple[Part, ...], job: MakePart) -> Parts:
    rows: Counter[str] = Counter(dict.fromkeys(job.request.size, 0))
    rejects: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for part in parts:
        summary = json.loads((job.folder / f"{part.id}.json").read_text())
        rows.update(summary["rows"])
        rejects.update(summary["rejects"])
        used.update(summary.get("used", {}))
    return Parts(job.folder, tuple(part.id for part in parts), dict(rows), dict(rejects), dict(used))


def reject_lines(parts: Parts) -> Iterator[str]:
    """The rejects of all parts as JSON lines, in order."""
    for one in parts.ids:
        path = parts.folder / f"{one}.rejects"
        if path.exists():
            yield from path.read_text().splitlines(keepends=True)


def kept_parts(parts: tuple[Part, ...], evaluated: int, order: list[int]) -> frozenset[str]:
    """Parts whose rows are kept as Arrow: those that others need, and enough for ``evaluated`` rows, in a seeded order."""
    needed = {need for part in parts for need in part.needs}
    rows = 0
    for place in order:
        if rows >= evaluated:
            break
        needed.add(parts[place].id)
        rows += parts[place].size
    return frozenset(needed)
