"""The contract of a rule: how one column of a table is made.

A rule is a frozen slotted dataclass of the options that a plan gives it. It learns nothing and keeps nothing: what it makes
follows from its options and from what it asks of :class:`Rows`, one block of rows at a time, so that any block can be made
alone. Where a rule asks for another column it does so by a path:

    amount               a column of the same row
    person.name          a field of a record (a column of structs) of the same row
    customers.signup     a column of the row's parent, where the table is ``per: customers``
    product_id.price     a column of the row that the reference ``product_id`` points to

A rule names in ``reads`` every path that it asks for; circles among them are found before anything is made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.registry import nearest
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError

Index = npt.NDArray[np.int64]


class Rows(Protocol):
    """One block of rows of one table, as the rule of one column sees it."""

    @property
    def n(self) -> int:
        """How many rows there are in the block."""

    @property
    def start(self) -> int:
        """The number of the first row, counted over the whole table."""

    @property
    def total(self) -> int:
        """How many rows the whole table has."""

    @property
    def seed(self) -> Seed:
        """The seed of this column in this block: adding a column never shifts another."""

    @property
    def common(self) -> Seed:
        """The seed of this column in all blocks."""

    @property
    def locales(self) -> Mapping[str, float]:
        """The locales of names and texts with their weights."""

    @property
    def wanted(self) -> frozenset[str] | None:
        """The fields of a record that others read; None: all of them. The rest need not be made."""

    def of(self, path: str) -> pa.Array:
        """What stands at a path in these rows."""

    def position(self) -> Index:
        """The place of each row among the rows of its parent, from 0."""

    def siblings(self) -> Index:
        """How many rows the parent of each row has."""

    def owner(self) -> Index:
        """The number of the parent of each row, counted over the parents' whole table."""

    def beside(self, path: str, step: int) -> pa.Array:
        """What stands at a path in the next (``step`` 1) or previous (-1) row of the same parent; missing at its ends."""

    def size_of(self, table: str) -> int:
        """How many rows a table has."""

    def at(self, table: str, path: str, rows: Index) -> pa.Array:
        """What stands at a path in any rows of a table."""

    def picked(self, column: str) -> Index:
        """Which rows of its table a reference of the same row points to."""

    def leading(self, path: str, n_before: int) -> pa.Array:
        """What stands at a path in so many rows of the same table before these, and in these."""

    def below(self, table: str, names: Collection[str]) -> pa.Table:
        """Columns of the rows of another table that belong to these, and which of these each belongs to: ``owner``."""

    def inner(self, name: str, owner: Index | None = None) -> Rows:
        """Rows within these, for a part of a nested value: one for each of these, or one for each entry of ``owner``."""


class Scope(Protocol):
    """What a rule can learn of the plan around it before anything is made."""

    def of(self, path: str) -> Column:
        """The column at a path."""

    def column(self, table: str, name: str) -> Column:
        """A column of any table."""


@runtime_checkable
class Rule(Protocol):
    """Makes one column."""

    def reads(self) -> tuple[str, ...]:
        """The paths that it asks for."""

    def column(self, name: str, scope: Scope) -> Column:
        """The column's type, storage and domain. Hidden or not, missing or not is not the rule's business."""

    def make(self, rows: Rows) -> pa.Array:
        """``rows.n`` values in the column's storage."""


@runtime_checkable
class Addressable(Protocol):
    """A rule that can make keys: the value of any row follows from the row's number, so that others refer to it without any
    rows at hand. Up to ``n_values`` rows, no two values of ``at`` are the same.
    """

    def n_values(self) -> int | None:
        """How many different values there are; None where there is no end to them."""

    def at(self, rows: Index, common: Seed) -> pa.Array:
        """The values of the rows of these numbers; ``common`` is the column's seed in all blocks."""


@runtime_checkable
class Referring(Protocol):
    """A rule that points to rows of another table."""

    @property
    def table(self) -> str: ...

    @property
    def key(self) -> str:
        """The column there whose values it makes."""

    @property
    def weighed_by(self) -> str | None:
        """A column there that must be made before."""

    def pick(self, rows: Rows) -> Index:
        """The numbers of the rows that it points to."""


@runtime_checkable
class Speaking(Protocol):
    """A rule that makes names or texts of a locale."""

    def check_locales(self, usual: Mapping[str, float], wanted: frozenset[str] | None) -> None:
        """PlanError where it does not know its locales, or the stage's where it has none of its own.

        ``wanted`` are the fields of a record that others read; None: all of them.
        """


@dataclass(frozen=True, slots=True)
class Options:
    """What rules share: they are made from plain data, of which unknown options are refused by name."""

    word: ClassVar[str] = ""
    noun: ClassVar[str] = "rule"
    """What errors call it."""
    is_unique: ClassVar[bool] = False
    """Whether no two rows ever have the same value; other addressable rules have unique values where a plan asks for it."""

    @classmethod
    def from_data(cls, options: Mapping[str, Any]) -> Self:
        """The rule with these options; PlanError for unknown, lacking or wrong ones."""
        known = {field.name.rstrip("_"): field for field in dataclasses.fields(cls)}
        for name in options:
            if name not in known:
                raise PlanError(
                    f"the {cls.noun} {cls.word!r} has no option {name!r}{nearest(name, known)}; "
                    f"its options: {', '.join(known) or 'none'}"
                )
        for name, field in known.items():
            needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if needed and name not in options:
                raise PlanError(f"the {cls.noun} {cls.word!r} needs the option {name!r}; its options: {', '.join(known)}")
        try:
            return cls(**{known[name].name: value for name, value in options.items()})
        except PlanError as error:
            raise PlanError(f"the {cls.noun} {cls.word!r}: {error}") from None

    def reads(self) -> tuple[str, ...]:
        return ()
