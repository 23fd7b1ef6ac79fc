"""How many rows point to each row, as a shape: children per parent, over all parents, the childless included.

- ``relational.degree``: the Kolmogorov-Smirnov distance of children per parent.
- ``relational.used``: how far the share of parents that have any is from the real one.
- ``relational.spread``: over owners, the distance of how many different others their rows point to by a second key.
- ``relational.joint``: for a parent of several tables, how many parents have another pair of counts than they should
  (total variation over pairs of counts).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows, divided
from twinset.evaluation.baseline import Figures, Scale
from twinset.evaluation.relational.keys import about
from twinset.evaluation.relational.sides import Family, Link, Side
from twinset.evaluation.relational.splits import HALVES, Half, Split, gap, side_of, split_of
from twinset.privacy import K

N_LEVELS = 6
"""Levels of counts whose pairs are looked at."""
_STEP = 1.8
"""Beyond small counts, so many times as wide is each bin of the chart as the one before."""


def degrees(family: Family, seed: Seed) -> Iterator[Score]:
    """All of it, key by key, then for each pair of keys to one owner."""
    for link in family.links:
        if link.table in family.standing:
            continue
        yield from _of_owner(family, link, seed) if link.key.owns else _of_others(family, link, seed)
    for table in family.schema:
        for one, other in itertools.combinations(family.owned(table.name), 2):
            yield _joint(family, one, other, seed)


def children(side: Side, link: Link, among: Flags | None = None) -> Rows:
    """How many rows point to each row of the parent table."""
    places = side.places[link] if among is None else side.places[link][among]
    return np.bincount(places[places >= 0], minlength=side.n(link.key.table))


def _of_owner(family: Family, link: Link, seed: Seed) -> Iterator[Score]:
    """Parents are drawn with all that is theirs: their counts are the same in every split."""
    split = split_of(family, link.table, seed)
    counts = {half: children(side_of(family, half), link) for half in HALVES}
    who = {half: split.of(half)[:, side_of(family, half).roots[link.key.table]] for half in HALVES}
    yield _degree(link, [gap((counts[half], who[half]), (counts["reference"], who["reference"])) for half in HALVES[1:]],
                  counts, _n_parents(who))  # fmt: skip
    used = {half: divided((who[half] & (counts[half] > 0)).sum(axis=1), who[half].sum(axis=1)) for half in HALVES}
    yield _used(link, used, counts, _n_parents(who))


def _of_others(family: Family, link: Link, seed: Seed) -> Iterator[Score]:
    """Who is pointed to by others' rows: counts are those of the half's rows, over all parents."""
    split = split_of(family, link.table, seed)
    counts = {half: _in_each(side_of(family, half), link, split.of(half)) for half in HALVES}
    gaps = [
        np.array([_distance(*pair) for pair in zip(counts[half], counts["reference"], strict=True)]) for half in HALVES[1:]
    ]
    everything = {half: children(side_of(family, half), link) for half in HALVES}
    n = min(family.train.n(link.key.table), family.synthetic.n(link.key.table))
    yield _degree(link, gaps, everything, n)
    used = {half: np.array([float((each > 0).mean()) if len(each) else np.nan for each in counts[half]]) for half in HALVES}
    yield _used(link, used, everything, n)
    owner = family.owner(link.table)
    if owner is not None and owner.key.columns != link.key.columns:
        yield _spread(family, link, owner, split)


def _in_each(side: Side, link: Link, mask: Flags) -> list[Rows]:
    return [children(side, link, who[side.roots[link.table]]) for who in mask]


def _distance(one: Rows, other: Rows) -> float:
    if not min(len(one), len(other)):
        return np.nan
    return float(gap((one, np.ones((1, len(one)), bool)), (other, np.ones((1, len(other)), bool)))[0])


def _n_parents(who: dict[Half, Flags]) -> int:
    return min(int(mask[0].sum()) for mask in who.values())


def _degree(link: Link, gaps: list[Floats], counts: dict[Half, Rows], n: int) -> Score:
    real, twin = gaps
    means = {name: float(counts[half].mean()) if len(counts[half]) else 0.0
             for name, half in (("real", HALVES[0]), ("synthetic", HALVES[2]))}  # fmt: skip
    detail = {**about(link), **means, "shape": {
        "levels": (levels := _levels(counts["reference"])).tolist(),
        "real": _shown(counts["reference"], levels), "synthetic": _shares(counts["synthetic"], levels),
    }}  # fmt: skip
    return Scale("relational.degree").score(link.label, Figures(twin, real, detail), n)


def _levels(counts: Rows) -> Rows:
    """Lower ends of bins of counts: each small number, then growing steps."""
    most = int(counts.max(initial=0))
    ends = [*range(min(most, 5) + 1)]
    while ends[-1] * _STEP < most:
        ends.append(max(ends[-1] + 1, round(ends[-1] * _STEP)))
    return np.array(ends, dtype=np.int64)


def _shown(counts: Rows, levels: Rows) -> list[float | None]:
    """Shares of real parents, without those of fewer than K."""
    return [each if each * len(counts) >= K or each == 0 else None for each in _shares(counts, levels)]


def _shares(counts: Rows, levels: Rows) -> list[float]:
    place = np.searchsorted(levels, counts, side="right") - 1
    return [float(each) for each in np.bincount(place, minlength=len(levels)) / max(len(counts), 1)]


def _used(link: Link, used: dict[Half, Floats], counts: dict[Half, Rows], n: int) -> Score:
    shares = {name: float((counts[half] > 0).mean()) if len(counts[half]) else 0.0
              for name, half in (("real", HALVES[0]), ("synthetic", HALVES[2]))}  # fmt: skip
    value, baseline = (np.abs(used[half] - used["reference"]) for half in ("synthetic", "real"))
    return Scale("relational.used", of_rows=True).score(link.label, Figures(value, baseline, {**about(link), **shares}), n)


def _spread(family: Family, link: Link, owner: Link, split: Split) -> Score:
    """Over owners with rows: how many different rows of the other table theirs point to."""
    found = {half: _different(side_of(family, half), link, owner) for half in HALVES}
    who = {half: split.of(half)[:, side_of(family, half).roots[owner.key.table]] & (found[half] > 0) for half in HALVES}
    gaps = [gap((found[half], who[half]), (found["reference"], who["reference"])) for half in HALVES[1:]]
    means = {name: float(found[half][found[half] > 0].mean()) if (found[half] > 0).any() else 0.0
             for name, half in (("real", HALVES[0]), ("synthetic", HALVES[2]))}  # fmt: skip
    subject = f"{link.label} per {owner.key.table}"
    figures = Figures(gaps[1], gaps[0], {**about(link), "per": owner.key.table, **means})
    return Scale("relational.spread").score(subject, figures, _n_parents(who))


def _different(side: Side, link: Link, owner: Link) -> Rows:
    """How many different places each owner's rows point to."""
    mine, theirs = side.places[owner], side.places[link]
    both = (mine >= 0) & (theirs >= 0)
    width = max(side.n(link.key.table), 1)
    return np.bincount(np.unique(mine[both] * width + theirs[both]) // width, minlength=side.n(owner.key.table))


def _joint(family: Family, one: Link, other: Link, seed: Seed) -> Score:
    """Pairs of levels of both counts, levels cut where train's counts fall."""
    split, parent = split_of(family, one.table, seed), one.key.table
    edges = [np.unique(np.quantile(children(family.train, link), np.linspace(0, 1, N_LEVELS + 1)[1:-1]))
             for link in (one, other)]  # fmt: skip
    shares = {}
    for half in HALVES:
        side = side_of(family, half)
        cells = [
            np.searchsorted(cut, children(side, link), side="left") for cut, link in zip(edges, (one, other), strict=True)
        ]
        hot = np.eye((N_LEVELS + 1) ** 2)[cells[0] * (N_LEVELS + 1) + cells[1]]
        counted = split.of(half)[:, side.roots[parent]] @ hot
        shares[half] = divided(counted, counted.sum(axis=1, keepdims=True))
    value, baseline = (np.abs(shares[half] - shares["reference"]).sum(axis=1) / 2 for half in ("synthetic", "real"))
    detail = {**about(one), "beside": other.label}
    subject = f"{one.table} and {other.table} per {parent}"
    n = int(split.reference[0][family.train.roots[parent]].sum())
    return Scale("relational.joint").score(subject, Figures(value, baseline, detail), n)
