"""Fixed combinations: several columns learned as one label, so that only combinations that are known come out.

Known are those that k entities share; the others are rare labels to the engine, which spreads them over the known ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.constraints.holds import row_numbers
from twinset.core import types
from twinset.core.constraints import Combinations
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.privacy.values import Numbers, enough, holders
from twinset.synthesizers.constrained.step import Known, Real, Step, fresh


@dataclass(frozen=True)
class Book:
    """The known combinations of some columns: one a row, each once."""

    rows: pa.RecordBatch

    @classmethod
    def learn(cls, columns: tuple[str, ...], real: Real) -> Book:
        rows = pa.RecordBatch.from_pydict({name: real.rows.column(name) for name in columns})
        numbers, _ = row_numbers(rows.columns, rows.num_rows)
        _, first = np.unique(numbers, return_index=True)
        held = holders(numbers, len(first), real.owners)
        return cls(rows.take(pa.array(first[held >= enough(real.k, rows.num_rows)])))

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def find(self, rows: pa.RecordBatch) -> Numbers:
        """The place of each row in the book; for others a number from its length on, the same for equal rows."""
        both = [
            pa.concat_arrays([own.cast(other.type), other])
            for own, other in zip(self.rows.columns, (rows.column(name) for name in self.rows.schema.names), strict=True)
        ]
        numbers, _ = row_numbers([_one_dictionary(column) for column in both], len(self) + rows.num_rows)
        known, mine = numbers[: len(self)], numbers[len(self) :]
        place = np.full(int(numbers.max(initial=0)) + 1, -1, dtype=np.int64)
        place[known] = np.arange(len(self))
        others = np.flatnonzero(place < 0)
        place[others] = len(self) + np.arange(len(others))
        return place[mine]

    def lacks(self, rows: pa.RecordBatch) -> npt.NDArray[np.bool_]:
        """True for rows that are no known combination; nowhere, where the book is empty."""
        return (self.find(rows) >= len(self)) & bool(len(self))


def _one_dictionary(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


@dataclass(frozen=True)
class Joint(Step[Combinations]):
    """The columns of a :class:`Combinations` as one label, the place in its book."""

    word: ClassVar[str] = "joint"
    book: Book

    @classmethod
    def learn(cls, constraint: Combinations, table: Table, real: Real) -> Joint:
        return cls(constraint, table, Book.learn(constraint.columns, real))

    @classmethod
    def restore(cls, constraint: Combinations, table: Table, data: Mapping[str, Any], book: Book | None) -> Joint:
        expected = pa.schema([pa.field(name, table[name].storage) for name in constraint.columns])
        if book is None or not book.rows.schema.equals(expected):
            raise DataError("the sampler's book of combinations is not of the columns of its table")
        return cls(constraint, table, book)

    @property
    def name(self) -> str:
        return fresh(" × ".join(self.constraint.columns), self.table)

    @property
    def hidden(self) -> tuple[Column, ...]:
        return (Column(self.name, types.Categorical(), pa.int64()),)

    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        return [pa.array(self.book.find(rows))]

    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        places = np.asarray(known[self.name].fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
        is_none = (places < 0) | (places >= len(self.book))
        taken = self.book.rows.take(pa.array(np.where(is_none, 0, places), mask=is_none))
        return dict(zip(self.constraint.columns, taken.columns, strict=True))
