"""What every codec is: a column of values <-> raw fields, and what it may know while it learns and while it writes.

Codecs learn nothing but shared alphabets, grids and rates; the joint law of the fields is the engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pyarrow as pa

from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.privacy.values import Numbers, Owners
from twinset.synthesizers.tabular.fields import Field, Raw

Note = Callable[[str, str | None, int], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a codec learns under: whose rows these are, how many entities must share a value, where notes go.

    ``unique`` are the columns whose values must stay unique (a primary key's); ``people`` is the locale of those who are
    made up for columns of personal data, '' where placeholders stand.
    """

    owners: Owners
    k: int
    note: Note
    unique: frozenset[str] = frozenset()
    people: str = ""

    def of_rows(self, rows: Numbers) -> Scope:
        """The same for the given rows; each row is its own entity still where it was."""
        return replace(self, owners=rows if self.owners is None else self.owners[rows])


@dataclass(frozen=True, slots=True)
class Making:
    """What a codec writes under: the rows' places in the whole request, the part's own seed, and the whole request's."""

    start: int
    n_rows: int
    n_total: int
    seed: Seed
    common: Seed

    def draw(self, *names: str) -> np.random.Generator:
        return self.seed.child(*names).generator()


class Codec(Protocol):
    """One column <-> its fields (none for a column that is all placeholders)."""

    @property
    def column(self) -> Column: ...

    @property
    def fields(self) -> tuple[Field, ...]: ...

    def split(self, values: pa.Array) -> list[Raw]:
        """Raw values of each field."""

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        """Values of the column's storage from raw values of each field."""


def mask_of(values: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True where a value is missing."""
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
