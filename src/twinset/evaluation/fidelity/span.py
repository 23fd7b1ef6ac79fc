"""Range kept: whether numbers and times reach no further than train's, and as far.

``fidelity.range`` is the share of the twin's values that lie in train's range; ``fidelity.reach`` the share of train's
values that lie in the twin's. 1 is all. A range goes from the K-th smallest to the K-th largest value (``privacy.K``; nearer
the ends in small tables), because extremes belong to somebody and a twin should not reach them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows, divided
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.encode import encoded
from twinset.privacy import K


@dataclass(frozen=True, slots=True)
class Span:
    """``fidelity.range`` and ``fidelity.reach`` of each number and time, and the means."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        sides = (
            (split.reference, split.train_pool),
            (split.real, split.train_pool),
            (split.synthetic, split.synthetic_pool),
        )
        held = [_held(draws, len(pool)) for draws, pool in sides]
        inside: dict[str, Figures] = {}
        reached: dict[str, Figures] = {}
        for column in encoded(comparison).columns:
            if column.kind != "label" and split.n:
                train, twin = (np.asarray(side, np.float64) for side in split.pooled(column))
                pools = zip((train, train, twin), held, strict=True)
                reference, real, synthetic = (_Spans.of(values, flags, split.n) for values, flags in pools)
                inside[column.name] = Figures(synthetic.within(reference), real.within(reference))
                reached[column.name] = Figures(reference.within(synthetic), reference.within(real))
        yield from Scale("fidelity.range", "higher", of_rows=True).scores(inside, split.n)
        yield from Scale("fidelity.reach", "higher", of_rows=True).scores(reached, split.n)


@dataclass(frozen=True, slots=True)
class _Spans:
    """The known values of a pool in order, how many of them each draw holds up to each place, and the draws' ranges."""

    levels: Floats
    held: npt.NDArray[np.int32]
    low: Floats
    high: Floats

    @classmethod
    def of(cls, values: Floats, is_held: Flags, n: int) -> _Spans:
        order = np.argsort(values)[: int(np.isfinite(values).sum())]
        held = np.zeros((len(is_held), len(order) + 1), np.int32)
        np.cumsum(is_held[:, order], axis=1, out=held[:, 1:])
        kept = min(K, max(n // 20, 1))
        low, high = (_at(values[order], held, count) for count in (np.full(len(held), kept), held[:, -1] - kept + 1))
        is_enough = held[:, -1] >= kept
        return cls(values[order], held, np.where(is_enough, low, np.nan), np.where(is_enough, high, np.nan))

    def within(self, other: _Spans) -> Floats:
        """The share of each draw's known values that lie in the other's range."""
        draws = np.arange(len(self.held))
        below = self.held[draws, np.searchsorted(self.levels, other.low, "left")]
        upto = self.held[draws, np.searchsorted(self.levels, other.high, "right")]
        share = divided(np.maximum(upto - below, 0), self.held[:, -1])
        return np.where(np.isfinite(other.low), share, np.nan)


def _held(draws: Rows, n_pool: int) -> Flags:
    """Which rows of its pool each draw holds: draws × rows."""
    flags = np.zeros((len(draws), n_pool), np.bool_)
    np.put_along_axis(flags, draws, True, axis=1)
    return flags


def _at(levels: Floats, held: npt.NDArray[np.int32], count: npt.NDArray[np.integer]) -> Floats:
    """The value at which each draw holds so many."""
    place = np.array([np.searchsorted(each, wanted) for each, wanted in zip(held, count, strict=True)])
    return np.asarray(np.append(levels, np.nan)[np.clip(place - 1, 0, len(levels))])
