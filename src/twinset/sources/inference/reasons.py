"""Words for the reasons of a guess, which may be shown around: no value in them belongs to fewer than K rows.

The ends of a range are the K-th smallest and K-th largest cell: as they are where K rows share that value, else rounded
outwards to two digits. Where there are fewer than 10 K cells nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.privacy import K
from twinset.sources.inference.cells import Cells

_Numbers = npt.NDArray[Any]
_FEW = 4096


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
    numbers, counts = _numbers(values), cells.counts
    if values.null_count:
        known = np.asarray(values.is_valid().to_numpy(zero_copy_only=False))
        numbers, counts = numbers[known], counts[known]
    if counts.sum() < 10 * K:
        return None
    return _kth(numbers, counts, up=False), _kth(numbers, counts, up=True)


def _numbers(values: pa.Array) -> _Numbers:
    """Numbers as numpy holds them; what stands under missing ones means nothing."""
    if not pa.types.is_integer(values.type):
        values = values.cast(pa.float64(), safe=False)
    return np.asarray((pc.fill_null(values, 0) if values.null_count else values).to_numpy())


def _kth(numbers: _Numbers, counts: npt.NDArray[np.int64], *, up: bool) -> _End:
    """The K-th cell from one end; of the numbers with these counts only the outermost are put in order."""
    outer = _outermost(numbers, up=up)
    sign = -1.0 if up else 1.0
    values, places = np.unique(sign * numbers[outer].astype(np.float64), return_inverse=True)
    own = np.bincount(places, weights=counts[outer]).astype(np.int64)
    place = int(np.searchsorted(np.cumsum(own), K))
    return _End(sign * float(values[place]), bool(own[place] >= K))


def _outermost(numbers: _Numbers, *, up: bool) -> npt.NDArray[np.int64]:
    """Where the K outermost numbers of one end stand, and those equal to the last of them.

    The K-th of a few of them is a bound that hardly any others are beyond, so that these alone are put in order.
    """
    near = _reached(numbers, _bound(numbers[:: max(len(numbers) // _FEW, 1)], up=up), up=up)
    return near[_reached(numbers[near], _bound(numbers[near], up=up), up=up)]


def _bound(numbers: _Numbers, *, up: bool) -> Any:
    place = min(K, len(numbers)) - 1
    place = len(numbers) - 1 - place if up else place
    return np.partition(numbers, place)[place]


def _reached(numbers: _Numbers, bound: Any, *, up: bool) -> npt.NDArray[np.int64]:
    return np.flatnonzero(numbers >= bound if up else numbers <= bound)


def _said(end: _End, upwards: bool, *, grouped: bool) -> str:
    value = end.value
    if not end.is_shared and value != 0 and math.isfinite(value):
        step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
        value = (math.ceil if upwards else math.floor)(round(value / step, 9)) * step
    shown = (
        f"{value:{',' if grouped else ''}.0f}" if abs(value) >= 1000 or value == int(value) else f"{float(f'{value:.6g}'):g}"
    )
    return shown if end.is_shared else f"about {shown}"
