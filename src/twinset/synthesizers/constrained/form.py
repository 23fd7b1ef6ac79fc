"""The form in which a constrained table is learned: its steps in order, the engine's own table, and the way there and back.

A constraint becomes a step where it can be met by construction beside the others; one that would take a column that another
already makes, or that closes a circle, is left to the check of the rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

import pyarrow as pa

from twinset.core import types
from twinset.core.constraints import Combinations, Constraint, Formula, Order, Pattern, Presence, Sum, Unique
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.synthesizers.constrained.formula import Computed
from twinset.synthesizers.constrained.gap import Gaps
from twinset.synthesizers.constrained.joint import Joint
from twinset.synthesizers.constrained.mask import Mask
from twinset.synthesizers.constrained.pattern import Coded
from twinset.synthesizers.constrained.step import Known, Real, Step

KINDS: dict[type[Constraint], type[Step[Any]]] = {
    Pattern: Coded, Combinations: Joint, Formula: Computed, Sum: Computed, Order: Gaps, Presence: Mask,
}  # fmt: skip
"""The steps there are; where two constraints want one column, the one named first here has it."""

_MEANINGLESS = (types.Identifier, types.Personal, types.Text)


@dataclass(frozen=True)
class Form:
    """``steps`` are in the order in which turning back needs them."""

    table: Table
    steps: tuple[Step[Any], ...]

    @classmethod
    def learn(cls, table: Table, real: Real) -> Form:
        steps: list[Step[Any]] = []
        for kind, step_kind in KINDS.items():
            for constraint in table.constraints:
                if type(constraint) is kind and _may_step(constraint, table):
                    step = step_kind.learn(constraint, table, real)
                    if step is not None and _is_free(step, steps, table):
                        steps = _ordered([*steps, step]) or steps
        return cls(table, tuple(steps))

    @cached_property
    def inner(self) -> Table:
        """The table that the engine learns."""
        taken = {name for step in self.steps for name in step.takes}
        hidden = {step.takes[0]: step.hidden for step in self.steps if step.takes}
        columns: list[Column] = []
        for column in self.table.columns:
            columns += hidden.get(column.name, ())
            columns += () if column.name in taken else (column,)
        table = dataclasses.replace(self.table, columns=tuple(columns), primary_key=(), foreign_keys=(), constraints=())
        return dataclasses.replace(table, primary_key=self._key(table))

    def _key(self, inner: Table) -> tuple[str, ...]:
        """What the engine must number anew: the primary key, and identifiers that a constraint wants unique."""
        key = self.table.primary_key if set(self.table.primary_key) <= set(inner.names) else ()
        wanted = [one.columns[0] for one in self.table.constraints if isinstance(one, Unique) and len(one.columns) == 1]
        more = [name for name in wanted if name in inner.names and isinstance(inner[name].type, _MEANINGLESS[:2])]
        if all(isinstance(inner[name].type, _MEANINGLESS[:2]) for name in key):
            return tuple(dict.fromkeys([*key, *more]))
        return key

    @cached_property
    def numbered(self) -> frozenset[str]:
        """Columns of the table whose values differ in all rows by construction, whatever their parts."""
        key = self.inner.primary_key
        if len(key) == 1 and key == self.table.primary_key:
            return frozenset(key)
        return frozenset(name for name in key if isinstance(self.inner[name].type, _MEANINGLESS[:2]))

    @cached_property
    def kept(self) -> frozenset[str]:
        """Columns that stay a row's own when it is drawn anew: what is numbered, and people of whom nothing is said."""
        said = {name for constraint in self.table.constraints for name in constraint.columns}
        people = {column.name for column in self.table.columns if isinstance(column.type, types.Personal)}
        return self.numbered | (people - said)

    def forward(self, rows: pa.RecordBatch) -> pa.Table:
        """Rows of the table as the engine learns them."""
        known = {column.name: rows.column(place) for place, column in enumerate(self.table.columns)}
        for step in self.steps:
            known.update(zip((column.name for column in step.hidden), step.forward(rows), strict=True))
        arrays = [known[column.name] for column in self.inner.columns]
        return pa.Table.from_batches([pa.RecordBatch.from_arrays(arrays, schema=self.inner.arrow)])

    def inverse(self, rows: pa.RecordBatch, common: Seed, given: Mapping[str, pa.Array]) -> pa.RecordBatch:
        """Rows of the table from the engine's; ``given`` columns of patterns stand as they are given."""
        known: dict[str, pa.Array] = dict(zip(rows.schema.names, rows.columns, strict=True))
        for step in self.steps:
            known.update(_in_storage(step.inverse(known, common), self.table))
            known.update({name: given[name] for name in step.writes if name in given})
        arrays = [known[name] for name in self.table.names]
        return pa.RecordBatch.from_arrays(arrays, schema=self.table.arrow)


def _in_storage(columns: Known, table: Table) -> Known:
    storages = {name: table[name].storage for name in columns}
    return {n: column if column.type == storages[n] else column.cast(storages[n]) for n, column in columns.items()}


def _may_step(constraint: Constraint, table: Table) -> bool:
    """A pattern makes values that mean nothing; what keys and entities say is not to be learned in another form."""
    if isinstance(constraint, Pattern):
        return isinstance(table[constraint.column].type, _MEANINGLESS)
    fixed = {*table.primary_key, *table.entity, *(name for key in table.foreign_keys for name in key.columns)}
    made = constraint.columns if isinstance(constraint, Combinations) else _made(constraint)
    return isinstance(constraint, Presence) or not fixed & set(made)


def _made(constraint: Constraint) -> tuple[str, ...]:
    return constraint.columns[1:] if isinstance(constraint, Order) else constraint.columns[:1]


def _is_free(step: Step[Any], others: list[Step[Any]], table: Table) -> bool:
    """Whether no other step makes what this one makes, nor hides what it hides."""
    taken = {name for other in others for name in other.takes}
    hidden = {column.name for other in others for column in other.hidden} - set(table.names)
    return not taken & set(step.takes) and not hidden & {column.name for column in step.hidden}


def _ordered(steps: list[Step[Any]]) -> list[Step[Any]] | None:
    """Each step after those that make what it reads, masks after what makes their column; None for a circle."""
    graph: dict[int, list[int]] = {}
    for number, step in enumerate(steps):
        graph[number] = [
            place
            for place, other in enumerate(steps)
            if place != number and _comes_before(other, step)
        ]  # fmt: skip
    try:
        return [steps[number] for number in TopologicalSorter(graph).static_order()]
    except CycleError:
        return None


def _comes_before(first: Step[Any], second: Step[Any]) -> bool:
    if isinstance(first, Mask) and isinstance(second, Mask) and first.writes == second.writes:
        return False
    if isinstance(first, Mask) and first.writes == second.writes and not isinstance(second, Mask):
        return False
    return bool(set(first.writes) & set(second.reads))
