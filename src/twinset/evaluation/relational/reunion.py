"""Reunion: rows of one real subject that stand together again in one twin subject.

A twin that copies whole families of rows may change a value in each, or lose some rows, so that no sum of theirs is the same
and no row is found alone. For each choice of a column to leave out, rows that only one real subject has are looked for in
the twin; a subject has come back where at least half of its such rows (and two at least) stand in one twin subject. The
figure is the share of subjects learned from that come back, less that of unseen ones; a perfect twin gets 0.

The same is looked for in a control: the twin with some training subjects planted, a fifth of their rows lost and one value
changed in each of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Rows
from twinset.evaluation.attacks.arena import Records
from twinset.evaluation.attacks.control import near_copies
from twinset.evaluation.attacks.intervals import newcombe
from twinset.evaluation.attacks.value_copy import pairs_of
from twinset.evaluation.attacks.words import Word, words
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.evaluation.encode import Side as Name
from twinset.evaluation.relational.sides import Family, Link
from twinset.evaluation.relational.views import alone

MOST_SUBJECTS, MOST_CHOICES = 2_000, 12
TOGETHER, FEWEST = 0.5, 2
PLANTED, LOST = 0.05, 0.2


@dataclass(frozen=True, slots=True)
class _Held:
    """Rows of one table on the three sides, and whose they are: members and strangers numbered through, then the twin's."""

    columns: tuple[EncodedColumn, ...]
    real: Records
    whose_real: Rows
    twin: Records
    whose_twin: Rows

    def found(self, seed: Seed) -> tuple[Rows, Rows, Rows, Rows]:
        """Who has rows of their own (subject, row), and which of them stand in which twin subject (row, twin subject)."""
        known, made = words(self.real), words(self.twin)
        rows: list[Rows] = []
        row: list[Rows] = []
        twin: list[Rows] = []
        for choice in _choices(len(self.columns), seed):
            keys = known.keys(choice)
            lone = np.flatnonzero(_of_one(keys, self.whose_real))
            mine, theirs = pairs_of(keys, lone, made.keys(choice))
            rows.append(lone)
            row.append(mine)
            twin.append(self.whose_twin[theirs])
        every = np.unique(np.concatenate(rows))
        pairs = np.unique(np.column_stack([np.concatenate(row), np.concatenate(twin)]), axis=0)
        return self.whose_real[every], every, pairs[:, 0], pairs[:, 1]


def _choices(width: int, seed: Seed) -> list[tuple[int, ...]]:
    """Nothing left out, then single columns; at least two are always left."""
    singles = np.sort(seed.generator().permutation(width)[:MOST_CHOICES]).tolist() if width > 2 else []
    return [(), *((place,) for place in singles)]


