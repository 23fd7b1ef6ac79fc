"""Shadow fits: an engine fitted on one half of a table's entities after another, and what its twins show of the targets.

A shadow is a part like any other: made alone, by any worker, in any order, and not made again when it is there. It leaves
``<id>.npz`` with the statistics of the targets, in the twin and in the control, and what the fit had to note. Its twin is
never written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Tables
from twinset.core.request import PART_ROWS, KeyRange, Part, Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Synthesizer
from twinset.evaluation.attacks.control import near_copies
from twinset.evaluation.audit.measure import PLANTED, Observed
from twinset.evaluation.audit.statistics import Windows, names, statistics
from twinset.evaluation.audit.table import Audited, Coded
from twinset.evaluation.audit.targets import Chosen, Targets, known_targets
from twinset.evaluation.result import Note
from twinset.export.atomic import replacing
from twinset.pipeline import memory
from twinset.pipeline.parts import read_kept
from twinset.pipeline.threads import one_thread
from twinset.privacy.values import owners_of

Flags = npt.NDArray[np.bool_]
REAL = "real.arrow"


@dataclass(frozen=True)
class Halves:
    """Who is in which half: of each pair of shadows one learns from a random half of the entities, one from the rest."""

    owners: npt.NDArray[np.int64]
    seed: Seed

    @classmethod
    def of(cls, schema: Schema, rows: pa.Table, seed: Seed) -> Halves:
        owners = owners_of(schema.only, rows)
        return cls(np.arange(rows.num_rows) if owners is None else owners, seed)

    @property
    def n_entities(self) -> int:
        return int(self.owners.max(initial=-1)) + 1

    def one_row_each(self) -> npt.NDArray[np.int64]:
        """A random row of each entity, in random order."""
        order = self.seed.child("targets").generator().permutation(len(self.owners))
        _, first = np.unique(self.owners[order], return_index=True)
        return order[np.sort(first)]

    def members(self, shadow: int) -> Flags:
        """Which rows a shadow learns from."""
        order = self.seed.child("pair", shadow // 2).generator().permutation(self.n_entities)
        is_first = np.zeros(self.n_entities, dtype=np.bool_)
        is_first[order[: self.n_entities // 2]] = True
        is_member = is_first[self.owners]
        return ~is_member if shadow % 2 else is_member


@dataclass(frozen=True)
class Shadow:
    """The job that makes one shadow and leaves its statistics in ``folder``; small enough to be sent to another process."""

    run: str
    folder: Path
    schema: Schema
    engine: Synthesizer
    targets: npt.NDArray[np.int64]
    seed: Seed

    def __call__(self, part: Part) -> None:
        with one_thread():
            real = _real(self)
            is_member = real.halves.members(part.keys.start)
            table = self.schema.only.name
            seed = self.seed.child("shadow", part.keys.start)
            learned = real.rows.filter(pa.array(is_member)).combine_chunks()
            data = Tables(self.schema, {table: learned})
            sampler, notes = memory.fit(self.engine, data, self.schema, seed.child("fit"))
            request = Request({table: learned.num_rows}, seed.child("sample"), None, PART_ROWS)
            twin = memory.sample(sampler, request).to_arrow()
            rows, windows = _planted(real, twin, np.flatnonzero(is_member), seed.child("control"))
            found = statistics(real.targets, rows, windows)
        said = json.dumps([[note.text, note.column, note.count] for note in notes])
        with replacing(self.folder / f"{part.id}.npz") as file:
            np.savez(file, statistics=found, notes=np.array(said))


@dataclass(frozen=True)
class _Real:
    """The real table, as a worker holds it for all its shadows."""

    rows: pa.Table
    halves: Halves
    audited: Audited
    targets: Targets


@lru_cache(maxsize=1)
def _read_real(run: str, folder: Path, schema: Schema, targets: bytes, seed: Seed) -> _Real:
    rows = read_kept(folder / REAL)
    audited = Audited.of(schema.only, rows, seed.child("space"))
    known = known_targets(audited, np.frombuffer(targets, np.int64), seed.child("targets"))
    return _Real(rows, Halves.of(schema, rows, seed), audited, known)


def _real(job: Shadow) -> _Real:
    return _read_real(job.run, job.folder, job.schema, job.targets.tobytes(), job.seed)


def _planted(real: _Real, twin: pa.Table, members: npt.NDArray[np.int64], seed: Seed) -> tuple[Coded, Windows]:
    """The twin's rows in random order with near-copies of members after them, and the windows of twin and control."""
    records = real.audited.read(twin)
    n_planted = max(1, round(PLANTED * len(records)))
    random = seed.generator()
    shuffled = records.take(random.permutation(len(records)))
    sources = real.audited.records.take(random.permutation(members)[:n_planted])
    copies = near_copies(real.audited.columns, sources, seed.child("changes"))
    both = real.audited.coded(shuffled.beside(copies))
    return both, (slice(0, len(records)), slice(len(copies), len(records) + len(copies)))


def shadow_parts(table: str, n_shadows: int) -> tuple[Part, ...]:
    """One part a shadow; its number stands in its key range."""
    return tuple(Part(f"shadow-{i:04d}", 1, KeyRange(i, i + 1), table) for i in range(n_shadows))


def observed(job: Shadow, parts: tuple[Part, ...], chosen: Chosen) -> tuple[Observed, tuple[Note, ...]]:
    """What all shadows showed, and what their fits had to note, each note once."""
    real = _real(job)
    found: list[npt.NDArray[np.float32]] = []
    notes = {(note.text, note.column): note for note in _left_out(real.audited)}
    for part in parts:
        with np.load(job.folder / f"{part.id}.npz", allow_pickle=False) as left:
            found.append(left["statistics"])
            for note in _notes(str(left["notes"])):
                notes.setdefault((note.text, note.column), note)
    is_member = np.stack([real.halves.members(part.keys.start)[chosen.rows] for part in parts])
    columns = tuple(column.name for column in real.audited.columns)
    return Observed(np.stack(found), is_member, names(columns), chosen.groups), tuple(notes.values())


def _left_out(audited: Audited) -> Iterator[Note]:
    yield from (Note("nested: not attacked", name) for name in audited.left_out)
    yield from (Note("not compared by value: looked for as exact copies alone", name) for name in audited.copied_only)


def _notes(said: str) -> Iterator[Note]:
    return (Note(*entry) for entry in json.loads(said))
