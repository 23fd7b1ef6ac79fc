"""Functional dependencies: columns whose value follows from another column's, kept or broken.

``fidelity.dependency`` of "a → b": each value of a is given the value of b that goes with it most often in the reference
half; the figure is the share of rows for which that value is right, among rows whose a is known there. Looked at are pairs
where that works for other real rows too (99.5%), that say something (b's own most frequent value is right in less than
95%), and whose values of a come back (for at least half of the rows). Dependencies on several columns are not looked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Rows
from twinset.evaluation.baseline import Figures, Halves, Scale, halves
from twinset.evaluation.encode import EncodedColumn, encoded

MOST_VALUES = 5_000
MOST_COLUMNS = 40
RIGHT, TRIVIAL, KNOWN = 0.995, 0.95, 0.5


@dataclass(frozen=True, slots=True)
class _Exact:
    """The pools of one column as codes of its exact values, missing among them."""

    name: str
    n_codes: int
    train: Rows
    synthetic: Rows


@dataclass(frozen=True, slots=True)
class Dependencies:
    """``fidelity.dependency`` of the dependencies found, and their mean."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        split = halves(comparison, seed)
        figures = {}
        for a, b in _found(comparison, split):
            kept = [_kept(a, b, split, number) for number in range(len(split.reference))]
            value, baseline = np.array(kept).T
            figures[f"{a.name} → {b.name}"] = Figures(value, baseline)
        return Scale("fidelity.dependency", "higher", of_rows=True).scores(figures, split.n)


def followers(comparison: Comparison, seed: Seed) -> frozenset[str]:
    """The names of the columns that follow from another one in train."""
    return frozenset(b.name for _, b in _found(comparison, halves(comparison, seed)))


def _found(comparison: Comparison, split: Halves) -> list[tuple[_Exact, _Exact]]:
    """The dependencies that train has."""
    columns = [_exact(column, split) for column in encoded(comparison).columns[:MOST_COLUMNS]]
    few = [column for column in columns if 1 < column.n_codes <= MOST_VALUES]
    return [(a, b) for a, b in itertools.permutations(few, 2) if _is_dependency(a, b, split)]


def _exact(column: EncodedColumn, split: Halves) -> _Exact:
    train, twin = split.pooled(column)
    values, codes = np.unique(np.concatenate([train, twin]), return_inverse=True)
    return _Exact(column.name, len(values), codes[: len(train)], codes[len(train) :])


def _is_dependency(a: _Exact, b: _Exact, split: Halves) -> bool:
    reference, real = split.reference[0], split.real[0]
    if np.bincount(b.train[reference]).max(initial=0) > TRIVIAL * split.n:
        return False
    follows = _most_frequent(a, b, reference)
    known = follows[a.train[real]] >= 0
    return bool(known.mean() >= KNOWN and (follows[a.train[real]] == b.train[real])[known].mean() >= RIGHT)


def _most_frequent(a: _Exact, b: _Exact, rows: Rows) -> Rows:
    """For each value of a the value of b that goes with it most often; -1 for values that don't occur."""
    pairs, times = np.unique(a.train[rows] * b.n_codes + b.train[rows], return_counts=True)
    follows = np.full(a.n_codes, -1, np.int64)
    order = np.argsort(times, kind="stable")
    follows[pairs[order] // b.n_codes] = pairs[order] % b.n_codes
    return follows


def _kept(a: _Exact, b: _Exact, split: Halves, number: int) -> tuple[float, float]:
    follows = _most_frequent(a, b, split.reference[number])
    twin, real = split.synthetic[number], split.real[number]
    return _right(follows[a.synthetic[twin]], b.synthetic[twin]), _right(follows[a.train[real]], b.train[real])


def _right(expected: Rows, found: Rows) -> float:
    known = expected >= 0
    return float((expected == found)[known].mean()) if known.any() else float("nan")
