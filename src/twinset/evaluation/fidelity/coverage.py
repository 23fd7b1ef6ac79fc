"""Labels kept: which of train's labels the twin has too, and whether each has the share of rows that it should have.

``fidelity.coverage`` is the share of train's labels that the twin has too, of those that at least 2 × ``privacy.K`` rows
hold. Rarer labels are left to privacy: a twin should not have to repeat them. The detail says what share of the twin's rows
have a label that no real row has.

``fidelity.group`` is how well the worst represented label fares, of those that one row in a hundred and 5 × K hold: the
ratio of its odds in the one side and in the other, the smaller by the larger. 1 is right, 0.5 is a group halved or doubled
whatever its size, 0 one that is gone. A distance between all shares would hide a small group behind large ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, divided
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import counts, shares
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.privacy import K

SELDOM = 0.01
"""Labels that fewer rows hold, as a share, are no groups: chance moves them too much."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """``fidelity.coverage`` and ``fidelity.group`` of each column of labels, and the means."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        kept: dict[str, Figures] = {}
        groups: dict[str, Figures] = {}
        for column in encoded(comparison).columns:
            if column.kind == "label":
                train, twin = (side.astype(np.int64) + 1 for side in split.pooled(column))
                count = counts(train, twin, split, len(column.labels) + 1)
                wanted, held, real = (side[:, 1:] for side in (count.reference, count.synthetic, count.real))
                is_known = wanted >= 2 * K
                detail = {"invented": _invented(column)}
                kept[column.name] = Figures(_found(is_known, held), _found(is_known, real), detail)
                groups[column.name] = Figures(_worst(wanted, held), _worst(wanted, real))
        yield from Scale("fidelity.coverage", "higher").scores(kept, split.n)
        yield from Scale("fidelity.group", "higher").scores(groups, split.n)


def _found(is_wanted: Flags, held: Floats) -> Floats:
    return divided((is_wanted & (held > 0)).sum(axis=1), is_wanted.sum(axis=1))


def _groups(wanted: Floats) -> Flags:
    """Which labels are held by enough rows for their odds to mean something, and by enough rows not."""
    total = wanted.sum(axis=1, keepdims=True)
    fewest = np.maximum(5 * K, SELDOM * total)
    return np.asarray((wanted >= fewest) & (total - wanted >= fewest))


def _worst(wanted: Floats, held: Floats) -> Floats:
    """The smallest ratio of odds among the groups, the smaller odds by the larger; NaN where there is no group."""
    one, other = shares(wanted), shares(held)
    odds = one * (1 - other), other * (1 - one)
    ratio = np.where(_groups(wanted), divided(np.minimum(*odds), np.maximum(*odds)), np.inf)
    worst = ratio.min(axis=1, initial=np.inf)
    return np.where(np.isfinite(worst), worst, np.nan)


def _invented(column: EncodedColumn) -> float:
    """Share of the twin's rows whose label no real row has."""
    is_real = np.zeros(len(column.labels) + 1, bool)
    for side in (column.train, column.holdout):
        if side is not None:
            is_real[side.astype(np.int64)] = True
    twin = column.synthetic.astype(np.int64)
    return float((~is_real[twin] & (twin >= 0)).mean())
