"""Keys to partners: rows of another table, or of the same one, that are not the owner of a row.

What a row's partner is to it is learned as a label: ``own`` (the partner is this row's own child), ``kin`` (both have one
owner), ``any``, or an orphan's key (``lost``). With it goes what the partner is like. When all rows of a block are there,
partners are matched: wishes and rows are put in the same order, and every row is taken as often as it was drawn to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.keys import ORPHAN, Places, plain
from twinset.core.schema import Column
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.alike import Floats, as_numbers, codes_of
from twinset.synthesizers.relational.counts import places_of, settle
from twinset.synthesizers.relational.shape import MARK, OWN
from twinset.synthesizers.relational.summary import is_label, is_number

MOST_WISHES, _SAMPLE, _BINS, _WORTH = 2, 20_000, 8, 0.02
ITS_OWN, KIN, ANY, LOST = "own", "kin", "any", "lost"


@dataclass(frozen=True, slots=True)
class Partner:
    """One key to partners: what of them is wished for, and whether it leads up a tree of the same table."""

    number: int
    child: str
    parent: str
    wishes: tuple[Column, ...]
    is_tree: bool

    @property
    def kind(self) -> Column:
        """The column that says what the partner is to the row."""
        return Column(f"{OWN}partner {self.number}", types.Categorical(), pa.string())

    @property
    def depth(self) -> Column:
        """How far a row is from the top of its tree."""
        return Column(f"{OWN}depth {self.number}", types.Integer(), pa.int64())

    @property
    def taken(self) -> Column:
        """The column of the partner's table that counts how often each row is one."""
        return Column(f"{MARK}{self.child}.{self.number} takes: rows", types.Integer(), pa.int64(), nullable=False)

    @property
    def wished(self) -> tuple[Column, ...]:
        """The columns that say what the partner is like, in the same order as ``wishes``."""
        return tuple(
            Column(f"{OWN}wish {self.number} {column.name}", column.type, column.storage, column.domain)
            for column in self.wishes
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is learned with the rows."""
        return (self.kind, *([self.depth] if self.is_tree else []), *self.wished)


def kinds_of(places: Places, owners: Places, theirs: Places, is_own: bool) -> pa.Array:
    """What each row's partner is to it. ``theirs`` are the owners of the partner table's rows.

    ``is_own``: the partner's owner is a row of this very table. Kin is told apart where both have the same table for owner.
    """
    names = np.array([ITS_OWN, KIN, ANY, LOST])
    found = np.full(len(places), 2, dtype=np.int64)
    there = np.flatnonzero(places >= 0)
    if len(theirs):
        of_partner = theirs[places[there]]
        if is_own:
            found[there[of_partner == there]] = 0
        elif len(owners):
            found[there[(of_partner == owners[there]) & (of_partner >= 0)]] = 1
    found[places == ORPHAN] = 3
    return pa.array(names, pa.string()).take(pa.array(found, mask=(places < 0) & (places != ORPHAN)))


def depths_of(places: Places) -> Numbers:
    """How far each row is from the top of its tree; a circle is cut where it is entered."""
    depth = np.where(places < 0, 0, -1)
    for level in range(1, len(places) + 1):
        open_ = np.flatnonzero(depth < 0)
        if not len(open_):
            break
        ready = open_[depth[places[open_]] == level - 1]
        depth[ready if len(ready) else open_[:1]] = level if len(ready) else 0
    return depth


def find_wishes(columns: Sequence[Column], parents: pa.Table, places: Places, rows: pa.Table, own: Sequence[Column],
                rng: np.random.Generator) -> tuple[Column, ...]:  # fmt: skip
    """The columns of partners that go most with the columns of the rows themselves (shared information)."""
    there = np.flatnonzero(places >= 0)
    some = np.sort(rng.permutation(there)[:_SAMPLE])
    if len(some) < _BINS**2:
        return ()
    mine = [_coarse(rows.column(one.name), one)[some] for one in own if is_number(one) or is_label(one)]
    found = []
    for column in columns:
        if column.name.startswith(MARK) or not (is_number(column) or is_label(column)):
            continue
        theirs = _coarse(parents.column(column.name), column)[places[some]]
        null = rng.permutation(theirs)
        gain = sum(max(0.0, _shared(theirs, one) - _shared(null, one)) for one in mine)
        found.append((gain, column))
    best = sorted((one for one in found if one[0] > _WORTH), key=lambda one: -one[0])
    return tuple(column for _, column in best[:MOST_WISHES])


def _coarse(column: pa.ChunkedArray, of: Column) -> Numbers:
    if is_label(of):
        codes = codes_of(plain(column))
        counts = np.bincount(codes[codes >= 0], minlength=1)
        rank = np.argsort(np.argsort(-counts))
        return np.where(codes >= 0, np.minimum(rank[np.maximum(codes, 0)], 2 * _BINS), -1) + 1
    values = as_numbers(column)
    there = values[~np.isnan(values)]
    edges = np.unique(np.quantile(there, np.linspace(0, 1, _BINS + 1)[1:-1])) if len(there) else np.zeros(0)
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(edges, values, side="right"))


def _shared(left: Numbers, right: Numbers) -> float:
    """Nats that two codings share."""
    joint = np.zeros((int(left.max()) + 1, int(right.max()) + 1))
    np.add.at(joint, (left, right), 1.0 / len(left))
    alone = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    there = joint > 0
    return float((joint[there] * np.log(joint[there] / alone[there])).sum())


def match_within(mine: Numbers, theirs: Numbers, rng: np.random.Generator) -> Places:
    """Any partner of each row's group, given the groups' numbers of the rows and of the partners; -1 where there is none."""
    order = np.lexsort((rng.random(len(theirs)), theirs))
    ordered = theirs[order]
    first, last = np.searchsorted(ordered, mine, side="left"), np.searchsorted(ordered, mine, side="right")
    pick = first + (rng.random(len(mine)) * (last - first)).astype(np.int64)
    return np.where(last > first, order.take(pick, mode="clip") if len(order) else -1, -1)


def match(wishes: Sequence[pa.Array], likes: Sequence[pa.Array], taken: Numbers, rng: np.random.Generator) -> Places:
    """A partner for each wish: in the order of what is wished for, every partner as often as it is to be taken."""
    n_rows = len(wishes[0])
    slots = places_of(settle(taken if taken.sum() else np.ones_like(taken), n_rows, rng))
    ranks = [_ranks(wish, like) for wish, like in zip(wishes, likes, strict=True)]
    mine = np.lexsort((rng.random(n_rows), *(own for own, _ in reversed(ranks))))
    theirs = np.lexsort((rng.random(n_rows), *(other[slots] for _, other in reversed(ranks))))
    found = np.empty(n_rows, dtype=np.int64)
    found[mine] = slots[theirs]
    return found


def _ranks(wish: pa.Array, like: pa.Array) -> tuple[Floats, Floats]:
    """Both as numbers in one order."""
    both = pa.chunked_array([wish, like.cast(wish.type)])
    if pa.types.is_string(wish.type) or pa.types.is_boolean(wish.type):
        numbers = _in_order_of_text(plain(both).cast(pa.string()))
    else:
        numbers = np.nan_to_num(as_numbers(both), nan=-np.inf)
    return numbers[: len(wish)], numbers[len(wish) :]


def _in_order_of_text(texts: pa.Array) -> Floats:
    coded = texts.dictionary_encode()
    order = np.argsort(np.array(coded.dictionary.to_pylist(), dtype=object)) if len(coded.dictionary) else np.zeros(0, int)
    rank = np.empty(len(order) + 1)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return rank[codes_of(texts)]
