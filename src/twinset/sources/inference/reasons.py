"""Words for the reasons of a guess, which may be shown around: no value in them belongs to fewer than K rows.

Ends of ranges are the K-th smallest and K-th largest cell, rounded outwards to two digits; where there are fewer than 2 K
cells nothing is said.
"""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.privacy import K
from twinset.sources.inference.cells import Cells


def distinct(cells: Cells) -> str:
    """How many distinct values there are: "74 distinct", "all distinct"."""
    return "all distinct" if cells.is_unique and cells.n_present > 1 else f"{cells.n_distinct:,} distinct"


def span(cells: Cells, values: pa.Array) -> str:
    """The range of numbers in words, such as ", about 17 to 90"; empty where too few cells stand behind it."""
    ends = _shared_ends(cells, values)
    if ends is None:
        return ""
    low, high = (_rounded(float(ends[0]), math.floor), _rounded(float(ends[1]), math.ceil))
    return f", about {low} to {high}"


def years(cells: Cells, values: pa.Array) -> str:
    """The range of dates or times in years, such as ", 1998 to 2013"."""
    ends = _shared_ends(cells, pc.year(values).cast(pa.float64()))
    if ends is None:
        return ""
    low, high = int(ends[0]), int(ends[1])
    return f", in {low}" if low == high else f", {low} to {high}"


def _shared_ends(cells: Cells, values: pa.Array) -> tuple[float, float] | None:
    numbers = np.asarray(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    known = ~np.isnan(numbers)
    numbers, counts = numbers[known], cells.counts[known]
    if counts.sum() < 2 * K:
        return None
    order = np.argsort(numbers, kind="stable")
    from_below = np.searchsorted(np.cumsum(counts[order]), K)
    from_above = np.searchsorted(np.cumsum(counts[order][::-1]), K)
    return float(numbers[order][from_below]), float(numbers[order][::-1][from_above])


def _rounded(value: float, towards: object) -> str:
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "unbounded"
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    rounded = (math.floor if towards is math.floor else math.ceil)(round(value / step, 9)) * step
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{float(f'{rounded:.3g}'):g}"
