"""Labels kept: which of train's labels the twin has too, and whether each has the share of rows that it should have.

``fidelity.coverage`` is the share of train's labels that the twin has too, of those that at least 2 × ``privacy.K`` rows
hold. Rarer labels are left to privacy: a twin should not have to repeat them. The detail says what share of the twin's rows
have a label that no real row has.

``fidelity.group`` is how well the worst represented label fares, of those that one row in a hundred and 2 × K hold: the
ratio of its odds in the one side and in the other, the smaller by the larger, as near to 1 as two standard errors of its
logarithm allow (Woolf 1955, with 1/2 added to each count). 1 is right, 0.5 is a group halved or doubled whatever its size,
near 0 one that is gone. A distance between all shares would hide a small group behind large ones, and the bare ratio a large
group behind the chance of small ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, divided
from twinset.evaluation.baseline import Figures, Scale, halves
from twinset.evaluation.cells import counts
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.privacy import K

SELDOM = 0.01
"""Labels that fewer rows hold, as a share, are no groups: chance moves them too much."""
UNCERTAIN = 0.05
"""Half an interval at least: of fresh rows most splits say exactly 1, and their spread would be taken for none."""


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
        yield from Scale("fidelity.group", "higher", least=UNCERTAIN).scores(groups, split.n)


def _found(is_wanted: Flags, held: Floats) -> Floats:
    return divided((is_wanted & (held > 0)).sum(axis=1), is_wanted.sum(axis=1))


def _groups(wanted: Floats) -> Flags:
    """Which labels are held by enough rows for their odds to mean something, and by enough rows not."""
    total = wanted.sum(axis=1, keepdims=True)
    fewest = np.maximum(2 * K, SELDOM * total)
    return np.asarray((wanted >= fewest) & (total - wanted >= fewest))


def _worst(wanted: Floats, held: Floats) -> Floats:
    """The ratio of odds that is surely furthest from 1 among the groups; NaN where there is no group, or no value."""
    inside = [side + 0.5 for side in (wanted, held)]
    outside = [side.sum(axis=1, keepdims=True) - side + 0.5 for side in (wanted, held)]
    distance = np.abs(np.log(inside[0] * outside[1]) - np.log(inside[1] * outside[0]))
    error = np.sqrt(sum(1 / count for count in (*inside, *outside)))
    surely = np.where(_groups(wanted), np.maximum(distance - 2 * error, 0.0), -np.inf).max(axis=1, initial=-np.inf)
    is_measured = np.isfinite(surely) & (held.sum(axis=1) > 0)
    return np.where(is_measured, np.exp(-np.abs(surely)), np.nan)


def _invented(column: EncodedColumn) -> float:
    """Share of the twin's rows whose label no real row has."""
    is_real = np.zeros(len(column.labels) + 1, bool)
    for side in (column.train, column.holdout):
        if side is not None:
            is_real[side.astype(np.int64)] = True
    twin = column.synthetic.astype(np.int64)
    return float((~is_real[twin] & (twin >= 0)).mean())
