"""The sampler of rules: tables as parts, each of which can be made alone from its id."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Batch
from twinset.core.registry import nearest
from twinset.core.request import Made, Part, Request
from twinset.core.schema import Schema
from twinset.core.synthesis import MakeContext
from twinset.errors import PlanError
from twinset.plan import TableSpec
from twinset.synthesizers.rules.block import Block
from twinset.synthesizers.rules.compile import Program, compiled
from twinset.synthesizers.rules.dirt.labels import SUFFIX
from twinset.synthesizers.rules.held import Held
from twinset.synthesizers.rules.layout import Address, address, beneath, fitted, roots, share_of
from twinset.synthesizers.rules.records import field_of
from twinset.synthesizers.rules.rule import Index, Speaking
from twinset.synthesizers.rules.tables import DEGREE, Making, at
from twinset.synthesizers.rules.uniqueness import check_room

NAME = "rules"
DOCUMENT = "rules.json"
MOST_DEGREE = 10_000_000
MOST_ROWS = 10**12
HELD_BLOCKS = 4
LARGEST_LOOK_UP = 5_000_000
"""Rows of a table of which a column can be read through references; the whole column is held in memory."""


@dataclass(frozen=True)
class RulesSampler:
    """Tables made by rules."""

    specs: Mapping[str, TableSpec]
    locales: Mapping[str, float]
    engine: str = NAME
    _held: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    _recent: dict[Any, Block] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def program(self) -> Program:
        program = compiled(self.specs)
        for table, making in program.tables.items():
            for name, made in making.columns.items():
                if isinstance(made.rule, Speaking):
                    with at(f"{table}.{name}"):
                        made.rule.check_locales(self.locales, made.wanted)
        return program

    @property
    def schema(self) -> Schema:
        return self.program.schema

    @property
    def makings(self) -> Mapping[str, Making]:
        return self.program.tables

    def sized(self, request: Request) -> Request:
        """The request with the rows of each table that it does not name: as the plan says, or as degrees will have it."""
        self._check(request)
        size = {name: request.size.get(name, making.spec.rows) for name, making in self.makings.items()}
        known = {name: rows for name, rows in size.items() if rows is not None}
        for name in self.makings:
            if name not in known:
                known[name] = sum(n for _, n in self._natural(name, dataclasses.replace(request, size=known)))
        return dataclasses.replace(request, size=known)

    def parts(self, request: Request) -> Iterator[Part]:
        self._check(request)
        check_room(self.makings, request.size)
        for name in self.makings:
            if name in request.size:
                yield from (place.part for place in self._addresses(name, request))

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        place = address(
            part, self._lineage(part.table), request, lambda up, table, is_exact: self._count(up, table, is_exact, request)
        )
        block = Block(self, request, place)
        soil = self.program.soils.get(part.table)
        schema = (self.schema[part.table] if soil is None else soil.clean).arrow
        rows = pa.RecordBatch.from_arrays([block.column(name) for name in schema.names], schema=schema)
        if soil is None:
            yield Batch(part.table, rows)
            return
        dirty, labels = soil.made(rows, block)
        yield Batch(part.table, dirty)
        yield Batch(f"{part.table}{SUFFIX}", labels)

    def save(self, folder: Path) -> None:
        document = {
            "locales": dict(self.locales),
            "tables": {name: spec.model_dump(mode="json", exclude_defaults=True) for name, spec in self.specs.items()},
        }
        (folder / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    def block(self, address: Address, request: Request) -> Block:
        """The rows of an address; the last few are held, for several parts read the same parents."""
        sizes = tuple(sorted(request.size.items()))
        key = (address.table, address.steps, request.seed, request.part_rows, sizes)
        found = self._recent.pop(key, None) or Block(self, request, address)
        self._recent[key] = found
        if len(self._recent) > HELD_BLOCKS:
            del self._recent[next(iter(self._recent))]
        return found

    def degrees(self, up: Held, table: str, is_exact: bool) -> Index:
        """How many rows of a table each row of a block of its parents has."""
        if (table, is_exact) not in up.families:
            up.families[table, is_exact] = self._degrees(up, table, is_exact)
        return up.families[table, is_exact]

    def _degrees(self, up: Held, table: str, is_exact: bool) -> Index:
        rule = self.makings[table].degree
        assert rule is not None
        counts = _counts(up.degrees(table, rule), f"{table}.{DEGREE}")
        if not is_exact:
            return counts
        n_rows = share_of(up.request.size[table], up.address, up.request.size[up.address.table])
        return fitted(counts, n_rows, up.request.seed.child(table, DEGREE, up.address.block, "fitted"))

    def whole(self, table: str, path: str, request: Request) -> pa.Array:
        """All values at one path of a table, held for the next time."""
        key = (table, path, request.seed, request.part_rows, tuple(sorted(request.size.items())))
        if key not in self._held:
            if (n_rows := request.size.get(table, 0)) > LARGEST_LOOK_UP:
                raise PlanError(
                    f"{table}.{path} is read through a reference, for which all of its {n_rows:,} values are held in "
                    f"memory; at most {LARGEST_LOOK_UP:,} can be. Make {table!r} smaller, or the reading table per {table}"
                )
            blocks = (Block(self, request, place) for place in self._addresses(table, request))
            kind = self.program.types.at(table, path).storage
            self._held[key] = pa.chunked_array([block.at(path) for block in blocks], kind).combine_chunks()
        return self._held[key]

    def below(self, up: Held, table: str, names: Collection[str]) -> pa.Table:
        """Columns of the rows of a table that belong to the rows of a block, and the row of each one's parent: ``owner``."""
        columns = [self.program.types.column(table, name) for name in names]
        fields = [field_of(one.name, one.storage, one.type) for one in columns]
        schema = pa.schema([pa.field("owner", pa.int64()), *fields])
        batches = []
        for place in self._beneath(up.address, table, up.request):
            block = self.block(place, up.request)
            arrays = [pa.array(block.family[0]), *(block.column(name) for name in names)]
            batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
        return pa.Table.from_batches(batches, schema)

    def _beneath(self, up: Address, table: str, request: Request) -> list[Address]:
        """The parts of a table that belong to one part of its parents."""
        key = ("beneath", table, request.seed, request.part_rows, tuple(sorted(request.size.items())))
        if key not in self._held:
            if table not in request.size:
                n_rows = sum(n for _, n in self._natural(table, request))
                request = dataclasses.replace(request, size={**request.size, table: n_rows})
            found: dict[str, list[Address]] = {}
            for place in self._addresses(table, request):
                assert place.up is not None
                found.setdefault(place.up.block, []).append(place)
            self._held[key] = found
        beneath: dict[str, list[Address]] = self._held[key]
        return beneath.get(up.block, [])

    def _addresses(self, table: str, request: Request) -> Iterator[Address]:
        """The parts of a table, in order."""
        n_rows, making = request.size.get(table, 0), self.makings[table]
        if making.per is None:
            yield from roots(table, n_rows, request.part_rows)
            return
        n_parents = request.size.get(making.per, 0)
        if n_rows and not n_parents:
            raise PlanError(f"{n_rows:,} rows of {table!r} need rows of {making.per!r} to belong to, and none are asked for")
        families = self._natural(table, request)
        is_exact = sum(n for _, n in families) != n_rows
        start = 0
        for up, natural in families:
            own = share_of(n_rows, up, n_parents) if is_exact else natural
            yield from beneath(table, up, own, start, request.part_rows, is_exact=is_exact)
            start += own

    def _natural(self, table: str, request: Request) -> list[tuple[Address, int]]:
        """The parts of the parents, each with the number of rows that their degrees give."""
        per = self.makings[table].per
        assert per is not None
        key = ("natural", table, request.seed, request.part_rows, tuple(request.size.get(one) for one in self._lineage(per)))
        if key not in self._held:
            ups = self._addresses(per, request)
            self._held[key] = [(up, self._count(up, table, False, request)) for up in ups]
        found: list[tuple[Address, int]] = self._held[key]
        return found

    def _count(self, up: Address, table: str, is_exact: bool, request: Request) -> int:
        if is_exact:
            return share_of(request.size[table], up, request.size[up.table])
        return int(self.degrees(Block(self, request, up), table, False).sum())

    def _lineage(self, table: str) -> tuple[str, ...]:
        """The ancestors of a table and itself, the oldest first."""
        per = self.makings[table].per
        return (table,) if per is None else (*self._lineage(per), table)

    def _check(self, request: Request) -> None:
        if request.given is not None:
            raise PlanError(
                "rules are not conditioned on what is given; say it as a rule, such as {rule: constant, value: ...}"
            )
        for name in request.size:
            if name not in self.makings:
                raise PlanError(
                    f"rows of the unknown table {name!r} are asked for{nearest(name, self.makings)}; "
                    f"known: {', '.join(self.makings)}"
                )


def _counts(degrees: pa.Array, place: str) -> Index:
    """Degrees as whole numbers of at least 0."""
    if not pa.types.is_integer(degrees.type) or degrees.null_count:
        raise PlanError(f"{place}: a degree is a whole number in each row, not {degrees.type}; say decimals: 0")
    counts = np.asarray(degrees.cast(pa.int64()).to_numpy(), dtype=np.int64)
    if len(counts) and not 0 <= counts.min() <= counts.max() <= MOST_DEGREE:
        raise PlanError(
            f"{place}: a degree is from 0 to {MOST_DEGREE:,}, and there are some from {counts.min():,} to {counts.max():,}"
        )
    return counts
