"""Schema: the tables of a dataset, their columns, keys, entities and constraints.

Immutable values without behaviour beyond look-ups and their own checks. How a schema is found in data is
:mod:`twinset.sources`' to know; how one is written in a plan is :mod:`twinset.plan`'s.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from twinset.core import types
from twinset.core.constraints import Constraint
from twinset.core.registry import nearest
from twinset.errors import SchemaError

Origin = Literal["declared", "public", "data", "private"]
"""Where a domain comes from: said by the user, public knowledge, read from the data (forbidden under differential
privacy), or found by a private mechanism."""

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Range:
    """Closed interval; for dates and times the ends are ISO 8601 text."""

    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Values:
    """The values there are; in their order where the type has one."""

    values: tuple[Value, ...]


Domain = Range | Values


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its meaning (``type``), its storage, what may stand in it, and why we think so."""

    name: str
    type: types.Type
    storage: pa.DataType
    domain: Domain | None = None
    origin: Origin = "data"
    nullable: bool = True
    reason: str = ""

    def to_data(self) -> dict[str, object]:
        """Plain data without the storage type, as a plan shows it."""
        data = types.to_data(self.type)
        if isinstance(self.domain, Range):
            data["range"] = [self.domain.low, self.domain.high]
        elif isinstance(self.domain, Values):
            data["values"] = list(self.domain.values)
        if self.origin != "data":
            data["origin"] = self.origin
        if not self.nullable:
            data["nullable"] = False
        if self.reason:
            data["reason"] = self.reason
        return data

    @classmethod
    def from_data(cls, name: str, data: Mapping[str, object], storage: pa.DataType) -> Column:
        """The column that plain data describes; raises SchemaError naming the column."""
        options = dict(data)
        span, values = options.pop("range", None), options.pop("values", None)
        origin, nullable = options.pop("origin", "data"), options.pop("nullable", True)
        reason = options.pop("reason", "")
        try:
            kind = types.from_data(options)
            domain = _domain(span, values)
            if origin not in ("declared", "public", "data", "private"):
                raise SchemaError(f"origin is declared, public, data or private, not {origin!r}")
            if not isinstance(nullable, bool):
                raise SchemaError(f"nullable is true or false, not {nullable!r}")
        except SchemaError as error:
            raise SchemaError(f"column {name!r}: {error}") from None
        return cls(name, kind, storage, domain, origin, nullable, str(reason))


def _domain(span: object, values: object) -> Domain | None:
    if span is not None and values is not None:
        raise SchemaError("a domain is a range or a list of values, not both")
    if span is not None:
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise SchemaError(f"a range is two values, low then high, not {span!r}")
        low, high = span
        if not isinstance(low, Value) or not isinstance(high, Value) or type(low) is bool or type(high) is bool:
            raise SchemaError(f"the ends of a range are numbers or ISO 8601 texts, not {span!r}")
        if isinstance(low, str) != isinstance(high, str) or low > high:  # type: ignore[operator]
            raise SchemaError(f"a range goes from low to high, not {span!r}")
        return Range(low, high)
    if values is not None:
        if not isinstance(values, list | tuple) or not values:
            raise SchemaError(f"values are a list of at least one, not {values!r}")
        if not all(isinstance(value, Value) for value in values):
            raise SchemaError("values are texts, numbers or true and false; put quotes around dates")
        if len(set(map(repr, values))) != len(values):
            raise SchemaError("values has the same value twice")
        return Values(tuple(values))
    return None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values stand in another table's columns. ``owns``: rows belong to what this key points to.

    At most one key of a table owns its rows; following it from table to table ends at the subject whose rows these are.
    ``when`` is a column and its value: the key holds in rows that have it (``commentable_type`` is ``Post``), and several
    such keys may share their columns.
    """

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]
    owns: bool = False
    when: tuple[str, Value] | None = None

    def __post_init__(self) -> None:
        if self.owns and self.when is not None:
            raise SchemaError(f"a key that holds under a condition owns no rows: {self.columns} to {self.table!r}")
        if not self.columns or len(self.columns) != len(self.references):
            raise SchemaError(f"a key to {self.table!r} has as many columns as it points to, at least one: {self.columns}")

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that say where a row's key leads."""
        return self.columns if self.when is None else (*self.columns, self.when[0])


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``entity`` names the columns that say whose row it is; empty: each row is its own entity.

    ``is_reference``: the table lists things that many share, such as countries or products, and nobody's own rows.
    ``context`` names columns that are known before a row is made (its parent's, say): engines draw the others given them.
    """

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    entity: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    is_reference: bool = False
    context: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= 100 or self.name.startswith(".") or {"/", "\\", "\0"} & set(self.name):
            raise SchemaError(
                f"a table's name makes file names: 1 to 100 characters, no slash, no dot first, not {self.name!r}"
            )
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise SchemaError(f"table {self.name!r} has columns of the same name: {', '.join(map(repr, twice))}")
        used = {*self.primary_key, *self.entity, *self.context, *(name for key in self.foreign_keys for name in key.reads)}
        if unknown := sorted(used - set(names)):
            raise SchemaError(f"keys of table {self.name!r} name unknown columns: {', '.join(map(repr, unknown))}")
        if sum(key.owns for key in self.foreign_keys) > 1:
            raise SchemaError(f"rows of table {self.name!r} belong to one table at most; several keys own them")
        for constraint in self.constraints:
            for name in constraint.columns:
                if name not in names:
                    raise SchemaError(
                        f"the constraint {str(constraint)!r} names {name!r}, which is no column of table "
                        f"{self.name!r}{nearest(name, names)}; columns: {', '.join(names[:30])}"
                    )

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        known = ", ".join(self.names[:30])
        raise SchemaError(f"table {self.name!r} has no column {name!r}{nearest(name, self.names)}; it has: {known}")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def owner(self) -> ForeignKey | None:
        """The key to whom the rows belong; None where they are their own."""
        return next((key for key in self.foreign_keys if key.owns), None)

    @property
    def arrow(self) -> pa.Schema:
        """The storage schema: what every batch of this table looks like."""
        return pa.schema([pa.field(column.name, column.storage) for column in self.columns])

    def with_columns(self, columns: tuple[Column, ...]) -> Table:
        return dataclasses.replace(self, columns=columns)


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of a dataset, in the order in which they are made."""

    tables: tuple[Table, ...]

    def __post_init__(self) -> None:
        by_name = {table.name: table for table in self.tables}
        if len(by_name) != len(self.tables):
            raise SchemaError(f"tables of the same name: {', '.join(table.name for table in self.tables)}")
        for table in self.tables:
            for key in table.foreign_keys:
                if key.table not in by_name:
                    raise SchemaError(f"table {table.name!r} refers to the unknown table {key.table!r}")
                if missing := set(key.references) - set(by_name[key.table].names):
                    raise SchemaError(f"table {table.name!r} refers to {key.table!r}'s unknown columns {sorted(missing)}")

    def __getitem__(self, name: str) -> Table:
        for table in self.tables:
            if table.name == name:
                return table
        known = ", ".join(table.name for table in self.tables)
        raise SchemaError(f"there is no table {name!r}; tables: {known}")

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    @property
    def only(self) -> Table:
        """The one table of a single-table schema."""
        if len(self.tables) != 1:
            raise SchemaError(f"one table is expected here, and there are {len(self.tables)}")
        return self.tables[0]
