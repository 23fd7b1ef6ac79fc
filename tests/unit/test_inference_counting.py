"""Distinct values, their counts and their rows, whichever way they are counted; and the ends of a range in words."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from twinset.core.seed import Seed
from twinset.sources.inference import reasons
from twinset.sources.inference.cells import tally

DRAW = Seed(3).child("counting").generator()
MANY = 70_000  # more than a block of places, and more than the cells of a text that are looked at first


def _column(values: object, kind: pa.DataType, n_missing: int = 0) -> pa.ChunkedArray:
    """The values in three chunks, the first of which are missing."""
    own = np.asarray(values)
    missing = np.arange(len(own)) < n_missing
    array = pa.array(own, kind, mask=missing)
    return pa.chunked_array([array.slice(0, 5), array.slice(5, 0), array.slice(5)], kind)


LABELS = np.array(["basic", "silver", "gold", ""])
COLUMNS = {
    "places": _column(DRAW.integers(-40, 60, MANY), pa.int64()),
    "places and missing": _column(DRAW.integers(7, 50_000, MANY), pa.int32(), 3),
    "all of a small storage": _column(DRAW.integers(-128, 128, 3000), pa.int8()),
    "above the signed ones": _column(DRAW.integers(0, 50, 3000).astype(np.uint64) + np.uint64(2**63), pa.uint64()),
    "far apart": _column(DRAW.integers(0, 100, 3000) * 10**15, pa.int64()),
    "one value": _column(np.full(10, 4), pa.int64()),
    "ascending": _column(np.arange(6000) * 3, pa.int64()),
    "all different": _column(DRAW.permutation(6000), pa.int64()),
    "different but for the last": _column([*DRAW.permutation(6000), 17], pa.int64()),
    "different and missing": _column(DRAW.permutation(6000) / 8, pa.float64(), 2),
    "reals that repeat": _column(DRAW.integers(0, 300, 5000) / 4, pa.float32()),
    "reals that repeat late": _column([*(np.arange(9000) / 8), 0.125], pa.float64()),
    "nothing": _column(np.arange(9), pa.int64(), 9),
    "no rows": pa.chunked_array([], pa.float64()),
    "labels": _column(LABELS[DRAW.integers(0, 4, MANY)], pa.string(), 9),
    "few labels": _column(LABELS[DRAW.integers(0, 4, 100)], pa.string(), 9),
    "texts of their own": _column(np.arange(MANY).astype(str), pa.string()),
    "texts that hardly repeat": _column(DRAW.integers(0, MANY, MANY).astype(str), pa.string(), 1),
    "no texts": pa.chunked_array([], pa.string()),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_cells_are_what_counting_by_hand_finds(name: str) -> None:
    column = COLUMNS[name]
    rows = column.to_pylist()
    present = [value for value in rows if value is not None]
    cells = tally("x", column)
    values = cells.values.to_pylist()
    assert values == list(dict.fromkeys(present)), "distinct, in order of first appearance"
    assert cells.values.type == column.type
    assert dict(zip(values, cells.counts.tolist(), strict=True)) == Counter(present)
    assert [None if code is None else values[code] for code in cells.codes.to_pylist()] == rows
    assert (cells.n_rows, cells.n_present) == (len(rows), len(present))
    assert cells.is_unique == (len(set(present)) == len(present))


@pytest.mark.parametrize("name", COLUMNS)
def test_new_values_reach_every_row(name: str) -> None:
    column = COLUMNS[name]
    cells = tally("x", column)
    numbered = pa.array(range(cells.n_distinct), pa.int64())
    place = {value: number for number, value in enumerate(cells.values.to_pylist())}
    assert cells.expand(numbered).to_pylist() == [place.get(value) for value in column.to_pylist()]
    assert cells.expand(cells.values) is column


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint32(), pa.float64(), pa.float32(), pa.decimal128(21, 2)])
@pytest.mark.parametrize("is_shared", [True, False])
def test_ends_of_a_range_are_the_tenth_cells(kind: pa.DataType, is_shared: bool) -> None:
    draw = Seed(3).child("ends").generator()
    middle = draw.integers(1_000, 80_000, 30_000)
    low, high = (np.full(10, 20), np.full(10, 90_001)) if is_shared else (np.arange(11, 21), np.arange(90_001, 90_011))
    rows = draw.permutation(np.concatenate([low, middle, high]))
    cells = tally("amount", pa.chunked_array([pa.array(rows).cast(kind)]))
    said = reasons.span(cells, cells.values)
    assert said == (", 20 to 90,001" if is_shared else ", about 20 to about 91,000")


def test_cells_that_could_not_be_read_are_no_ends() -> None:
    cells = tally("amount", pa.chunked_array([pa.array(np.repeat(np.arange(-5, 20), 10))]))
    readable = pa.array([None if value < 0 or value > 15 else value for value in cells.values.to_pylist()], pa.int64())
    assert reasons.span(cells, readable) == ", 0 to 15"
