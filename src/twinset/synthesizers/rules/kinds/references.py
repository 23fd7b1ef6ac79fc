"""Columns that point to rows of another table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.keys import Permutation, random_words
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.weights import Weighted, zipf_ranks

_EXPONENTS = {"zipf": 1.0, "pareto": 0.86}
"""Of the law of ranks; a fifth of all rows has four fifths of the references with ``pareto``."""


@dataclass(frozen=True, slots=True)
class Reference(Options):
    """The ``column`` (a key) of some row of ``table``.

    ``weights``: all alike, ``zipf`` or ``pareto`` (a few rows are much more common; which, the seed decides), the exponent
    of such a law as a number, or ``{column: popularity}``, a column there. ``distinct``: the rows of one parent point to
    different rows. ``earlier``: of its own table only rows that come before, so that there are no circles; the first row's
    is missing.
    """

    word: ClassVar[str] = "reference"
    table: str
    column_: str
    weights: Any = None
    distinct: bool = False
    earlier: bool = False

    def __post_init__(self) -> None:
        options.text(self.table, "table")
        options.text(self.column_, "column")
        options.flag(self.distinct, "distinct")
        if isinstance(self.weights, str):
            options.choice(self.weights, "weights", ("uniform", *_EXPONENTS))
        elif isinstance(self.weights, dict):
            if list(self.weights) != ["column"]:
                raise PlanError("weights are zipf, pareto, an exponent, or {column: NAME}")
            options.text(self.weights["column"], "the column of weights")
        elif self.weights is not None:
            options.number(self.weights, "weights", 0, 20)
        if self.distinct and self.weights not in (None, "uniform"):
            raise PlanError("distinct goes with weights that are all alike")
        options.flag(self.earlier, "earlier")
        if self.earlier and (self.distinct or self.weights not in (None, "uniform")):
            raise PlanError("earlier goes with weights that are all alike, and without distinct")

    @property
    def key(self) -> str:
        return self.column_

    @property
    def weighed_by(self) -> str | None:
        """The column of weights there."""
        return str(self.weights["column"]) if isinstance(self.weights, dict) else None

    def column(self, name: str, scope: Scope) -> Column:
        if (weights := self.weighed_by) is not None:
            kind = scope.column(self.table, weights).storage
            if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
                raise PlanError(f"weights are numbers, and {self.table}.{weights} is {kind}")
        found = dataclasses.replace(scope.column(self.table, self.key), name=name)
        return dataclasses.replace(found, nullable=True) if self.earlier else found

    def pick(self, rows: Rows) -> Index:
        n_targets = rows.size_of(self.table)
        if n_targets == 0 and rows.n:
            raise PlanError(f"{rows.n:,} rows refer to the table {self.table!r}, of which no rows are asked for")
        if self.distinct:
            return self._distinct(rows, n_targets)
        rng = rows.seed.generator()
        if self.earlier:
            return (rng.random(rows.n) * np.arange(rows.start, rows.start + rows.n)).astype(np.int64)
        if self.weighed_by is not None:
            return self._by_column(rows, n_targets, rng)
        exponent = _EXPONENTS.get(self.weights, 0.0) if isinstance(self.weights, str) else float(self.weights or 0)
        if not exponent:
            return rng.integers(0, max(1, n_targets), rows.n, dtype=np.int64)
        ranks = zipf_ranks(rows.n, n_targets, exponent, rng)
        return Permutation(n_targets, rows.common.child("popular")).at(ranks)

    def _distinct(self, rows: Rows, n_targets: int) -> Index:
        places, siblings = rows.position(), rows.siblings()
        if rows.n and (most := int(siblings.max())) > n_targets:
            raise PlanError(f"some parent has {most:,} rows, which can't point to different rows of {n_targets:,}")
        tweaks = random_words(rows.owner(), rows.common.child("tweak"))
        return Permutation(n_targets, rows.common.child("distinct")).at(places, tweaks)

    def _by_column(self, rows: Rows, n_targets: int, rng: np.random.Generator) -> Index:
        weights = rows.at(self.table, str(self.weighed_by), np.arange(n_targets)).cast(pa.float64()).fill_null(0)
        numbers: npt.NDArray[np.float64] = weights.to_numpy(zero_copy_only=False)
        if not np.isfinite(numbers).all() or numbers.min() < 0 or numbers.max() <= 0:
            raise PlanError(f"weights are at least 0 and one is above it, unlike those in {self.table}.{self.weighed_by}")
        return Weighted.of(numbers).at(rng.random(rows.n))

    def make(self, rows: Rows) -> pa.Array:
        found = rows.at(self.table, self.key, self.pick(rows))
        if not self.earlier or rows.start or not rows.n:
            return found
        return pa.concat_arrays([pa.nulls(1, found.type), found.slice(1)])
