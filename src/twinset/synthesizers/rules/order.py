"""What must be made before what: circles are named, and records are told which of their fields are read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from twinset.errors import PlanError
from twinset.synthesizers.rules.rule import Referring
from twinset.synthesizers.rules.tables import DEGREE, Making, at, columns_at, paths_of


def check_circles(tables: Mapping[str, Making]) -> None:
    """PlanError where columns need each other in a circle, which is shown."""
    graph: dict[str, list[str]] = {}
    for table in tables.values():
        own = [f"{table.name}.{DEGREE}"] if table.per else []
        graph |= {f"{table.name}.{name}": list(own) for name in table.columns}
        for place, needed in _needs(table, tables):
            graph.setdefault(place, []).extend(needed)
        for name, made in table.columns.items():
            if isinstance(made.rule, Referring) and made.rule.weighed_by is not None:
                graph[f"{table.name}.{name}"].append(f"{made.rule.table}.{made.rule.weighed_by}")
    _sorted(graph, "columns need each other in a circle")


def _needs(table: Making, tables: Mapping[str, Making]) -> Iterator[tuple[str, list[str]]]:
    for place, start, path in paths_of(table, tables):
        with at(place):
            yield place, [f"{of}.{column}" for of, column, _ in columns_at(path, start, tables)]


def _sorted(graph: Mapping[str, list[str]], what: str) -> list[str]:
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise PlanError(f"{what}: {' <- '.join(error.args[1])}") from None


def parents_first(tables: Mapping[str, Making]) -> list[str]:
    """The tables in the order of the plan, but each after the one that it is per."""
    order = _sorted({name: [table.per] if table.per else [] for name, table in tables.items()}, "tables are per each other")
    depth: dict[str, int] = {}
    for name in order:
        per = tables[name].per
        depth[name] = 0 if per is None else depth[per] + 1
    return sorted(tables, key=depth.__getitem__)


def tried_with(table: Making, tables: Mapping[str, Making]) -> frozenset[str]:
    """The columns that are drawn again with those that constraints refuse: all that hang together with them."""
    links: dict[str, set[str]] = {name: set() for name in table.columns}
    for place, start, path in paths_of(table, tables):
        if start.name == table.name and (name := place.removeprefix(f"{table.name}.")) in links:
            for of, column, _ in columns_at(path, start, tables):
                if of == table.name:
                    links[name].add(column)
                    links[column].add(name)
    groups: dict[int, list[str]] = {}
    for name, one in table.correlated.items():
        groups.setdefault(one.group, []).append(name)
    for group in groups.values():
        links[group[0]].update(group)
    found = {name for one in table.refuses for name in one.columns}
    while more := {other for name in found for other in (*links[name], *(o for o in links if name in links[o]))} - found:
        found |= more
    return frozenset(found)


def with_wanted(tables: Mapping[str, Making]) -> dict[str, Making]:
    """The same tables, whose hidden records know which of their fields are read by other columns."""
    fields: dict[tuple[str, str], set[str]] = {}
    for table in tables.values():
        for _, start, path in paths_of(table, tables):
            for of, column, field in columns_at(path, start, tables):
                fields.setdefault((of, column), set()).add(field.partition(".")[0])
    return {name: _told(table, fields) for name, table in tables.items()}


def _told(table: Making, fields: Mapping[tuple[str, str], set[str]]) -> Making:
    columns = {}
    for name, made in table.columns.items():
        read = fields.get((table.name, name), set())
        is_partial = made.hidden and "" not in read
        columns[name] = dataclasses.replace(made, wanted=frozenset(read)) if is_partial else made
    return dataclasses.replace(table, columns=columns)
