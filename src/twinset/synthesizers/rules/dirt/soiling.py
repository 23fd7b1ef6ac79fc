"""Deliberate dirt: what a plan says of a table's faults, checked against its columns, and what it makes of the schema.

Faults are put into rows that are made already, so that nothing that is computed from a value knows that it was broken, and
the clean table is the one that the plan makes without its ``dirt``. Keys and references are broken where a plan names them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from twinset.core.constraints import Constraint, Unique
from twinset.core.registry import nearest
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.errors import PlanError
from twinset.synthesizers.rules.dirt.fault import Fault
from twinset.synthesizers.rules.dirt.labels import SUFFIX, labels_of
from twinset.synthesizers.rules.dirt.rows import Duplicates, Orphans, Swapped, target
from twinset.synthesizers.rules.dirt.soil import Soil
from twinset.synthesizers.rules.dirt.texts import Typos
from twinset.synthesizers.rules.edges.attach import has_invalid
from twinset.synthesizers.rules.edges.invalid import InvalidEdges
from twinset.synthesizers.rules.tables import Making, at

_HERE = "twinset.synthesizers.rules.dirt"

FAULTS = {
    "blanks": f"{_HERE}.values:Blanks",
    "case": f"{_HERE}.texts:Case",
    "dates_swapped": f"{_HERE}.values:DatesSwapped",
    "digits": f"{_HERE}.values:Digits",
    "duplicates": f"{_HERE}.rows:Duplicates",
    "encoding": f"{_HERE}.texts:Encoding",
    "formats": f"{_HERE}.values:Formats",
    "orphans": f"{_HERE}.rows:Orphans",
    "outliers": f"{_HERE}.values:Outliers",
    "placeholders": f"{_HERE}.texts:Placeholders",
    "swapped": f"{_HERE}.rows:Swapped",
    "truncated": f"{_HERE}.texts:Truncated",
    "typos": f"{_HERE}.texts:Typos",
    "whitespace": f"{_HERE}.texts:Whitespace",
    "wrong_type": f"{_HERE}.values:WrongType",
}
"""module:class of each kind of fault."""


def soils(makings: Mapping[str, Making], schema: Schema) -> dict[str, Soil]:
    """How tables are made dirty, and those labelled that have edge cases; PlanError for what can't be."""
    found: dict[str, Soil] = {}
    for table in schema:
        making = makings[table.name]
        with at(f"{table.name}.dirt"):
            soil = _soil(table, making, makings)
        if soil is None:
            continue
        if (name := f"{table.name}{SUFFIX}") in makings:
            raise PlanError(f"the labels of {table.name!r} go into a table {name!r}, which the plan has already; rename it")
        found[table.name] = soil
    return found


def _soil(table: Table, making: Making, makings: Mapping[str, Making]) -> Soil | None:
    said = tuple(_faults(making.spec.dirt))
    copies = [one for one in said if isinstance(one, Duplicates)]
    faults: list[tuple[Fault, tuple[str, ...]]] = [
        (one, _columns(one, table, making, makings)) for one in said if isinstance(one, Fault)
    ]
    faults += _invalid(table, making, makings)
    has_edges = any(made.edges is not None for made in making.columns.values())
    if not faults and not copies and not has_edges:
        return None
    faults.sort(key=lambda pair: pair[0].is_text)
    duplicates = copies[0] if copies else None
    near = _columns(Typos(0.0), table, making, makings) if duplicates is not None and duplicates.near else ()
    return Soil(table, _dirty(table, faults, near, duplicates is not None), duplicates, tuple(faults), near)


def _invalid(table: Table, making: Making, makings: Mapping[str, Making]) -> list[tuple[Fault, tuple[str, ...]]]:
    """The edge cases that are not valid, which are put in like faults; nothing where no column has any."""
    if making.edge is None or not making.edge.invalid:
        return []
    edges = InvalidEdges(making.edge.invalid, making.edge.columns)
    fitting = _fitting(edges, table, making) if edges.columns is None else _columns(edges, table, making, makings)
    columns = tuple(name for name in fitting if has_invalid(making, table[name]))
    return [(edges, columns)] if columns else []


