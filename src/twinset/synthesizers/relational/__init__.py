"""The engine "relational": all tables of a database, each row made given its owner's, keys right by construction.

Any engine of one table that draws rows given a context stands inside. Owners come first with a summary of their rows in each
child table, then those rows given the summary: what is alike among one owner's rows stays alike. What it does not know: how
one table's columns hang together, which is the inside engine's, and files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from twinset.core import registry
from twinset.core.dataset import Batch, Dataset
from twinset.core.request import KeyRange, Made, Part, Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, MakeContext, Sampler, Synthesizer, Traits
from twinset.errors import DataError, PlanError
from twinset.privacy import K
from twinset.privacy.levels import Level
from twinset.synthesizers.relational.block import Block, Span
from twinset.synthesizers.relational.counts import between
from twinset.synthesizers.relational.learn import Known, learn

NAME = "relational"
_FEWEST_ROOTS = 500


@dataclass(frozen=True, slots=True)
class Relational:
    """Options: ``engine`` is the one inside, by name or as it is."""

    engine: str | Synthesizer = "trees"

    @property
    def _inside(self) -> Synthesizer:
        if not isinstance(self.engine, str):
            return self.engine
        made: Synthesizer = registry.lookup("synthesizers", self.engine)()
        return made

    @property
    def traits(self) -> Traits:
        return Traits()

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return self._inside.forecast(schema, n_rows)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        engine = self._inside
        level = getattr(engine, "level", None)
        known = learn(data, engine, level.k if isinstance(level, Level) else K, seed, ctx)
        return RelationalSampler(schema, known)

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        raise NotImplementedError


@dataclass(frozen=True)
class RelationalSampler:
    """All tables: lists first, a part each, then blocks of roots with all that is theirs."""

    schema: Schema
    known: Mapping[str, Known]

    engine = NAME

    def sized(self, request: Request) -> Request:
        """The request with the rows of every table: in proportion to its root's, lists as long as they were."""
        return request

    def parts(self, request: Request) -> Iterable[Part]:
        size = {name: request.size.get(name, known.n_rows) for name, known in self.known.items()}
        lists = self._lists
        done: list[str] = []
        for name in lists:
            yield Part(f"{name}-000000", size[name], KeyRange(0, size[name]), name, tuple(done))
            done.append(f"{name}-000000")
        rest = [name for name in self.known if name not in lists]
        if not rest:
            return
        roots = [name for name in rest if self.known[name].shape.owner is None]
        n_blocks = max(
            1, min(max(size[name] for name in rest) // request.part_rows, max(size[name] for name in roots) // _FEWEST_ROOTS)
        )
        for number in range(n_blocks):
            n_rows = sum(
                stop - start for start, stop in (between(size[name], number, number + 1, n_blocks) for name in rest)
            )
            yield Part(f"{roots[0]}-rows-{number:06d}", n_rows, KeyRange(number, number + 1), roots[0], tuple(done))

    @property
    def _lists(self) -> list[str]:
        """The tables that are made before all others: lists, and those that keys of values lead to."""
        sought = {tie.key.table for known in self.known.values() for _, tie in known.shape.of("value")}
        lists = [name for name, known in self.known.items() if known.table.is_reference]
        return lists + [name for name in self.known if name in sought]

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        size = {name: request.size.get(name, known.n_rows) for name, known in self.known.items()}
        lists = {need.rpartition("-")[0]: ctx.rows_of(need) for need in part.needs}
        if part.id == f"{part.table}-000000" and part.table in self._lists:
            yield from self._list(part.table, size[part.table], lists, request.seed)
            return
        n_blocks = sum(1 for one in self.parts(request) if "-rows-" in one.id)
        spans = {
            name: Span(*between(size[name], part.keys.start, part.keys.stop, n_blocks), size[name])
            for name in self.known
            if name not in lists
        }
        yield from Block(self.known, spans, lists, request.seed).make()

    def _list(self, name: str, n_rows: int, lists: Mapping[str, pa.Table], seed: Seed) -> Iterator[Made]:
        known = self.known[name]
        kept = known.kept
        n_kept = kept.num_rows if kept is not None else 0
        if kept is not None:
            rows = kept.slice(0, n_rows).cast(known.table.arrow).combine_chunks()
            for batch in rows.to_batches():
                yield Batch(name, batch)
        if n_rows > n_kept:
            span = Span(n_kept, n_rows, n_rows)
            yield from Block(self.known, {name: span}, {**lists, name: kept} if kept is not None else lists, seed).make()

    def save(self, folder: Path) -> None:
        raise NotImplementedError
