"""Keys that follow from the number of a row: permutations of a range, and texts of a fixed width from matrices of letters.

A permutation is a keyed Feistel network over a rectangle a little larger than its range; what falls outside walks on until
it is inside. Nothing is remembered, so that a hundred million different values cost no memory, and any of them can be told
by the number of its row alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules.rule import Index

LARGEST = 2**62
Words = npt.NDArray[np.uint64]
Letters = npt.NDArray[np.uint8]
_ROUNDS = 6
PIECE = 1 << 14
"""So many rows are worked on at once where there are many steps: their words stay in the nearest cache of the processor."""


@lru_cache(maxsize=256)
def _keys(seed: Seed) -> tuple[int, ...]:
    return tuple(seed.generator().integers(0, 2**64, _ROUNDS, dtype=np.uint64).tolist())


def mixed(words: Words, key: int) -> Words:
    """Words that look random: the finaliser of SplitMix64, which takes no two words to one."""
    words = words + np.uint64(key)
    words ^= words >> np.uint64(30)
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(27)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= words >> np.uint64(31)
    return words


def random_words(rows: Index, seed: Seed) -> Words:
    """A random word for each row, by its number; two rows may have the same by chance alone."""
    first, second = _keys(seed)[:2]
    return mixed(mixed(rows.astype(np.uint64), first), second)


def shuffled(rows: Index, bits: int, seed: Seed) -> Words:
    """Numbers of so many bits in an order that the seed decides: multiplications and shifts, which take no two to one."""
    mask, half = np.uint64(2**bits - 1), np.uint64(bits // 2 + 1)
    words = rows.astype(np.uint64)
    for key in _keys(seed)[:3]:
        words = ((words + np.uint64(key)) & mask) * np.uint64(key >> 1 | 1) & mask
        words ^= words >> half
    return words


@dataclass(frozen=True, slots=True)
class Permutation:
    """The numbers below ``size`` in an order that the seed decides. ``tweak`` gives each row an order of its own."""

    size: int
    seed: Seed

    def at(self, rows: Index, tweak: Words | None = None) -> Index:
        """Where the permutation takes each of these numbers, which are below its size."""
        if self.size > LARGEST:
            raise PlanError(f"there are more values ({self.size:,}) than can be told apart by number")
        places = self._once(rows, tweak)
        out = np.flatnonzero(places >= self.size)
        while len(out):
            places[out] = self._once(places[out], None if tweak is None else tweak[out])
            out = out[places[out] >= self.size]
        return places

    def _once(self, rows: Index, tweak: Words | None) -> Index:
        width = max(1, math.isqrt(self.size - 1) + 1) if self.size else 1
        height = -(-self.size // width) or 1
        left = (rows // height).astype(np.uint64)
        right = rows.astype(np.uint64) - left * np.uint64(height)
        for number, key in enumerate(_keys(self.seed)):
            if number % 2:
                right = _turned(right, left, tweak, key, height)
            else:
                left = _turned(left, right, tweak, key, width)
        return (left * np.uint64(height) + right).astype(np.int64)


def _turned(half: Words, by: Words, tweak: Words | None, key: int, size: int) -> Words:
    """One half moved on, modulo its size, by a hash of the other."""
    hashed = mixed(by if tweak is None else by ^ tweak, key) >> np.uint64(33)
    half = half + ((hashed * np.uint64(size)) >> np.uint64(31))
    half[half >= size] -= np.uint64(size)
    return half


_HEX = np.array([(ord(f"{byte:02x}"[0]) | ord(f"{byte:02x}"[1]) << 8) for byte in range(256)], dtype="<u2")


def hexadecimal(octets: Letters) -> Letters:
    """Bytes as pairs of hexadecimal digits."""
    return np.asarray(_HEX[octets].view(np.uint8).reshape(len(octets), 2 * octets.shape[1]))


@cache
def _fours() -> pa.Array:
    """The texts 0000 to ffff, four bytes in a number each."""
    numbers = np.arange(2**16)
    return pa.array(np.column_stack([_HEX[numbers >> 8], _HEX[numbers & 255]]).view("<u4").reshape(-1))


def hexadecimal_fours(words: Words) -> npt.NDArray[np.uint32]:
    """The sixteen hexadecimal digits of each word, four to a number as their text has them, the highest first."""
    sixteens = words.byteswap().view(">u2").astype(np.uint16)
    return np.asarray(_fours().take(pa.array(sixteens)).to_numpy().reshape(-1, 4))


def octets(words: Words) -> Letters:
    """The eight bytes of each word, the highest first."""
    return words.astype(">u8").view(np.uint8).reshape(-1, 8)


def texts(letters: Letters) -> pa.Array:
    """A matrix of ASCII letters as texts of one width, without a copy."""
    n, width = letters.shape
    if n * width >= 2**31:
        raise PlanError(f"{n:,} texts of {width} letters are too many for one part; say a smaller part_rows")
    ends = np.arange(0, (n + 1) * width, width, dtype=np.int32) if width else np.zeros(n + 1, dtype=np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(letters)))


def digits(numbers: npt.NDArray[np.integer], width: int, base: int = 10) -> Letters:
    """The digits (as numbers) of numbers in a base, the highest first; what goes beyond the width is left out."""
    out = np.empty((len(numbers), width), dtype=np.uint8)
    left = numbers.astype(np.uint64)
    for place in range(width - 1, -1, -1):
        rest = left // np.uint64(base)
        out[:, place] = left - rest * np.uint64(base)
        left = rest
    return out
