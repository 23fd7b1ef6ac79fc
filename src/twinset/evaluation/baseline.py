"""Equal halves: how every figure comes to stand beside the same figure for real rows.

As many rows of train and of the twin are set apart (the pools), and both pools are cut at random into halves of ``n`` rows,
again and again. In each split a figure is taken twice against the same reference half of train: for a half of the twin (the
value) and for the other half of train (the baseline). So value and baseline rest on the same number of rows, and the
baseline is what fresh real rows would get. A score holds the means over the splits.

Intervals are the mean ± t standard deviations over the splits (Student's t at 97.5%). Around the baseline that is where
one draw of fresh real rows falls: the two halves are disjoint, and shuffling rows between them is the permutation
distribution of two samples of ``n``. Around the value it is the delete-half jackknife of the figure on the whole pools (Shao
and Wu 1989), so it is narrower than one draw's. A fresh real table therefore lies above its baseline's interval less often
than in 2.5% of cases. Rows are cut by entity where the table names one: rows of one entity stand on one side of a split.

What this module does not know: the holdout. Figures against unseen rows draw their own (``unseen``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Dataset, whole
from twinset.core.score import Better, Comparison, Interval, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows, mean_known
from twinset.evaluation.encode import Array, EncodedColumn, Side, cached, encoded

N_SPLITS = 32
MOST_ROWS = 25_000
_SIDES: tuple[Side, ...] = ("train", "synthetic")
_NOTHING: Mapping[str, object] = {}
FEWEST_ROWS = 10
"""Below this many rows in a half a spread says nothing: the figure is given without an interval."""


@dataclass(frozen=True, slots=True)
class Halves:
    """The pools (rows of train and of the twin) and the splits of them: positions within the pools, splits × n."""

    train_pool: Rows
    synthetic_pool: Rows
    reference: Rows
    real: Rows
    synthetic: Rows

    @property
    def n(self) -> int:
        return int(self.reference.shape[1])

    def pooled(self, column: EncodedColumn) -> tuple[Array, Array]:
        """The values of the two pools: train's, the twin's."""
        return column.train[self.train_pool], column.synthetic[self.synthetic_pool]


def halves(comparison: Comparison, seed: Seed) -> Halves:
    """The splits that all metrics of one comparison share; ``n`` is 0 where a side has fewer than two rows."""
    return cached(comparison, "halves", lambda: drawn_halves(comparison, seed.child("halves")))


def whole_sides(comparison: Comparison) -> Halves:
    """All rows of train beside all of the twin's, and no other real rows: figures become point values and stand alone."""
    train, twin = (np.arange(encoded(comparison).n(side)) for side in _SIDES)
    return Halves(train, twin, train[None], np.empty((1, 0), np.int64), twin[None])


def drawn_halves(comparison: Comparison, seed: Seed, n_splits: int = N_SPLITS) -> Halves:
    """New splits."""
    rng = seed.generator()
    table = encoded(comparison)
    size = min(table.n("train"), table.n("synthetic"), 2 * MOST_ROWS) // 2 * 2
    pools = [_pool(table.n("train"), size, rng), _pool(table.n("synthetic"), size, rng)]
    units = [units_of(comparison, "train", pools[0]), units_of(comparison, "synthetic", pools[1])]
    n = size // 2
    reference, real = np.empty((n_splits, n), np.int64), np.empty((n_splits, n), np.int64)
    twin = np.empty((n_splits, n), np.int64)
    for split in range(n_splits):
        order = shuffled(units[0], rng)
        reference[split], real[split] = order[:n], order[n:]
        twin[split] = shuffled(units[1], rng)[:n]
    return Halves(pools[0], pools[1], reference, real, twin)


def _pool(n_rows: int, size: int, rng: np.random.Generator) -> Rows:
    return np.sort(rng.permutation(n_rows)[:size])


def units_of(comparison: Comparison, side: Side, rows: Rows) -> Rows:
    """Which of some rows belong together, as codes from 0: those of one entity, or each for itself."""
    whose = entities(comparison, side)
    return np.arange(len(rows)) if whose is None else np.unique(whose[rows], return_inverse=True)[1]


def shuffled(units: Rows, rng: np.random.Generator) -> Rows:
    """All rows in random order, those of one unit beside each other (one unit at most is cut by the middle)."""
    place = rng.permutation(int(units.max(initial=-1)) + 1)
    return np.argsort(place[units], kind="stable")


