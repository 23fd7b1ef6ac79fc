"""Several tables settled into one dataset: each column's meaning inferred, keys and rules as declared, else keys found.

Where nobody declared a key of some columns, of a folder or of a database, keys are proposed from the rows
(:mod:`twinset.sources.relations`), and each is told with its reason. Rows whose key leads nowhere are counted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from twinset.core import keys, types
from twinset.core.constraints import Constraint, Unique
from twinset.core.dataset import Repair, Role, Tables
from twinset.core.registry import nearest
from twinset.core.schema import Column, ForeignKey, Schema, Table, Values
from twinset.databases.catalogue import Catalogue, Relation
from twinset.errors import DataError, SchemaError
from twinset.sources import checks, relations
from twinset.sources.database import Found
from twinset.sources.inference import infer, typed
from twinset.sources.spool import mapped

Declared = Mapping[str, Mapping[str, object]]


@dataclass
class _Held:
    """The tables as they come together."""

    tables: dict[str, Table] = field(default_factory=dict)
    rows: dict[str, pa.Table] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)


def dataset(found: Iterable[Found], catalogue: Catalogue | None, columns: Declared, role: Role) -> Tables:
    """The tables as one dataset. ``columns`` declares columns of several tables by ``"table.column"``."""
    held, declared = _Held(), dict(columns)
    for one in found:
        _take(held, one, declared)
    if declared:
        known = [f"{table.name}.{name}" for table in held.tables.values() for name in table.names]
        wrong = min(declared)
        raise SchemaError(f"there is no column {wrong!r}{nearest(wrong, known)}; columns of several tables are table.column")
    if not held.tables:
        raise DataError("no table has a column that can be read")
    if catalogue is not None:
        held.repairs += [Repair(f"{what} is left out: tables alone are read") for what in catalogue.left_out]
        _with_declared_keys(held, catalogue)
    schema = Schema(tuple(held.tables.values()))
    if len(schema.tables) > 1:
        schema = _with_found_keys(schema, held)
    return Tables(_children_last(schema), held.rows, role, repairs=tuple(held.repairs))


def _take(held: _Held, found: Found, declared: dict[str, Mapping[str, object]]) -> None:
    """One table inferred and spooled."""
    raw = found.raw
    if not any(typed.is_known(column.type) for column in raw.table.schema):
        held.repairs.append(Repair(f"table {found.name!r} has no column that can be read: left out"))
        return
    own = {
        name: declared.pop(f"{found.name}.{name}") for name in raw.table.column_names if f"{found.name}.{name}" in declared
    }
    inferred = infer(raw, found.name, own)
    table = inferred.table
    if found.relation is not None:
        table = _as_declared(table, found.relation, frozenset(own))
        held.relations[found.name] = found.relation
    held.tables[found.name] = table
    is_kept = found.relation is not None and _is_the_same(inferred.rows, raw.table)  # and on the disk already
    held.rows[found.name] = (
        pa.table(inferred.rows.columns, table.arrow) if is_kept else mapped(inferred.rows.to_batches(), table.arrow)
    )
    if not inferred.rows.num_rows:
        held.repairs.append(Repair(f"table {found.name!r} is empty"))
    repairs = (*raw.repairs, *inferred.repairs)
    held.repairs += [dataclasses.replace(one, column=f"{found.name}.{one.column}") if one.column else one for one in repairs]


def _is_the_same(rows: pa.Table, raw: pa.Table) -> bool:
    """Whether all columns are the very memory that was read."""
    return rows.column_names == raw.column_names and all(
        _addresses(own) == _addresses(other) for own, other in zip(rows.columns, raw.columns, strict=True)
    )


def _addresses(column: pa.ChunkedArray) -> list[int]:
    return [buffer.address for chunk in column.chunks for buffer in chunk.buffers() if buffer is not None]


def _as_declared(table: Table, relation: Relation, said: frozenset[str]) -> Table:
    """A table with the key, the labels, the rules and the words that its database has for it."""
    known = frozenset(table.names)
    rules = list(checks.read(relation.checks, table.names))
    listed = {one.column: one.values for one in rules if isinstance(one, checks.Listed)}
    listed |= {one.name: one.labels for one in relation.fields if one.labels and one.name in known}
    columns = tuple(
        column if column.name in said else _column(column, relation, listed.get(column.name)) for column in table.columns
    )
    constraints = [one for one in rules if not isinstance(one, checks.Listed)]
    constraints += [Unique(names, reason="unique in the database") for names in relation.uniques if known.issuperset(names)]
    key = relation.primary_key if relation.primary_key and known.issuperset(relation.primary_key) else table.primary_key
    return dataclasses.replace(
        table, columns=columns, primary_key=key, constraints=tuple(_distinct([*table.constraints, *constraints]))
    )


def _distinct(constraints: list[Constraint]) -> list[Constraint]:
    return list(dict.fromkeys(constraints))


def _column(column: Column, relation: Relation, labels: tuple[str | int | float, ...] | None) -> Column:
    one = relation[column.name]
    kind, domain, origin, reason = column.type, column.domain, column.origin, column.reason
    if relation.primary_key == (column.name,) and not isinstance(kind, types.Identifier | types.Personal):
        kind, domain = types.Identifier("sequence" if pa.types.is_integer(column.storage) else "opaque"), None
        reason = "the table's primary key"
    elif labels and isinstance(kind, types.Categorical | types.Text | types.Empty | types.Identifier | types.Integer):
        is_same = all(isinstance(label, str) == pa.types.is_string(column.storage) for label in labels)
        if is_same:
            kind, domain, origin = types.Categorical(), Values(labels), "declared"
            reason = f"one of {len(labels)} values that the database allows"
    if one.generated is not None:
        reason = f"{reason}; made by the database: {one.generated}"
    if one.comment:
        reason = f"{reason}; {' '.join(one.comment.split())[:200]}"
    return dataclasses.replace(
        column, type=kind, domain=domain, origin=origin, reason=reason, nullable=column.nullable and one.nullable
    )


def _with_declared_keys(held: _Held, catalogue: Catalogue) -> None:
    for name, relation in held.relations.items():
        found = []
        for link in relation.links:
            other = catalogue.labels.get(link.table)
            if other not in held.tables:
                held.repairs.append(
                    Repair(f"the key to {link.table[1]!r}, which is not read, is left out", _said(name, link.columns))
                )
                continue
            key = ForeignKey(link.columns, other, link.references)
            if key not in found and _is_usable(key, name, held):
                found.append(key)
        held.tables[name] = dataclasses.replace(held.tables[name], foreign_keys=tuple(found))
    for name in held.relations:
        held.tables[name] = _like_parents(held.tables[name], held)


def _said(table: str, columns: Iterable[str]) -> str:
    return f"{table}.{', '.join(columns)}"


def _is_usable(key: ForeignKey, name: str, held: _Held) -> bool:
    """Whether a key's columns are there and can be compared; rows that it leads nowhere are counted."""
    if not set(key.columns) <= set(held.tables[name].names) or not set(key.references) <= set(held.tables[key.table].names):
        held.repairs.append(Repair(f"the key to {key.table!r} is left out, as a column of it is", _said(name, key.columns)))
        return False
    try:
        spots = keys.places(held.rows[name].select(list(key.reads)), key, held.rows[key.table].select(list(key.references)))
    except SchemaError as error:
        held.repairs.append(Repair(f"the key to {key.table!r} is left out: {error}", _said(name, key.columns)))
        return False
    if n_orphans := int((spots == keys.ORPHAN).sum()):
        held.repairs.append(
            Repair(f"rows whose key no row of {key.table!r} has (orphans)", _said(name, key.columns), n_orphans)
        )
    return True


