"""Tables as a contract describes them, whatever its format: columns, keys and what has to hold. There are no rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "integer", "decimal", "real", "boolean", "text", "date", "datetime", "time", "uuid", "json", "xml", "bytes", "ip", "mac",
    "year", "interval", "list", "unknown",
]  # fmt: skip
Value = str | int | float | bool


@dataclass(slots=True)
class Limits:
    """What checks allow of one column: closed bounds, the only values, a pattern, fewest and most characters."""

    low: float | str | None = None
    high: float | str | None = None
    values: tuple[Value, ...] | None = None
    regex: str | None = None
    shortest: int = 0
    longest: int | None = None

    def above(self, bound: float | str) -> None:
        """At least this."""
        if self.low is None or _is_less(self.low, bound):
            self.low = bound

    def below(self, bound: float | str) -> None:
        """At most this."""
        if self.high is None or _is_less(bound, self.high):
            self.high = bound

    def among(self, values: tuple[Value, ...]) -> None:
        """Only these."""
        self.values = values if self.values is None else tuple(one for one in self.values if one in values)


def _is_less(first: float | str, second: float | str) -> bool:
    return isinstance(first, str) == isinstance(second, str) and first < second  # type: ignore[operator]


@dataclass(slots=True)
class Column:
    """One column. ``said`` is its type in the contract's own words and ``highest`` the largest number of it.

    ``default`` is a literal, ``formula`` or ``template`` what computes the column.
    """

    name: str
    kind: Kind
    said: str
    precision: int | None = None
    scale: int = 0
    nullable: bool = True
    is_counted: bool = False
    highest: float | None = None
    default: Value | None = None
    formula: str | None = None
    template: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that stand in another table's columns."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(slots=True)
class Table:
    """One table. ``constraints`` are plain data, as a plan writes them."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    unique: list[tuple[str, ...]] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    constraints: list[dict[str, Any]] = field(default_factory=list)

    def sets(self) -> Iterator[tuple[str, ...]]:
        """The columns of which no two rows have the same values: the key first."""
        yield from dict.fromkeys([*([self.key] if self.key else []), *self.unique])

    def column(self, name: str) -> Column | None:
        """The column of that name, also where it is spelt in other capitals."""
        return self.columns.get(name) or next(
            (one for one in self.columns.values() if one.name.lower() == name.lower()), None
        )


@dataclass(frozen=True, slots=True)
class Described:
    """All tables, and what of the contract could not be honoured, each in a sentence."""

    tables: dict[str, Table]
    remarks: list[str]
