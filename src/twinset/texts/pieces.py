"""Texts as arrays of 64-bit numbers: one for each run of n words or n characters, and which text each is of.

Words are what is left between blanks and punctuation, in small letters; each character of scripts that leave no blanks
(Han, kana, Thai) is a word of its own. Hashes are the same on every machine and in every process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_PUNCTUATION = r"[^\p{L}\p{N}\p{M}]+"
_ALONE = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])"
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some texts in order; ``row`` says whose each is, ``place`` where in its text it begins."""

    hashes: Hashes
    row: Rows
    place: Rows
    n_rows: int

    @property
    def counts(self) -> Rows:
        """How many pieces each text has."""
        return np.bincount(self.row, minlength=self.n_rows).astype(np.int64)

    def unique(self) -> Pieces:
        """Each piece of a text once, in the order of texts and hashes."""
        order = np.lexsort((self.hashes, self.row))
        hashes, row = self.hashes[order], self.row[order]
        is_first = np.ones(len(order), dtype=np.bool_)
        is_first[1:] = (hashes[1:] != hashes[:-1]) | (row[1:] != row[:-1])
        return Pieces(hashes[is_first], row[is_first], self.place[order][is_first], self.n_rows)


def plain(texts: pa.Array) -> pa.Array:
    """Texts in small letters with one blank between words and nothing else; missing ones are empty."""
    small = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(texts.cast(pa.string()), ""), "NFKC"))
    parted = pc.replace_substring_regex(small, _ALONE, r" \1 ")
    return pc.utf8_trim(pc.replace_substring_regex(parted, _PUNCTUATION, " "), " ")


def words(texts: pa.Array) -> tuple[pa.Array, Rows]:
    """All words of some texts in order, and whose each is."""
    lists = pc.split_pattern(plain(texts), " ")
    lengths = np.asarray(pc.list_value_length(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
    row = np.repeat(np.arange(len(texts)), lengths)
    flat = lists.flatten()
    is_word = pc.not_equal(flat, "")
    return flat.filter(is_word), row[np.asarray(is_word.to_numpy(zero_copy_only=False), dtype=np.bool_)]


def word_pieces(texts: pa.Array, n: int) -> Pieces:
    """Runs of n words. A text of fewer has none."""
    flat, row = words(texts)
    coded = flat.dictionary_encode()
    book = np.array([hashed(word) for word in coded.dictionary.to_pylist()], dtype=np.uint64)
    codes = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return _rolled(book[codes] if len(codes) else np.zeros(0, np.uint64), row, len(texts), n)


def letter_pieces(texts: pa.Array, n: int) -> Pieces:
    """Runs of n characters of the plain texts, blanks at the end included, so that even one letter has a run."""
    padded = pc.binary_join_element_wise(plain(texts), " " * (n - 1), "")
    lengths = np.asarray(pc.utf8_length(padded).to_numpy(zero_copy_only=False), dtype=np.int64)
    points = np.frombuffer("".join(padded.to_pylist()).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    return _rolled(mixed(points * _ODD), np.repeat(np.arange(len(texts)), lengths), len(texts), n)


def _rolled(marks: Hashes, row: Rows, n_rows: int, n: int) -> Pieces:
    """One hash for each run of n marks that lies within one text."""
    place = np.arange(len(row)) - np.searchsorted(row, row)
    length = max(0, len(marks) - n + 1)
    total = np.zeros(length, dtype=np.uint64)
    for step in range(n):
        total = mixed(total * _ODD + marks[step : step + length])
    is_whole = row[:length] == row[n - 1 : n - 1 + length]
    return Pieces(total[is_whole], row[:length][is_whole], place[:length][is_whole], n_rows)


def hashed(text: str) -> int:
    """64 bits of BLAKE2b, for whole texts and words."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def mixed(words_: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    one = (words_ ^ (words_ >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    one = (one ^ (one >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(one ^ (one >> np.uint64(31)))


def longest_run(row: Rows, place: Rows, is_in: npt.NDArray[np.bool_], n_rows: int) -> Rows:
    """For each text the most pieces in a row that are in something; 0 where none is."""
    row, place = row[is_in], place[is_in]
    if not len(row):
        return np.zeros(n_rows, dtype=np.int64)
    begins = np.ones(len(row), dtype=np.bool_)
    begins[1:] = (row[1:] != row[:-1]) | (place[1:] != place[:-1] + 1)
    start = np.flatnonzero(begins)
    lengths = np.diff(np.append(start, len(row)))
    longest = np.zeros(n_rows, dtype=np.int64)
    np.maximum.at(longest, row[start], lengths)
    return longest