def _fitting(fault: Fault, table: Table, making: Making) -> tuple[str, ...]:
    """All columns that a fault can break and that are no keys."""
    return tuple(one.name for one in table.columns if fault.fits(one) and not _is_key(one.name, table, making))


def _faults(said: Mapping[str, Any]) -> Iterator[Duplicates | Fault]:
    """The faults that a plan names, in its order: each a share, its options, or a list of these."""
    for word, given in said.items():
        if word not in FAULTS:
            raise PlanError(f"there is no fault {word!r:.60}{nearest(word, FAULTS)}; known: {', '.join(FAULTS)}")
        module, _, name = FAULTS[word].partition(":")
        cls = getattr(import_module(module), name)
        if isinstance(given, list) and word == Duplicates.word:
            raise PlanError("duplicates are said once")
        for one in given if isinstance(given, list) else [given]:
            yield cls.from_data(one if isinstance(one, dict) else {"share": one})


def _columns(fault: Fault, table: Table, making: Making, makings: Mapping[str, Making]) -> tuple[str, ...]:
    """The columns that a fault breaks."""
    if fault.columns is None:
        fitting = _fitting(fault, table, making)
        if not fitting:
            raise PlanError(f"{fault.word} is of {fault.of}, and of the columns that are no keys none is; name the columns")
        return fitting
    for name in fault.columns:
        if name not in table.names:
            hidden = ", which is hidden" if name in making.columns else nearest(name, table.names)
            raise PlanError(f"{fault.word}: there is no column {name!r} to break{hidden}; columns: {', '.join(table.names)}")
    columns = [table[name] for name in fault.columns]
    if isinstance(fault, Swapped):
        fault.check(columns[0], columns[1])
    for column in columns:
        if not isinstance(fault, Swapped) and not fault.fits(column):
            raise PlanError(f"{fault.word} is of {fault.of}, and {column.name!r} is {column.storage}")
        if isinstance(fault, Orphans):
            target(making, column.name, makings)
    return tuple(fault.columns)


def _is_key(name: str, table: Table, making: Making) -> bool:
    """Whether a column names rows, of this table or of another."""
    foreign = {column for key in table.foreign_keys for column in key.columns}
    return name in foreign or name in making.key or making.columns[name].unique


def _dirty(table: Table, faults: list[tuple[Fault, tuple[str, ...]]], near: tuple[str, ...], has_copies: bool) -> Table:
    """The table as it is when it is dirty: without what does not hold any more."""
    broken = {*near, *(name for _, names in faults for name in names)}
    columns: dict[str, Column] = {one.name: one for one in table.columns}
    for fault, names in faults:
        columns |= {name: fault.becomes(columns[name]) for name in names}
    for name in broken:
        columns[name] = dataclasses.replace(columns[name], domain=None, nullable=True)

    def holds(constraint: Constraint) -> bool:
        return broken.isdisjoint(constraint.columns) and not (has_copies and isinstance(constraint, Unique))

    is_key = not has_copies and broken.isdisjoint(table.primary_key)
    return dataclasses.replace(
        table,
        columns=tuple(columns.values()),
        primary_key=table.primary_key if is_key else (),
        foreign_keys=tuple(key for key in table.foreign_keys if broken.isdisjoint(key.columns)),
        constraints=tuple(one for one in table.constraints if holds(one)),
    )


def with_dirt(schema: Schema, soils: Mapping[str, Soil]) -> Schema:
    """The schema of what is given out: dirty tables, and a table of labels for each of them, the last."""
    if not soils:
        return schema
    tables = [soils[table.name].dirty if table.name in soils else table for table in schema]
    broken = {(table.name, name) for table in schema for name in table.names if _changed(table, soils, name)}
    kept = [dataclasses.replace(table, foreign_keys=tuple(_kept(table, broken))) for table in tables]
    return Schema((*kept, *(labels_of(name) for name in soils)))


def _changed(table: Table, soils: Mapping[str, Soil], name: str) -> bool:
    return table.name in soils and any(name in columns for _, columns in soils[table.name].faults)


def _kept(table: Table, broken: set[tuple[str, str]]) -> Iterator[ForeignKey]:
    """The foreign keys whose other ends are whole."""
    for key in table.foreign_keys:
        if broken.isdisjoint((key.table, column) for column in key.references):
            yield key
