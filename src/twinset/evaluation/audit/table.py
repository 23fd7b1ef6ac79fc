"""A real table in the form in which an audit attacks it: every value a code, a cell of its column and a coordinate.

Codes are numbered over the real rows once, and the rows of every shadow twin are read with them: a cell of a twin that holds
a value that no real row has is ``UNSEEN`` and equals nothing. Columns of text, identifiers and personal data have codes
alone: they can be copied, and there is no telling how far apart two of them are. Nested columns are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Table
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.attacks.arena import Records
from twinset.evaluation.attacks.space import Points, Space
from twinset.evaluation.attacks.words import words
from twinset.evaluation.encode import Array, EncodedColumn, Kind, as_float, kind_of

Codes = npt.NDArray[np.int32]
UNSEEN = -1
CELLS = 200
"""Cells of a number or a time, of about equal share."""
_NO_LABEL = "a value that no real row has"


@dataclass(frozen=True, slots=True)
class Coded:
    """Some rows: codes and cells (columns × rows), and points of the space (rows × dimensions)."""

    codes: Codes
    cells: Codes
    points: Points

    def take(self, rows: Rows | slice) -> Coded:
        return Coded(self.codes[:, rows], self.cells[:, rows], self.points[rows])


@dataclass(frozen=True)
class Audited:
    """The real table. By column: ``books`` are the distinct values, ``edges`` bound the cells (None: the values are)."""

    columns: tuple[EncodedColumn, ...]
    is_compared: tuple[bool, ...]
    left_out: tuple[str, ...]
    records: Records
    space: Space
    books: tuple[npt.NDArray[np.uint64], ...]
    edges: tuple[Floats | None, ...]

    @property
    def copied_only(self) -> tuple[str, ...]:
        """Columns of which nothing but equality is known."""
        pairs = zip(self.columns, self.is_compared, strict=True)
        return tuple(column.name for column, is_one in pairs if not is_one)

    @classmethod
    def of(cls, table: Table, rows: pa.Table, seed: Seed) -> Audited:
        """Read the real rows; the seed is of the directions that labels point in."""
        kept = [column for column in table.columns if not pa.types.is_nested(column.storage)]
        kinds = [kind_of(column.type) for column in kept]
        columns = tuple(_known(column.name, kind, rows) for column, kind in zip(kept, kinds, strict=True))
        records = Records(tuple(column.train for column in columns))
        is_compared = tuple(kind is not None for kind in kinds)
        compared = [column for column, is_one in zip(columns, is_compared, strict=True) if is_one]
        return cls(
            columns,
            is_compared,
            tuple(column.name for column in table.columns if column not in kept),
            records,
            Space.of(compared, [column.train for column in compared], seed),
            tuple(np.unique(column) for column in words(records).columns),
            tuple(_edges(column) if is_one else None for column, is_one in zip(columns, is_compared, strict=True)),
        )

    def read(self, rows: pa.Table) -> Records:
        """The rows of a twin as records of this table."""
        return Records(tuple(_values(column, rows) for column in self.columns))

    def coded(self, records: Records) -> Coded:
        """Records in codes, cells and points."""
        codes = [_look_up(word, book) for word, book in zip(words(records).columns, self.books, strict=True)]
        cells = [
            _cell(values, edges) if edges is not None else code
            for values, edges, code in zip(records.values, self.edges, codes, strict=True)
        ]
        compared = [values for values, is_one in zip(records.values, self.is_compared, strict=True) if is_one]
        points = self.space.embed(compared) if compared else np.zeros((len(records), 0), np.float32)
        return Coded(_stacked(codes, len(records)), _stacked(cells, len(records)), points)


def _known(name: str, kind: Kind | None, rows: pa.Table) -> EncodedColumn:
    values = rows.column(name)
    if kind in ("number", "time"):
        numbers = as_float(values)
        return EncodedColumn(name, kind, (), numbers, numbers, None)
    labels = pc.unique(values.cast(pa.string())).drop_null()
    labels = labels.take(pc.array_sort_indices(labels)).to_pylist()
    column = EncodedColumn(name, "label", (*labels, _NO_LABEL), np.empty(0, np.int32), np.empty(0, np.int32), None)
    known = _values(column, rows)
    return EncodedColumn(name, "label", column.labels, known, known, None)


def _values(column: EncodedColumn, rows: pa.Table) -> Array:
    values = rows.column(column.name)
    if column.kind != "label":
        return as_float(values)
    texts = values.cast(pa.string())
    codes = pc.fill_null(pc.index_in(texts, value_set=pa.array(column.labels[:-1], pa.string())), len(column.labels) - 1)
    return np.where(texts.is_null().to_numpy(), -1, codes.to_numpy()).astype(np.int32)


def _look_up(word: npt.NDArray[np.uint64], book: npt.NDArray[np.uint64]) -> Codes:
    place = np.minimum(np.searchsorted(book, word), max(0, len(book) - 1))
    return np.where(book[place] == word, place, UNSEEN).astype(np.int32)


def _edges(column: EncodedColumn) -> Floats | None:
    if column.kind == "label":
        return None
    known = column.train[np.isfinite(column.train)]
    if not len(known):
        return np.empty(0)
    quantiles = np.quantile(known, np.linspace(0, 1, CELLS + 1)[1:-1], method="inverted_cdf")
    edges, times = np.unique(quantiles, return_counts=True)
    return np.union1d(edges, np.nextafter(edges[times > 1], np.inf))


def _cell(values: Array, edges: Floats) -> Codes:
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right")).astype(np.int32)


def _stacked(columns: Sequence[Codes], n_rows: int) -> Codes:
    return np.stack(columns) if columns else np.empty((0, n_rows), np.int32)