def _of_one(keys: Word, whose: Rows) -> Flags:
    """Which rows have a key that only one subject has."""
    _, place = np.unique(keys, return_inverse=True)
    low = np.full(int(place.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    high = np.full(len(low), -1)
    np.minimum.at(low, place, whose)
    np.maximum.at(high, place, whose)
    return np.asarray(low[place] == high[place])


def reunions(family: Family, table: str, links: Sequence[Link], seed: Seed, effort: int) -> Iterator[Score]:
    """``privacy.reunion`` of the subjects of one root table, with the control's figure in its detail."""
    train, holdout = (_subjects(family, table, side, seed, effort) for side in ("train", "holdout"))
    n = min(len(train), len(holdout))
    members, strangers = train[:n], holdout[:n]
    planted = train[: max(1, round(PLANTED * n))]
    shares, control = [], []
    for link in links:
        plain, leaky = _held(family, link, members, strangers, planted, seed.child(link.label))
        if plain.columns and len(plain.real):
            shares.append(plain.found(seed.child("choices")))
            control.append(leaky.found(seed.child("choices")))
    if not shares:
        yield Score("privacy.reunion", None, None, "lower", baseline=0.0, reason="no column of theirs to compare by value")
        return
    yield _score(_back(shares, n), _back(control, n), n, len(planted))


def _subjects(family: Family, table: str, side: Name, seed: Seed, effort: int) -> Rows:
    return seed.child(side).generator().permutation(family.side(side).n(table))[: effort * MOST_SUBJECTS]


def _held(family: Family, link: Link, members: Rows, strangers: Rows, planted: Rows, seed: Seed) -> tuple[_Held, _Held]:
    """A table's rows of the subjects, beside the twin's and beside the control's."""
    comparison, _ = alone(family, link.table)
    columns, root = encoded(comparison).columns, family.root(link.table)
    own, whose_own = _rows(family, link, columns, "train", members, root)
    other, whose_other = _rows(family, link, columns, "holdout", strangers, root)
    real, whose_real = own.beside(other), np.concatenate([whose_own, len(members) + whose_other])
    twin = Records(tuple(column.synthetic for column in columns))
    whose_twin = family.synthetic.roots[link.table]
    copied, whose_copied = _rows(family, link, columns, "train", planted, root)
    kept = seed.child("lost").generator().random(len(copied)) >= LOST
    copies = near_copies(columns, copied.take(kept), seed.child("changes")) if kept.any() else copied.take(kept)
    whose_more = np.concatenate([whose_twin, int(whose_twin.max(initial=-1)) + 1 + whose_copied[kept]])
    plain = _Held(columns, real, whose_real, twin, whose_twin)
    return plain, _Held(columns, real, whose_real, twin.beside(copies), whose_more)


def _rows(
    family: Family, link: Link, columns: tuple[EncodedColumn, ...], side: Name, subjects: Rows, root: str
) -> tuple[Records, Rows]:
    """The rows of some subjects, and each row's place among them."""
    held = family.side(side)
    place = np.full(int(max(held.roots[name].max(initial=-1) for name in held.roots if family.root(name) == root)) + 1, -1)
    place[held.roots[root][subjects]] = np.arange(len(subjects))
    whose = place[held.roots[link.table]]
    rows = np.flatnonzero(whose >= 0)
    return Records(tuple(column.side(side)[rows] for column in columns)), whose[rows]


def _back(found: list[tuple[Rows, Rows, Rows, Rows]], n: int) -> tuple[Flags, Flags]:
    """Which subjects could be recognised, and which of them came back, through all their tables."""
    width = 1 + max(int(twin.max(initial=-1)) for *_, twin in found)
    total = np.zeros(2 * n, np.int64)
    together: list[Rows] = []
    for whose, every, row, twin in found:
        total += np.bincount(whose, minlength=2 * n)
        of_row = np.zeros(int(every.max(initial=-1)) + 1, np.int64)
        of_row[every] = whose
        together.append(of_row[row] * max(width, 1) + twin)
    pairs, times = np.unique(np.concatenate(together), return_counts=True)
    most = np.zeros(2 * n, np.int64)
    if len(pairs):
        np.maximum.at(most, pairs // max(width, 1), times)
    is_seen = total >= FEWEST
    return is_seen, is_seen & (most >= np.maximum(FEWEST, TOGETHER * total))


def _score(own: tuple[Flags, Flags], control: tuple[Flags, Flags], n: int, n_planted: int) -> Score:
    hits, seen = _counts(own, n)
    if not min(seen):
        reason = "no subject has two rows that nobody else has"
        return Score("privacy.reunion", None, None, "lower", baseline=0.0, reason=reason)
    found, among = _counts(control, n)
    shares = [hit / of for hit, of in zip(hits, seen, strict=True)]
    shown = {
        "value": found[0] / among[0] - found[1] / among[1],
        "interval": newcombe(found[0], among[0], found[1], among[1]),
    }
    return Score(
        "privacy.reunion", None, shares[0] - shares[1], "lower", newcombe(hits[0], seen[0], hits[1], seen[1]), 0.0,
        n=seen[0],
        detail={"come back of those learned from": shares[0], "come back of those never seen": shares[1],
                "planted": n_planted, "control": shown},
    )  # fmt: skip


def _counts(found: tuple[Flags, Flags], n: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """How many came back, and how many could be recognised, of those learned from and of unseen ones."""
    is_seen, is_back = found
    return (int(is_back[:n].sum()), int(is_back[n:].sum())), (int(is_seen[:n].sum()), int(is_seen[n:].sum()))
