"""The shape of a database, as its twin is made: what each key of a table is, and which columns are made how.

Rows are made from the roots down, each with its owner's columns for context. Keys to lists of things that many share are
learned as labels; keys of values (a place and an hour) are learned as the values they are, and then led to a row that is
there; other keys are partners, found by what they are like.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.privacy import kinship

Kind = Literal["owner", "list", "value", "partner", "implied"]
MARK = "~"
"""Before the name of a column that is learned and never given out."""

OWN = MARK + MARK
"""Before the name of such a column of a row's own, which is another for its children."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A key of a table, what it is, and the columns that it fills: those that no tie before it does."""

    key: ForeignKey
    kind: Kind
    fills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table is made: its ties in the order in which they are followed, and the columns that an engine draws.

    Columns of keys that hold under a condition are drawn, for the rows in which none holds.
    """

    table: Table
    ties: tuple[Tie, ...]
    drawn: tuple[Column, ...]

    @property
    def owner(self) -> Tie | None:
        return next((tie for tie in self.ties if tie.kind == "owner"), None)

    def of(self, kind: Kind) -> list[tuple[int, Tie]]:
        """The ties of one kind, each with its number."""
        return [(number, tie) for number, tie in enumerate(self.ties) if tie.kind == kind]


def label_of(number: int) -> str:
    """The column that says as a label to which row of a list a tie leads."""
    return f"{OWN}list {number}"


def rows_of(child: str) -> str:
    """The column of an owner that counts its rows in a child table."""
    return f"{MARK}{child}: rows"


def shapes(schema: Schema) -> dict[str, Shape]:
    """The shape of every table, each after the one that owns it."""
    return {table.name: _shape(table, schema) for table in kinship.by_owner(schema)}


def _shape(table: Table, schema: Schema) -> Shape:
    ties = tuple(_ties(table, schema))
    filled = {name for tie in ties if tie.key.when is None for name in tie.fills}
    drawn = tuple(_drawn(column, table) for column in table.columns if column.name not in filled)
    return Shape(table, ties, drawn)


def _ties(table: Table, schema: Schema) -> Iterator[Tie]:
    filled: set[str] = set()
    for kind, key in sorted(_kinds(table, schema), key=lambda one: (_ORDER[one[0]], one[1].when is not None)):
        rest = tuple(name for name in key.columns if name not in filled)
        if not rest:
            yield Tie(key, "implied", ())
            continue
        yield Tie(key, kind, () if kind == "value" else rest)
        if kind != "value" and key.when is None:  # else the columns are another key's in other rows
            filled.update(rest)


_ORDER: dict[Kind, int] = {"owner": 0, "list": 1, "partner": 2, "value": 3, "implied": 4}


def _kinds(table: Table, schema: Schema) -> Iterator[tuple[Kind, ForeignKey]]:
    for key in table.foreign_keys:
        if key.owns:
            yield "owner", key
        elif schema[key.table].is_reference:
            yield "list", key
        elif key.when is None and kinship.is_of_values(key, schema):
            yield "value", key
        else:
            yield "partner", key


def _drawn(column: Column, table: Table) -> Column:
    """A column as its engine sees it: what names the rows, and nothing else, means nothing else."""
    is_led = any(key.when is not None and column.name in key.columns for key in table.foreign_keys)
    is_key = (column.name in table.primary_key or is_led) and not isinstance(column.type, types.Personal)
    if not is_key or isinstance(column.type, types.Identifier | types.Date | types.DateTime | types.Time):
        return column
    is_number = pa.types.is_integer(column.storage) or pa.types.is_floating(column.storage)
    kind = types.Identifier("sequence") if is_number else types.Identifier("opaque")
    return dataclasses.replace(column, type=kind, domain=None, nullable=is_led and column.nullable)
