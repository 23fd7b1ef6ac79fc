"""Draws that belong to a row's index: the same row draws the same, however rows are cut into blocks.

A name gives a stream of Philox; a row's draw is at its index times its width in that stream, which a counter-based
generator reaches without making what lies before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed

Ints = npt.NDArray[Any]
_FEW = 64
_STEP = 32  # bytes that Philox makes at each count


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of some rows: of ``start`` to ``start + n``, or of the rows (ascending or not) named by index."""

    seed: Seed
    start: int
    n: int
    rows: Ints | None = None

    def at(self, rows: Ints) -> Draws:
        """The draws of other rows, by their indices in the whole table."""
        low = int(rows.min()) if len(rows) else 0
        return Draws(self.seed, low, int(rows.max()) - low + 1 if len(rows) else 0, rows)

    @property
    def index(self) -> Ints:
        """The indices of the rows in the whole table."""
        return np.arange(self.start, self.start + self.n, dtype=np.int64) if self.rows is None else self.rows

    def __len__(self) -> int:
        return self.n if self.rows is None else len(self.rows)

    def small(self, *names: str) -> Ints:
        """16 random bits a row."""
        return self._bits(names, np.dtype("<u2"))

    def wide(self, *names: str) -> Ints:
        """32 random bits a row."""
        return self._bits(names, np.dtype("<u4"))

    def below(self, limit: int | Ints, *names: str) -> Ints:
        """Whole numbers from 0 to below the limit (one for all rows, or one a row), each as likely within a thousandth."""
        if isinstance(limit, int) and limit <= _FEW:
            return np.asarray((self.small(*names).astype(np.int32) * limit) >> 16)
        return ((self.wide(*names).astype(np.uint64) * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)

    def _bits(self, names: tuple[str, ...], kind: np.dtype[Any]) -> Ints:
        steps, rest = divmod(self.start * kind.itemsize, _STEP)
        bits: Any = self.seed.child(*names).generator().bit_generator
        bits.advance(steps)
        skipped = rest // kind.itemsize
        made = bits.random_raw(-(-(skipped + self.n) * kind.itemsize // 8))
        found: Ints = made.astype("<u8", copy=False).view(kind)[skipped : skipped + self.n]
        return found if self.rows is None else found[self.rows - self.start]
