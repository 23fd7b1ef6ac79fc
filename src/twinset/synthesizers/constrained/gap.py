"""Orders: of ``start <= end``, the end is learned as how far it lies behind the start.

Behind a missing column counts the last one before it that is there; where none may be, the column itself is learned beside
its gap, and says whether it is there at all. The gap is learned where it says more than the column itself, that is where it
varies less; elsewhere the columns are learned as they are, and rows that break the order are drawn again.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.consistent import family
from twinset.constraints.holds import cut_off
from twinset.core import types
from twinset.core.constraints import Order
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.synthesizers.constrained.joint import Book
from twinset.synthesizers.constrained.step import Known, Real, Step, entry, fresh

_FINER = {"s": 0, "ms": 1, "us": 2, "ns": 3}


@dataclass(frozen=True)
class Gaps(Step[Order]):
    """The columns of an :class:`Order` after the first. ``rests`` are those that may be there where all before are not."""

    word: ClassVar[str] = "gaps"
    rests: tuple[str, ...]

    @classmethod
    def learn(cls, constraint: Order, table: Table, real: Real) -> Gaps | None:
        """The step; None where the columns are better learned as they are."""
        if family(table[constraint.columns[0]]) == "label":
            return None
        step = cls(constraint, table, constraint.columns[1:])
        arrays = dict(zip((column.name for column in step.hidden), step.forward(real.rows), strict=True))
        ratios = [
            _spread(arrays[step.gap_name(*pair)]) / _spread(real.rows.column(pair[1]))
            for pair in itertools.pairwise(constraint.columns)
        ]
        if not np.mean(ratios) < 1:
            return None
        pairs = itertools.pairwise(constraint.columns)
        is_lost = {
            name: arrays[step.gap_name(first, name)].null_count > real.rows.column(name).null_count for first, name in pairs
        }
        return dataclasses.replace(step, rests=tuple(name for name in step.rests if is_lost[name]))

    @classmethod
    def restore(cls, constraint: Order, table: Table, data: Mapping[str, Any], book: Book | None) -> Gaps:
        rests = tuple(entry(data, "rests", list))
        if not set(rests) <= set(constraint.columns[1:]):
            raise DataError("the sampler's step rests on columns that are not its own")
        return cls(constraint, table, rests)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.constraint.columns[:1]

    @property
    def writes(self) -> tuple[str, ...]:
        return self.constraint.columns[1:]

    def gap_name(self, first: str, second: str) -> str:
        return fresh(f"{second} - {first}", self.table)

    def rest_name(self, name: str) -> str:
        return fresh(f"{name} on its own", self.table)

    @property
    def hidden(self) -> tuple[Column, ...]:
        columns = []
        for first, second in itertools.pairwise(self.constraint.columns):
            kind, storage = self._gap_type()
            columns.append(Column(self.gap_name(first, second), kind, storage))
            if second in self.rests:
                columns.append(dataclasses.replace(self.table[second], name=self.rest_name(second), nullable=True))
        return tuple(columns)

    def _gap_type(self) -> tuple[types.Type, pa.DataType]:
        """Whole numbers and days are counted; what has a unit of time is a length of time in the finest; else real."""
        columns = [self.table[name] for name in self.constraint.columns]
        storages = [column.storage for column in columns]
        if family(columns[0]) in ("moment", "zoned moment", "time of day", "duration"):
            unit = max((storage.unit for storage in storages), key=_FINER.__getitem__)
            return types.Duration(unit), pa.duration(unit)
        if all(pa.types.is_integer(storage) or pa.types.is_date(storage) for storage in storages):
            return types.Integer(), pa.int64()
        return types.Real(_decimals(columns)), pa.float64()

    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        kind, storage = self._gap_type()
        names = self.constraint.columns
        behind, arrays = _counted(rows.column(names[0]), storage), []
        for name in names[1:]:
            own = _counted(rows.column(name), storage)
            gap = pc.subtract(own, behind)
            if isinstance(kind, types.Real) and kind.decimals is not None:
                gap = pc.round(gap, kind.decimals)
            arrays.append(gap.cast(storage))
            if name in self.rests:
                arrays.append(rows.column(name))
            behind = pc.coalesce(own, behind)
        return arrays

    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        _, storage = self._gap_type()
        names, made = self.constraint.columns, {}
        behind = _counted(known[names[0]], storage)
        for first, name in itertools.pairwise(names):
            gap = _counted(known[self.gap_name(first, name)], storage)
            value = _stored(pc.add(behind, gap), storage, self.table[name])
            if name in self.rests:
                rest = known[self.rest_name(name)]
                value = pc.if_else(pc.is_valid(rest), pc.coalesce(value, rest), pa.scalar(None, value.type))
            made[name] = value
            behind = pc.coalesce(_counted(made[name], storage), behind)
        return made

    def to_data(self) -> dict[str, Any]:
        return {"rests": list(self.rests)}


def _decimals(columns: list[Column]) -> int | None:
    """The places of a difference: the most of any column; None where one has no bound."""
    places = [0 if isinstance(one.type, types.Integer) else getattr(one.type, "decimals", None) for one in columns]
    places = [
        one.storage.scale if pa.types.is_decimal(one.storage) else own for one, own in zip(columns, places, strict=True)
    ]
    return None if None in places else max(place for place in places if place is not None)


def _counted(values: pa.Array, gap: pa.DataType) -> pa.Array:
    """Values as numbers in which a gap is a difference: days, units of time since the epoch, or numbers themselves."""
    kind = values.type
    if pa.types.is_date(kind):
        return values.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    if pa.types.is_timestamp(kind):
        return values.cast(pa.timestamp(gap.unit, kind.tz)).cast(pa.int64())
    if pa.types.is_time(kind):
        fine = pa.time64(gap.unit) if gap.unit in ("us", "ns") else pa.time32(gap.unit)
        return values.cast(fine).cast(pa.int64() if pa.types.is_time64(fine) else pa.int32()).cast(pa.int64())
    if pa.types.is_duration(kind):
        return values.cast(pa.duration(gap.unit)).cast(pa.int64())
    return values.cast(pa.int64() if gap == pa.int64() else pa.float64(), safe=False)


def _stored(counted: pa.Array, gap: pa.DataType, column: Column) -> pa.Array:
    """Such numbers as values of the column, cut off at what its storage can hold."""
    storage = column.storage
    if pa.types.is_date(storage):
        return counted.cast(pa.int32()).cast(pa.date32()).cast(storage)
    if pa.types.is_timestamp(storage):
        return counted.cast(pa.timestamp(gap.unit, storage.tz)).cast(storage, safe=False)
    if pa.types.is_duration(storage):
        return counted.cast(gap).cast(storage, safe=False)
    if pa.types.is_time(storage):
        per_day = 86_400 * 10 ** (3 * _FINER[gap.unit])
        counted = pc.if_else(pc.less(counted, per_day), counted, pa.scalar(None, counted.type))
        fine = pa.time64(gap.unit) if gap.unit in ("us", "ns") else pa.time32(gap.unit)
        return counted.cast(pa.int64() if pa.types.is_time64(fine) else pa.int32()).cast(fine).cast(storage, safe=False)
    places = 0 if pa.types.is_integer(storage) else getattr(column.type, "decimals", None)
    places = storage.scale if pa.types.is_decimal(storage) else places
    if pa.types.is_floating(counted.type) and places is not None:
        counted = pc.round(counted, places)
    return cut_off(counted, storage).cast(storage)


def _spread(values: pa.Array) -> float:
    """The standard deviation, in microseconds where it is time; next to nothing where nothing varies."""
    storage = values.type
    numbers = _counted(values, pa.duration("us") if pa.types.is_temporal(storage) else pa.float64())
    numbers = numbers.cast(pa.float64(), safe=False)
    return pc.stddev(numbers).as_py() or 1e-300
