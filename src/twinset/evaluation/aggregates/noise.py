"""What chance does to published shares and to the twin's: intervals that know both numbers of rows, and the rounding.

The baseline of a distance between shares is what rows drawn from the published shares themselves would get against another
such draw, rounded as the published ones are: real against real, without a real row. Both it and the distance's own interval
are simulated (a parametric bootstrap; Efron and Tibshirani 1993). Where n of the real rows was not published, their
own noise is left out, which every score says.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Interval, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats

N_DRAWS = 300
NO_N = "how many real rows the published figures rest on is not said: their own noise is left out"

Distance = Callable[[Floats, Floats], Floats]
"""Of shares (draws × cells) from shares: draws."""


@dataclass(frozen=True, slots=True)
class Published:
    """Published shares of cells that sum to 1 (the last may be the rest), the n they rest on, the step they are rounded to.

    ``n`` is of independent units (entities), None where it is not said; ``step`` is in shares.
    """

    shares: Floats
    n: int | None
    step: float


def distance_score(metric: str, subject: str, real: Published, counts: Floats, distance: Distance, seed: Seed) -> Score:
    """The score of a distance between shares; ``counts`` are the twin's rows in the same cells."""
    n = int(counts.sum())
    if n == 0:
        return Score(metric, subject, None, "lower", reason="the twin has no known value here")
    made, rng = counts / n, seed.child(metric, subject).generator()
    value = float(distance(made[None], real.shares[None])[0])
    around = distance(_drawn(made, n, rng), _blurred(real, rng))
    fresh = distance(_drawn(real.shares, n, rng), _blurred(real, rng))
    half = 1.96 * float(around.std())
    low, high = np.quantile(fresh, (0.025, 0.975)).tolist()
    return Score(
        metric, subject, value, "lower", (max(0.0, value - half), min(1.0, value + half)), float(fresh.mean()),
        (float(low), float(high)), n, reason="" if real.n else NO_N,
    )  # fmt: skip


def _drawn(shares: Floats, n: int, rng: np.random.Generator) -> Floats:
    return rng.multinomial(n, shares / shares.sum(), N_DRAWS) / n


def _blurred(real: Published, rng: np.random.Generator) -> Floats:
    """The published shares as another sample would have given them, somewhere within a rounding step."""
    drawn = np.repeat(real.shares[None], N_DRAWS, axis=0) if not real.n else _drawn(real.shares, real.n, rng)
    return np.maximum(drawn + rng.uniform(-0.5, 0.5, drawn.shape) * real.step, 0.0)


def share_gap(made: float, n_made: int, real: float, n_real: int | None, step: float) -> Interval:
    """95% interval of a difference of two shares (Newcombe 1998, method 10), widened by half a rounding step.

    Twin less real; ``n_real`` None: the published share is taken as exact but for its rounding.
    """
    low, high = _wilson(made, n_made)
    real_low, real_high = (real, real) if n_real is None else _wilson(real, n_real)
    gap = made - real
    below, above = math.hypot(made - low, real_high - real), math.hypot(high - made, real - real_low)
    return gap - below - step / 2, gap + above + step / 2


def _wilson(share: float, n: int) -> Interval:
    if n == 0:
        return 0.0, 1.0
    z2 = 1.96**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = 1.96 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return min(middle - half, share), max(middle + half, share)


def total_variation(made: Floats, real: Floats) -> Floats:
    """Half the sum of the differences of shares."""
    return np.asarray(np.abs(made - real).sum(axis=1) / 2)


def largest_step(made: Floats, real: Floats) -> Floats:
    """The largest gap between the cumulative shares at the edges between cells: no Kolmogorov-Smirnov distance is less."""
    if made.shape[1] < 2:
        return np.zeros(len(np.broadcast_arrays(made, real)[0]))
    return np.asarray(np.abs(np.cumsum(made - real, axis=1)[:, :-1]).max(axis=1))


def at_most(made: Floats, real: Floats) -> float:
    """What the Kolmogorov-Smirnov distance is at most: between two edges either curve can stand at either end's height."""
    above, below = np.cumsum(made), np.concatenate([[0.0], np.cumsum(real)[:-1]])
    real_above, made_below = np.cumsum(real), np.concatenate([[0.0], np.cumsum(made)[:-1]])
    return float(min(1.0, max(np.max(above - below), np.max(real_above - made_below))))
