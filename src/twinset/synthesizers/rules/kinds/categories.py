"""Labels: one for all rows, or some with weights, which may depend on another column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Values
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Options, Rows, Scope
from twinset.synthesizers.rules.weights import Weighted

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Constant(Options):
    """``value`` in every row."""

    word: ClassVar[str] = "constant"
    value: Scalar

    def __post_init__(self) -> None:
        _scalars([self.value], "value")

    def column(self, name: str, scope: Scope) -> Column:
        return _column(name, [self.value])

    def make(self, rows: Rows) -> pa.Array:
        return pa.repeat(pa.scalar(self.value, _storage([self.value])), rows.n)


@dataclass(frozen=True, slots=True)
class Category(Options):
    """One of ``values``: a list, or a mapping of values to weights. ``by`` makes the weights depend on another column:

    ``by: {column: country, weights: {DE: {gold: 5, silver: 1}, US: {gold: 1, silver: 1}}}``; other values of that column
    have the weights of ``values``.
    """

    word: ClassVar[str] = "category"
    values: Any
    by: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", options.paired(self.values))
        _scalars(self.labels, "values")
        self._weights(self.values)
        if self.by is not None:
            if sorted(options.mapping(self.by, "by")) != ["column", "weights"]:
                raise PlanError("by has a column and its weights: {column: country, weights: {DE: {gold: 2}, ...}}")
            options.text(self.by["column"], "the column of by")
            weights = options.mapping(self.by["weights"], "the weights of by")
            weights = {value: options.mapping(said, "weights") for value, said in weights.items()}
            object.__setattr__(self, "by", {"column": self.by["column"], "weights": weights})
            for said in weights.values():
                self._weights(said)

    @property
    def labels(self) -> list[Any]:
        return list(self.values) if isinstance(self.values, dict) else options.listed(self.values, "values")

    def _weights(self, said: Any) -> Weighted:
        """The weights of all labels."""
        labels = self.labels
        if not isinstance(said, dict):
            return Weighted.of(np.ones(len(labels)))
        if unknown := [label for label in said if label not in labels]:
            raise PlanError(f"{unknown[0]!r} has a weight and is none of the values {', '.join(map(str, labels))[:200]}")
        weights = [options.number(said.get(label, 0), f"the weight of {label!r}", 0) for label in labels]
        if not any(weights):
            raise PlanError("at least one weight is above 0")
        return Weighted.of(weights)

    def reads(self) -> tuple[str, ...]:
        return () if self.by is None else (self.by["column"],)

    def column(self, name: str, scope: Scope) -> Column:
        return _column(name, self.labels)

    def make(self, rows: Rows) -> pa.Array:
        draws = rows.seed.generator().random(rows.n)
        codes = self._weights(self.values).at(draws)
        if self.by is not None:
            given = rows.of(self.by["column"])
            for value, said in self.by["weights"].items():
                mine = np.flatnonzero(_is(given, value))
                codes[mine] = self._weights(said).at(draws[mine])
        return pa.array(self.labels, _storage(self.labels)).take(pa.array(codes))


def _is(given: pa.Array, value: Scalar) -> npt.NDArray[np.bool_]:
    import pyarrow.compute as pc

    try:
        flags = pc.equal(given, pa.scalar(value).cast(given.type))
    except (pa.ArrowException, ValueError) as error:
        raise PlanError(f"weights are given for {value!r}, which is no value of a column of {given.type}") from error
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _scalars(values: list[Any], name: str) -> None:
    kinds = {float if isinstance(value, int | float) and not isinstance(value, bool) else type(value) for value in values}
    if not kinds <= {str, float, bool} or len(kinds) > 1:
        raise PlanError(f"{name} are texts, or numbers, or true and false, all of one kind, not {values!r:.60}")
    if any(not isinstance(value, str) and not abs(value) < 2**63 for value in values):
        raise PlanError(f"{name} that are numbers are finite and fit into 64 bits, unlike {values!r:.60}")
    if len(set(values)) != len(values):
        raise PlanError(f"{name} has the same value twice")


def _storage(values: list[Any]) -> pa.DataType:
    if any(isinstance(value, float) for value in values):
        return pa.float64()
    return {str: pa.string(), bool: pa.bool_(), int: pa.int64()}[type(values[0])]


def _column(name: str, values: list[Any]) -> Column:
    storage = _storage(values)
    kind = types.Boolean() if pa.types.is_boolean(storage) else types.Categorical()
    return Column(name, kind, storage, Values(tuple(values)), origin="declared")
