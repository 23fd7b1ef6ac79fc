"""The alarm for a model that says the same few things: variety far below that of real texts, or of a recipe's own examples.

Both sides are mixed and parted by lot many times: where texts of either side are as varied as the other's, the true parting
is one like any other (a permutation test, Fisher 1935). It rings at one chance in a hundred, for two measures of variety
together, so a model without the fault sets it off once in a hundred runs at most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.text.diversity import Figure, distinct_of, vendi

ALPHA = 0.01
SHORT = 0.75
"""Variety by that of real texts below which the alarm may ring: smaller lacks are figures, and no collapse."""
_PARTINGS = 400
FEWEST = 8
"""Texts on either side below which nothing can be told."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """``ratio`` is variety by that of as many real texts, by the worse measure; ``chance`` is that of so small a one."""

    ratio: float
    chance: float
    n: int

    @property
    def rings(self) -> bool:
        """Whether the model says too few things."""
        return self.chance <= ALPHA and self.ratio <= SHORT


def alarm(reference: pa.Array, synthetic: pa.Array, spaces: tuple[Floats, Floats], seed: Seed) -> Alarm | None:
    """The alarm for some texts beside real ones; None where there are too few of either."""
    n = min(len(reference), len(synthetic), 500)
    if n < FEWEST:
        return None
    random = seed.child("collapse").generator()
    picked = [random.permutation(len(side))[:n] for side in (reference, synthetic)]
    texts = pa.concat_arrays([side.take(pa.array(rows)) for side, rows in zip((reference, synthetic), picked, strict=True)])
    space = np.concatenate([vectors[rows] for vectors, rows in zip(spaces, picked, strict=True)])
    partings = [np.arange(2 * n), *(random.permutation(2 * n) for _ in range(_PARTINGS))]
    tried = [_tried(figure, partings, n) for figure in (vendi(space), distinct_of(texts, 2))]
    chance = min(1.0, 2 * min(chance for _, chance in tried))
    return Alarm(min(ratio for ratio, _ in tried), chance, n)


def _tried(figure: Figure, partings: list[Rows], n: int) -> tuple[float, float]:
    """The ratio of variety, and the share of partings in which the second half falls as far short of the first."""
    pairs = np.array([(figure(rows[:n]), figure(rows[n:])) for rows in partings])
    gaps = np.log(pairs[:, 0] / pairs[:, 1])
    return float(pairs[0, 1] / pairs[0, 0]), float((gaps >= gaps[0]).mean())
