"""A column as its distinct values, how often each one comes, and which one each row has.

Every rule of inference looks at the distinct values alone, so that a column of a hundred million rows and twelve labels
costs what twelve labels cost. Missing cells are no value.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.sources.inference import counting
from twinset.sources.inference.counting import Counts

_FEW = 4096


@dataclass(frozen=True)
class Cells:
    """``values`` are distinct, in order of first appearance; of ``n_rows`` cells ``n_present`` have one.

    ``stored`` is the column itself, where it was stored as plain values. What is not known beside the values then, how often
    each comes (``counted``) and which one each row has (``coded``), is found when it is asked for.
    """

    name: str
    values: pa.Array
    n_rows: int
    n_present: int
    counted: Counts | None = None
    coded: pa.Array | None = None
    stored: pa.ChunkedArray | None = None

    @cached_property
    def counts(self) -> Counts:
        """How many rows have each value."""
        if self.counted is not None:
            return self.counted
        return np.broadcast_to(np.int64(1), self.n_distinct) if self.is_unique else _counts(self.codes, self.n_distinct)

    @cached_property
    def codes(self) -> pa.Array:
        """Which value each row has; a null code is a missing cell."""
        if self.coded is not None:
            return self.coded
        assert self.stored is not None
        return _in_turn(self.stored) if self.is_unique else _encoded(self.stored)[1]

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
    if pa.types.is_dictionary(column.type):
        encoded = column.unify_dictionaries().combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], encoded.type)
        return _tallied(name, encoded.dictionary, encoded.indices)
    if pa.types.is_string(column.type) and _repeats(column):
        values = pc.unique(column).drop_null()
        return Cells(name, values, len(column), len(column) - column.null_count, stored=column)
    if counting.all_differ(column):
        return each(name, column)
    if (found := counting.by_place(column)) is not None:
        values, counts = found
        return Cells(name, values, len(column), len(column) - column.null_count, counts, stored=column)
    return dataclasses.replace(_tallied(name, *_encoded(column)), stored=column)


def each(name: str, column: pa.ChunkedArray) -> Cells:
    """The cells with every present one as a value of its own: where no two are equal, or where that does not matter."""
    values = column.drop_null().combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = values.chunk(0)
    return Cells(name, values, len(column), len(values), stored=column)


def _repeats(column: pa.ChunkedArray) -> bool:
    """Whether the first of many cells are few values, as labels are, of which hardly any rule asks which row has which."""
    few = column.slice(0, len(column) // 16)
    return len(few) >= _FEW and bool(pc.count_distinct(few).as_py() < len(few) / 2)


def _in_turn(column: pa.ChunkedArray) -> pa.Array:
    """A code for each present cell, one after the other."""
    missing = np.asarray(column.is_null().to_numpy(), dtype=np.bool_) if column.null_count else None
    codes = np.arange(len(column)) if missing is None else np.cumsum(~missing) - 1
    return pa.array(codes.astype(np.int32), mask=missing)


def _encoded(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The distinct values of plain ones, and a code for each cell."""
    chunks = column.dictionary_encode().chunks  # which share one dictionary
    if not chunks:
        return pa.array([], column.type), pa.array([], pa.int32())
    return chunks[0].dictionary, pa.chunked_array([chunk.indices for chunk in chunks]).combine_chunks()


def _counts(codes: pa.Array, n_values: int) -> Counts:
    present = np.asarray(codes.drop_null().to_numpy(), dtype=np.int64)
    return np.bincount(present, minlength=n_values).astype(np.int64, copy=False)


def _tallied(name: str, values: pa.Array, codes: pa.Array) -> Cells:
    """Cells without the values that no row has, and with one code for each value."""
    codes = codes.cast(pa.int32())
    counts = _counts(codes, len(values))
    if len(values) and (counts == 0).any():
        new = np.where(counts > 0, np.cumsum(counts > 0) - 1, 0).astype(np.int32)
        codes = pa.array(new).take(codes)
        values, counts = values.filter(pa.array(counts > 0)), counts[counts > 0]
    return Cells(name, values, len(codes), len(codes) - codes.null_count, counts, codes)


def tidy(cells: Cells) -> tuple[Cells, int]:
    """Text without blanks around it, and how many cells had them."""
    trimmed = pc.utf8_trim_whitespace(cells.values)
    changed = pc.not_equal(trimmed, cells.values)
    n_changed = cells.count(changed) if cells.n_distinct and pc.any(changed).as_py() else 0
    return (cells.rewritten(trimmed) if n_changed else cells), n_changed
