"""Relations between numbers, or between times, that real rows keep: equality, order, sums.

- ``fidelity.equality`` of "a = b": how far apart the shares of rows are in which two columns hold the same value, among rows
  in which not both are 0. Looked at are pairs that do so, in train or in the twin, in 2% of those rows and twice as often as
  unrelated columns would. Of "a + b = c": the same for sums that hold in at least half of train's rows in which neither a
  nor b is 0.
- ``fidelity.order`` of "a ≤ b": the share of rows that keep an order which train keeps (in 99.9% of rows), and which
  unrelated columns would break in 5%.

Learners that draw column by column from smooth distributions break these; distances of marginals or correlations can't see
it. Relations of more columns, products and unit conversions are not looked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows, divided
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.encode import encoded

MOST_COLUMNS = 40
MOST_SUMMED = 12
SELDOM, USUAL, ALWAYS, BROKEN = 0.02, 0.5, 0.999, 0.05


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
            if _is_equality(a.train, b.train) or _is_equality(a.synthetic, b.synthetic):
                equal[f"{a.name} = {b.name}"] = _apart(_same(a.train, b.train), _same(a.synthetic, b.synthetic), split)
            for low, high in ((a, b), (b, a)):
                if _is_order(low.train, high.train):
                    ordered[f"{low.name} ≤ {high.name}"] = _kept(low, high, split)
        equal |= _sums([column for column in columns if column.kind == "number"][:MOST_SUMMED], split)
        yield from Scale("fidelity.equality", of_rows=True).scores(equal, split.n)
        yield from Scale("fidelity.order", "higher", of_rows=True).scores(ordered, split.n)


def _holds(relation: Flags, *columns: Floats) -> Floats:
    """1 where the relation holds, 0 where not, NaN where a value is missing."""
    return np.where(np.isfinite(columns).all(axis=0), relation, np.nan)


def _same(first: Floats, second: Floats) -> Floats:
    """Whether two columns hold the same value; NaN where both are 0, which is how many columns say nothing."""
    return np.where((first == 0) & (second == 0), np.nan, _holds(first == second, first, second))


def _share(holds: Floats) -> float:
    known = holds[np.isfinite(holds)]
    return float(known.mean()) if len(known) else 0.0


def _apart_rows(values: Floats) -> Floats:
    """The column moved by half a table, so that it has nothing to do with the others."""
    return np.roll(values, len(values) // 2)


def _is_equality(first: Floats, second: Floats) -> bool:
    share = _share(_same(first, second))
    return share >= SELDOM and share >= 2 * _share(_same(first, _apart_rows(second)))


def _rates(holds: Floats, draws: Rows) -> Floats:
    """Share of the known rows of each draw in which it holds."""
    return divided((holds == 1)[draws].sum(axis=1), np.isfinite(holds)[draws].sum(axis=1))


def _apart(train: Floats, twin: Floats, split: Halves) -> Figures:
    reference = _rates(train, split.reference)
    return Figures(np.abs(_rates(twin, split.synthetic) - reference), np.abs(_rates(train, split.real) - reference))


def _kept(low: _Column, high: _Column, split: Halves) -> Figures:
    train = _holds(low.train <= high.train, low.train, high.train)
    twin = _holds(low.synthetic <= high.synthetic, low.synthetic, high.synthetic)
    return Figures(_rates(twin, split.synthetic), _rates(train, split.real))


def _is_order(low: Floats, high: Floats) -> bool:
    """Whether train keeps the order, and would not if the columns were unrelated."""
    if _share(_holds(low <= high, low, high)) < ALWAYS:
        return False
    unrelated = _apart_rows(high)
    return _share(_holds(low <= unrelated, low, unrelated)) < 1 - BROKEN


def _sums(columns: Sequence[_Column], split: Halves) -> dict[str, Figures]:
    found = {}
    for a, b in itertools.combinations(columns, 2):
        if ((a.train != 0) & (b.train != 0)).sum() < 0.1 * len(a.train):
            continue
        for c in columns:
            train = _adds_up(a.train, b.train, c.train)
            if c is not a and c is not b and _share(train) >= USUAL:
                twin = _adds_up(a.synthetic, b.synthetic, c.synthetic)
                found[f"{a.name} + {b.name} = {c.name}"] = _apart(train, twin, split)
    return found


def _adds_up(first: Floats, second: Floats, total: Floats) -> Floats:
    is_near = np.abs(first + second - total) <= 1e-9 * np.maximum(1.0, np.abs(total))
    return np.where((first != 0) & (second != 0), _holds(is_near, first, second, total), np.nan)
