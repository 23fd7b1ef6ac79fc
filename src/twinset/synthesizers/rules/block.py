"""One block of rows while it is made: columns come into being when they are asked for, each once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.synthesizers.rules import enforce
from twinset.synthesizers.rules.correlate import reordered
from twinset.synthesizers.rules.held import Held, Tables
from twinset.synthesizers.rules.layout import Address
from twinset.synthesizers.rules.missing import with_missing
from twinset.synthesizers.rules.rule import Index, Rule
from twinset.synthesizers.rules.tables import DEGREE, Made
from twinset.synthesizers.rules.view import View

if TYPE_CHECKING:
    from twinset.synthesizers.rules.edges.put import Put

EDGED_TRIES = 20
"""Tries of a row that keep its edge cases; the others do without, as constraints may leave no such row."""


class Block:
    """The rows of one address."""

    def __init__(self, tables: Tables, request: Request, address: Address) -> None:
        self.tables, self.request, self.address = tables, request, address
        self.making = tables.makings[address.table]
        self._columns: dict[str, pa.Array] = {}
        self._edges: dict[str, Put] = {}
        self.families: dict[tuple[str, bool], Index] = {}

    @cached_property
    def up(self) -> Held:
        """The block of the parents."""
        assert self.address.up is not None
        return self.tables.block(self.address.up, self.request)

    @cached_property
    def degrees_above(self) -> Index:
        """How many rows each row of the parents' block has."""
        return self.tables.degrees(self.up, self.address.table, self.address.is_exact)

    @cached_property
    def family(self) -> tuple[Index, Index, Index]:
        """Of each row: the row of its parent in the parents' block, its place among that parent's rows, and their number."""
        degrees = self.degrees_above
        first = self.address.number * self.request.part_rows
        ends = np.cumsum(degrees)
        rows = np.arange(first, first + self.address.size, dtype=np.int64)
        owner = np.searchsorted(ends, rows, side="right")
        return owner, rows - (ends - degrees)[owner], degrees[owner]

    @cached_property
    def tries(self) -> enforce.Tries[Try]:
        """Which try each row takes, where constraints refuse some."""
        return enforce.Tries.of(self, lambda number: Try(self, number))

    def column(self, name: str) -> pa.Array:
        """A column of these rows."""
        if name not in self._columns:
            is_tried = name in self.making.tried
            self._columns[name] = self.tries.column(name) if is_tried else self.made(name)
        return self._columns[name]

    def edges_of(self, name: str) -> Put | None:
        """The edge cases that stand in a column, which is made."""
        if name not in self.making.tried:
            return self._edges.get(name)
        tried = [own for number, own in self.tries.blocks.items() if number < EDGED_TRIES]
        put = tried[0].edges_of(name) if tried else None
        return put and put.where(self.tries.number < EDGED_TRIES)

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
        found = rows.at(step.table, step.rest, rows.picked(step.via))
        if not self.making.columns[step.via].has_gaps:
            return found
        return pc.if_else(self.column(step.via).is_valid(), found, pa.scalar(None, found.type))

    def beside(self, path: str, step: int) -> pa.Array:
        """What stands at a path in the next row of the same parent, or in the one before; missing at its ends."""
        own, n = self.at(path), self.address.size
        places, siblings = (self.family[1], self.family[2]) if self.making.per else self._in_table()
        edge = self._edge(path, step, own.type)
        joined = pa.concat_arrays([own, edge] if step > 0 else [edge, own])
        rows = np.arange(n) + (1 if step > 0 else 0)
        is_end = places == (siblings - 1 if step > 0 else 0)
        return joined.take(pa.array(rows, mask=is_end))

    def leading(self, path: str, n_before: int) -> pa.Array:
        """What stands at a path in so many rows before this block, and in its own."""
        pieces, place = [self.at(path)], self.address
        n_rows = int(self.degrees_above.sum()) if self.making.per else self.request.size[self.address.table]
        while n_before > 0:
            before = place.beside(-1, n_rows, self.request.part_rows)
            assert before is not None
            array = self.tables.block(before, self.request).at(path)
            pieces.append(array.slice(max(0, len(array) - n_before)))
            place, n_before = before, n_before - len(array)
        return pa.concat_arrays(pieces[::-1])

    def _in_table(self) -> tuple[Index, Index]:
        n, start = self.address.size, self.address.start
        return np.arange(start, start + n), np.full(n, self.request.size[self.address.table])

    def _edge(self, path: str, step: int, kind: pa.DataType) -> pa.Array:
        """The value in the row just beyond this block, where there is one."""
        n_rows = int(self.degrees_above.sum()) if self.making.per else self.request.size[self.address.table]
        beyond = self.address.beside(step, n_rows, self.request.part_rows)
        if beyond is None:
            return pa.nulls(1, kind)
        array = Block(self.tables, self.request, beyond).at(path)
        return array.slice(0 if step > 0 else beyond.size - 1, 1)

    def view(self, name: str) -> View:
        """What the rule of a column sees."""
        return View(self, self.making.columns[name], self.request.seed.child(self.address.table, name))

    def seed_of(self, common: Seed) -> Seed:
        """The seed of a column in this block."""
        return common.child(self.address.block)

    def degrees(self, table: str, rule: Rule) -> pa.Array:
        """What the rule of another table's degree makes, one number for each of these rows."""
        return rule.make(View(self, Made(rule), self.request.seed.child(table, DEGREE)))

    def made(self, name: str) -> pa.Array:
        """A column as its rule makes it, with what constraints decide of it."""
        made, rows = self.making.columns[name], self.view(name)
        try:
            array = enforce.decided(self, name)
            if array is None:
                array = self._by_rule(name, made, rows)
        except (PlanError, DataError) as error:
            raise type(error)(f"{self.address.table}.{name}: {error}") from error
        return enforce.allowed(self, name, self._edged(name, with_missing(array, made.missing, rows.seed)))

    def _edged(self, name: str, array: pa.Array) -> pa.Array:
        if (edges := self.making.columns[name].edges) is not None:
            from twinset.synthesizers.rules.edges.put import edged

            array, self._edges[name] = edged(self, name, array, edges)
        return array

    def _by_rule(self, name: str, made: Made, rows: View) -> pa.Array:
        if made.key is not None:
            return made.key.at(np.arange(rows.start, rows.start + rows.n, dtype=np.int64), rows.common)
        array = made.rule.make(rows)
        group = self.making.correlated.get(name)
        return array if group is None else reordered(array, group, self.seed_of(self.request.seed.child(self.address.table)))


class Try(Block):
    """The same rows drawn once more, for those that constraints refuse; what hangs on none of them is not drawn again."""

    def __init__(self, first: Block, number: int) -> None:
        super().__init__(first.tables, first.request, first.address)
        self._first, self._number = first, number

    @cached_property
    def up(self) -> Held:
        return self._first.up

    @cached_property
    def degrees_above(self) -> Index:
        return self._first.degrees_above

    @cached_property
    def family(self) -> tuple[Index, Index, Index]:
        return self._first.family

    def column(self, name: str) -> pa.Array:
        if name not in self.making.tried:
            return self._first.column(name)
        if name not in self._columns:
            self._columns[name] = self.made(name)
        return self._columns[name]

    def edges_of(self, name: str) -> Put | None:
        return self._edges.get(name)

    def _edged(self, name: str, array: pa.Array) -> pa.Array:
        return super()._edged(name, array) if self._number < EDGED_TRIES else array

    def seed_of(self, common: Seed) -> Seed:
        own = super().seed_of(common)
        return own.child("again", self._number) if self._number else own


def child_of(record: pa.Array, field: str) -> pa.Array:
    """A field of a record, or a field of a field; missing where the record is."""
    for name in field.split("."):
        record = pc.struct_field(record, name)
    return record
