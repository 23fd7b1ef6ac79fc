"""Neighbouring inputs: pairs that differ in one row, above all those on which a broken mechanism gives itself away.

A mechanism must keep its claim on every pair, so an audit is as good as its pairs. The worst cases here have one ordinary
row many times over and one row that is like no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.schema import Column, Schema, Table, Values
from twinset.errors import DataError, PlanError, SchemaError

Relation = Literal["add_remove", "replace_one"]
_KINDS: dict[type, types.Type] = {bool: types.Boolean(), int: types.Integer(), float: types.Real(), str: types.Categorical()}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two inputs of a mechanism that its claim calls neighbours, and a name for the pair in words.

    Datasets must differ by one row, added or replaced (DataError if not); of other inputs (arrays, frames) the caller knows
    it.
    """

    one: Any
    other: Any
    name: str = "the given pair"

    def __post_init__(self) -> None:
        if isinstance(self.one, Dataset) and isinstance(self.other, Dataset):
            rows, others = (_rows(side) for side in (self.one, self.other))
            gone, new = (rows - others).total(), (others - rows).total()
            if max(gone, new) != 1:
                raise DataError(
                    f"{self.name}: neighbours differ by one row, added, removed or replaced; "
                    f"of these {gone} rows stand only in one and {new} only in the other"
                )


def _rows(data: Dataset) -> Counter[str]:
    return Counter(f"{table.name} {row}" for table in data.schema for row in whole(data, table.name).to_pylist())


def worst_neighbours(
    columns: Mapping[str, Sequence[Any]], *, rows: int = 2, relation: Relation = "add_remove"
) -> tuple[Neighbours, ...]:
    """Pairs of small datasets over a declared domain that a broken mechanism is most likely to tell apart.

    ``columns`` are the declared values of each column, all numbers or all texts or all true and false, such as
    ``{"colour": ["red", "green", "blue"], "age": range(18, 100)}``. The first value is the ordinary one, which ``rows`` rows
    have; the last is rare or extreme, and one row of one dataset alone has it: in one column, in all of them, and the other
    way round. Under "add_remove" the other dataset is a row shorter; under "replace_one" an ordinary row takes its place.
    Few rows and values show most: a change weighs more among them. The schema declares the domain (``origin="declared"``).
    """
    if relation not in ("add_remove", "replace_one"):
        raise PlanError(f"relation is 'add_remove' or 'replace_one', not {relation!r}")
    if type(rows) is not int or rows < 1:
        raise PlanError(f"rows is a whole number of at least 1, not {rows!r}")
    if not columns:
        raise SchemaError("no columns are declared: give each column's values, such as {'colour': ['red', 'blue']}")
    schema = Schema((Table("t", tuple(_column(name, values) for name, values in columns.items())),))
    return tuple(
        _pair(schema, usual, odd, name, rows, relation)
        for usual, odd, name in _contrasts(columns)
        if usual != odd or relation == "add_remove"
    )


def _contrasts(columns: Mapping[str, Sequence[Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """(ordinary row, odd row, words)."""
    first = {name: values[0] for name, values in columns.items()}
    last = {name: values[-1] for name, values in columns.items()}
    yield first, first, "an ordinary row more"
    for name in columns:
        yield first, {**first, name: last[name]}, f"{name} = {last[name]!r} in one dataset alone"
    if len(columns) > 1:
        yield first, last, "the last value of each column in one dataset alone"
    yield last, first, "the first value of each column in one dataset alone"


def _pair(schema: Schema, usual: object, odd: object, name: str, rows: int, relation: Relation) -> Neighbours:
    base = [usual] * (rows if relation == "add_remove" else rows - 1)
    words = "added" if relation == "add_remove" else "replaced"
    tail = [] if relation == "add_remove" else [usual]
    made = [
        Tables(schema, {"t": pa.Table.from_pylist(side, schema=schema.only.arrow)}) for side in ([*base, odd], base + tail)
    ]
    return Neighbours(made[0], made[1], f"{name} (one row {words})")


def _column(name: str, given: Sequence[Any]) -> Column:
    values = [] if isinstance(given, str) else list(given)
    kinds = {type(value) for value in values}
    if len(set(values)) < 2 or len(kinds) != 1 or not kinds <= set(_KINDS):
        raise SchemaError(
            f"column {name!r}: its domain is a list of two values or more, all whole numbers, all numbers with a point, "
            f"all texts or all true and false, not {given!r}"
        )
    storage = pa.array(values).type
    return Column(name, _KINDS[kinds.pop()], storage, Values(tuple(values)), "declared", nullable=False)
