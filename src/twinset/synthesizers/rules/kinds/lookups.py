"""Rows of a table that the plan holds: a record whose fields belong together, such as a city and its country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.weights import Weighted

MOST_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Lookup(Options):
    """A record: one of ``rows`` (a list of mappings, or columns with lists; or ``file``, a CSV beside the plan).

    ``weight`` names the column of weights. ``match`` names columns whose values must be those at paths of the row being
    made: ``match: {country: country}``; without any such row the record is missing. ``column``: only this column, no record.
    """

    word: ClassVar[str] = "lookup"
    rows: Any = None
    file: str | None = None
    weight: str | None = None
    match: dict[str, str] | None = None
    column_: str | None = None

    def __post_init__(self) -> None:
        if self.file is not None:
            raise PlanError(
                f"the file {self.file!r:.80} is read when a plan is run from the command line or by twinset.run; "
                "give its content as rows"
            )
        table = _table(self.rows)
        object.__setattr__(self, "rows", table)
        for name in (self.weight, self.column_, *options.mapping(self.match or {}, "match", least=0)):
            if name is not None:
                options.choice(name, "a column of the looked up table", table.column_names)
        for path in (self.match or {}).values():
            options.text(path, "a path of match")
        if not self._shown().num_columns:
            raise PlanError("a lookup has other columns than that of its weights")
        self._weights()

    def _weights(self) -> npt.NDArray[np.float64]:
        if self.weight is None:
            return np.ones(self.rows.num_rows)
        try:
            weights = self.rows[self.weight].cast(pa.float64()).to_numpy()
        except pa.ArrowException as error:
            raise PlanError(f"the weights in {self.weight!r} are no numbers: {error}") from None
        if not np.isfinite(weights).all() or weights.min() < 0 or weights.sum() <= 0:
            raise PlanError(f"the weights in {self.weight!r} are at least 0, and one is above it")
        return np.asarray(weights)

    def reads(self) -> tuple[str, ...]:
        return tuple((self.match or {}).values())

    def _shown(self) -> pa.Table:
        return self.rows if self.weight is None else self.rows.drop_columns([self.weight])

    def column(self, name: str, scope: Scope) -> Column:
        if self.column_ is not None:
            storage = self.rows.schema.field(self.column_).type
            return Column(name, _kind(storage), storage, origin="declared", nullable=bool(self.match))
        storage = pa.struct(list(self._shown().schema))
        return Column(name, types.Nested(), storage, origin="declared", nullable=bool(self.match))

    def make(self, rows: Rows) -> pa.Array:
        picked = self._picked(rows)
        is_there = pa.array(picked >= 0)
        indices = pc.if_else(is_there, pa.array(picked), pa.scalar(None, pa.int64()))
        if self.column_ is not None:
            return self.rows[self.column_].combine_chunks().take(indices)
        taken = self._shown().take(indices)
        arrays, mask = [column.combine_chunks() for column in taken.columns], pc.invert(is_there) if self.match else None
        return pa.StructArray.from_arrays(arrays, fields=list(taken.schema), mask=mask)

    def _picked(self, rows: Rows) -> Index:
        """The number of a row of the table for each row; -1 where none matches."""
        draws = rows.seed.generator().random(rows.n)
        if not self.match:
            return Weighted.of(self._weights()).at(draws)
        groups, own = self._groups()
        found = _group_of([rows.of(path) for path in self.match.values()], groups, list(self.match))
        order = np.argsort(own, kind="stable")
        sums = np.concatenate([[0.0], np.cumsum(self._weights()[order])])
        edges = sums[np.searchsorted(own[order], np.arange(groups.num_rows + 1))]
        starts, widths = edges[:-1], np.diff(edges)
        there = np.flatnonzero((found >= 0) & (widths > 0)[found])
        targets = starts[found[there]] + draws[there] * widths[found[there]]
        picked = np.full(rows.n, -1, dtype=np.int64)
        picked[there] = order[np.clip(np.searchsorted(sums, targets, side="right") - 1, 0, len(order) - 1)]
        return picked

    def _groups(self) -> tuple[pa.Table, Index]:
        """Each combination of the matched columns once, and which of them each row of the table has."""
        names = list(self.match or {})
        groups = self.rows.select(names).group_by(names, use_threads=False).aggregate([])
        return groups, _group_of([self.rows[name].combine_chunks() for name in names], groups, names)


def _group_of(columns: list[pa.Array], groups: pa.Table, names: list[str]) -> Index:
    """The number of the group that each row belongs to; -1 for none."""
    codes, known = np.zeros(len(columns[0]), dtype=np.int64), np.zeros(groups.num_rows, dtype=np.int64)
    for column, name in zip(columns, names, strict=True):
        values = pc.unique(groups[name].combine_chunks())
        try:
            own = pc.index_in(column.cast(values.type), value_set=values)
        except pa.ArrowException:
            raise PlanError(f"{name!r} is matched with values of another kind: {column.type}, not {values.type}") from None
        codes = codes * (len(values) + 1) + _or_minus_one(own) + 1
        known = known * (len(values) + 1) + _or_minus_one(pc.index_in(groups[name].combine_chunks(), value_set=values)) + 1
    order = np.argsort(known)
    places = np.minimum(np.searchsorted(known[order], codes), len(known) - 1)
    return np.where(known[order][places] == codes, order[places], -1)


def _or_minus_one(indices: pa.Array) -> Index:
    return np.asarray(pc.fill_null(indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _table(said: Any) -> pa.Table:
    """Rows as a plan writes them: a list of mappings, or columns."""
    try:
        if isinstance(said, dict):
            table = pa.table({str(name): pa.array(options.listed(values, name)) for name, values in said.items()})
        else:
            rows = [options.mapping(row, "each of rows") for row in options.listed(said, "rows")]
            names = list(dict.fromkeys(str(name) for row in rows for name in row))
            table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise PlanError(f"rows of a lookup have values of one kind in each column: {error}") from None
    if table.num_rows * table.num_columns > MOST_CELLS or not table.num_columns:
        raise PlanError(f"a lookup has 1 to {MOST_CELLS:,} cells, not {table.num_rows * table.num_columns:,}")
    if any(pa.types.is_nested(field.type) or pa.types.is_null(field.type) for field in table.schema):
        raise PlanError("the cells of a lookup are texts, numbers, or true and false")
    return table


def _kind(storage: pa.DataType) -> types.Type:
    from twinset.synthesizers.rules.records import by_storage

    return types.Categorical() if pa.types.is_string(storage) else by_storage(storage)
