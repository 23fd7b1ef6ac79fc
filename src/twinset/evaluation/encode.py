"""Columns as numbers, once for all metrics: floats where order and distance mean something, codes where they don't.

Numbers, dates and times become float64 (days, seconds; NaN is missing). Labels become int32 codes into the sorted union of
the labels that any of the three sides holds (-1 is missing). Other types (text, identifiers, personal data, nested values)
are not compared by value and are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Dataset, whole
from twinset.core.score import Comparison

Array = npt.NDArray[np.float64] | npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
Side = Literal["train", "synthetic", "holdout"]
Kind = Literal["number", "time", "label"]

NUMBERS = (types.Integer, types.Real, types.Duration)
TIMES = (types.Date, types.DateTime, types.Time)
LABELS = (types.Boolean, types.Categorical, types.Ordinal)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EncodedColumn:
    """One column of all sides; ``labels`` is empty for numbers and times."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    train: Array
    synthetic: Array
    holdout: Array | None

    def side(self, side: Side) -> Array:
        values: Array | None = getattr(self, side)
        if values is None:
            raise LookupError("this comparison has no holdout")
        return values


@dataclass(frozen=True, slots=True)
class Encoded:
    """The comparable columns of a comparison, and the names of those that are not."""

    columns: tuple[EncodedColumn, ...]
    left_out: tuple[str, ...]

    def __getitem__(self, name: str) -> EncodedColumn:
        return next(column for column in self.columns if column.name == name)

    def n(self, side: Side) -> int:
        """Rows of one side; 0 where there is nothing to compare or no such side."""
        arrays = [getattr(column, side) for column in self.columns[:1]]
        return sum(len(values) for values in arrays if values is not None)


def encoded(comparison: Comparison) -> Encoded:
    """The comparison's columns as arrays; computed once and kept in its cache."""
    return cached(comparison, "encoded", lambda: _encode(comparison))


def cached(comparison: Comparison, key: str, make: Callable[[], T]) -> T:
    """What ``make`` gives, made once for a comparison and kept under ``key``."""
    if key not in comparison.cache:
        comparison.cache[key] = make()
    return cast(T, comparison.cache[key])


def kind_of(column_type: types.Type) -> Kind | None:
    """How columns of this type are compared; None: not by value."""
    if isinstance(column_type, NUMBERS) or (isinstance(column_type, types.Geo) and column_type.axis != "point"):
        return "number"
    if isinstance(column_type, TIMES):
        return "time"
    return "label" if isinstance(column_type, LABELS) else None


def _encode(comparison: Comparison) -> Encoded:
    columns: list[EncodedColumn] = []
    left_out: list[str] = []
    for column in comparison.train.schema.only.columns:
        kind = kind_of(column.type)
        if kind is None:
            left_out.append(column.name)
        elif kind == "label":
            columns.append(_codes(comparison, column.name))
        else:
            columns.append(_numbers(comparison, column.name, kind))
    return Encoded(tuple(columns), tuple(left_out))


def _sides(comparison: Comparison) -> list[Dataset | None]:
    return [comparison.train, comparison.synthetic, comparison.holdout]


def _column(data: Dataset, name: str) -> pa.ChunkedArray:
    return whole(data, columns=[name]).column(0)


def _numbers(comparison: Comparison, name: str, kind: Kind) -> EncodedColumn:
    sides = [None if data is None else as_float(_column(data, name)) for data in _sides(comparison)]
    return EncodedColumn(name, kind, (), sides[0], sides[1], sides[2])  # type: ignore[arg-type]


def as_float(values: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """float64 with NaN for missing: numbers as they are, dates in days, times, datetimes and durations in seconds."""
    kind = values.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(values.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    if pa.types.is_date(kind):
        return np.asarray(values.cast(pa.date32()).cast(pa.int32()).cast(pa.float64()).to_numpy(), dtype=np.float64)
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit]
    whole_units = values.cast(pa.int32()) if pa.types.is_time32(kind) else values
    return np.asarray(whole_units.cast(pa.int64()).to_numpy(), dtype=np.float64) / per_second


def _codes(comparison: Comparison, name: str) -> EncodedColumn:
    texts = [None if data is None else _column(data, name).cast(pa.string()) for data in _sides(comparison)]
    union = pa.chunked_array([chunk for text in texts if text is not None for chunk in text.chunks], pa.string())
    labels = pc.unique(union).drop_null()
    labels = labels.take(pc.array_sort_indices(labels))
    codes = [None if text is None else _look_up(text, labels) for text in texts]
    return EncodedColumn(name, "label", tuple(labels.to_pylist()), codes[0], codes[1], codes[2])  # type: ignore[arg-type]


def _look_up(text: pa.ChunkedArray, labels: pa.Array) -> npt.NDArray[np.int32]:
    return np.asarray(pc.fill_null(pc.index_in(text, value_set=labels), -1).to_numpy(), dtype=np.int32)
