"""Which columns of a table have edge cases, and which those are."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Protocol

from twinset.core.constraints import Unique, from_data
from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules.dirt.cells import is_text
from twinset.synthesizers.rules.edges.valid import edges_of
from twinset.synthesizers.rules.kinds.paths import Field
from twinset.synthesizers.rules.rule import Referring
from twinset.synthesizers.rules.tables import Made, Making, at

_FIXED = ("constant", "position", "text_of")
_DERIVED = ("history", "events")


class Known(Protocol):
    """What is known of columns before anything is made."""

    def column(self, table: str, name: str) -> Column: ...


def with_edges(makings: Mapping[str, Making], types: Known) -> dict[str, Making]:
    """The same tables, whose columns know their edge cases; PlanError where one that is named has none."""
    return {name: _attached(making, types) for name, making in makings.items()}


def _attached(making: Making, types: Known) -> Making:
    edge = making.edge
    if edge is None:
        return making
    with at(f"{making.name}.edge"):
        for name in edge.columns or ():
            if name not in making.columns:
                raise PlanError(making.no_column(name))
    columns = {name: _with(making, name, made, types) for name, made in making.columns.items()}
    with at(f"{making.name}.edge"):
        for name in edge.columns or ():
            if edge.share and columns[name].edges is None:
                raise PlanError(
                    f"{name!r} has no edge cases that are valid: it is a key, follows from other columns, or has no range "
                    "that is known. Say share: 0 and invalid: SHARE for values that it may not have"
                )
    return dataclasses.replace(making, columns=columns)


def _with(making: Making, name: str, made: Made, types: Known) -> Made:
    edge = making.edge
    assert edge is not None
    if not edge.share or (edge.columns is not None and name not in edge.columns) or not _takes_edges(making, name):
        return made
    edges = edges_of(types.column(making.name, name), made.rule, edge, is_free=is_free(making, name))
    return dataclasses.replace(made, edges=edges) if len(edges) else made


def is_free(making: Making, name: str) -> bool:
    """Whether a column is text that may be anything."""
    is_named = making.edge is not None and name in (making.edge.columns or ())
    return is_named or getattr(making.columns[name].rule, "word", "") == "text"


def has_invalid(making: Making, column: Column) -> bool:
    """Whether there are values that a column may not hold."""
    return not (is_text(column.storage) and is_free(making, column.name))


def _takes_edges(making: Making, name: str) -> bool:
    """Whether another value may stand in a column: it is no key, and follows from no other column."""
    made = making.columns[name]
    unique = {column for data in making.spec.constraints for column in _unique(data)}
    if made.hidden or made.unique or name in making.key or name in unique or isinstance(made.rule, Referring):
        return False
    if isinstance(made.rule, Field):
        step = making.step(made.rule.path)
        return step.kind == "child" and getattr(making.columns[step.via].rule, "word", "") not in _DERIVED
    return not made.rule.reads() and getattr(made.rule, "word", "") not in _FIXED


def _unique(data: Mapping[str, object]) -> tuple[str, ...]:
    constraint = from_data(data)
    return constraint.columns if isinstance(constraint, Unique) else ()
