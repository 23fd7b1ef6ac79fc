"""Ranks that some get more often than others."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twinset.synthesizers.rules.rule import Index

_TABLE = 1 << 16
"""Ranks whose weights are summed exactly; beyond, sums are integrals."""


@lru_cache(maxsize=32)
def _sums(n: int, exponent: float) -> npt.NDArray[np.float64]:
    """The cumulated weights of the first ranks, and of all the others as the last."""
    head = np.cumsum(np.arange(1, min(n, _TABLE) + 1, dtype=np.float64) ** -exponent)
    if n > _TABLE:
        head = np.append(head, head[-1] + _integral(n + 0.5, exponent) - _integral(_TABLE + 0.5, exponent))
    return np.asarray(head / head[-1])


def _integral(end: float, exponent: float) -> float:
    return float(np.log(end)) if exponent == 1 else float(end ** (1 - exponent) / (1 - exponent))


def zipf_ranks(n: int, n_ranks: int, exponent: float, rng: np.random.Generator) -> Index:
    """``n`` ranks below ``n_ranks``; rank k comes about as often as 1/(k+1) to the power of ``exponent``."""
    ranks = np.searchsorted(_sums(n_ranks, exponent), rng.random(n), side="right").astype(np.int64)
    if n_ranks > _TABLE:
        tail = np.flatnonzero(ranks >= _TABLE)
        low, high = (_integral(end, exponent) for end in (_TABLE + 0.5, n_ranks + 0.5))
        at = low + rng.random(len(tail)) * (high - low)
        places = np.exp(at) if exponent == 1 else (at * (1 - exponent)) ** (1 / (1 - exponent))
        ranks[tail] = np.clip(np.rint(places).astype(np.int64) - 1, _TABLE, n_ranks - 1)
    return np.minimum(ranks, n_ranks - 1)
