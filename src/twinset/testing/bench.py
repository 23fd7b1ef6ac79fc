"""A workbench: fits and samples one engine in memory, the way a pipeline would, and watches what it does.

It keeps to the contract's letter: a part sees the rows and the state of the parts that it needs and of no other, and every
part can be made alone, in any order, as often as one likes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Batch, Dataset, Dialect, Repair, Role
from twinset.core.media import MediaRef, media_ref
from twinset.core.request import Part, Reject, Request, State, Tally
from twinset.core.schema import Schema
from twinset.core.synthesis import Sampler, Synthesizer, Traits


class BrokenContractError(AssertionError):
    """An engine does not keep its contract; the message says where and how."""


@dataclass(frozen=True)
class Case:
    """A sampler under test: what to ask it for, the engine that loads it, and what that engine says it can do."""

    sampler: Sampler
    request: Request
    engine: type[Synthesizer]
    traits: Traits


def demand(is_kept: bool, message: str) -> None:
    """BrokenContractError with this message, unless the condition holds."""
    if not is_kept:
        raise BrokenContractError(message)


@dataclass
class FitRecorder:
    """A FitContext that remembers what it was told."""

    progressed: list[float] = field(default_factory=list)
    notes: list[tuple[str, str | None, int]] = field(default_factory=list)

    def progress(self, done: float, what: str) -> None:
        demand(0.0 <= done <= 1.0, f"progress goes from 0 to 1, and fit said {done!r} at {what!r}")
        self.progressed.append(done)

    def note(self, what: str, column: str | None = None, count: int = 1) -> None:
        demand(bool(what) and count >= 0, f"a note has words and a count of at least 0, unlike {what!r}, {count!r}")
        self.notes.append((what, column, count))


@dataclass(frozen=True)
class Plain:
    """A dataset that has what the Protocol promises and nothing else, and whose batches are small."""

    data: Dataset

    @property
    def schema(self) -> Schema:
        return self.data.schema

    @property
    def role(self) -> Role:
        return self.data.role

    @property
    def fingerprint(self) -> str:
        return self.data.fingerprint

    @property
    def dialect(self) -> Dialect:
        return self.data.dialect

    @property
    def repairs(self) -> tuple[Repair, ...]:
        return self.data.repairs

    def count(self, table: str) -> int:
        return self.data.count(table)

    def scan(self, table: str, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        return self.data.scan(table, columns).read_all().to_reader(max_chunksize=64)


@dataclass(frozen=True)
class Outcome:
    """What one part made."""

    rows: tuple[Batch, ...]
    rejects: tuple[Reject, ...]
    state: bytes | None

    def tables(self) -> dict[str, pa.Table]:
        """Its rows, by table."""
        by_table: dict[str, list[pa.RecordBatch]] = {}
        for batch in self.rows:
            by_table.setdefault(batch.table, []).append(batch.rows)
        return {name: pa.Table.from_batches(batches) for name, batches in by_table.items()}

    def is_same(self, other: Outcome) -> bool:
        """Whether another making gave the same rows, rejects and state."""
        return (self.rejects, self.state) == (other.rejects, other.state) and same_rows(self.tables(), other.tables())


class Bench:
    """Makes the parts of one request, on demand, each at most once."""

    def __init__(self, sampler: Sampler, request: Request) -> None:
        self.sampler = sampler
        self.request = request
        self.parts = tuple(sampler.parts(request))
        self.blobs: dict[str, bytes] = {}
        self._made: dict[str, Outcome] = {}
        self._by_id = {part.id: part for part in self.parts}

    def outcome(self, part_id: str) -> Outcome:
        """What that part makes; the parts that it needs are made before it."""
        if part_id not in self._made:
            self._made[part_id] = self._make(self._ready(part_id))
        return self._made[part_id]

    def abandon(self, part_id: str) -> None:
        """Begin to make a part and leave it after the first thing that it makes."""
        part = self._ready(part_id)
        next(iter(self.sampler.make(part, self.request, _Context(self, part))), None)

    def tables(self) -> dict[str, pa.Table]:
        """All rows of all tables, in the order of the parts."""
        batches = [batch for part in self.parts for batch in self.outcome(part.id).rows]
        return {
            table.name: pa.Table.from_batches([batch.rows for batch in batches if batch.table == table.name], table.arrow)
            for table in self.sampler.schema
        }

    def _ready(self, part_id: str) -> Part:
        part = self._by_id[part_id]
        for needed in part.needs:
            self.outcome(needed)
        return part

    def _make(self, part: Part) -> Outcome:
        made = list(self.sampler.make(part, self.request, _Context(self, part)))
        if strange := [item for item in made if not isinstance(item, Batch | Reject | State | Tally)]:
            raise BrokenContractError(
                f"part {part.id!r} made a {type(strange[0]).__name__}, not a Batch, Reject, State or Tally"
            )
        states = [item.content for item in made if isinstance(item, State)]
        demand(len(states) <= 1, f"part {part.id!r} left {len(states)} states, and a part leaves at most one")
        rows = tuple(item for item in made if isinstance(item, Batch))
        rejects = tuple(item for item in made if isinstance(item, Reject))
        return Outcome(rows, rejects, states[0] if states else None)


@dataclass(frozen=True)
class _Context:
    """The MakeContext of one part on the bench."""

    bench: Bench
    part: Part

    def rows_of(self, part: str) -> pa.Table:
        tables = list(self._needed(part).tables().values())
        demand(len(tables) == 1, f"part {self.part.id!r} wants the rows of {part!r}, which made {len(tables)} tables")
        return tables[0]

    def state_of(self, part: str) -> bytes:
        state = self._needed(part).state
        if state is None:
            raise BrokenContractError(f"part {self.part.id!r} wants the state of {part!r}, which left none")
        return state

    def put(self, content: bytes, media_type: str) -> MediaRef:
        ref = media_ref(content, media_type)
        self.bench.blobs[ref.uri] = content
        return ref

    def _needed(self, part: str) -> Outcome:
        demand(part in self.part.needs, f"part {self.part.id!r} wants {part!r}, which is not among its needs")
        return self.bench.outcome(part)


def sample(sampler: Sampler, request: Request) -> dict[str, pa.Table]:
    """All rows of a request, by table."""
    return Bench(sampler, request).tables()


def same_rows(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> bool:
    """Whether two sets of tables have the same values, NaN being the same as NaN."""
    return one.keys() == other.keys() and all(_same_table(one[name], other[name]) for name in one)


def _same_table(one: pa.Table, other: pa.Table) -> bool:
    return one.schema.equals(other.schema) and all(map(_same_column, one.columns, other.columns))


def _same_column(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    if one.equals(other):
        return True
    if not pa.types.is_floating(one.type) or len(one) != len(other) or one.is_null() != other.is_null():
        return False
    return np.array_equal(one.to_numpy(), other.to_numpy(), equal_nan=True)
