"""The columns of all tables as numbers that are the same for the same values, so that sets of values are compared quickly.

Whole numbers stand for themselves; texts get a number each from one dictionary over all tables, moments their ticks. What
can be no key (reals, free text, documents, flags) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.keys import plain
from twinset.core.schema import Column, Schema

Numbers = npt.NDArray[np.int64]
_LONGEST = 64  # letters of a text that may be a key
_NOT = (types.Real, types.Boolean, types.Geo, types.Json, types.Nested, types.Media, types.Duration, types.Time, types.Empty)


@dataclass(frozen=True)
class Coded:
    """One column: its values as numbers (``rows``, of the rows that have one), and the sort of values they are."""

    table: str
    column: Column
    sort: str
    rows: Numbers
    is_present: npt.NDArray[np.bool_]
    length: float = 0.0

    @property
    def name(self) -> str:
        return self.column.name

    @cached_property
    def distinct(self) -> Numbers:
        """The different values, in order."""
        return np.unique(self.rows)

    @property
    def is_unique(self) -> bool:
        """Whether no value is missing or comes twice."""
        return len(self.rows) == len(self.is_present) == len(self.distinct) > 0

    @property
    def density(self) -> float:
        """The share of the numbers between the smallest and the largest that are values."""
        if self.sort != "whole" or not len(self.distinct):
            return 0.0
        return len(self.distinct) / (float(self.distinct[-1]) - float(self.distinct[0]) + 1)

    @property
    def n_missing(self) -> int:
        return len(self.is_present) - len(self.rows)


def coded(schema: Schema, rows: Mapping[str, pa.Table]) -> list[Coded]:
    """All columns that may be keys, or part of one."""
    known = _Dictionary()
    found = []
    for table in schema:
        for column in table.columns:
            one = _coded(table.name, column, rows[table.name].column(column.name), known)
            if one is not None:
                found.append(one)
    return found


class _Dictionary:
    """Numbers for texts, the same in every column."""

    def __init__(self) -> None:
        self._texts = pa.array([], pa.string())

    def codes(self, texts: pa.Array) -> Numbers:
        found = pc.index_in(texts, value_set=self._texts)
        new = texts.filter(found.is_null())
        if len(new):
            self._texts = pa.concat_arrays([self._texts, new])
            found = pc.index_in(texts, value_set=self._texts)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _coded(table: str, column: Column, cells: pa.ChunkedArray, known: _Dictionary) -> Coded | None:
    kind = cells.type
    if isinstance(column.type, _NOT) or cells.null_count == len(cells):
        return None
    whole = plain(cells)
    is_present = np.asarray(whole.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    present = whole.drop_null()
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return Coded(table, column, "whole", np.asarray(present.cast(pa.int64()).to_numpy(), dtype=np.int64), is_present)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        ticks = present.cast(pa.timestamp("us", kind.tz if pa.types.is_timestamp(kind) else None)).cast(pa.int64())
        return Coded(table, column, "moment", np.asarray(ticks.to_numpy(), dtype=np.int64), is_present)
    if not pa.types.is_string(kind):
        return None
    encoded = present.dictionary_encode()
    lengths = pc.utf8_length(encoded.dictionary)
    if pc.max(lengths).as_py() > _LONGEST:
        return None
    codes = known.codes(encoded.dictionary)
    places = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return Coded(table, column, "text", codes[places], is_present, float(pc.mean(lengths).as_py()))


def coverage(own: Numbers, theirs: Numbers) -> float:
    """The share of the different values ``own`` that are among ``theirs``; both in order."""
    if not len(own) or not len(theirs):
        return 0.0
    places = np.minimum(np.searchsorted(theirs, own), len(theirs) - 1)
    return float(np.mean(theirs[places] == own))
