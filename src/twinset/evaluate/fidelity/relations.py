"""Relations between numbers, or between times, that real rows keep: equality, order, sums.

- ``fidelity.equality`` of "a = b": how far apart the shares of rows are in which two columns hold the same value, for pairs
  that do so in at least one row in a hundred of train or of the twin; of "a + b = c": the same for sums that hold in at
  least half of train's rows in which neither a nor b is 0.
- ``fidelity.order`` of "a ≤ b": the share of rows that keep an order which train keeps (99.9% of rows) and which would
  break if the two columns were unrelated.

Learners that draw column by column from smooth distributions break these; distances of marginals or correlations can't see
it. Relations of more columns, products and unit conversions are not looked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluate.baseline import Figures, Floats, Halves, Scale, halves
from twinset.evaluate.encode import encoded

MOST_COLUMNS = 40
MOST_SUMMED = 12
SELDOM, USUAL, ALWAYS = 0.01, 0.5, 0.999
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kind: str
    train: Floats
    synthetic: Floats


@dataclass(frozen=True, slots=True)
class Relations:
    """``fidelity.equality`` and ``fidelity.order`` of the relations found, and their means."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        columns = [
            _Column(column.name, column.kind, *(np.asarray(side, np.float64) for side in split.pooled(column)))
            for column in encoded(comparison).columns
            if column.kind != "label"
        ][:MOST_COLUMNS]
        pairs = [(a, b) for a, b in itertools.combinations(columns, 2) if a.kind == b.kind]
        equal, ordered = {}, {}
        for a, b in pairs:
            if _share(a.train, b.train, np.equal) >= SELDOM or _share(a.synthetic, b.synthetic, np.equal) >= SELDOM:
                equal[f"{a.name} = {b.name}"] = _apart(
                    _holds(a.train, b.train, np.equal), _holds(a.synthetic, b.synthetic, np.equal), split
                )
            for low, high in ((a, b), (b, a)):
                if _is_order(low.train, high.train):
                    ordered[f"{low.name} ≤ {high.name}"] = _kept(low, high, split)
        equal |= _sums([column for column in columns if column.kind == "number"][:MOST_SUMMED], split)
        yield from Scale("fidelity.equality", of_rows=True).scores(equal, split.n)
        yield from Scale("fidelity.order", "higher", of_rows=True).scores(ordered, split.n)


def _holds(first: Floats, second: Floats, relation: Callable[[Floats, Floats], Flags]) -> Floats:
    """1 where the relation holds, 0 where not, NaN where a value is missing."""
    is_known = np.isfinite(first) & np.isfinite(second)
    return np.where(is_known, relation(first, second), np.nan)


def _share(first: Floats, second: Floats, relation: Callable[[Floats, Floats], Flags]) -> float:
    return _mean(_holds(first, second, relation))


def _mean(holds: Floats) -> float:
    known = holds[np.isfinite(holds)]
    return float(known.mean()) if len(known) else 0.0


def _rates(holds: Floats, draws: npt.NDArray[np.int64]) -> Floats:
    """Share of the known rows of each draw in which it holds."""
    known = np.isfinite(holds)
    total = known[draws].sum(axis=1)
    return np.divide((holds == 1)[draws].sum(axis=1), total, out=np.full(len(draws), np.nan), where=total > 0)


def _apart(train: Floats, twin: Floats, split: Halves) -> Figures:
    reference = _rates(train, split.reference)
    return Figures(np.abs(_rates(twin, split.synthetic) - reference), np.abs(_rates(train, split.real) - reference))


def _kept(low: _Column, high: _Column, split: Halves) -> Figures:
    train, twin = (_holds(*side, np.less_equal) for side in ((low.train, high.train), (low.synthetic, high.synthetic)))
    return Figures(_rates(twin, split.synthetic), _rates(train, split.real))


def _is_order(low: Floats, high: Floats) -> bool:
    """Whether train keeps the order, and would not if the columns were unrelated (each row beside one half a table away)."""
    if _share(low, high, np.less_equal) < ALWAYS:
        return False
    return _share(low, np.roll(high, len(high) // 2), np.less_equal) < 1 - SELDOM


def _sums(columns: Sequence[_Column], split: Halves) -> dict[str, Figures]:
    found = {}
    for a, b in itertools.combinations(columns, 2):
        is_proper = (a.train != 0) & (b.train != 0)
        for c in columns:
            if c is a or c is b:
                continue
            train = np.where(is_proper, _holds(a.train + b.train, c.train, _is_near), np.nan)
            if is_proper.sum() >= 0.1 * len(is_proper) and _mean(train) >= USUAL:
                twin = np.where(
                    (a.synthetic != 0) & (b.synthetic != 0), _holds(a.synthetic + b.synthetic, c.synthetic, _is_near), np.nan
                )
                found[f"{a.name} + {b.name} = {c.name}"] = _apart(train, twin, split)
    return found


def _is_near(first: Floats, second: Floats) -> Flags:
    return np.asarray(np.abs(first - second) <= 1e-9 * np.maximum(1.0, np.abs(second)))
