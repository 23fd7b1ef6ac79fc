"""How varied texts are: different runs of words, likeness among each other, and how many kinds there are in effect.

All figures depend on how many texts there are, so both sides are measured on as many.

Sources: Li et al., "A diversity-promoting objective function for neural conversation models" (2016) for distinct-n;
Friedman and Dieng, "The Vendi score" (2023). The 95% intervals are those of the grouped jackknife (Quenouille 1956):
resampling with repetition would pass for a lack of variety.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from twinset.core.score import Interval
from twinset.evaluation.arrays import Floats, Rows
from twinset.texts.pieces import Pieces, word_pieces

_GROUPS = 20
Figure = Callable[[Rows], float]


def distinct(pieces: Pieces) -> Figure:
    """The share of runs of words that are there for the first time, among some of the texts."""

    def figure(rows: Rows) -> float:
        is_in = np.zeros(pieces.n_rows, dtype=np.bool_)
        is_in[rows] = True
        hashes = pieces.hashes[is_in[pieces.row]]
        return len(np.unique(hashes)) / len(hashes) if len(hashes) else np.nan

    return figure


def distinct_of(texts: pa.Array, n: int) -> Figure:
    """The share for runs of n words."""
    return distinct(word_pieces(texts, n))


def vendi(vectors: Floats) -> Figure:
    """The number of kinds of text that would be as varied: e to the entropy of the eigenvalues of likeness."""

    def figure(rows: Rows) -> float:
        some = vectors[rows]
        values = np.linalg.eigvalsh(some.T @ some / len(some))
        shares = values[values > 1e-12]
        shares = shares / shares.sum()
        return float(np.exp(-(shares * np.log(shares)).sum()))

    return figure


def nearest(vectors: Floats) -> Figure:
    """The mean likeness of a text to the one most like it."""

    def figure(rows: Rows) -> float:
        some = vectors[rows]
        best = np.concatenate([_best(some, start) for start in range(0, len(some), 512)])
        return float(best.mean())

    return figure


def _best(vectors: Floats, start: int) -> Floats:
    likeness = vectors[start : start + 512] @ vectors.T
    likeness[np.arange(len(likeness)), start + np.arange(len(likeness))] = -1.0
    return np.asarray(likeness.max(axis=1))


def with_interval(figure: Figure, rows: Rows) -> tuple[float, Interval]:
    """The figure of some texts (in random order) and its interval."""
    value = figure(rows)
    n_groups = min(_GROUPS, len(rows))
    groups = np.arange(len(rows)) % n_groups
    left_out = np.array([figure(rows[groups != group]) for group in range(n_groups)])
    half = 1.96 * float(np.sqrt((n_groups - 1) / n_groups * ((left_out - left_out.mean()) ** 2).sum()))
    return value, (value - half, value + half)