def _like_parents(table: Table, held: _Held) -> Table:
    """Columns that point to another table's numbered or unique ids are ids as well, and neither counts nor labels."""
    kinds = {
        key.columns[0]: held.tables[key.table][key.references[0]].type for key in table.foreign_keys if len(key.columns) == 1
    }
    columns = tuple(
        dataclasses.replace(column, type=kind, domain=None, reason="points to another table's rows")
        if isinstance(kind := kinds.get(column.name), types.Identifier) and kind.form in ("sequence", "uuid")
        and not isinstance(column.type, types.Identifier)
        else column
        for column in table.columns
    )  # fmt: skip
    return table.with_columns(columns)


def _with_found_keys(schema: Schema, held: _Held) -> Schema:
    """The schema with keys that its rows show, of columns of which no key is declared."""
    found = relations.propose(schema, held.rows)
    by_table: dict[str, list[ForeignKey]] = {table.name: list(table.foreign_keys) for table in schema}
    for one in found.keys:
        if any(set(one.key.columns) <= set(key.columns) for key in schema[one.table].foreign_keys):
            continue
        by_table.setdefault(one.table, []).append(one.key)
        held.repairs.append(
            Repair(
                f"taken for a key to {_said(one.key.table, one.key.references)}: {one.reason}",
                _said(one.table, one.key.columns),
                one.n_orphans,
            )
        )
    tables = []
    for table in schema:
        key = table.primary_key or found.primary_keys.get(table.name, ())
        held.tables[table.name] = dataclasses.replace(
            table, primary_key=key, foreign_keys=tuple(by_table.get(table.name, ()))
        )
    for table in schema:
        tables.append(_like_parents(held.tables[table.name], held))
    return Schema(tuple(tables))


def _children_last(schema: Schema) -> Schema:
    """Tables after those that they point to, else in their order; a circle is entered where it comes first."""
    done: list[Table] = []
    rest = list(schema)
    while rest:
        names = {table.name for table in rest}
        ready = [table for table in rest if not any(key.table in names - {table.name} for key in table.foreign_keys)]
        done += ready or rest[:1]
        rest = [table for table in rest if table not in done]
    return Schema(tuple(done))
