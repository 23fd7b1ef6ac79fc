"""The sampler of a database: lists that many share first, then blocks of roots with all that is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Batch
from twinset.core.keys import numbered, plain
from twinset.core.registry import nearest
from twinset.core.request import KeyRange, Made, Part, Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import MakeContext
from twinset.errors import GenerationError, PlanError
from twinset.privacy.kinship import root_of
from twinset.synthesizers.relational import saved
from twinset.synthesizers.relational.block import Block
from twinset.synthesizers.relational.blocks import Blocks, Span, cut
from twinset.synthesizers.relational.given import Giving, asked_of, remarks, sized, with_owners, with_partners
from twinset.synthesizers.relational.given.expected import expected
from twinset.synthesizers.relational.junction import Junction, junction_of
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.wide import beside, blank
from twinset.synthesizers.relational.withheld import put

NAME = "relational"
_BLOCK, _ROUNDS = "rows", 20


@dataclass(frozen=True)
class RelationalSampler:
    """All tables, each as it was learned, owners before their own."""

    schema: Schema
    known: Mapping[str, Known]

    engine = NAME

    def sized(self, request: Request) -> Request:
        """The request with the rows of every table: in proportion to its root's, lists as long as they were."""
        size: dict[str, int] = {}
        said = sized(self.known, self.schema, request)
        for name, known in self.known.items():
            root = root_of(self.schema, name)
            asked, n_roots = said.get(root), self.known[root].n_rows
            factor = asked / n_roots if asked is not None and n_roots else 1.0
            size[name] = said.get(name, round(known.n_rows * factor))
            if (tie := known.shape.owner) is not None and not size[tie.key.table] and known.ghosts is None:
                if said.get(name):
                    raise PlanError(f"rows of {name!r} belong to {tie.key.table!r}, of which there are to be none")
                size[name] = 0
        given = None if set(size) <= set(request.size) else asked_of(self.known, request)
        if given is not None:
            size = expected(self.known, self.schema, given, with_owners(self.known, request, size), request)
            size = with_partners(self.known, given.table, size)
        for name, junction in self._junctions.items():
            size[name] = min(size[name], junction.most(size))
        return replace(request, size=size)

    @cached_property
    def _junctions(self) -> dict[str, Junction]:
        """The tables whose keys are nothing but keys to others."""
        found = {name: junction_of(known.shape) for name, known in self.known.items()}
        return {name: junction for name, junction in found.items() if junction is not None}

    def parts(self, request: Request) -> Iterable[Part]:
        self._check(request)
        size = self.sized(request).size
        done: list[str] = []
        for name in self._lists:
            part = Part(f"{name}-000000", size[name], KeyRange(0, size[name]), name, tuple(done))
            done.append(part.id)
            yield part
        blocks, start = self._blocks(request), 0
        for number in range(blocks.n):
            n_rows = sum(span.n_rows for span in blocks.given(number).values())
            yield Part(f"{_BLOCK}-{number:06d}", n_rows, KeyRange(start, start + n_rows), self._rest[0], tuple(done))
            start += n_rows

    def _check(self, request: Request) -> None:
        for name in request.size:
            if name not in self.known:
                known = ", ".join(self.known)
                raise PlanError(f"there is no table {name!r}{nearest(name, self.known)}; tables: {known}")
        asked_of(self.known, request)

    @cached_property
    def _lists(self) -> list[str]:
        """The tables that are made before all others: lists, and those that keys of values lead to."""
        sought = {tie.key.table for known in self.known.values() for _, tie in known.shape.of("value")}
        lists = [name for name, known in self.known.items() if known.table.is_reference]
        return self._led_first(lists) + [name for name in self.known if name in sought and self._is_alone(name)]

    def _led_first(self, lists: list[str]) -> list[str]:
        """Lists in an order in which each comes after those that its keys lead to, as far as there is one."""
        done: list[str] = []
        while rest := [name for name in lists if name not in done]:
            ready = [name for name in rest if not {key.table for key in self.schema[name].foreign_keys} & {*rest} - {name}]
            done.append((ready or rest)[0])
        return done

    def _is_alone(self, name: str) -> bool:
        """Whether all keys of a table lead to lists."""
        return all(tie.kind == "list" for tie in self.known[name].shape.ties)

    @cached_property
    def _rest(self) -> list[str]:
        return [name for name in self.known if name not in self._lists]

    def _blocks(self, request: Request) -> Blocks:
        size = self.sized(request).size
        own = {name: size[name] for name in self._rest}
        asked = asked_of(self.known, request) if len(own) > 1 else None
        if asked is not None and asked.is_one:
            return Blocks(1, own)
        may_slice = asked is None  # else owners are made such as have the given rows
        blocks = cut(self.schema, self.known, own, request.part_rows, may_slice=may_slice)
        while len(own) > 1 and blocks.n > 1 and not self._have_room(size, blocks):
            fewer = blocks.n - max(1, blocks.n // 8)
            blocks = cut(self.schema, self.known, own, request.part_rows, fewer, may_slice=may_slice)
        return blocks

    def _have_room(self, size: Mapping[str, int], blocks: Blocks) -> bool:
        """Whether each block has as many different keys as it has rows, of keys made of keys."""
        for number in range(blocks.n):
            own = {name: span.n_rows for name, span in blocks.spans(number).items()}
            n_rows = {name: own.get(name, 0 if name in self._rest else n) for name, n in size.items()}
            if any(n_rows[name] > junction.most(n_rows) for name, junction in self._junctions.items()):
                return False
        return True

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        size = self.sized(request).size
        lists = {need.rpartition("-")[0]: ctx.rows_of(need) for need in part.needs}
        what, _, number = part.id.rpartition("-")
        if part.table in self._lists:
            yield from self._list(what, size[what], lists, request)
            return
        blocks = self._blocks(request)
        spans, given = blocks.spans(int(number)), blocks.given(int(number))
        yield from Block(self.known, spans, lists, request.seed, giving=self._giving(request, spans), given=given).make()

    def _giving(self, request: Request, spans: Mapping[str, Span]) -> Giving | None:
        """What is given of the rows of a block."""
        asked = asked_of(self.known, request)
        if asked is None or asked.table not in spans:
            return None
        return Giving.of(asked, self.known, spans[asked.table].start, spans[asked.table].stop)

    def remarks(self, request: Request) -> Iterator[str]:
        """Given values that were never learned, and tables that have all the rows that they can have."""
        size = self.sized(request).size
        for name, junction in self._junctions.items():
            if size[name] and size[name] == junction.most(size):
                joined = " and ".join(junction.tables)
                yield f"{name}: {size[name]:,} rows are all that there are different keys for, to so many rows of {joined}"
        if (asked := asked_of(self.known, request)) is not None:
            yield from remarks(self.known, asked)

    def _list(self, name: str, n_rows: int, lists: Mapping[str, pa.Table], request: Request) -> Iterator[Made]:
        """A table that is made before all others: rows that stay, then those that are made."""
        known = self.known[name]
        kept = known.kept.slice(0, n_rows) if known.kept is not None else known.table.arrow.empty_table()
        spans, seed = {name: Span(kept.num_rows, n_rows, n_rows)}, request.seed
        block = Block(self.known, spans, {**lists, name: kept}, seed, giving=self._giving(request, spans))
        batches = [batch.rows for batch in block.make()]
        made = pa.Table.from_batches(batches, schema=known.table.arrow)
        kept = self._with_withheld(known, kept, n_rows, lists, seed)
        for rows in (kept, self._renamed(known, kept, made, n_rows, seed)):
            for batch in rows.combine_chunks().to_batches():
                yield Batch(name, batch)

    def _with_withheld(
        self, known: Known, kept: pa.Table, n_rows: int, lists: Mapping[str, pa.Table], seed: Seed
    ) -> pa.Table:
        """The kept rows with what stands for that of them which does not stay."""
        if not known.withheld or not kept.num_rows:
            return kept
        name = known.table.name
        block = Block(self.known, {name: Span(0, kept.num_rows, n_rows)}, {**lists, name: kept}, seed)
        return put(kept, known.withheld, pa.Table.from_batches([batch.rows for batch in block.make()]))

    def _renamed(self, known: Known, kept: pa.Table, made: pa.Table, n_rows: int, seed: Seed) -> pa.Table:
        """The made rows, those that have a kept row's key with the next one that is free."""
        key = known.table.primary_key
        if len(key) != 1 or not kept.num_rows or not made.num_rows:
            return made
        own, first = plain(made.column(key[0])), n_rows
        for _ in range(_ROUNDS):
            numbers = numbered([pa.concat_arrays([plain(kept.column(key[0])), own])])
            _, places = np.unique(numbers, return_index=True)
            again = np.setdiff1d(np.arange(len(numbers)), places)
            again = again[again >= kept.num_rows] - kept.num_rows
            if not len(again):
                return made.set_column(made.column_names.index(key[0]), key[0], own)
            keys, context = KeyRange(first, first + len(again)), blank(len(again))
            nothing = {column.name: pa.nulls(len(again), column.storage) for column in known.context}
            more = known.draw(keys, n_rows, seed, beside(context, pa.table(nothing)), np.arange(len(again)))
            picks = np.arange(len(own))
            picks[again] = len(own) + np.arange(len(again))
            own = pa.concat_arrays([own, plain(more.column(key[0]))]).take(pa.array(picks))
            first += len(again)
        raise GenerationError(f"the keys of {known.table.name!r} have too few forms for {n_rows:,} different ones")

    def save(self, folder: Path) -> None:
        saved.save(self.known, folder)
