"""From the tables of a plan to a program: every rule made and checked, paths resolved, circles named, the schema known."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from twinset.constraints import check
from twinset.core import types as logical
from twinset.core.constraints import from_data
from twinset.core.registry import nearest
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.errors import PlanError
from twinset.plan import PerSpec, TableSpec
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.correlate import groups_of, ordered
from twinset.synthesizers.rules.decides import check_domains, check_unique, deciding, refusing
from twinset.synthesizers.rules.edges.spec import edge_from
from twinset.synthesizers.rules.kinds import RECORDS, rule_from
from twinset.synthesizers.rules.kinds.aggregates import check_refused
from twinset.synthesizers.rules.kinds.paths import Parent
from twinset.synthesizers.rules.order import check_circles, parents_first, tried_with, with_wanted
from twinset.synthesizers.rules.records import typed
from twinset.synthesizers.rules.rule import Referring
from twinset.synthesizers.rules.tables import DEGREE, Made, Making, at, paths_of
from twinset.synthesizers.rules.timelines.attach import timeline
from twinset.synthesizers.rules.uniqueness import unique, with_key

if TYPE_CHECKING:
    from twinset.synthesizers.rules.dirt.soil import Soil


@dataclass(frozen=True)
class Program:
    """All tables, parents first, with the schema of what is not hidden, as it is made and as it is given out."""

    tables: Mapping[str, Making]
    schema: Schema
    types: Types
    soils: Mapping[str, Soil]


def compiled(specs: Mapping[str, TableSpec]) -> Program:
    """The program of these tables; PlanError or SchemaError, naming the place, for what can't be made."""
    made = {name: _making(name, spec, specs) for name, spec in specs.items()}
    for table in made.values():
        _check_targets(table, made)
    check_circles(made)
    made = with_wanted(made)
    tables = {name: made[name] for name in parents_first(made)}
    types = Types(tables)
    for table in tables.values():
        for place, start, path in paths_of(table, tables):
            with at(place):
                types.at(start.name, path)
    finished = {name: _finished(table, types) for name, table in tables.items()}
    schema = Schema(tuple(_shown(table, types) for table in finished.values()))
    return _soiled(Program(finished, schema, types, {}))


def _soiled(program: Program) -> Program:
    """The program with the dirt of its tables, and with the labels of that and of edge cases."""
    if not any(table.spec.dirt or table.edge for table in program.tables.values()):
        return program
    from twinset.synthesizers.rules.dirt.soiling import soils, with_dirt

    dirt = soils(program.tables, program.schema)
    return dataclasses.replace(program, schema=with_dirt(program.schema, dirt), soils=dirt)


def _finished(table: Making, types: Types) -> Making:
    """The table, which knows its columns, hidden ones too, its edge cases and what is drawn again."""
    columns = tuple(types.column(table.name, name) for name in table.columns)
    with at(f"table {table.name!r}"):
        whole = Table(table.name, columns, constraints=tuple(from_data(data) for data in table.spec.constraints))
        correlated = {name: ordered(group, whole[name]) for name, group in table.correlated.items()}
    check(whole)
    check_domains(whole)
    check_unique(whole.constraints, whole, {name: made.unique for name, made in table.columns.items()}, table.key)
    check_refused(table)
    made = dataclasses.replace(table, whole=whole, correlated=correlated, tried=tried_with(table, types.tables))
    if made.edge is None:
        return made
    from twinset.synthesizers.rules.edges.attach import with_edges

    return with_edges(made, types)


def _making(name: str, spec: TableSpec, specs: Mapping[str, TableSpec]) -> Making:
    per = spec.per
    if per is not None and per.table not in specs:
        raise PlanError(f"table {name!r} is per {per.table!r}, which is not in the plan{nearest(per.table, specs)}")
    columns = {column: _column(name, column, said) for column, said in spec.columns.items()}
    with at(f"{name}.{DEGREE}"):
        degree = None if per is None else timeline(spec, columns) or rule_from(per.degree)
    for record in _records(columns, per):
        columns[record] = Made(rule_from({"rule": record}), hidden=True)
    constraints = tuple(from_data(data) for data in spec.constraints)
    with at(f"table {name!r}"):
        correlated, decides = groups_of(spec.correlate, columns), deciding(constraints)
    with at(f"{name}.edge"):
        edge = edge_from(spec.edge)
    return with_key(
        Making(
            name, columns, spec, per.table if per else None, degree, spec.key, edge,
            correlated=correlated, decides=decides, refuses=refusing(constraints),
        )
    )  # fmt: skip


