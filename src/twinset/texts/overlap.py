"""How much of some texts stands in others: runs of the same words, and items of a list that come back whole or nearly.

Sources of the rules for leaked test items: Brown et al., "Language models are few-shot learners" (2020), appendix C, words
in a row; Chowdhery et al., "PaLM" (2022), shares of an item's runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.texts.minhash import Signatures, signatures
from twinset.texts.pieces import Hashes, Rows, hashed, longest_run, plain, word_pieces

SHORT = 3
"""Words of a piece by which items are recognised."""
_COMMON = 50
"""A piece that more than one item in fifty shares (and more than two) is boilerplate, and gives none away."""


@dataclass(frozen=True)
class Corpus:
    """Texts to compare with, each once; pieces of three words in order with the items they are of; whole short texts."""

    texts: pa.Array
    hashes: Hashes
    item: Rows
    n_pieces: Rows
    whole: Hashes

    @classmethod
    def of(cls, texts: pa.Array) -> Corpus:
        said = plain(texts)
        _, first = np.unique(np.array([hashed(one) for one in said.to_pylist()], dtype=np.uint64), return_index=True)
        once = texts.take(pa.array(np.sort(first)))
        pieces = word_pieces(once, SHORT).unique()
        order = np.argsort(pieces.hashes, kind="stable")
        is_own = _is_own(pieces.hashes[order], len(once))
        hashes, item = pieces.hashes[order][is_own], pieces.row[order][is_own]
        short = pc.filter(plain(once), pa.array(pieces.counts == 0))
        whole = np.unique(np.array([hashed(one) for one in short.to_pylist() if one], dtype=np.uint64))
        return cls(once, hashes, item, np.bincount(item, minlength=len(once)), whole)

    @cached_property
    def signatures(self) -> Signatures:
        """Their MinHash signatures."""
        return signatures(self.texts)

    @cached_property
    def _runs(self) -> dict[int, Hashes]:
        return {}

    def runs(self, texts: pa.Array, n: int) -> Rows:
        """For each text the most words in a row that stand in some text of the corpus, if at least n; else 0."""
        if n not in self._runs:
            theirs = np.sort(word_pieces(self.texts, n).unique().hashes)
            self._runs[n] = np.unique(theirs[_is_own(theirs, len(self.texts))])
        mine = word_pieces(texts, n)
        return run_lengths(mine.row, mine.place, is_among(mine.hashes, self._runs[n]), len(texts), n)

    def shares(self, texts: pa.Array) -> npt.NDArray[np.float64]:
        """For each text the largest share of any one item's pieces that it holds; 1 where it is a short item itself."""
        found = np.zeros(len(texts))
        mine = word_pieces(texts, SHORT).unique()
        low, high = (np.searchsorted(self.hashes, mine.hashes, side) for side in ("left", "right"))
        n_items = high - low
        row = np.repeat(mine.row, n_items)
        if len(row):
            at = np.repeat(low, n_items) + np.arange(len(row)) - np.repeat(np.cumsum(n_items) - n_items, n_items)
            pairs, counts = np.unique(row * len(self.n_pieces) + self.item[at], return_counts=True)
            of_row, of_item = np.divmod(pairs, len(self.n_pieces))
            np.maximum.at(found, of_row, counts / self.n_pieces[of_item])
        if len(self.whole):
            own = np.array([hashed(one) for one in plain(texts).to_pylist()], dtype=np.uint64)
            found[is_among(own, self.whole)] = 1.0
        return found


def _is_own(hashes: Hashes, n_items: int) -> npt.NDArray[np.bool_]:
    """Which pieces (in order, each once an item) are not boilerplate."""
    _, place, times = np.unique(hashes, return_inverse=True, return_counts=True)
    return np.asarray(times[place] <= max(2, n_items // _COMMON))


def own_runs(texts: pa.Array, sources: pa.Array, n: int) -> Rows:
    """For each text the most words in a row that stand in its own source, if at least n; else 0."""
    mine, theirs = word_pieces(texts, n), word_pieces(sources, n)
    salted = [pieces.hashes ^ (pieces.row.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)) for pieces in (mine, theirs)]
    return run_lengths(mine.row, mine.place, is_among(salted[0], np.unique(salted[1])), len(texts), n)


def run_lengths(row: Rows, place: Rows, is_in: npt.NDArray[np.bool_], n_rows: int, n: int) -> Rows:
    """Words in a row, from pieces of n words in a row."""
    longest = longest_run(row, place, is_in, n_rows)
    return np.where(longest > 0, longest + n - 1, 0)


def is_among(hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
    """Which hashes are among known ones, which are in order."""
    if not len(known):
        return np.zeros(len(hashes), dtype=np.bool_)
    place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.asarray(known[place] == hashes)
