"""Whether estimates made on the twin can be trusted: do its 95% confidence intervals cover what real rows say?

``utility.confidence`` is the share of intervals, computed on a draw of the twin as if it were real, that cover the estimate
from as many rows of train: of the mean of each number and time and of the share of each frequent label ("means"), and of the
coefficients of the linear regression of each number on all other columns ("regressions"). Other real rows do so in about 83%
of cases and not in 95%, as what is to be covered is an estimate too: read it beside its baseline.

Regressions come from one inverse of the covariance matrix, with a little on its diagonal for columns that follow from
others; their errors are those of ordinary least squares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.encode import encoded
from twinset.evaluation.matrix import Draw, for_lines

MOST_COLUMNS = 40
MOST_ROWS = 5_000
FEWEST_ROWS = 50
N_DRAWS = 16
RARE = 0.01
RIDGE = 1e-4
MOST_REGRESSIONS = 10


@dataclass(frozen=True, slots=True)
class _Estimates:
    """Values and standard errors."""

    values: Floats
    errors: Floats


@dataclass(frozen=True, slots=True)
class Confidence:
    """``utility.confidence`` of "means" and of "regressions", and the mean of the two."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split, scale = halves(comparison, seed), Scale("utility.confidence", "higher")
        n = min(split.n, MOST_ROWS)
        if n < FEWEST_ROWS:
            return [scale.unknown(None, f"{n} rows in a half: estimates need at least {FEWEST_ROWS}", n)]
        train, twin, is_number = _variables(comparison, split, n)
        if not train.shape[1]:
            return [scale.unknown(None, "no column that varies", n)]
        figures = {"means": _covered(train, twin, split, n, _means)}
        if is_number.any() and train.shape[1] > 1:
            figures["regressions"] = _covered(train, twin, split, n, lambda rows: _regressions(rows, is_number))
        return scale.scores(figures, n)


def _variables(comparison: Comparison, split: Halves, n: int) -> tuple[Floats, Floats, Flags]:
    """Numbers, flags of missing values and labels of both pools; of a column's labels all but one; none that is rare."""
    columns = encoded(comparison).columns[:MOST_COLUMNS]
    train = for_lines(columns, Draw("train", split.train_pool))
    twin = for_lines(columns, Draw("synthetic", split.synthetic_pool))
    first = np.array([place == 0 or train.sources[place - 1] != source for place, source in enumerate(train.sources)])
    kinds = {column.name: column.kind for column in columns}
    is_label = np.array([kinds[source[0]] == "label" for source in train.sources])
    share = train.values.mean(axis=0)
    is_frequent = (share > RARE) & (share < 1 - RARE)
    kept = np.flatnonzero(np.where(first, ~is_label & (train.values.std(axis=0) > 0), is_frequent))[: n // 10]
    return train.values[:, kept], twin.values[:, kept], (first & ~is_label)[kept]


def _covered(train: Floats, twin: Floats, split: Halves, n: int, estimate: Callable[[Floats], _Estimates]) -> Figures:
    value: list[float] = []
    baseline: list[float] = []
    for reference, other, real in zip(split.reference[:N_DRAWS], split.synthetic, split.real, strict=False):
        truth = estimate(train[reference[:n]]).values
        for shares, rows in ((value, twin[other[:n]]), (baseline, train[real[:n]])):
            made = estimate(rows)
            shares.append(float((np.abs(made.values - truth) <= 1.96 * made.errors).mean()))
    return Figures(np.array(value), np.array(baseline))


def _means(rows: Floats) -> _Estimates:
    return _Estimates(rows.mean(axis=0), rows.std(axis=0) / np.sqrt(len(rows)))


def _regressions(rows: Floats, is_number: Flags) -> _Estimates:
    """Coefficients of each number on all other variables, numbers × others: from P, the inverse covariance, they are
    -P[j, k] / P[j, j], with residual variance 1 / P[j, j] and ((X'X)^-1)[k, k] = (P[k, k] - P[j, k]^2 / P[j, j]) / n."""
    inverse = np.linalg.inv(np.cov(rows, rowvar=False) + RIDGE * np.eye(rows.shape[1]))
    chosen = np.flatnonzero(is_number)[:MOST_REGRESSIONS]
    own = inverse[chosen, chosen][:, None]
    values = -inverse[chosen] / own
    spread = np.maximum(np.diag(inverse)[None, :] - inverse[chosen] ** 2 / own, 0) / own / len(rows)
    is_other = np.arange(rows.shape[1])[None, :] != chosen[:, None]
    return _Estimates(values[is_other], np.sqrt(spread)[is_other])
