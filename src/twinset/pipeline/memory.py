"""The three verbs in memory, for Python: no folder, no resume, no workers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from twinset.core.dataset import Batch, Dataset, Dialect, Tables, from_batches
from twinset.core.media import MediaRef
from twinset.core.request import Part, Request, State
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Function, Sampler, Synthesizer
from twinset.errors import DataError, GenerationError, InternalError, PlanError
from twinset.evaluation.result import Note
from twinset.pipeline.constraining import around
from twinset.pipeline.threads import one_thread
from twinset.pipeline.watch import Noting, Silent, Watch


def fit(
    engine: Synthesizer, data: Dataset | None, schema: Schema, seed: Seed, watch: Watch = Silent(),
    functions: Mapping[str, Function] | None = None,
) -> tuple[Sampler, tuple[Note, ...]]:  # fmt: skip
    """Learn from all rows of ``data`` (None: the engine needs none); gives the sampler and what the fit had to note.

    Constraints of the schema stand around the engine, whichever it is; ``functions`` are their predicates by name.
    """
    if data is not None and not any(data.count(table.name) for table in schema):
        names = ", ".join(repr(table.name) for table in schema)
        raise DataError(f"no rows in {names}, and nothing can be learned from none")
    ctx = Noting(watch)
    with one_thread():
        sampler = around(engine, schema, functions or {}).fit(data, schema=schema, seed=seed, ctx=ctx)
    return sampler, tuple(ctx.notes)


def sample(sampler: Sampler, request: Request, dialect: Dialect = Dialect()) -> Tables:
    """All rows of a request, in memory."""
    kept: dict[str, _Kept] = {}
    batches: list[Batch] = []
    for part in sampler.parts(request):
        made = kept[part.id] = _Kept()
        for item in sampler.make(part, request, _Context(part, kept)):
            if isinstance(item, Batch):
                made.batches.append(item)
                batches.append(item)
            elif isinstance(item, State):
                made.state = item.content
    result = from_batches(sampler.schema, batches, "synthetic", dialect)
    _check_counts(result, request)
    return result


def _check_counts(result: Tables, request: Request) -> None:
    for table, wanted in request.size.items():
        if result.count(table) < wanted:
            raise GenerationError(f"{wanted:,} rows of {table!r} were asked for and {result.count(table):,} could be made")


@dataclass
class _Kept:
    batches: list[Batch] = field(default_factory=list)
    state: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    part: Part
    kept: dict[str, _Kept]

    def rows_of(self, part: str) -> pa.Table:
        batches: Iterable[Batch] = self._needed(part).batches
        return pa.Table.from_batches([batch.rows for batch in batches])

    def state_of(self, part: str) -> bytes:
        state = self._needed(part).state
        if state is None:
            raise InternalError(f"part {part} left no state")
        return state

    def put(self, content: bytes, media_type: str) -> MediaRef:
        raise PlanError("this sampler writes media files: use it in a plan (`twinset run`), which has a folder for them")

    def _needed(self, part: str) -> _Kept:
        if part not in self.part.needs:
            raise InternalError(f"part {self.part.id} asked for {part}, which is not among its needs")
        return self.kept[part]
