"""Are rows of one owner as alike as real ones are?

- ``relational.siblings``: how far the intraclass correlation of each number is from the real one (0: siblings are no more
  alike than strangers, 1: they are all equal; the one-way ICC of Shrout and Fleiss, 1979).
- ``relational.purity``: the same for labels: the share of an owner's rows that have its commonest label, over owners of
  several rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows, divided
from twinset.evaluation.baseline import Figures, Scale
from twinset.evaluation.encode import Array, EncodedColumn, encoded
from twinset.evaluation.relational.keys import about
from twinset.evaluation.relational.sides import Family, Link, Side, groups
from twinset.evaluation.relational.splits import HALVES, Half, side_of, split_of
from twinset.evaluation.relational.views import alone, commonest

FEWEST_SIBLINGS = 3
"""Owners of fewer rows say nothing of how pure they are."""
FEWEST_OWNERS = 10
MOST_COLUMNS = 30


def likeness(family: Family, seed: Seed) -> Iterator[Score]:
    """Each column of each table whose rows belong to another's."""
    for table in family.made():
        link = family.owner(table.name)
        if link is None or min(family.side(side).n(table.name) for side in family.sides) == 0:
            continue
        comparison, _ = alone(family, table.name)
        kin = {half: _Kin.of(family, half, link, seed) for half in HALVES}
        for column in encoded(comparison).columns[:MOST_COLUMNS]:
            yield _score(link, column, kin)


@dataclass(frozen=True, slots=True)
class _Kin:
    """Whose each row is on one side, who has how many, and which owners are in the half (splits × owners)."""

    side: Side
    whose: Rows
    sizes: Rows
    mask: Flags

    @classmethod
    def of(cls, family: Family, half: Half, link: Link, seed: Seed) -> _Kin:
        side = side_of(family, half)
        _, first, whose, sizes = np.unique(groups(side, link), return_index=True, return_inverse=True, return_counts=True)
        roots = side.roots[link.table][first]
        return cls(side, whose, sizes, split_of(family, link.table, seed).of(half)[:, roots])

    def correlation(self, values: Array) -> Floats:
        """The intraclass correlation of each split; NaN where it can't be told."""
        known = np.isfinite(values)
        middle = float(values[known].mean()) if known.any() else 0.0
        kept = np.where(known, values - middle, 0.0)
        n = np.bincount(self.whose, weights=known, minlength=len(self.sizes))
        total = np.bincount(self.whose, weights=kept, minlength=len(self.sizes))
        square = np.bincount(self.whose, weights=kept**2, minlength=len(self.sizes))
        between = divided(total**2, n, otherwise=0.0)
        table = np.column_stack([n, n > 0, total, between, square, n**2])
        rows, owners, sums, explained, squares, sizes = (self.mask @ table).T
        mean_between = divided(explained - divided(sums**2, rows), owners - 1)
        mean_within = divided(squares - explained, rows - owners)
        usual = divided(rows - divided(sizes, rows), owners - 1)
        below = mean_between + (usual - 1) * mean_within
        return np.where(owners >= FEWEST_OWNERS, divided(mean_between - mean_within, below), np.nan)

    def purity(self, codes: Array) -> Floats:
        """The share of rows that have their owner's commonest label, of each split."""
        known = np.bincount(self.whose, weights=codes >= 0, minlength=len(self.sizes))
        counts = known >= FEWEST_SIBLINGS
        table = np.column_stack([counts, np.where(counts, known, 0), np.where(counts, self._commonest(codes), 0)])
        owners, rows, alike = (self.mask @ table).T
        return np.where(owners >= FEWEST_OWNERS, divided(alike, rows), np.nan)

    def _commonest(self, codes: Array) -> Floats:
        return commonest(codes, self.whose, len(self.sizes))


def _score(link: Link, column: EncodedColumn, kin: dict[Half, _Kin]) -> Score:
    is_label = column.kind == "label"
    scale = Scale("relational.purity" if is_label else "relational.siblings")
    found = {}
    for half, own in kin.items():
        values = column.side("synthetic" if half == "synthetic" else "train")
        found[half] = own.purity(values) if is_label else own.correlation(values)
    shown = {"real": _mean(found["reference"]), "synthetic": _mean(found["synthetic"])}
    value, baseline = (np.abs(found[half] - found["reference"]) for half in ("synthetic", "real"))
    subject = f"{link.table}.{column.name} per {link.key.table}"
    n = int(min(own.mask[0].sum() for own in kin.values()))
    detail = {**about(link), "column": column.name, **shown}
    if not all(np.isfinite(each).any() for each in (value, baseline)):
        reason = f"fewer than {FEWEST_OWNERS} owners in a half, or a column that never differs"
        return Score(scale.metric, subject, None, "lower", n=n, reason=reason, detail=detail)
    return scale.score(subject, Figures(value, baseline, detail), n)


def _mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
