"""Distinct numbers without a table of hashes, which is most of what counting costs: by their places, or by their order.

Whole numbers whose range is no wider than they are many are counted at their places in it. Where a few numbers show no two
equal ones, sorting says whether all differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]

_FEW = 4096
_BLOCK = 1 << 15  # numbers that a processor holds near itself


def all_differ(column: pa.ChunkedArray) -> bool:
    """Whether a column is of plain numbers, present ones, of which no two are equal."""
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_float32(kind) or pa.types.is_float64(kind)):
        return False
    if not len(column) or not _differ(np.sort(_plain(column.slice(0, _FEW)))):
        return False
    numbers = _plain(column)
    if (numbers[1:] > numbers[:-1]).all():
        return True
    evenly = numbers[:: max(len(numbers) // _FEW, 1)]
    return _differ(np.sort(evenly)) and _differ(np.sort(numbers))


def _plain(column: pa.ChunkedArray) -> Numbers:
    """The present numbers as numpy holds them."""
    return np.asarray((column.drop_null() if column.null_count else column).to_numpy())


def _differ(ordered: Numbers) -> bool:
    return not (ordered[1:] == ordered[:-1]).any()


def by_place(column: pa.ChunkedArray) -> tuple[pa.Array, Counts] | None:
    """A column's distinct whole numbers, in order of first appearance, and how often each comes.

    None for other columns, and where they lie so far apart that a place for each number between them would be too many.
    """
    ends = pc.min_max(column).as_py() if pa.types.is_integer(column.type) else {"min": None}
    if ends["min"] is None or ends["max"] - ends["min"] >= len(column):
        return None
    numbers, low, n_places = _plain(column), ends["min"], ends["max"] - ends["min"] + 1
    counts, first = np.zeros(n_places, dtype=np.int64), np.full(n_places, len(numbers))
    in_turn = np.arange(_BLOCK)
    for start in range(0, len(numbers), _BLOCK):
        places = _places(numbers[start : start + _BLOCK], low)
        np.add.at(counts, places, 1)
        np.minimum.at(first, places, start + in_turn[: len(places)])
    values = numbers[np.sort(first[counts > 0])]
    return pa.array(values, column.type), counts[_places(values, low)]


def _places(numbers: Numbers, low: int) -> npt.NDArray[np.int64]:
    """How far whole numbers are from the lowest of them, which those without a sign say in their own storage."""
    own = numbers if numbers.dtype.kind == "u" else numbers.astype(np.int64, copy=False)
    return (own - own.dtype.type(low)).astype(np.int64, copy=False)
