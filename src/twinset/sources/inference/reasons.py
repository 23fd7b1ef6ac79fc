"""Words for the reasons of a guess, which may be shown around: no value in them belongs to fewer than K rows.

The ends of a range are the K-th smallest and K-th largest cell: as they are where K rows share that value, else rounded
outwards to two digits. Where there are fewer than 10 K cells nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.privacy import K
from twinset.sources.inference.cells import Cells


def distinct(cells: Cells) -> str:
    """How many distinct values there are: "74 distinct", "all distinct"."""
    return "all distinct" if cells.is_unique and cells.n_present > 1 else f"{cells.n_distinct:,} distinct"


def span(cells: Cells, values: pa.Array, *, grouped: bool = True) -> str:
    """The range of numbers in words, such as ", 17 to about 90"; empty where too few cells stand behind it."""
    ends = _shared_ends(cells, values)
    if ends is None or cells.n_distinct < 2:
        return ""
    low, high = (_said(end, up, grouped=grouped) for end, up in zip(ends, (False, True), strict=True))
    return f", {low} to {high}"


def years(cells: Cells, values: pa.Array) -> str:
    """The range of dates or times in years, such as ", 1998 to 2013"."""
    ends = _shared_ends(cells, values.cast(_whole(values.type)))
    if ends is None:
        return ""
    low, high = pc.year(pa.array([int(end.value) for end in ends]).cast(_whole(values.type)).cast(values.type)).to_pylist()
    return f", in {low}" if low == high else f", {low} to {high}"


def _whole(kind: pa.DataType) -> pa.DataType:
    """Whole numbers of as many bits as a kind of time has."""
    return pa.int32() if pa.types.is_date32(kind) else pa.int64()


@dataclass(frozen=True, slots=True)
class _End:
    value: float
    is_shared: bool


def _shared_ends(cells: Cells, values: pa.Array) -> tuple[_End, _End] | None:
    numbers = np.asarray(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    known = ~np.isnan(numbers)
    numbers, counts = numbers[known], cells.counts[known]
    if counts.sum() < 10 * K:
        return None
    return _kth(numbers, counts, up=False), _kth(numbers, counts, up=True)


def _kth(numbers: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], *, up: bool) -> _End:
    """The K-th cell from one end; of the numbers with these counts only the outermost are put in order."""
    sign = -1.0 if up else 1.0
    numbers = sign * numbers
    last = min(K, len(numbers)) - 1
    outer = numbers <= np.partition(numbers, last)[last]
    values, places = np.unique(numbers[outer], return_inverse=True)
    own = np.bincount(places, weights=counts[outer]).astype(np.int64)
    place = int(np.searchsorted(np.cumsum(own), K))
    return _End(sign * float(values[place]), bool(own[place] >= K))


def _said(end: _End, upwards: bool, *, grouped: bool) -> str:
    value = end.value
    if not end.is_shared and value != 0 and math.isfinite(value):
        step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
        value = (math.ceil if upwards else math.floor)(round(value / step, 9)) * step
    shown = (
        f"{value:{',' if grouped else ''}.0f}" if abs(value) >= 1000 or value == int(value) else f"{float(f'{value:.6g}'):g}"
    )
    return shown if end.is_shared else f"about {shown}"
