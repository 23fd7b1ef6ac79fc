"""A column as its distinct values, how often each one comes, and which one each row has.

Every rule of inference looks at the distinct values alone, so that a column of a hundred million rows and twelve labels
costs what twelve labels cost. Missing cells are no value.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Cells:
    """``values`` are distinct, in order of first appearance; ``counts`` the rows of each; ``codes`` say which one a row has.

    A null code is a missing cell. ``stored`` is the column itself, where it was stored as plain values.
    """

    name: str
    values: pa.Array
    counts: npt.NDArray[np.int64]
    codes: pa.Array
    stored: pa.ChunkedArray | None = None

    @property
    def n_rows(self) -> int:
        return len(self.codes)

    @property
    def n_present(self) -> int:
        return len(self.codes) - int(self.codes.null_count)

    @property
    def n_distinct(self) -> int:
        return len(self.values)

    @property
    def is_unique(self) -> bool:
        """Whether no two present cells are equal."""
        return self.n_distinct == self.n_present

    def head(self, size: int = 20) -> list[str]:
        """The first distinct values as text: enough to see which rules are worth trying."""
        values: list[str] = self.values.slice(0, size).cast(pa.string()).to_pylist()
        return values

    def sample(self, size: int = 2000) -> pa.Array:
        """At most ``size`` distinct values, evenly spaced over the column."""
        if self.n_distinct <= size:
            return self.values
        return self.values.take(pa.array(np.linspace(0, self.n_distinct - 1, size).astype(np.int64)))

    def share(self, mask: pa.Array) -> float:
        """Share of present rows whose value is marked in ``mask`` (one truth for each distinct value; null is false)."""
        marked = np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=bool)
        return float(self.counts[marked].sum() / max(self.n_present, 1))

    def count(self, mask: pa.Array) -> int:
        """Number of rows whose value is marked."""
        return round(self.share(mask) * max(self.n_present, 1))

    def shared(self, k: int) -> float:
        """Share of present rows whose value at least k rows have."""
        return float(self.counts[self.counts >= k].sum() / max(self.n_present, 1))

    def expand(self, values: pa.Array) -> pa.Array | pa.ChunkedArray:
        """The whole column from one (new) value for each distinct one."""
        if values is self.values and self.stored is not None:
            return self.stored
        return values.take(self.codes)

    def rewritten(self, values: pa.Array) -> Cells:
        """The same rows with other values, one for each distinct one; null makes a cell missing, equal ones become one."""
        if values.null_count == 0 and values.equals(self.values):
            return self
        encoded = values.dictionary_encode()
        return _tallied(self.name, encoded.dictionary, encoded.indices.take(self.codes))

    def without(self, mask: pa.Array) -> Cells:
        """The same rows with the marked values missing."""
        if not pc.any(mask).as_py():
            return self
        return self.rewritten(pc.if_else(mask, pa.scalar(None, self.values.type), self.values))


def tally(name: str, column: pa.ChunkedArray) -> Cells:
    """The cells of a column that has an order of equality: numbers, text, times; dictionaries are seen through."""
    if _ascends(column):
        return each(name, column)
    if pa.types.is_dictionary(column.type):
        encoded = column.unify_dictionaries().combine_chunks()
    else:
        encoded = pa.chunked_array(column.chunks, column.type).combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], encoded.type)
    cells = _tallied(name, encoded.dictionary, encoded.indices)
    return cells if pa.types.is_dictionary(column.type) else dataclasses.replace(cells, stored=column)


def each(name: str, column: pa.ChunkedArray) -> Cells:
    """The cells with every present one as a value of its own: where no two are equal, or where that does not matter."""
    present = column.drop_null().combine_chunks()
    values = present.chunk(0) if isinstance(present, pa.ChunkedArray) else present
    missing = np.asarray(column.is_null().to_numpy(), dtype=np.bool_) if column.null_count else None
    codes = np.arange(len(column)) if missing is None else np.cumsum(~missing) - 1
    return Cells(name, values, np.ones(len(values), dtype=np.int64), pa.array(codes.astype(np.int32), mask=missing), column)


def _ascends(column: pa.ChunkedArray) -> bool:
    """Whether each number is above the one before, so that no two are equal, as they are in keys that count rows."""
    if not pa.types.is_integer(column.type) or column.null_count or not len(column):
        return False
    own = column.to_numpy()
    return bool((own[1:1000] > own[:999][: len(own) - 1]).all() and (own[1:] > own[:-1]).all())


def _tallied(name: str, values: pa.Array, codes: pa.Array) -> Cells:
    """Cells without the values that no row has, and with one code for each value."""
    codes = codes.cast(pa.int32())
    present = np.asarray(codes.drop_null().to_numpy(), dtype=np.int64)
    counts = np.bincount(present, minlength=len(values)).astype(np.int64)
    if len(values) and (counts == 0).any():
        new = np.where(counts > 0, np.cumsum(counts > 0) - 1, 0).astype(np.int32)
        codes = pa.array(new).take(codes)
        values, counts = values.filter(pa.array(counts > 0)), counts[counts > 0]
    return Cells(name, values, counts, codes)


def tidy(cells: Cells) -> tuple[Cells, int]:
    """Text without blanks around it, and how many cells had them."""
    trimmed = pc.utf8_trim_whitespace(cells.values)
    changed = pc.not_equal(trimmed, cells.values)
    n_changed = cells.count(changed) if cells.n_distinct and pc.any(changed).as_py() else 0
    return (cells.rewritten(trimmed) if n_changed else cells), n_changed
