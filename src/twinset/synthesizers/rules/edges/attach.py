"""Which columns of a table have edge cases, and which those are."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pyarrow as pa

from twinset.constraints import broken
from twinset.core.constraints import Presence, Unique, from_data
from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules.dirt.cells import is_text
from twinset.synthesizers.rules.edges.valid import Edges, edges_of
from twinset.synthesizers.rules.kinds.paths import Field
from twinset.synthesizers.rules.rule import Referring
from twinset.synthesizers.rules.tables import Made, Making, at

_FIXED = ("constant", "position")
_DERIVED = ("history", "events")


class Known(Protocol):
    """What is known of columns before anything is made."""

    def column(self, table: str, name: str) -> Column: ...


def with_edges(making: Making, types: Known) -> Making:
    """The same table, whose columns know their edge cases; PlanError where one that is named has none."""
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
    edges = _allowed(edges, name, making)
    return dataclasses.replace(made, edges=edges) if len(edges) else made


def _allowed(edges: Edges, name: str, making: Making) -> Edges:
    """Those that the constraints of the column alone let be; what others say with them is met by drawing these again."""
    kept = np.ones(len(edges), dtype=np.bool_)
    for constraint in making.refuses:
        if constraint.columns == (name,):
            rows = pa.RecordBatch.from_arrays([edges.values], names=[name])
            kept &= ~broken(constraint, making.table, rows, {})
    return Edges(edges.values.filter(pa.array(kept)), tuple(itertools.compress(edges.details, kept)))


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
    is_decided = any(not isinstance(one, Presence) for one in making.decides.get(name, ()))
    if made.hidden or made.unique or is_decided or name in (*making.key, *unique) or isinstance(made.rule, Referring):
        return False
    if isinstance(made.rule, Field):
        step = making.step(made.rule.path)
        return step.kind == "child" and getattr(making.columns[step.via].rule, "word", "") not in _DERIVED
    return not made.rule.reads() and getattr(made.rule, "word", "") not in _FIXED


def _unique(data: Mapping[str, object]) -> tuple[str, ...]:
    constraint = from_data(data)
    return constraint.columns if isinstance(constraint, Unique) else ()
