"""Membership by copied values: suspicious is a record whose own rare value stands in the twin, beside its other values.

A salary to the cent, an odd date: a value that fewer than K real records share points at them. Twins that draw each column's
values from the data give such values back one by one, which no distance between whole rows notices. Records without a rare
value that comes back are equally unsuspicious.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.attacks.arena import Arena, is_missing
from twinset.evaluation.attacks.membership import membership, metrics_of
from twinset.evaluation.attacks.words import Word, Words, may_be_in, words
from twinset.privacy import K

ROWS_PER_VALUE = K
"""Twin rows with the same rare value that are compared with the record, at most."""


@dataclass(frozen=True, slots=True)
class ValueCopy:
    """The attack, over all columns that can be compared by value."""

    metrics = metrics_of("value_copy")
    has_control = True

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """AUC and hit rate of: the most values that agree in one twin row with one of the record's rare values."""
        ground = arena.ground
        records = ground.query_rows
        known, twin = words(records), words(arena.twin)
        real = words(ground.train).beside(words(ground.strangers))
        suspicion = np.zeros(len(known))
        for place, column in enumerate(known.columns):
            is_rare = (_counts(column, real.columns[place]) < K) & ~is_missing(records.values[place])
            record, row = pairs_of(column, np.flatnonzero(is_rare), twin.columns[place])
            np.maximum.at(suspicion, record, _agreements(known, record, twin, row))
        return membership(self.metrics, suspicion, ground, seed)


def _counts(column: Word, real: Word) -> Rows:
    """How many real records hold each word."""
    pool = np.sort(real[may_be_in(real, column)])
    return np.searchsorted(pool, column, side="right") - np.searchsorted(pool, column, side="left")


def pairs_of(column: Word, rare: Rows, twin: Word) -> tuple[Rows, Rows]:
    """Records (of ``rare``) and twin rows that hold the same word, as two arrays of indices."""
    rows = np.flatnonzero(may_be_in(twin, column[rare]))
    rows = rows[np.argsort(twin[rows], kind="stable")]
    low, high = (np.searchsorted(twin[rows], column[rare], side=side) for side in ("left", "right"))
    n_each = np.minimum(high - low, ROWS_PER_VALUE)
    offset = np.arange(n_each.sum()) - np.repeat(np.cumsum(n_each) - n_each, n_each)
    return np.repeat(rare, n_each), rows[np.repeat(low, n_each) + offset]


def _agreements(known: Words, record: Rows, twin: Words, row: Rows) -> Floats:
    """In how many columns each pair agrees."""
    total = np.zeros(len(record))
    for mine, theirs in zip(known.columns, twin.columns, strict=True):
        total += mine[record] == theirs[row]
    return total