def entities(comparison: Comparison, side: Side) -> Rows | None:
    """Whose row each row is, as codes; None where the table names no entity."""
    data: Dataset | None = getattr(comparison, side)
    names = comparison.train.schema.only.entity
    if data is None or not names:
        return None
    return cached(comparison, f"entities {side}", lambda: _entity_codes(data, names))


def _entity_codes(data: Dataset, names: tuple[str, ...]) -> Rows:
    codes = np.zeros(data.count(data.schema.only.name), np.int64)
    for values in whole(data, columns=names).columns:
        each = values.combine_chunks().dictionary_encode() if not pa.types.is_dictionary(values.type) else values
        step = np.asarray(each.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
        codes = np.unique(codes * (step.max(initial=0) + 2) + step + 1, return_inverse=True)[1]
    return codes


def counted(codes: npt.NDArray[np.integer], draws: Rows, n_cells: int) -> Floats:
    """How often each cell occurs in each draw: draws × cells."""
    shift = np.arange(len(draws))[:, None] * n_cells
    flat = np.bincount((codes[draws] + shift).ravel(), minlength=len(draws) * n_cells)
    return flat.reshape(len(draws), n_cells).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure over all splits: the twin's and the real half's; NaN where a split could not be measured."""

    value: Floats
    baseline: Floats
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a figure's scores have in common: metric, which way is better, lowest and highest possible value.

    ``of_rows``: the figure is a share of rows. What no row of n does, up to 3.7 rows of another n may do (with 97.5%
    confidence), so the interval of such a share is never narrower than that, however alike the splits are. ``least``: nor is
    half an interval of this figure ever narrower than so much.
    """

    metric: str
    better: Better = "lower"
    low: float = 0.0
    high: float = 1.0
    of_rows: bool = False
    least: float = 0.0

    def score(self, subject: str | None, figures: Figures, n: int) -> Score:
        """The score of one subject: means over the splits, and intervals; a single split has no interval or baseline."""
        value, interval = self._spread(figures.value, n)
        baseline, beside = self._spread(figures.baseline, n) if len(figures.value) > 1 else (None, None)
        if value is None or n == 0:
            return self.unknown(subject, "too few values on one side to compare", n)
        if n < FEWEST_ROWS:
            reason = f"{n} rows in a half: too few for an interval"
            return Score(
                self.metric, subject, value, self.better, None, baseline, None, n, reason=reason, detail=figures.detail
            )
        return Score(self.metric, subject, value, self.better, interval, baseline, beside, n, detail=figures.detail)

    def unknown(self, subject: str | None, reason: str, n: int = 0) -> Score:
        """The score of a subject that could not be measured."""
        return Score(self.metric, subject, None, self.better, n=n, reason=reason)

    def scores(self, figures: Mapping[str, Figures], n: int, detail: Mapping[str, object] = _NOTHING) -> list[Score]:
        """The score of each subject, then of the whole table: their mean, the furthest off named in its detail.

        ``detail`` is more for the table's detail.
        """
        each = [self.score(subject, one, n) for subject, one in figures.items()]
        measured = [(score, one) for score, one in zip(each, figures.values(), strict=True) if score.value is not None]
        if not measured:
            return [*each, self.unknown(None, "no column that this can be measured on", n)]
        value = mean_known(np.array([one.value for _, one in measured]))
        baseline = mean_known(np.array([one.baseline for _, one in measured]))
        worst = sorted((score for score, _ in measured), key=lambda score: -self._excess(score))[:5]
        named = {"subjects": len(measured), "worst": [[score.subject, score.value, score.baseline] for score in worst]}
        return [*each, self.score(None, Figures(value, baseline, {**named, **detail}), n)]

    def _excess(self, score: Score) -> float:
        gap = (score.value or 0.0) - (score.baseline or 0.0)
        return -gap if self.better == "higher" else gap

    def _spread(self, figures: Floats, n: int) -> tuple[float | None, Interval | None]:
        known = figures[np.isfinite(figures)]
        if len(known) < 2:
            return (float(known[0]) if len(known) else None), None
        mean, half = float(known.mean()), _student(len(known) - 1) * float(known.std(ddof=1))
        half = max(half, self.least, 3.7 / max(n, 1) if self.of_rows else 0.0)
        return mean, (max(mean - half, self.low), min(mean + half, self.high))


def _student(freedom: int) -> float:
    """97.5% point of Student's t, to within 1% from 3 degrees of freedom on (first terms of its expansion)."""
    return 1.96 + 2.37 / freedom + 2.82 / freedom**2
