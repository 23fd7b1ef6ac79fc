"""Linked tables as a plan wants them: its keys, owners and lists put in, what it does not say guessed, orphans treated."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Dataset, Repair, Tables, whole
from twinset.core.keys import ORPHAN, places, plain
from twinset.core.registry import nearest
from twinset.core.schema import ForeignKey, Schema, Table
from twinset.errors import PlanError
from twinset.pipeline.protecting import shortened
from twinset.plan.linked import KeySpec, LinkedTable
from twinset.privacy import kinship

Say = Callable[[str], None]


def linked(data: Dataset, said: Mapping[str, LinkedTable], say: Say) -> Dataset:
    """The dataset under the plan's keys, with an owner for every table that has one; tells what was guessed and counted.

    PlanError where the plan speaks of tables, columns or keys that there are not.
    """
    if len(data.schema.tables) == 1 and not said:
        return data
    for name in said:
        if name not in (known := [table.name for table in data.schema]):
            raise PlanError(f"there is no table {name!r}{nearest(name, known)}; tables: {', '.join(known)}")
    keyed = Schema(tuple(_keyed(table, said.get(table.name, LinkedTable())) for table in data.schema))
    guessed = kinship.settled(_under(data, keyed))
    schema = Schema(tuple(_owned(table, said.get(table.name, LinkedTable())) for table in guessed))
    kinship.by_owner(schema)
    _tell(schema, said, say)
    return _treated(_under(data, schema), said, say)


def _under(data: Dataset, schema: Schema) -> Tables:
    rows = {table.name: whole(data, table.name) for table in data.schema}
    return Tables(schema, rows, data.role, data.dialect, data.repairs)


def _keyed(table: Table, said: LinkedTable) -> Table:
    """The table with the keys that the plan says."""
    named = [*(said.primary_key or ()), *(name for key in said.foreign_keys or () for name in key.reads)]
    for name in named:
        table[name]
    if said.primary_key is not None:
        table = dataclasses.replace(table, primary_key=said.primary_key)
    if said.foreign_keys is not None:
        table = dataclasses.replace(table, foreign_keys=tuple(_key(key) for key in said.foreign_keys))
    return table


def _key(said: KeySpec) -> ForeignKey:
    when = next(iter(said.when.items())) if said.when else None
    return ForeignKey(said.columns, said.table, said.references or said.columns, when=when)


def _owned(table: Table, said: LinkedTable) -> Table:
    """The table with the owner that the plan says, and as a list or none."""
    keys, is_list = table.foreign_keys, table.is_reference if said.list is None else said.list
    if said.owner is not None or is_list:
        fit = [key for key in keys if key.table == said.owner and key.table != table.name and key.when is None]
        if not fit and said.owner not in (None, "none"):
            known = sorted({key.table for key in keys if key.table != table.name and key.when is None})
            ways = ", ".join(known) or "no other table"
            raise PlanError(f"rows of {table.name!r} can't belong to {said.owner!r}: their keys lead to {ways}")
        keys = tuple(dataclasses.replace(key, owns=bool(fit) and key == fit[0]) for key in keys)
        is_list = is_list and not fit
    return dataclasses.replace(table, foreign_keys=keys, is_reference=is_list)


def _tell(schema: Schema, said: Mapping[str, LinkedTable], say: Say) -> None:
    """Say whose rows are whose: privacy is counted by it."""
    owned = [f"rows of {table.name} belong to {table.owner.table}" for table in schema if table.owner is not None]
    lists = [table.name for table in schema if table.is_reference]
    if owned:
        say(f"{'; '.join(shortened(owned, 'more tables have owners'))}: privacy counts by {', '.join(_roots(schema))}")
    for table in schema:
        if led := [f"{key.table} where {key.when[0]} is {key.when[1]}" for key in table.foreign_keys if key.when]:
            say(f"keys of {table.name} lead to {', to '.join(led)}")
    if lists:
        say(f"lists that many share, whose shared rows stay as they are: {', '.join(lists)}")


def _roots(schema: Schema) -> list[str]:
    return sorted({kinship.root_of(schema, table.name) for table in schema if table.owner is not None})


def _treated(data: Tables, said: Mapping[str, LinkedTable], say: Say) -> Tables:
    """Orphans counted, and made missing or left out where the plan says so."""
    tables, repairs = dict(data.tables), list(data.repairs)
    for table in kinship.by_owner(data.schema):
        wanted = said.get(table.name, LinkedTable()).orphans
        for key in table.foreign_keys:
            rows = tables[table.name]
            lost = places(rows, key, tables[key.table]) == ORPHAN
            if not lost.any():
                continue
            name = ", ".join(key.columns)
            where = name if key.when is None else f"{name} where {key.when[0]} is {key.when[1]}"
            share = f"{int(lost.sum()):,} of {rows.num_rows:,} rows of {table.name} point to no row of {key.table} ({where})"
            fate = {"keep": "kept as they are", "null": "made missing", "drop": "left out"}[wanted]
            say(f"{share}: {fate}")
            if wanted == "keep":
                continue
            repairs.append(Repair(f"{share}: {fate}", name if len(key.columns) == 1 else None, int(lost.sum())))
            tables[table.name] = _without(rows, key, lost, wanted)
    return dataclasses.replace(data, tables=tables, repairs=tuple(repairs))


def _without(rows: pa.Table, key: ForeignKey, lost: npt.NDArray[np.bool_], wanted: str) -> pa.Table:
    if wanted == "drop":
        return rows.filter(pa.array(~lost))
    if wanted == "null":
        for name in key.columns:
            own = plain(rows.column(name))
            picks = pa.array(np.arange(len(own)), mask=lost)
            rows = rows.set_column(rows.column_names.index(name), name, own.take(picks).cast(rows.schema.field(name).type))
    return rows
