"""What every step is: columns that a constraint ties are learned in another form, and turned back so that it holds.

A step takes some columns out of the table that the engine learns and puts hidden ones in their place; turning back, it reads
columns that are there by then. What is met by a step is met by construction, whatever the engine draws.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.constraints import Constraint
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.privacy.values import Owners

if TYPE_CHECKING:
    from twinset.synthesizers.constrained.joint import Book

Known = Mapping[str, pa.Array]
Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=Constraint)


@dataclass(frozen=True, slots=True)
class Real:
    """The real rows under which a step is learned: whose they are, and how many entities must share what is learned."""

    rows: pa.RecordBatch
    owners: Owners
    k: int


@dataclass(frozen=True)
class Step(ABC, Generic[Kind]):
    """One constraint met by construction. Unless it says otherwise, it makes all columns of its constraint from hidden ones
    that stand for them, and has nothing to learn but its constraint.
    """

    word: ClassVar[str]
    constraint: Kind
    table: Table

    @classmethod
    def learn(cls, constraint: Kind, table: Table, real: Real) -> Self | None:
        """The step as the real rows have it; None where the columns are better learned as they are."""
        return cls(constraint, table)

    @classmethod
    def restore(cls, constraint: Kind, table: Table, data: Mapping[str, Any], book: Book | None) -> Self:
        """The step that :meth:`to_data` told of; DataError where it is none of this constraint.

        ``book`` has the known combinations, where the constraint is about some.
        """
        return cls(constraint, table)

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns of the table that turning back looks at."""
        return ()

    @property
    def writes(self) -> tuple[str, ...]:
        """Columns of the table that turning back makes."""
        return self.constraint.columns

    @property
    def takes(self) -> tuple[str, ...]:
        """Those of them that the engine does not learn as they are."""
        return self.writes

    @property
    @abstractmethod
    def hidden(self) -> tuple[Column, ...]:
        """What the engine learns in their place."""

    @abstractmethod
    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        """The hidden columns of real (or given) rows, which need to have only the step's columns."""

    @abstractmethod
    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        """The columns it writes, from hidden and other columns; ``common`` is the whole request's seed."""

    def to_data(self) -> dict[str, Any]:
        """What it learned, as plain data."""
        return {}


def fresh(name: str, table: Table) -> str:
    """The name for a hidden column: no column of the table has it."""
    while name in table.names:
        name += "'"
    return name


def mask_of(flags: pa.Array) -> npt.NDArray[np.bool_]:
    """A boolean column in numpy; missing is false."""
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def entry(data: Mapping[str, Any], name: str, kind: type[Value]) -> Value:
    """An entry of saved data; DataError where it is not of exactly that kind."""
    value = data.get(name)
    if type(value) is not kind:
        raise DataError(f"the sampler's step has no {name} as it was saved: {value!r:.80}")
    return value
