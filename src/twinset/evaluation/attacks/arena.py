"""Where attacks take place: real rows that were learned from, real rows that were not, and a twin.

``Ground`` holds the real rows, drawn once; ``Arena`` sets one twin (or one control twin) on it. Members are a draw of the
training rows, strangers the holdout, equally many: the only difference between them is that members were learned from, so
whatever an attack gains with members over strangers is a leak. Reference rows are the rest of train, of which an attacker
might hold the like; they are neither members nor strangers.

Where the schema names entities, at most one row of each is drawn, so that rows are independent and intervals are by entity.
Draws are bounded, and ``Arena.bounds`` says where they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Rows
from twinset.evaluation.attacks.space import Space, nearest
from twinset.evaluation.baseline import entities
from twinset.evaluation.encode import Array, EncodedColumn, Side, encoded

DRAWN_ROWS = 30_000
"""Members, and strangers, at most."""
REFERENCE_ROWS = 50_000
TWIN_CELLS = 20_000_000
"""Rows times columns of the twin that are looked at, at most: a million rows of 20 columns."""
QUERIES = 8_000
"""Members, and strangers, whose neighbours are sought, at most."""
BASE_ROWS = 100_000
"""Rows of the twin among which neighbours are sought, at most."""
NEIGHBOURS = 8
ISOLATED = 0.2
"""The share of records, the farthest from their like, that are reported apart."""

SIDES: tuple[Side, ...] = ("train", "synthetic", "holdout")


@dataclass(frozen=True)
class Records:
    """Some rows of one table, column by column, as :mod:`twinset.evaluation.encode` gives them."""

    values: tuple[Array, ...]

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    def take(self, index: Rows | Flags | slice) -> Records:
        return Records(tuple(column[index] for column in self.values))

    def beside(self, other: Records) -> Records:
        """These rows, then the other's."""
        pairs = zip(self.values, other.values, strict=True)
        return Records(tuple(np.concatenate(pair) for pair in pairs))  # type: ignore[misc]


def is_missing(values: Array) -> Flags:
    """Which cells of a column are missing."""
    return np.asarray(values < 0) if values.dtype.kind == "i" else np.isnan(values)


@dataclass(frozen=True)
class Ground:
    """The real rows of an evaluation, in their parts; ``effort`` is how many times as many records are attacked as usual."""

    columns: tuple[EncodedColumn, ...]
    train: Records
    members: Records
    strangers: Records
    reference: Records
    seed: Seed
    n_holdout: int
    effort: int = 1

    @cached_property
    def space(self) -> Space:
        return Space.of(self.columns, self.reference.values, self.seed.child("space"))

    @property
    def n_queries(self) -> int:
        return min(len(self.members), self.effort * QUERIES)

    @cached_property
    def query_rows(self) -> Records:
        """The records that membership is asked of: members, then equally many strangers."""
        first = slice(0, self.n_queries)
        return self.members.take(first).beside(self.strangers.take(first))

    @cached_property
    def queries(self) -> npt.NDArray[np.float32]:
        """The queries as points of the space."""
        return self.space.embed(self.query_rows.values)

    @cached_property
    def to_reference(self) -> npt.NDArray[np.float32]:
        """Squared distances of each query to its nearest reference rows, ascending."""
        return nearest(self.queries, self.space.embed(self.reference.values), NEIGHBOURS)

    @cached_property
    def is_isolated(self) -> Flags:
        """Which queries are among the farthest from their like."""
        distance = self.to_reference[:, -1]
        return np.asarray(distance > np.quantile(distance, 1 - ISOLATED))


@dataclass(frozen=True)
class Arena:
    """One twin on the ground."""

    ground: Ground
    twin: Records
    n_twin: int

    @property
    def bounds(self) -> tuple[str, ...]:
        """In words: which draws are smaller than what there is."""
        n_strangers = len(self.ground.strangers)
        drawn = (
            ("unseen records, and as many that were learned from, were attacked", n_strangers, self.ground.n_holdout),
            ("of them were asked for membership", self.ground.n_queries, n_strangers),
            ("rows of the twin were looked at", len(self.twin), self.n_twin),
            ("of them were looked at for neighbours", min(len(self.twin), BASE_ROWS), len(self.twin)),
        )
        return tuple(f"{n:,} of {of:,} {what}" for what, n, of in drawn if n < of)

    @cached_property
    def twin_points(self) -> npt.NDArray[np.float32]:
        """The first rows of the twin as points of the space, at most ``BASE_ROWS``."""
        return self.ground.space.embed(self.twin.take(slice(0, BASE_ROWS)).values)

    @cached_property
    def to_twin(self) -> npt.NDArray[np.float32]:
        """Squared distances of each query to its nearest twin rows, ascending."""
        return nearest(self.ground.queries, self.twin_points, NEIGHBOURS)


def arena(comparison: Comparison, seed: Seed, effort: int = 1) -> Arena:
    """The arena of a comparison that has a holdout and at least one comparable column."""
    if comparison.holdout is None:
        raise LookupError("this comparison has no holdout")
    columns = encoded(comparison).columns
    whole_train, whole_twin, whole_holdout = (Records(tuple(c.side(side) for c in columns)) for side in SIDES)
    train, holdout = (one_row_each(comparison, side, seed) for side in ("train", "holdout"))
    size = min(len(holdout), max(1, len(train) * 2 // 3), DRAWN_ROWS)
    twin = seed.child("twin").generator().permutation(len(whole_twin))
    n_twin = min(len(twin), TWIN_CELLS // max(1, len(columns)))
    ground = Ground(
        columns,
        whole_train,
        whole_train.take(train[:size]),
        whole_holdout.take(holdout[:size]),
        whole_train.take(train[size : size + REFERENCE_ROWS]),
        seed.child("ground"),
        len(holdout),
        effort,
    )
    return Arena(ground, whole_twin.take(twin[:n_twin]), len(twin))


def one_row_each(comparison: Comparison, side: Side, seed: Seed) -> Rows:
    """Indices of the side's rows in random order, one of each entity where the table names entities.

    Entities are in random order too, those of many rows no sooner than others: whatever takes the first takes a fair draw.
    """
    data = getattr(comparison, side)
    order = seed.child(side).generator().permutation(data.count(data.schema.only.name))
    whose = entities(comparison, side)
    if whose is None:
        return order
    _, first = np.unique(whose[order], return_index=True)
    return np.asarray(order[seed.child(side, "entities").generator().permutation(first)])
