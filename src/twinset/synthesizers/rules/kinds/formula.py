"""Columns that are computed from others, in the language of :mod:`twinset.core.expression`: nothing of a plan is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.evaluate import evaluate
from twinset.core import types
from twinset.core.expression import columns_of
from twinset.core.schema import Column
from twinset.errors import DataError, PlanError, SchemaError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Options, Rows, Scope


@dataclass(frozen=True, slots=True)
class Formula(Options):
    """The worth of the expression ``of``, such as ``price * quantity``; rounded half to even at ``decimals`` places."""

    word: ClassVar[str] = "formula"
    of: str
    decimals: int | None = None

    def __post_init__(self) -> None:
        options.decimals(self.decimals)
        try:
            columns_of(options.text(self.of, "of"))
        except SchemaError as error:
            raise PlanError(str(error)) from None

    def reads(self) -> tuple[str, ...]:
        return columns_of(self.of)

    def column(self, name: str, scope: Scope) -> Column:
        inputs = {path: pa.nulls(0, scope.of(path).storage) for path in self.reads()}
        try:
            worth = evaluate(self.of, inputs, 0)
        except DataError as error:
            raise PlanError(f"the formula of {name!r}: {error}") from None
        return Column(name, *_typed(worth.type, self.decimals), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        worth = evaluate(self.of, {path: rows.of(path) for path in self.reads()}, rows.n)
        if self.decimals is not None and pa.types.is_floating(worth.type):
            worth = pc.round(worth, self.decimals, round_mode="half_to_even")
        return worth.cast(pa.int64()) if self.decimals == 0 and pa.types.is_floating(worth.type) else worth


def _typed(storage: pa.DataType, decimals: int | None) -> tuple[types.Type, pa.DataType]:
    if pa.types.is_floating(storage):
        return (types.Integer(), pa.int64()) if decimals == 0 else (types.Real(decimals), storage)
    for is_kind, kind in _KINDS:
        if is_kind(storage):
            return kind, storage
    raise PlanError(f"a formula gives numbers, truths, texts, moments or durations, not {storage}")


_KINDS = (
    (pa.types.is_integer, types.Integer()), (pa.types.is_boolean, types.Boolean()), (pa.types.is_string, types.Text()),
    (pa.types.is_date, types.Date()), (pa.types.is_timestamp, types.DateTime()), (pa.types.is_duration, types.Duration()),
)  # fmt: skip
