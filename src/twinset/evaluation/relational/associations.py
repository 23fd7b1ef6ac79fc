"""Is what a row's parent says of the row kept? Mutual information between columns of both ends of a key.

``relational.association``: over pairs of a child's and a parent's column, the information that is kept, as a share of the
real one: the sum of the smaller of the two, over the sum of the real one. Each is less what the same parents' values give
when parents change places, which is what few parents give by chance. Pairs are looked at in few cells.
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
from twinset.evaluation.relational.sides import Family, Link, Side
from twinset.evaluation.relational.splits import HALVES, Half, side_of, split_of
from twinset.evaluation.relational.views import alone

N_BINS, N_LABELS = 8, 15
MOST_COLUMNS = 12
MOST_ROWS = 10_000
N_DRAWS = 8
LEAST = 0.02
"""Nats of all pairs together: less is nothing to keep."""


def associations(family: Family, seed: Seed) -> Iterator[Score]:
    """One score for each key of a table that was made, to a table with columns of its own."""
    for link in family.links:
        if link.table not in family.standing and link.key.table != link.table:
            yield _score(family, link, seed.child("associations", link.label))


def _score(family: Family, link: Link, seed: Seed) -> Score:
    scale = Scale("relational.association", "higher")
    if min(family.side(side).n(name) for side in family.sides for name in (link.table, link.key.table)) == 0:
        return _unknown(link, "a table has no rows")
    children, parents = _codes(family, link.table, set()), _codes(family, link.key.table, set(link.key.references))
    if not children or not parents:
        return _unknown(link, "no columns at one end to compare by value")
    known: dict[Half, Floats] = {half: _information(family, link, half, children, parents, seed) for half in HALVES}
    total = known["reference"].sum(axis=1)
    if float(total.mean()) < LEAST:
        return _unknown(link, "the parent's columns say next to nothing of its rows")
    kept = {half: divided(np.minimum(known[half], known["reference"]).sum(axis=1), total) for half in HALVES[1:]}
    n = min(MOST_ROWS, *(int((side_of(family, half).places[link] >= 0).sum() // 2) for half in HALVES))
    detail = {**about(link), "lost": _lost(known, children, parents)}
    return scale.score(link.label, Figures(kept["synthetic"], kept["real"], detail), n)


def _unknown(link: Link, reason: str) -> Score:
    return Score("relational.association", link.label, None, "higher", reason=reason, detail=about(link))


@dataclass(frozen=True, slots=True)
class _Coded:
    """One column in few cells, on either side; the last cell is for missing values."""

    name: str
    n_cells: int
    train: Rows
    synthetic: Rows

    def of(self, half: Half) -> Rows:
        return self.synthetic if half == "synthetic" else self.train


def _codes(family: Family, table: str, without: set[str]) -> list[_Coded]:
    comparison, _ = alone(family, table)
    columns = [column for column in encoded(comparison).columns if column.name not in without]
    return [_labels(column) if column.kind == "label" else _ranges(column) for column in columns[:MOST_COLUMNS]]


def _labels(column: EncodedColumn) -> _Coded:
    train = column.train.astype(np.int64)
    frequency = np.bincount(train[train >= 0], minlength=max(len(column.labels), 1))
    place = np.empty(len(frequency) + 1, np.int64)
    place[np.argsort(-frequency, kind="stable")] = np.minimum(np.arange(len(frequency)), N_LABELS)
    place[-1] = N_LABELS + 1
    return _Coded(column.name, N_LABELS + 2, place[train], place[column.synthetic.astype(np.int64)])


def _ranges(column: EncodedColumn) -> _Coded:
    known = column.train[np.isfinite(column.train)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, N_BINS + 1)[1:-1])) if len(known) else np.empty(0)
    return _Coded(column.name, N_BINS + 1, _placed(column.train, edges), _placed(column.synthetic, edges))


def _placed(values: Array, edges: Floats) -> Rows:
    return np.where(np.isfinite(values), np.searchsorted(edges, values, side="right"), N_BINS)


def _information(
    family: Family, link: Link, half: Half, children: list[_Coded], parents: list[_Coded], seed: Seed
) -> Floats:
    """Information of each pair of columns beyond that of parents who changed places: draws × pairs."""
    side, rng = side_of(family, half), seed.child(half).generator()
    mask, found = split_of(family, link.table, seed).of(half), []
    for split in range(N_DRAWS):
        rows, spots = _pairs(side, link, mask[split], rng)
        mine = [column.of(half)[rows] for column in children]
        swapped = _swapped(spots, rng)
        found.append([
            max(_mutual(code, of.of(half)[spots], own, of) - _mutual(code, of.of(half)[swapped], own, of), 0.0)
            for own, code in zip(children, mine, strict=True)
            for of in parents
        ])  # fmt: skip
    return np.array(found)


def _pairs(side: Side, link: Link, is_in: Flags, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Some rows of the half whose key finds a parent, and where."""
    places = side.places[link]
    rows = np.flatnonzero((places >= 0) & is_in[side.roots[link.table]])
    rows = rows[rng.permutation(len(rows))[:MOST_ROWS]]
    return rows, places[rows]


def _swapped(spots: Rows, rng: np.random.Generator) -> Rows:
    """The places after those who are pointed to changed theirs."""
    used, place = np.unique(spots, return_inverse=True)
    return np.asarray(rng.permutation(used)[place])


def _mutual(one: Rows, other: Rows, first: _Coded, second: _Coded) -> float:
    """In nats."""
    if not len(one):
        return 0.0
    joint = np.bincount(one * second.n_cells + other, minlength=first.n_cells * second.n_cells)
    share = joint.reshape(first.n_cells, second.n_cells) / len(one)
    expected = share.sum(axis=1, keepdims=True) * share.sum(axis=0, keepdims=True)
    seen = share > 0
    return float((share[seen] * np.log(share[seen] / expected[seen])).sum())


def _lost(known: dict[Half, Floats], children: list[_Coded], parents: list[_Coded]) -> list[list[object]]:
    """The pairs that lose most: names, real and synthetic information."""
    names = [(own.name, of.name) for own in children for of in parents]
    real, twin = (known[half].mean(axis=0) for half in ("reference", "synthetic"))
    worst = np.argsort(twin - real, kind="stable")[:5]
    return [[*names[place], round(float(real[place]), 4), round(float(twin[place]), 4)] for place in worst]
