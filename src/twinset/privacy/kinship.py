"""Whose rows are whose in a database: which key of a table leads to the subject, and which tables are nobody's.

An order belongs to its customer and its items belong to the order: following the owning keys ends at the *root*, the subject
that privacy counts and that a split keeps whole. A table of things that many share (countries, products, airlines) is a
*reference*. What a plan or a source has not said is guessed here, from keys, sizes and columns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np

from twinset.core import types
from twinset.core.dataset import Dataset, whole
from twinset.core.keys import MISSING, Places, numbered, places, plain
from twinset.core.schema import ForeignKey, Schema, Table
from twinset.errors import SchemaError
from twinset.privacy import K
from twinset.privacy.values import Numbers, owners_of

_FEWEST = 2 * K
"""Fewer rows own nothing: whatever many entities must share, nothing could be learned of what so few own."""

_WORDS = 1
"""A table with this many columns beside its keys at most, or whose columns all differ in every row, is a dictionary."""


def settled(data: Dataset) -> Schema:
    """The schema with an owner for every table that has one, and with its references.

    Among a table's keys the one to the most rows in use owns it, where that is neither a dictionary of words nor a key of
    values such as a time; what the schema says already stays.
    """
    schema = data.schema
    if any(key.owns for table in schema for key in table.foreign_keys) or any(table.is_reference for table in schema):
        return schema
    owned: dict[str, ForeignKey] = {}
    for table in sorted(schema, key=lambda table: -data.count(table.name)):
        fit = sorted(_candidates(table, data), key=lambda found: -found[0])
        for _, key in fit:
            if not _leads_to(key.table, table.name, owned):
                owned[table.name] = key
                break
    owners = {key.table for key in owned.values()}
    used = {key.table for table in schema for key in table.foreign_keys if key.table != table.name and key.when is None}
    references: set[str] = set()
    while found := {
        table.name
        for table in schema
        if table.name in used - owners - references - set(owned)
        and not _is_of_people(table)
        and all(key.table in references for key in table.foreign_keys)
        and not any(is_of_values(key, schema) for other in schema for key in other.foreign_keys if key.table == table.name)
    }:
        references |= found
    return Schema(
        tuple(
            dataclasses.replace(
                table, foreign_keys=_with_owner(table, owned.get(table.name)), is_reference=table.name in references
            )
            for table in schema
        )
    )


def _with_owner(table: Table, owner: ForeignKey | None) -> tuple[ForeignKey, ...]:
    return tuple(dataclasses.replace(key, owns=key == owner) for key in table.foreign_keys)


def _candidates(table: Table, data: Dataset) -> Iterator[tuple[int, ForeignKey]]:
    """The keys that may own a table's rows, each with how many rows of its table are in use."""
    for key in table.foreign_keys:
        parent = data.schema[key.table]
        if key.table == table.name or key.when is not None or is_of_values(key, data.schema):
            continue
        if _is_of_people(table) and not _is_of_people(parent) and set(key.columns) != set(table.primary_key):
            continue
        if not _is_dictionary(parent, data):
            n_used = _n_used(table, key, data)
            if n_used >= _FEWEST:
                yield n_used, key


def _n_used(table: Table, key: ForeignKey, data: Dataset) -> int:
    used = whole(data, table.name, key.columns)
    return len(np.unique(numbered([plain(column) for column in used.columns])))


def is_of_values(key: ForeignKey, schema: Schema) -> bool:
    """Whether a key is made of values that say something by themselves, such as a place and an hour."""
    kinds = [schema[key.table][name].type for name in key.references]
    return any(isinstance(kind, types.Date | types.DateTime | types.Time) for kind in kinds)


def _is_of_people(table: Table) -> bool:
    return any(isinstance(column.type, types.Personal) for column in table.columns)


def _is_dictionary(table: Table, data: Dataset) -> bool:
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    rest = [column.name for column in table.columns if column.name not in keys]
    n_rows = data.count(table.name)
    if _is_of_people(table) or table.foreign_keys:
        return False
    if len(rest) <= _WORDS:
        return True
    rows = whole(data, table.name, rest)
    return all(len(np.unique(numbered([plain(column)]))) >= n_rows for column in rows.columns)


def _leads_to(start: str, end: str, owned: Mapping[str, ForeignKey]) -> bool:
    """Whether following owners from ``start`` comes to ``end``."""
    while start != end and start in owned:
        start = owned[start].table
    return start == end


def links(data: Dataset, table: str) -> dict[ForeignKey, Places]:
    """Where each row's keys point to, for every key of a table."""
    own = data.schema[table]
    if not own.foreign_keys:
        return {}
    names = sorted({name for key in own.foreign_keys for name in key.reads})
    rows = whole(data, table, names)
    return {key: places(rows, key, whole(data, key.table, key.references)) for key in own.foreign_keys}


def roots(data: Dataset) -> dict[str, Numbers]:
    """For each table a number for every row that says whose it is, the same in all tables of the same root.

    Rows with the same key that no parent has belong together; rows whose key is missing are each their own.
    """
    found: dict[str, Numbers] = {}
    taken: dict[str, int] = {}
    for table in by_owner(data.schema):
        key, n_rows = table.owner, data.count(table.name)
        if key is None:
            own = owners_of(table, whole(data, table.name)) if table.entity else None
            found[table.name] = np.arange(n_rows, dtype=np.int64) if own is None else own
            taken[table.name] = int(found[table.name].max(initial=-1)) + 1
            continue
        rows = whole(data, table.name, sorted(set(key.columns)))
        spots = places(rows, key, whole(data, key.table, key.references))
        root = root_of(data.schema, table.name)
        found[table.name] = _of_parents(spots, found[key.table], rows.select(list(key.columns)).columns, taken, root)
    return found


def _of_parents(spots: Places, parents: Numbers, columns: list, taken: dict[str, int], root: str) -> Numbers:  # type: ignore[type-arg]
    owners = np.full(len(spots), -1, dtype=np.int64)
    owners[spots >= 0] = parents[spots[spots >= 0]]
    orphans = np.flatnonzero(spots < MISSING)
    numbers = numbered([plain(column) for column in columns])[orphans]
    _, alike = np.unique(numbers, return_inverse=True)
    owners[orphans] = taken[root] + alike
    taken[root] += int(alike.max(initial=-1)) + 1
    alone = np.flatnonzero(spots == MISSING)
    owners[alone] = taken[root] + np.arange(len(alone))
    taken[root] += len(alone)
    return owners


def root_of(schema: Schema, table: str) -> str:
    """The table at whose rows the owners of a table's rows end."""
    while (key := schema[table].owner) is not None:
        table = key.table
    return table


def by_owner(schema: Schema) -> list[Table]:
    """The tables, each after the one that owns its rows; SchemaError where owners form a circle."""
    done: list[Table] = []
    rest = list(schema)
    while rest:
        ready = [table for table in rest if table.owner is None or table.owner.table in {one.name for one in done}]
        if not ready:
            raise SchemaError(f"these tables own each other in a circle: {', '.join(table.name for table in rest)}")
        done += ready
        rest = [table for table in rest if table not in ready]
    return done
