"""What a database says of its tables: columns, keys, checks and comments, as values of no kind of database in particular."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_LONGEST = 100  # of a table's name in a schema


@dataclass(frozen=True, slots=True)
class Field:
    """One column as its database declares it.

    ``generated``: the expression that makes its values, which can't be inserted then. ``labels``: of an enum.
    """

    name: str
    declared: str
    nullable: bool = True
    default: str | None = None
    generated: str | None = None
    labels: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key. ``rest`` is what its declaration says beside columns: ON DELETE CASCADE ..."""

    columns: tuple[str, ...]
    table: tuple[str, str]
    references: tuple[str, ...]
    name: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """One table of a database, in one of its schemas (empty where it has none).

    ``ddl`` is its declaration where the database keeps that, of PostgreSQL the kind of table; ``is_readable``: by this user.
    """

    schema: str
    name: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    checks: tuple[str, ...] = ()
    comment: str = ""
    ddl: str = ""
    is_readable: bool = True

    @property
    def key(self) -> tuple[str, str]:
        return self.schema, self.name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)

    def __getitem__(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables of a database. Tables of the schema ``home`` need no schema's name; ``left_out``: what is not read."""

    relations: tuple[Relation, ...]
    home: str = ""
    left_out: tuple[str, ...] = ()
    labels: Mapping[tuple[str, str], str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", _labels([one.key for one in self.relations], self.home))

    def find(self, key: tuple[str, str]) -> Relation | None:
        return next((one for one in self.relations if one.key == key), None)


def _labels(keys: Sequence[tuple[str, str]], home: str) -> dict[tuple[str, str], str]:
    """A name for each table that also makes a file's name; with the schema's where it is not the only one nor the usual."""
    is_one = len({schema for schema, _ in keys}) == 1
    labels: dict[tuple[str, str], str] = {}
    for schema, name in sorted(keys, key=lambda key: (key[0] != home, key)):
        label = _plain(name if is_one or schema == home else f"{schema}.{name}")
        if label in labels.values():
            label = _plain(f"{label[:80]}_{hashlib.sha256(repr((schema, name)).encode()).hexdigest()[:8]}")
        labels[schema, name] = label
    return labels


def _plain(name: str) -> str:
    """A name without what can't stand in a file's."""
    cut = name.translate({ord("/"): "_", ord("\\"): "_", 0: "_"})
    cut = f"_{cut[1:]}" if cut.startswith(".") else cut
    return cut if 0 < len(cut) <= _LONGEST else f"{cut[:80]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
