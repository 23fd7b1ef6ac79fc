"""One block of rows while it is made: columns come into being when they are asked for, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.request import Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.synthesizers.rules.dirt.cells import Mask
from twinset.synthesizers.rules.edges.put import Put, edged, fitting
from twinset.synthesizers.rules.layout import Address
from twinset.synthesizers.rules.missing import with_missing
from twinset.synthesizers.rules.rule import Index, Referring, Rule
from twinset.synthesizers.rules.tables import DEGREE, Made, Making


class Tables(Protocol):
    """What a block asks of the whole."""

    @property
    def makings(self) -> Mapping[str, Making]: ...

    @property
    def locales(self) -> Mapping[str, float]: ...

    @property
    def clean(self) -> Schema:
        """The tables as their rules make them."""

    def degrees(self, up: Block, table: str, is_exact: bool) -> Index:
        """How many rows of a table each row of a block of its parents has."""

    def whole(self, table: str, path: str, request: Request) -> pa.Array:
        """All values at one path of a table."""


class Block:
    """The rows of one address."""

    def __init__(self, tables: Tables, request: Request, address: Address, *, is_trial: bool = False) -> None:
        self.tables, self.request, self.address = tables, request, address
        self.making = tables.makings[address.table]
        self._columns: dict[str, pa.Array] = {}
        self._edges: dict[str, Put] = {}
        self._is_trial = is_trial

    @cached_property
    def up(self) -> Block:
        """The block of the parents."""
        assert self.address.up is not None
        return Block(self.tables, self.request, self.address.up)

    @cached_property
    def family(self) -> tuple[Index, Index, Index]:
        """Of each row: the row of its parent in the parents' block, its place among that parent's rows, and their number."""
        degrees = self.tables.degrees(self.up, self.address.table, self.address.is_exact)
        first = self.address.number * self.request.part_rows
        ends = np.cumsum(degrees)
        rows = np.arange(first, first + self.address.size, dtype=np.int64)
        owner = np.searchsorted(ends, rows, side="right")
        return owner, rows - (ends - degrees)[owner], degrees[owner]

    def column(self, name: str) -> pa.Array:
        """A column of these rows."""
        if name not in self._columns:
            self._columns[name] = self._make(name, self.making.columns[name])
        return self._columns[name]

    @cached_property
    def fits_edges(self) -> Mask | None:
        """The rows that may hold edge cases; None: all of them."""
        has_none = self._is_trial or not self.tables.clean[self.making.name].constraints
        return None if has_none else fitting(self)

    def edges_of(self, name: str) -> Put | None:
        """The edge cases that were put into a column."""
        return self._edges.get(name)

    def at(self, path: str) -> pa.Array:
        """What stands at a path."""
        step = self.making.step(path)
        match step.kind:
            case "own":
                return self.column(step.rest)
            case "child":
                return child_of(self.column(step.via), step.rest)
            case "parent":
                return self.up.at(step.rest).take(pa.array(self.family[0]))
        rows = self.view(step.via)
        return rows.at(step.table, step.rest, rows.picked(step.via))

    def view(self, name: str) -> View:
        """What the rule of a column sees."""
        return View(self, self.making.columns[name], self.request.seed.child(self.address.table, name))

    def degrees(self, table: str, rule: Rule) -> pa.Array:
        """What the rule of another table's degree makes, one number for each of these rows."""
        return rule.make(View(self, Made(rule), self.request.seed.child(table, DEGREE)))

    def _make(self, name: str, made: Made) -> pa.Array:
        rows = self.view(name)
        try:
            if made.key is not None:
                array = made.key.at(np.arange(rows.start, rows.start + rows.n, dtype=np.int64), rows.common)
            else:
                array = made.rule.make(rows)
        except (PlanError, DataError) as error:
            raise type(error)(f"{self.address.table}.{name}: {error}") from error
        array = with_missing(array, made.missing, rows.seed)
        if made.edges is not None:
            array, self._edges[name] = edged(self, name, array, made.edges)
        return array


def child_of(record: pa.Array, field: str) -> pa.Array:
    """A field of a record, or a field of a field; missing where the record is."""
    for name in field.split("."):
        record = pc.struct_field(record, name)
    return record


@dataclass(frozen=True, slots=True)
class View:
    """What the rule of one column sees of its block."""

    block: Block
    made: Made
    common: Seed

    @property
    def n(self) -> int:
        return self.block.address.size

    @property
    def start(self) -> int:
        return self.block.address.start

    @property
    def total(self) -> int:
        return self.size_of(self.block.address.table)

    @property
    def seed(self) -> Seed:
        return self.common.child(self.block.address.block)

    @property
    def locales(self) -> Mapping[str, float]:
        return self.block.tables.locales

    @property
    def wanted(self) -> frozenset[str] | None:
        return self.made.wanted

    def of(self, path: str) -> pa.Array:
        return self.block.at(path)

    def position(self) -> Index:
        return self.block.family[1] if self.block.making.per else np.arange(self.start, self.start + self.n)

    def siblings(self) -> Index:
        return self.block.family[2] if self.block.making.per else np.full(self.n, self.total)

    def size_of(self, table: str) -> int:
        return self.block.request.size.get(table, 0)

    def at(self, table: str, path: str, rows: Index) -> pa.Array:
        made = self.block.tables.makings[table].columns.get(path)
        if made and made.key and not made.missing:
            return made.key.at(rows, self.block.request.seed.child(table, path))
        return self.block.tables.whole(table, path, self.block.request).take(pa.array(rows))

    def picked(self, column: str) -> Index:
        made = self.block.making.columns[column]
        assert isinstance(made.rule, Referring)
        return made.rule.pick(self.block.view(column))

    def inner(self, name: str, owner: Index | None = None) -> Inner:
        return Inner(self, name, owner)


@dataclass(frozen=True, slots=True)
class Inner:
    """Rows within rows: the entries of lists, or the same rows for a part of a struct."""

    outer: View | Inner
    name: str
    owner: Index | None = None

    @property
    def n(self) -> int:
        return self.outer.n if self.owner is None else len(self.owner)

    @property
    def start(self) -> int:
        return self.outer.start if self.owner is None else 0

    @property
    def total(self) -> int:
        return self.outer.total

    @property
    def common(self) -> Seed:
        return self.outer.common.child(self.name)

    @property
    def seed(self) -> Seed:
        return self.outer.seed.child(self.name)

    @property
    def locales(self) -> Mapping[str, float]:
        return self.outer.locales

    @property
    def wanted(self) -> frozenset[str] | None:
        return None

    def of(self, path: str) -> pa.Array:
        array = self.outer.of(path)
        return array if self.owner is None else array.take(pa.array(self.owner))

    def position(self) -> Index:
        if self.owner is None:
            return self.outer.position()
        starts = np.searchsorted(self.owner, np.arange(self.outer.n))
        return np.asarray(np.arange(self.n) - starts[self.owner])

    def siblings(self) -> Index:
        if self.owner is None:
            return self.outer.siblings()
        return np.bincount(self.owner, minlength=self.outer.n)[self.owner]

    def size_of(self, table: str) -> int:
        return self.outer.size_of(table)

    def at(self, table: str, path: str, rows: Index) -> pa.Array:
        return self.outer.at(table, path, rows)

    def picked(self, column: str) -> Index:
        picked = self.outer.picked(column)
        return picked if self.owner is None else picked[self.owner]

    def inner(self, name: str, owner: Index | None = None) -> Inner:
        return Inner(self, name, owner)
