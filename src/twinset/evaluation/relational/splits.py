"""Equal halves of subjects, again and again, as :mod:`twinset.evaluation.baseline` cuts rows.

For each table that has subjects of its own, as many of train's and of the twin's are set apart and cut at random: a
reference half of train, the other half of train, a half of the twin. Figures of the last two are taken against the first,
so that value and baseline rest on as many subjects, with all that is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows, divided
from twinset.evaluation.relational.sides import Family, Side

N_SPLITS = 16
Half = Literal["reference", "real", "synthetic"]
HALVES: tuple[Half, ...] = ("reference", "real", "synthetic")


@dataclass(frozen=True, slots=True)
class Split:
    """Which subjects of one root table are in which half: splits × subjects."""

    reference: Flags
    real: Flags
    synthetic: Flags

    @property
    def n(self) -> int:
        """Subjects in a half."""
        return int(self.reference[0].sum())

    def of(self, half: Half) -> Flags:
        mask: Flags = getattr(self, half)
        return mask


def side_of(family: Family, half: Half) -> Side:
    """The side that a half is of."""
    return family.synthetic if half == "synthetic" else family.train


def split_of(family: Family, table: str, seed: Seed) -> Split:
    """The halves of the subjects that a table's rows belong to; the same for all tables of one root."""
    root = family.root(table)
    return family.cached(f"split {root}", lambda: _drawn(family, root, seed.child("halves", root)))


def _drawn(family: Family, root: str, seed: Seed) -> Split:
    counts = [_n_subjects(family, side, root) for side in (family.train, family.synthetic)]
    size, rng = min(counts) // 2 * 2, seed.generator()
    pools = [rng.permutation(n)[:size] for n in counts]
    masks = {half: np.zeros((N_SPLITS, counts[half == "synthetic"]), dtype=bool) for half in HALVES}
    for split in range(N_SPLITS):
        order = rng.permutation(pools[0])
        masks["reference"][split, order[: size // 2]] = True
        masks["real"][split, order[size // 2 :]] = True
        masks["synthetic"][split, rng.permutation(pools[1])[: size // 2]] = True
    return Split(masks["reference"], masks["real"], masks["synthetic"])


def _n_subjects(family: Family, side: Side, root: str) -> int:
    own = [side.roots[table.name] for table in family.schema if family.root(table.name) == root]
    return 1 + max(int(numbers.max(initial=-1)) for numbers in own)


def share(mask: Flags, roots: Rows, hits: Flags, among: Flags) -> Floats:
    """The share of the rows in ``among`` that are hits, in each split."""
    n = mask.shape[1]
    top = np.bincount(roots, weights=hits & among, minlength=n)
    return divided(mask @ top, mask @ np.bincount(roots, weights=among, minlength=n))


def gap(one: tuple[Rows, Flags], other: tuple[Rows, Flags]) -> Floats:
    """Kolmogorov-Smirnov distance in each split between two sets of counts, each with who is in (splits × counts)."""
    levels = np.union1d(one[0], other[0])
    first, second = (_cumulated(values, mask, levels) for values, mask in (one, other))
    return np.asarray(np.abs(first - second).max(axis=1, initial=0.0))


def _cumulated(values: Rows, mask: Flags, levels: Rows) -> Floats:
    """The share of the counts up to each level: splits × levels; NaN where nothing is in."""
    order = np.argsort(values, kind="stable")
    ends = np.searchsorted(values[order], levels, side="right")
    summed = np.concatenate([np.zeros((len(mask), 1)), np.cumsum(mask[:, order], axis=1, dtype=np.float64)], axis=1)
    return divided(summed[:, ends], summed[:, -1:])
