"""Cells as 64-bit words, so that "equal in these columns" becomes "equal sums of words".

A cell's word is a hash of its value and its column's place. The sum of a row's words (modulo 2^64) is the row's key, and
subtracting a word leaves its column out. Two rows that differ share a key with a chance of about 2^-64.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.evaluation.arrays import Flags
from twinset.evaluation.attacks.arena import Records
from twinset.evaluation.encode import Array

Word = npt.NDArray[np.uint64]

_LOST_BITS = 12
"""Bits of a float's fraction that are rounded away: numbers that agree in twelve digits are the same number."""


@dataclass(frozen=True)
class Words:
    """The words of some rows, column by column."""

    columns: tuple[Word, ...]

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @cached_property
    def _total(self) -> Word:
        total = np.zeros(len(self), dtype=np.uint64)
        for column in self.columns:
            total += column
        return total

    def keys(self, without: tuple[int, ...] = ()) -> Word:
        """The key of each row, some columns left out."""
        total = self._total.copy()
        for place in without:
            total -= self.columns[place]
        return total

    def beside(self, other: Words) -> Words:
        """These rows, then the other's."""
        return Words(tuple(np.concatenate(pair) for pair in zip(self.columns, other.columns, strict=True)))


def words(rows: Records) -> Words:
    """The words of all cells of some rows."""
    return Words(tuple(_mix(_bits(values) + np.uint64(_salt(i))) for i, values in enumerate(rows.values)))


def may_be_in(many: Word, few: Word) -> Flags:
    """Which of many words may be among the few: all that are, and hardly any other; far quicker than sorting them."""
    mask = np.uint64((1 << 22) - 1)
    table = np.zeros(1 << 22, dtype=np.bool_)
    table[few & mask] = True
    return np.asarray(table[many & mask])


def _salt(place: int) -> int:
    return (place + 1) * 0x9E3779B97F4A7C15 % 2**64


def _bits(values: Array) -> Word:
    if values.dtype.kind == "i":
        return values.astype(np.int64).view(np.uint64)
    plain = np.where(np.isnan(values), np.nan, values + 0.0)  # one NaN, and no minus zero
    half, mask = np.uint64(1 << (_LOST_BITS - 1)), np.uint64(2**64 - (1 << _LOST_BITS))
    return (plain.view(np.uint64) + half) & mask


def _mix(word: Word) -> Word:
    """The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(word ^ (word >> np.uint64(31)))
