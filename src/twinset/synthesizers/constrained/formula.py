"""Formulas and sums: the column is not learned but computed from what it follows from.

Learned are only, where the real rows have them: whether it is there at all, and what stands in it where a column of the
formula is missing.
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
from twinset.synthesizers.constrained.step import Known, Real, entry, fresh


@dataclass(frozen=True, slots=True)
class Computed:
    """The column of a :class:`Formula`. ``has_gaps``: it may be missing; ``has_rest``: it may be there on its own."""

    word: ClassVar[str] = "computed"
    constraint: Formula | Sum
    table: Table
    has_gaps: bool
    has_rest: bool

    @classmethod
    def learn(cls, constraint: Formula | Sum, table: Table, real: Real) -> Computed:
        step = cls(constraint, table, True, True)
        gaps, rest = step.forward(real.rows)
        return cls(constraint, table, bool(pc.any(pc.invert(gaps)).as_py()), rest.null_count < len(rest))

    @classmethod
    def restore(cls, constraint: Formula | Sum, table: Table, data: Mapping[str, Any]) -> Computed:
        return cls(constraint, table, entry(data, "has_gaps", bool), entry(data, "has_rest", bool))

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
    def takes(self) -> tuple[str, ...]:
        return self.writes

    @property
    def hidden(self) -> tuple[Column, ...]:
        own = self.table[self.formula.column]
        flag = Column(fresh(f"{own.name} is there", self.table), types.Boolean(), pa.bool_())
        rest = dataclasses.replace(own, name=fresh(f"{own.name} on its own", self.table), nullable=True)
        return tuple(column for column, has in ((flag, self.has_gaps), (rest, self.has_rest)) if has)

    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        own = rows.column(self.formula.column)
        is_known = self._is_known({name: rows.column(name) for name in self.reads}, rows.num_rows)
        is_there = pc.or_(pc.invert(is_known), pc.is_valid(own))
        rest = pc.if_else(is_known, pa.scalar(None, own.type), own)
        return [column for column, has in ((is_there, self.has_gaps), (rest, self.has_rest)) if has]

    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        own = self.table[self.formula.column]
        operands = {name: known[name] for name in self.reads}
        n_rows = len(next(iter(known.values())))
        value = computed(self.formula, own, operands, n_rows)
        missing, names = pa.scalar(None, own.storage), [column.name for column in self.hidden]
        if self.has_gaps:
            value = pc.if_else(pc.fill_null(known[names[0]], True), value, missing)
        rest = known[names[-1]] if self.has_rest else missing
        return {own.name: pc.if_else(self._is_known(operands, n_rows), value, rest)}

    def _is_known(self, operands: Known, n_rows: int) -> pa.Array:
        """Whether all columns of the formula are there."""
        return reduce(pc.and_, map(pc.is_valid, operands.values()), pa.repeat(pa.scalar(True), n_rows))

    def to_data(self) -> dict[str, Any]:
        return {"has_gaps": self.has_gaps, "has_rest": self.has_rest}
