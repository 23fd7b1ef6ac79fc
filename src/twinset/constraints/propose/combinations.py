"""Labels that follow from other labels: a city has one state. Proposed as combinations that occur, one group for each
column that others follow from."""

from __future__ import annotations

import numpy as np

from twinset.constraints.propose.look import MOST_COLUMNS, Look
from twinset.core import types
from twinset.core.constraints import Combinations
from twinset.core.schema import Column

_MOST_LABELS = 300
_MOST_WHOLE = 50
_SHARED = 0.9
"""The share of rows whose label k entities have at least: of rare labels it is no wonder that each has one of another."""


def combinations(look: Look) -> list[Combinations]:
    """Groups of columns, the one that the others follow from first."""
    codes: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
    for column in look.columns:
        if len(codes) < MOST_COLUMNS and (own := _codes(look, column)) is not None:
            codes[column.name] = own
    n_values = {name: int(own.max()) + 1 for name, own in codes.items()}
    grouped: set[str] = set()
    found = []
    for name in sorted(codes, key=lambda name: -n_values[name]):
        if name in grouped:
            continue
        follow = [b for b in codes if b not in grouped and b != name and _follows(look, codes[name], codes[b])]
        if follow:
            grouped |= {name, *follow}
            reason = f"in all {look.n_rows:,} rows each {name} has one {' and one '.join(follow)}"
            found.append(Combinations((name, *follow), reason=reason))
    return found


def _codes(look: Look, column: Column) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Numbers of a column's labels; None where it is no label, always the same, or its labels are mostly rare."""
    is_label = isinstance(column.type, types.Categorical | types.Ordinal | types.Boolean)
    if not is_label and not isinstance(column.type, types.Integer):
        return None
    codes = look.codes(column.name)
    held = look.holders_of(codes)
    is_rare = held < look.k
    if not 2 <= len(held) <= (_MOST_LABELS if is_label else _MOST_WHOLE) or is_rare[codes].mean() > 1 - _SHARED:
        return None
    return codes


def _follows(
    look: Look, codes: np.ndarray[tuple[int], np.dtype[np.int64]], other: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> bool:
    """Whether each label has one other label, which chance would not do: the other varies among the rows of k entities."""
    width = int(other.max()) + 1
    n_pairs = len(np.unique(codes * width + other))
    if n_pairs != int(codes.max()) + 1:
        return False
    shares = np.bincount(other) / len(other)
    differ = 1 - float((shares**2).sum())
    return differ * len(other) >= 10 * look.k
