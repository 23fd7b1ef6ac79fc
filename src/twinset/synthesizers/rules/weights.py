"""Draws by weights: a rank or a label for each row, some more often than others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twinset.synthesizers.rules.rule import Index

Floats = npt.NDArray[np.float64]
_TABLE = 1 << 16
"""Ranks whose weights are summed exactly; beyond, sums are integrals."""
_CELLS = 16
"""Cells of the guide for each weight."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """Numbers of weights, found by their sums: where the guide's cell leaves no doubt in one step, else by bisection."""

    sums: Floats
    guide: npt.NDArray[np.int32]

    @classmethod
    def of(cls, weights: npt.ArrayLike, cells: int = _CELLS) -> Weighted:
        """``weights`` are at least 0, and one is above it."""
        sums = np.cumsum(np.asarray(weights, dtype=np.float64))
        sums /= sums[-1]
        n_cells = max(64, min(cells * len(sums), 1 << 20))
        guide = np.searchsorted(sums, np.arange(n_cells + 1) / n_cells, side="right")
        return cls(sums, np.minimum(guide, len(sums) - 1).astype(np.int32))

    def at(self, draws: Floats) -> Index:
        """The number of a weight for each draw, which is at least 0 and below 1."""
        cells = (draws * (len(self.guide) - 1)).astype(np.int64)
        found = self.guide[cells].astype(np.int64)
        doubtful = np.flatnonzero(found != self.guide[cells + 1])
        exact = np.searchsorted(self.sums, draws[doubtful], side="right")
        found[doubtful] = np.minimum(exact, len(self.sums) - 1)
        return found


@lru_cache(maxsize=32)
def _ranks(n: int, exponent: float) -> Weighted:
    """The first ranks, and all the others as the last."""
    head = np.arange(1, min(n, _TABLE) + 1, dtype=np.float64) ** -exponent
    if n > _TABLE:
        head = np.append(head, _integral(n + 0.5, exponent) - _integral(_TABLE + 0.5, exponent))
    return Weighted.of(head)


def _integral(end: float, exponent: float) -> float:
    return float(np.log(end)) if exponent == 1 else float(end ** (1 - exponent) / (1 - exponent))


def zipf_ranks(n: int, n_ranks: int, exponent: float, rng: np.random.Generator) -> Index:
    """``n`` ranks below ``n_ranks``; rank k comes about as often as 1/(k+1) to the power of ``exponent``."""
    ranks = _ranks(n_ranks, exponent).at(rng.random(n))
    if n_ranks > _TABLE:
        tail = np.flatnonzero(ranks >= _TABLE)
        low, high = (_integral(end, exponent) for end in (_TABLE + 0.5, n_ranks + 0.5))
        at = low + rng.random(len(tail)) * (high - low)
        places = np.exp(at) if exponent == 1 else (at * (1 - exponent)) ** (1 / (1 - exponent))
        ranks[tail] = np.clip(np.rint(places).astype(np.int64) - 1, _TABLE, n_ranks - 1)
    return ranks
