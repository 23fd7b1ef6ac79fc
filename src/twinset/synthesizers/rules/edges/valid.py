"""Values at the edges of what a column may hold, and beyond: what there is for each type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.synthesizers.rules.dirt.cells import is_text
from twinset.synthesizers.rules.edges import texts
from twinset.synthesizers.rules.edges.moments import days_between, moments_between
from twinset.synthesizers.rules.edges.numbers import real_edges, whole_edges
from twinset.synthesizers.rules.edges.spec import Edge
from twinset.synthesizers.rules.moments import DAY, SECOND, moment
from twinset.synthesizers.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Edges:
    """Values of a column's storage, with what each is."""

    values: pa.Array
    details: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.details)


def edges_of(column: Column, rule: Rule, edge: Edge, *, is_free: bool) -> Edges:
    """The edges that a column may hold; ``is_free``: a text that may be anything."""
    storage = column.storage
    if is_text(storage):
        found: list[tuple[Any, str]] = list(_texts(column, edge, is_free=is_free))
    elif pa.types.is_integer(storage) and isinstance(column.type, types.Integer):
        found = list(whole_edges(rule))
    elif pa.types.is_floating(storage) or pa.types.is_decimal(storage):
        found = list(real_edges(column, rule))
    elif pa.types.is_date32(storage):
        found = list(_days(column, rule))
    elif pa.types.is_timestamp(storage):
        return _moments(storage, rule, edge)
    else:
        found = []
    return Edges(
        pa.array([value for value, _ in found], _plain(storage)).cast(storage), tuple(detail for _, detail in found)
    )


def _plain(storage: pa.DataType) -> pa.DataType:
    return pa.int32() if pa.types.is_date32(storage) else storage


def _texts(column: Column, edge: Edge, *, is_free: bool) -> texts.Sorted:
    match column.type:
        case types.Personal(kind="name" | "address"):
            return texts.names(edge.longest)
        case types.Personal(kind="email"):
            return texts.EMAILS
        case types.Json():
            return texts.DOCUMENTS
    return texts.frees(edge.longest) if is_free else ()


def _days(column: Column, rule: Rule) -> Iterator[tuple[int, str]]:
    between = getattr(rule, "between", None)
    if between is not None:
        first, last = (moment(one, "between") // DAY for one in between)
        yield from days_between(first, last)


def _moments(storage: pa.DataType, rule: Rule, edge: Edge) -> Edges:
    between = getattr(rule, "between", None)
    if between is None:
        return Edges(pa.array([], storage), ())
    first, last = (moment(one, "between") for one in between)
    last = last + DAY - SECOND if len(between[1]) == 10 else last
    unit = _STEPS.get(getattr(rule, "unit", "s"), SECOND)
    found = [
        (number, detail)
        for number, detail in moments_between(first, last // unit * unit, storage.tz or edge.zone, storage.tz is None)
        if number % unit == 0
    ]
    local = pa.array(np.array([number for number, _ in found], dtype=np.int64)).view(pa.timestamp("us"))
    details = [detail for _, detail in found]
    if storage.tz is None:
        return Edges(local.cast(storage), tuple(details))
    earliest, latest = (
        pc.assume_timezone(local, storage.tz, ambiguous=one, nonexistent="latest") for one in ("earliest", "latest")
    )
    twice = [place for place, (one, other) in enumerate(zip(earliest, latest, strict=True)) if one != other]
    again = [f"{details[place]} (the second time)" for place in twice]
    return Edges(pa.concat_arrays([earliest, latest.take(pa.array(twice, pa.int64()))]), (*details, *again))


_STEPS = {"min": 60 * SECOND, "h": 3_600 * SECOND}
