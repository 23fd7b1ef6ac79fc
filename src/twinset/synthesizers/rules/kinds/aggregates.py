"""Columns of a parent that sum up the rows that belong to it: an order's total is the sum of its items.

The rows below are made for it, as far as these columns need, and again when their own turn comes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.evaluate import evaluate
from twinset.core import types
from twinset.core.expression import columns_of
from twinset.core.schema import Column
from twinset.errors import DataError, PlanError, SchemaError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.decides import needs_of
from twinset.synthesizers.rules.records import type_of
from twinset.synthesizers.rules.rule import Options, Rows, Scope
from twinset.synthesizers.rules.tables import BELOW, Making


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Options):
    """Over the rows of ``table`` that belong to a row, of those for which ``where`` is true."""

    table: str
    where: str | None = None

    @property
    def value(self) -> str | None:
        """The column there."""
        return None

    def __post_init__(self) -> None:
        options.text(self.table, "table")
        if self.where is None:
            return
        try:
            columns_of(options.text(self.where, "where"))
        except SchemaError as error:
            raise PlanError(f"where: {error}") from None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the other table that it reads."""
        own = () if self.value is None else (self.value,)
        asked = () if self.where is None else columns_of(self.where)
        return tuple(dict.fromkeys((*own, *asked)))

    def reads(self) -> tuple[str, ...]:
        return (f"{self.table}{BELOW}", *(f"{self.table}{BELOW}.{name}" for name in self.names))

    def below(self, rows: Rows) -> pa.Table:
        """The rows that count, with the number of each one's parent in the block."""
        found = rows.below(self.table, self.names)
        return found if self.where is None else found.filter(self._counts(self.where, found))

    def check(self, scope: Scope) -> None:
        """PlanError where ``where`` does not fit its columns."""
        fields = [pa.field(name, scope.column(self.table, name).storage) for name in self.names]
        if self.where is not None:
            try:
                self._counts(self.where, pa.table([pa.nulls(0, one.type) for one in fields], schema=pa.schema(fields)))
            except (DataError, SchemaError) as error:
                raise PlanError(f"where: {error}") from None

    def _counts(self, where: str, rows: pa.Table) -> pa.Array:
        columns = {name: rows[name].combine_chunks() for name in columns_of(where)}
        flags = evaluate(where, columns, rows.num_rows)
        if not pa.types.is_boolean(flags.type):
            raise PlanError(f"where is true or false of each row, and {where!r} is {flags.type}")
        return pc.fill_null(flags, False)


def check_refused(table: Making) -> None:
    """PlanError where rows would be drawn again for a value that sums up other rows, which are not drawn with them."""
    needs: dict[str, set[str]] = {name: set() for name in table.columns}
    for name, made in table.columns.items():
        needs[name].update(step.via or step.rest for step in map(table.step, made.rule.reads()) if step.table == table.name)
    for name, other in needs_of(table.decides):
        needs[name].add(other)
    for constraint in table.refuses:
        found = set(constraint.columns)
        while more := {other for name in found for other in needs[name]} - found:
            found |= more
        for name in sorted(found):
            if isinstance(table.columns[name].rule, Aggregate):
                raise PlanError(
                    f"the constraint {str(constraint)!r} of table {table.name!r} hangs on {name!r}, which sums up rows of "
                    "another table: they are not drawn again with it. Say a constraint of those rows, or change their rules"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOf(Aggregate):
    """How many rows there are."""

    word: ClassVar[str] = "count_of"

    def column(self, name: str, scope: Scope) -> Column:
        self.check(scope)
        return Column(name, types.Integer(), pa.int64(), origin="declared", nullable=False)

    def make(self, rows: Rows) -> pa.Array:
        return pa.array(np.bincount(self.below(rows)["owner"].to_numpy(), minlength=rows.n))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfColumn(Aggregate):
    function: ClassVar[str] = ""
    column_: str

    def __post_init__(self) -> None:
        options.text(self.column_, "column")
        Aggregate.__post_init__(self)

    @property
    def value(self) -> str | None:
        return self.column_

    def column(self, name: str, scope: Scope) -> Column:
        self.check(scope)
        found = dataclasses.replace(scope.column(self.table, self.column_), name=name, domain=None, nullable=True)
        if pa.types.is_nested(found.storage):
            raise PlanError(f"{self.word} is of plain values, and {self.table}.{self.column_} is {found.storage}")
        return found

    def make(self, rows: Rows) -> pa.Array:
        return self.grouped(self.below(rows), rows.n)

    def grouped(self, below: pa.Table, n: int) -> pa.Array:
        """What the rows of each of ``n`` parents give; missing where there are none."""
        plain = pa.table({"owner": below["owner"], "value": below[self.column_]})
        found = plain.group_by("owner", use_threads=False).aggregate([("value", self.function)])
        places = pc.index_in(pa.array(np.arange(n)), value_set=found["owner"].combine_chunks())
        return found[f"value_{self.function}"].combine_chunks().take(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastOf(_OfColumn):
    """The least value, missing where there is none."""

    word: ClassVar[str] = "min_of"
    function: ClassVar[str] = "min"


@dataclass(frozen=True, slots=True, kw_only=True)
class MostOf(_OfColumn):
    """The greatest value, missing where there is none."""

    word: ClassVar[str] = "max_of"
    function: ClassVar[str] = "max"


@dataclass(frozen=True, slots=True, kw_only=True)
class SumOf(_OfColumn):
    """The sum of the values that are not missing; 0 where there are none."""

    word: ClassVar[str] = "sum_of"
    function: ClassVar[str] = "sum"

    def column(self, name: str, scope: Scope) -> Column:
        found = _OfColumn.column(self, name, scope)
        storage, decimals = found.storage, getattr(found.type, "decimals", None)
        if pa.types.is_integer(storage):
            return dataclasses.replace(found, type=types.Integer(), storage=pa.int64(), nullable=False)
        if not (pa.types.is_floating(storage) or pa.types.is_decimal(storage)):
            raise PlanError(f"a sum is of numbers, and {self.table}.{self.column_} is {storage}")
        storage = storage if pa.types.is_decimal(storage) else pa.float64()
        return dataclasses.replace(found, type=types.Real(decimals), storage=storage, nullable=False)

    def make(self, rows: Rows) -> pa.Array:
        below = self.below(rows)
        sums, field = self.grouped(below, rows.n), below.schema.field(self.column_)
        if pa.types.is_decimal(field.type):
            return pc.fill_null(sums.cast(field.type), pa.scalar(Decimal(0), field.type))
        if pa.types.is_integer(field.type):
            return pc.fill_null(sums.cast(pa.int64()), 0)
        decimals = getattr(type_of(field), "decimals", None)
        numbers = pc.fill_null(sums.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        return pa.array(numbers if decimals is None else np.round(numbers, decimals))
