"""Proposals: for each column the one key that it may point to, and pairs of columns that point to a pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from twinset.core import keys, types
from twinset.core.schema import ForeignKey, Schema, Table
from twinset.errors import SchemaError
from twinset.sources.inference import hints
from twinset.sources.relations import evidence
from twinset.sources.relations.codes import Coded, coded, coverage
from twinset.sources.relations.pairs import primary_pairs
from twinset.sources.relations.persons import Persons
from twinset.sources.relations.switches import switched

_NAMED_STRENGTH = 4
NAMED, UNNAMED = 0.7, 0.95
"""The share of a column's different values that have to be keys there: where names say so as well, and where they do not."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A key that nobody declared: why we think so, and how many rows it leads nowhere."""

    table: str
    key: ForeignKey
    reason: str
    n_orphans: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """All that is proposed; ``primary_keys`` are pairs that name the rows of tables without a key of one column."""

    keys: tuple[Proposal, ...]
    primary_keys: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Candidate:
    own: Coded
    other: Coded
    reason: str
    strength: float


def propose(schema: Schema, rows: Mapping[str, pa.Table]) -> Found:
    """What the rows show. Work grows with the values, and with the pairs of columns whose names or kinds fit."""
    columns = coded(schema, rows)
    pairs = primary_pairs(schema, columns)
    targets = [one for one in columns if one.is_unique and _may_be_key(one, schema)]
    by_type = list(switched(schema, rows, columns, targets))
    led = {(table, *key.columns) for table, key, _ in by_type}
    chosen: dict[tuple[str, str], _Candidate] = {}
    for own in columns:
        if (own.table, own.name) in led:
            continue
        fit = sorted(_candidates(own, targets, schema), key=lambda one: -one.strength)
        for one in fit:
            if not _leads_back(one, chosen):
                chosen[own.table, own.name] = one
                break
    single = [(one.own.table, _key(one), one.reason) for one in chosen.values()]
    found = [*single, *by_type, *_of_pairs(schema, columns, pairs, chosen)]
    known = [(table.name, key) for table in schema for key in table.foreign_keys]
    persons = Persons(columns, schema, rows, [*known, *((table, key) for table, key, _ in found)])
    again = {(one.own.table, _key(one)) for one in _unnamed(chosen) if persons.drop(one.own, one.other)}
    found = [one for one in found if one[:2] not in again] + list(persons.find())
    return Found(tuple(_counted(table, key, reason, rows) for table, key, reason in found), pairs)


def _key(one: _Candidate) -> ForeignKey:
    return ForeignKey((one.own.name,), one.other.table, (one.other.name,))


def _unnamed(chosen: Mapping[tuple[str, str], _Candidate]) -> list[_Candidate]:
    """The keys that values alone speak for, the weakest first."""
    return sorted((one for one in chosen.values() if one.strength < _NAMED_STRENGTH), key=lambda one: one.strength)


def _may_be_key(one: Coded, schema: Schema) -> bool:
    table = schema[one.table]
    if one.sort == "moment" or hints.is_period(one.name) or isinstance(one.column.type, types.Personal | types.Date):
        return False
    is_named = evidence.is_key(one.name) or isinstance(one.column.type, types.Identifier)
    return is_named or one.sort == "text" or table.primary_key in ((), (one.name,))


def _candidates(own: Coded, targets: Sequence[Coded], schema: Schema) -> Iterator[_Candidate]:
    if not len(own.rows) or isinstance(own.column.type, types.Personal):
        return
    for other in targets:
        if own is other or own.sort != other.sort or (own.table == other.table and not evidence.of_itself(own, other)):
            continue
        named = evidence.of_itself(own, other) or evidence.named_after(own, other) or evidence.same_name(own, other)
        if own.is_unique and not named:
            continue
        if not named and own.sort == "whole" and other.density >= 0.5:
            continue
        share = coverage(own.distinct, other.distinct)
        reason = named if named and share >= NAMED else evidence.by_values(own, other, share)
        if reason and not _is_own_key(own, other, schema):
            is_primary = schema[other.table].primary_key == (other.name,)
            strength = (
                _NAMED_STRENGTH * bool(named)
                + 2 * bool(evidence.named_after(own, other))
                + is_primary
                + share
                + evidence.closeness(own, other)
            )
            yield _Candidate(own, other, f"{reason}, {share:.0%} of its values are there", strength)


def _is_own_key(own: Coded, other: Coded, schema: Schema) -> bool:
    """Whether a table's own key would point to where it rather comes from: ``customers.customer_id`` to its details."""
    if schema[own.table].primary_key != (own.name,) or own.table == other.table:
        return False
    if evidence.named_after(own, other):
        return False
    return len(own.distinct) >= len(other.distinct) or bool(evidence.named_after(other, own))


def _leads_back(one: _Candidate, chosen: Mapping[tuple[str, str], _Candidate]) -> bool:
    """Whether the other column already points here, so that keys would go in a circle over the same values."""
    place = (one.other.table, one.other.name)
    seen: set[tuple[str, str]] = set()
    while place in chosen and place not in seen:
        seen.add(place)
        place = (chosen[place].other.table, chosen[place].other.name)
        if place == (one.own.table, one.own.name):
            return True
    return False


def _of_pairs(
    schema: Schema,
    columns: Sequence[Coded],
    pairs: Mapping[str, tuple[str, ...]],
    chosen: Mapping[tuple[str, str], _Candidate],
) -> Iterator[tuple[str, ForeignKey, str]]:
    """Keys of several columns: columns of the same names, to a table whose rows such a combination names."""
    by_place = {(one.table, one.name): one for one in columns}
    for parent in schema:
        key = parent.primary_key if len(parent.primary_key) > 1 else pairs.get(parent.name, ())
        parts = [by_place.get((parent.name, name)) for name in key]
        if not key or None in parts or not any(one and one.name not in _led(parent.name, chosen) for one in parts):
            continue
        for table in schema:
            own = [by_place.get((table.name, name)) for name in key]
            if table.name == parent.name or None in own or _is_as_good(table, parent, key, pairs, by_place):
                continue
            if all(
                a and b and a.sort == b.sort and coverage(a.distinct, b.distinct) >= NAMED
                for a, b in zip(own, parts, strict=True)
            ):
                yield table.name, ForeignKey(key, parent.name, key), "the same names as that table's key"


def _is_as_good(
    table: Table,
    parent: Table,
    key: tuple[str, ...],
    pairs: Mapping[str, tuple[str, ...]],
    columns: Mapping[tuple[str, str], Coded],
) -> bool:
    """Whether the same columns name the rows of both tables, and this one has no fewer."""
    has_same = set(table.primary_key or pairs.get(table.name, ())) == set(key)
    return has_same and len(columns[table.name, key[0]].rows) >= len(columns[parent.name, key[0]].rows)


def _led(table: str, chosen: Mapping[tuple[str, str], _Candidate]) -> set[str]:
    return {column for owner, column in chosen if owner == table}


def _counted(table: str, key: ForeignKey, reason: str, rows: Mapping[str, pa.Table]) -> Proposal:
    try:
        spots = keys.places(rows[table].select(list(key.reads)), key, rows[key.table].select(list(key.references)))
    except SchemaError:  # storages that Arrow does not cast, such as moments with and without a zone
        return Proposal(table, key, reason)
    n_orphans = int((spots == keys.ORPHAN).sum())
    said = f"; {n_orphans:,} rows ({n_orphans / max(len(spots), 1):.1%}) have a key that is not" if n_orphans else ""
    return Proposal(table, key, f"{reason}{said}", n_orphans)
