"""Formulas and sums: the column is not learned but computed from what it follows from.

Where it may be missing while all that is there, whether it is there is learned; where it may stand alone, because a column
of the formula is missing, the column itself is learned, for those rows and for whether it is there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.holds import computed
from twinset.core import types
from twinset.core.constraints import Formula, Sum
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.synthesizers.constrained.joint import Book
from twinset.synthesizers.constrained.step import Known, Real, Step, entry, fresh

NOTHING, PRESENCE, ITSELF = "nothing", "presence", "itself"
"""What is learned of the column."""


@dataclass(frozen=True)
class Computed(Step[Formula | Sum]):
    """The column of a :class:`Formula`, of which ``learned`` is learned."""

    word: ClassVar[str] = "computed"
    learned: str

    @classmethod
    def learn(cls, constraint: Formula | Sum, table: Table, real: Real) -> Computed:
        step = cls(constraint, table, NOTHING)
        own = real.rows.column(constraint.column)
        is_known = step._is_known({name: real.rows.column(name) for name in step.reads}, real.rows.num_rows)
        if pc.any(pc.and_(pc.invert(is_known), pc.is_valid(own))).as_py():
            return cls(constraint, table, ITSELF)
        return cls(constraint, table, PRESENCE if pc.any(pc.and_(is_known, pc.is_null(own))).as_py() else NOTHING)

    @classmethod
    def restore(cls, constraint: Formula | Sum, table: Table, data: Mapping[str, Any], book: Book | None) -> Computed:
        learned = entry(data, "learned", str)
        if learned not in (NOTHING, PRESENCE, ITSELF):
            raise DataError(f"the sampler's step learned what it can't have: {learned!r:.40}")
        return cls(constraint, table, learned)

    @property
    def formula(self) -> Formula:
        return self.constraint.formula if isinstance(self.constraint, Sum) else self.constraint

    @property
    def reads(self) -> tuple[str, ...]:
        return self.formula.columns[1:]

    @property
    def writes(self) -> tuple[str, ...]:
        return (self.formula.column,)

    @property
    def hidden(self) -> tuple[Column, ...]:
        own = self.table[self.formula.column]
        if self.learned == PRESENCE:
            return (Column(fresh(f"{own.name} is there", self.table), types.Boolean(), pa.bool_()),)
        name = fresh(f"{own.name} on its own", self.table)
        return (dataclasses.replace(own, name=name),) if self.learned == ITSELF else ()

    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        own = rows.column(self.formula.column)
        if self.learned == PRESENCE:
            is_known = self._is_known({name: rows.column(name) for name in self.reads}, rows.num_rows)
            return [pc.or_(pc.invert(is_known), pc.is_valid(own))]
        return [own] if self.learned == ITSELF else []

    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        own = self.table[self.formula.column]
        operands = {name: known[name] for name in self.reads}
        n_rows = len(next(iter(known.values())))
        value = computed(self.formula, own, operands, n_rows)
        missing, learned = pa.scalar(None, own.storage), [known[column.name] for column in self.hidden]
        if self.learned == PRESENCE:
            return {own.name: pc.if_else(pc.fill_null(learned[0], True), value, missing)}
        if self.learned == ITSELF:
            rest = pc.if_else(self._is_known(operands, n_rows), value, learned[0])
            return {own.name: pc.if_else(pc.is_valid(learned[0]), rest, missing)}
        return {own.name: pc.if_else(self._is_known(operands, n_rows), value, missing)}

    def _is_known(self, operands: Known, n_rows: int) -> pa.Array:
        """Whether all columns of the formula are there."""
        return reduce(pc.and_, map(pc.is_valid, operands.values()), pa.repeat(pa.scalar(True), n_rows))

    def to_data(self) -> dict[str, Any]:
        return {"learned": self.learned}
