"""Columns that are taken from elsewhere: a field of a record, a column of the parent, the place among its rows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Options, Rows, Scope


@dataclass(frozen=True, slots=True)
class Field(Options):
    """``field`` of ``of``: of a record, of the parent's row, or of the row that a reference points to."""

    word: ClassVar[str] = "field"
    of: str
    field: str

    def __post_init__(self) -> None:
        options.text(self.of, "of")
        options.text(self.field, "field")

    @property
    def path(self) -> str:
        return f"{self.of}.{self.field}"

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def column(self, name: str, scope: Scope) -> Column:
        return dataclasses.replace(scope.of(self.path), name=name, nullable=True)

    def make(self, rows: Rows) -> pa.Array:
        return rows.of(self.path)


@dataclass(frozen=True, slots=True)
class Parent(Options):
    """``column`` of the parent's row."""

    word: ClassVar[str] = "parent"
    column_: str

    def __post_init__(self) -> None:
        options.text(self.column_, "column")

    @property
    def path(self) -> str:
        return f"parent.{self.column_}"

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def column(self, name: str, scope: Scope) -> Column:
        return dataclasses.replace(scope.of(self.path), name=name)

    def make(self, rows: Rows) -> pa.Array:
        return rows.of(self.path)


@dataclass(frozen=True, slots=True)
class _Beside(Options):
    """What stands at the path ``of`` in another row of the same parent; missing where there is none."""

    step: ClassVar[int]
    of: str

    def __post_init__(self) -> None:
        options.text(self.of, "of")

    def reads(self) -> tuple[str, ...]:
        return (self.of,)

    def column(self, name: str, scope: Scope) -> Column:
        return dataclasses.replace(scope.of(self.of), name=name, nullable=True)

    def make(self, rows: Rows) -> pa.Array:
        return rows.beside(self.of, self.step)


@dataclass(frozen=True, slots=True)
class Next(_Beside):
    """The value of the next row: where a validity ends, because another begins."""

    word: ClassVar[str] = "next"
    step: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Previous(_Beside):
    """The value of the row before."""

    word: ClassVar[str] = "previous"
    step: ClassVar[int] = -1


@dataclass(frozen=True, slots=True)
class Position(Options):
    """1, 2, 3 ... among the rows of each parent."""

    word: ClassVar[str] = "position"
    start: int = 1

    def __post_init__(self) -> None:
        options.whole(self.start, "start", -(2**31), 2**31)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Integer(), pa.int64(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        return pa.array(rows.position() + self.start)
