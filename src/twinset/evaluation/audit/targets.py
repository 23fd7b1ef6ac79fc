"""The records that an audit asks for, chosen before anything is trained, and what is known of them from the real rows.

Some are drawn by lot; as many are the most isolated ones of the table, because those are the people whom an average hides:
the farthest from their like in the space of all columns, or with the rarest values. The two groups may share records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows
from twinset.evaluation.attacks.space import nearest
from twinset.evaluation.auc import midranks
from twinset.evaluation.audit.closeness import Closeness, Labels, Ranks, Single
from twinset.evaluation.audit.table import Audited, Coded, Codes
from twinset.privacy import K

CANDIDATES = 20_000
"""Records among which the most isolated are sought, at most."""
REFERENCE = 8_000
"""Rows among which their like are sought, at most."""
LIKE = 5
"""An isolated record is far from its so many-th nearest."""
RANDOM, ISOLATED = "random records", "isolated records"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Row numbers of the targets, ascending, and which of them belong to each group."""

    rows: Rows
    groups: dict[str, Flags]


@dataclass(frozen=True)
class Targets:
    """``surprise``: minus the log share of each value (columns × targets); ``is_rare``: held by fewer than K rows;
    ``closeness``: by column, how close other cells are; ``scale``: how far their like is."""

    coded: Coded
    surprise: Single
    is_rare: Flags
    closeness: tuple[Closeness, ...]
    scale: Single

    def __len__(self) -> int:
        return len(self.scale)

    def part(self, rows: slice) -> Targets:
        closeness = tuple(one.part(rows) for one in self.closeness)
        return Targets(self.coded.take(rows), self.surprise[:, rows], self.is_rare[:, rows], closeness, self.scale[rows])


def choose(audited: Audited, one_each: Rows, n: int, seed: Seed) -> Chosen:
    """``n`` records by lot and the ``n`` most isolated, of the rows ``one_each`` (one of each entity, in random order)."""
    by_lot = one_each[: min(n, len(one_each) // 2)]
    known = one_each[:CANDIDATES]
    real = audited.coded(audited.records)
    base = seed.child("reference").generator().permutation(real.codes.shape[1])[:REFERENCE]
    distance = nearest(real.points[known], real.points[base], LIKE + 1)[:, LIKE].astype(np.float64)
    rarity = -np.log(_shares(real)[:, known]).sum(axis=0)
    isolation = np.maximum(midranks(distance), midranks(rarity))
    isolated = known[np.argsort(-isolation, kind="stable")[: min(n, len(known) // 4)]]
    rows = np.union1d(by_lot, isolated)
    return Chosen(rows, {RANDOM: np.isin(rows, by_lot), ISOLATED: np.isin(rows, isolated)})


def known_targets(audited: Audited, rows: Rows, seed: Seed) -> Targets:
    """What the real rows say about the targets at these row numbers."""
    real = audited.coded(audited.records)
    shares = _shares(real)[:, rows]
    base = seed.child("scale").generator().permutation(real.codes.shape[1])[:REFERENCE]
    like = nearest(real.points[rows], real.points[base], LIKE)[:, LIKE - 1]
    return Targets(
        real.take(rows),
        -np.log(shares).astype(np.float32),
        shares * real.codes.shape[1] < K - 0.5,
        tuple(_closeness(audited, place, cells, rows) for place, cells in enumerate(real.cells)),
        np.sqrt(like + np.float32(0.01)),
    )


def _closeness(audited: Audited, place: int, cells: Codes, rows: Rows) -> Closeness:
    edges = audited.edges[place]
    kind, n_cells = (Labels, len(audited.books[place])) if edges is None else (Ranks, len(edges) + 2)
    return kind.of(np.bincount(cells, minlength=n_cells) / max(1, len(cells)), cells[rows])


def _shares(real: Coded) -> Floats:
    """The share of rows that hold each value of each row: columns × rows."""
    return np.stack([np.bincount(codes)[codes] / len(codes) for codes in real.codes])
