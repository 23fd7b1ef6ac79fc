"""How much it surprises that another value lies as close to a record's own: one scale for numbers, times and labels.

Two values are as close as the share of real rows that lie at least as close, in rank, to the first one; labels are close
when they are the same. The surprise is minus the log of that share, and what a row *misses* is the surprise of the record's
own cell minus that: 0 for a row in the same cell, the whole of it for one that is not close at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.evaluation.arrays import Floats

Single = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int32]
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Labels:
    """One column of some records by label: their own labels, and the surprise of each."""

    own: Codes
    whole: Single

    @classmethod
    def of(cls, shares: Floats, own: Codes) -> Labels:
        """``shares`` of the real rows are by label."""
        return cls(own, -np.log(shares[own]).astype(np.float32))

    def part(self, records: slice) -> Labels:
        return Labels(self.own[records], self.whole[records])

    def missed(self, cells: Codes) -> Single:
        """What rows with these labels miss: records × rows."""
        return np.asarray(self.whole[:, None] * (self.own[:, None] != cells))


@dataclass(frozen=True, slots=True)
class Ranks:
    """One column of some records by rank: what each cell misses (records × cells)."""

    table: Single

    @classmethod
    def of(cls, shares: Floats, own: Codes) -> Ranks:
        """``shares`` are by cell in order; the last cell is that of missing values, close to nothing but itself."""
        known, missing = shares[:-1], max(float(shares[-1]), _LEAST)
        table = np.zeros((len(shares), len(shares)))
        for cell in range(len(known)):
            within = _share_within(known, cell)
            table[cell, :-1] = np.log(within) - np.log(within[cell])
            table[cell, -1] = -np.log(within[cell])
        table[-1, :-1] = -np.log(missing)
        return cls(table[own].astype(np.float32))

    @property
    def whole(self) -> Single:
        """The most that a row can miss."""
        return np.asarray(self.table.max(axis=1))

    def part(self, records: slice) -> Ranks:
        return Ranks(self.table[records])

    def missed(self, cells: Codes) -> Single:
        """What rows in these cells miss: records × rows."""
        return np.take(self.table, cells, axis=1)


Closeness = Labels | Ranks


def _share_within(shares: Floats, cell: int) -> Floats:
    """The share of rows at least as close in rank to the middle of one cell as the middle of each cell is."""
    middle = np.cumsum(shares) - shares / 2
    distance = np.abs(middle - middle[cell])
    order = np.argsort(distance, kind="stable")
    ends = np.searchsorted(distance[order], distance + 1e-12, side="right") - 1
    return np.asarray(np.maximum(np.cumsum(shares[order])[ends], _LEAST))