def _records(columns: Mapping[str, Made], per: PerSpec | None) -> list[str]:
    """Records that are named by paths and have no column of their own."""
    heads = dict.fromkeys(path.partition(".")[0] for made in columns.values() for path in made.rule.reads() if "." in path)
    return [head for head in heads if head in RECORDS and head not in columns and (per is None or per.table != head)]


def _column(table: str, name: str, said: Any) -> Made:
    own = dict(said) if isinstance(said, dict) else said
    with at(f"{table}.{name}"):
        if not isinstance(own, dict):
            return unique(Made(rule_from(own)), is_asked=False)
        missing = options.number(own.pop("missing", 0), "missing", 0, 1)
        hidden = options.flag(own.pop("hidden", False), "hidden")
        is_asked = options.flag(own.pop("unique", False), "unique")
        return unique(Made(rule_from(own), missing, hidden), is_asked=is_asked)


def _check_targets(table: Making, tables: Mapping[str, Making]) -> None:
    """References point to keys that follow from a row's number."""
    for name, made in table.columns.items():
        if not isinstance(made.rule, Referring):
            continue
        place, rule = f"{table.name}.{name}", made.rule
        if rule.table not in tables:
            raise PlanError(f"{place} refers to the table {rule.table!r}, which is not there{nearest(rule.table, tables)}")
        if getattr(rule, "earlier", False) and rule.table != table.name:
            raise PlanError(f"{place}: earlier is said of rows of the same table, and {rule.table!r} is another one")
        target = tables[rule.table]
        for column in (rule.key, rule.weighed_by):
            if column is not None and column not in target.columns:
                raise PlanError(f"{place}: {target.no_column(column)}")
        if target.columns[rule.key].key is None:
            raise PlanError(
                f"{place} refers to {rule.table}.{rule.key}, which is no key: its values are not unique, or do not follow "
                "from the row's number. Refer to a sequence, a uuid, or a code or an integer that is unique: true"
            )


@dataclass(frozen=True, slots=True)
class Types:
    """The columns of all tables, worked out when they are asked for."""

    tables: Mapping[str, Making]
    _known: dict[tuple[str, str], Column] = field(default_factory=dict)

    def column(self, table: str, name: str) -> Column:
        if (table, name) not in self._known:
            if name not in self.tables[table].columns:
                raise PlanError(self.tables[table].no_column(name))
            made = self.tables[table].columns[name]
            with at(f"{table}.{name}"):
                found = made.rule.column(name, From(self, self.tables[table]))
            self._known[table, name] = dataclasses.replace(found, nullable=found.nullable or made.missing > 0)
        return self._known[table, name]

    def at(self, table: str, path: str) -> Column:
        """The column at a path that starts from a table."""
        step = self.tables[table].step(path)
        if step.kind == "own":
            return self.column(table, step.rest)
        if step.kind == "child":
            return child_column(self.column(table, step.via), step.rest)
        if step.kind == "below" and not step.rest:
            return Column(path, logical.Integer(), pa.int64(), origin="declared")  # how many there are
        return self.at(step.table, step.rest)


@dataclass(frozen=True, slots=True)
class From:
    """The scope of the rules of one table."""

    types: Types
    table: Making

    def of(self, path: str) -> Column:
        return self.types.at(self.table.name, path)

    def column(self, table: str, name: str) -> Column:
        return self.types.column(table, name)


def child_column(record: Column, path: str) -> Column:
    """The column that a field of a record is."""
    storage = record.storage
    for name in path.split("."):
        known = [one.name for one in storage] if pa.types.is_struct(storage) else []
        if name not in known:
            has = f"it has: {', '.join(known)}" if known else "it is no record"
            raise PlanError(f"{record.name!r} has no field {name!r}{nearest(name, known)}; {has}")
        storage = storage.field(name).type
    return typed(path, record, storage)


def _shown(table: Making, types: Types) -> Table:
    """The table as others see it: without hidden columns, and without constraints on them."""
    columns = tuple(column for column in table.table.columns if not table.columns[column.name].hidden)
    if not columns:
        raise PlanError(f"all columns of table {table.name!r} are hidden; leave one to be seen")
    seen = {column.name for column in columns}
    constraints = tuple(one for one in table.table.constraints if seen.issuperset(one.columns))
    with at(f"table {table.name!r}"):
        return Table(table.name, columns, table.key, tuple(_foreign(table, types)), constraints=constraints)


def _foreign(table: Making, types: Types) -> Iterator[ForeignKey]:
    for name, made in table.columns.items():
        rule = made.rule
        if isinstance(rule, Parent) and table.per:
            target, column = table.per, rule.column_
        elif isinstance(rule, Referring):
            target, column = rule.table, rule.key
        else:
            continue
        other = types.tables[target].columns.get(column)
        if not made.hidden and other is not None and not other.hidden and other.unique:
            yield ForeignKey((name,), target, (column,))
