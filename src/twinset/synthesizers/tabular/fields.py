"""Fields: what engines learn. A column is coded as one or more of them, and each turns raw values into symbols and back.

Symbol 0 is always "missing". A number's other symbols are its shared alphabet's, in order; a label's are the shared labels,
and last the rare ones, if there are any. Raw values are float64 ticks (NaN is missing) or int64 label numbers (-1 is
missing, -2 is rare).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.privacy.alphabet import Alphabet, Ticks
from twinset.privacy.values import Numbers

Raw = Ticks | Numbers
Symbols = npt.NDArray[np.uint16]
MISSING, RARE = -1, -2
MOST_SYMBOLS = 65_536
SPREAD_BELOW = 0.05
"""Rare labels of up to this share of the rows come out as shared labels; of more, as a placeholder."""


@dataclass(frozen=True, slots=True)
class NumberField:
    """A field of ticks; ``is_day``: they count days since 1970, which have a place in month and week.

    ``turn`` are the ticks after which times of day begin anew, 0 for what does not.
    """

    name: str
    alphabet: Alphabet
    is_day: bool = False
    turn: float = 0.0

    @property
    def n_symbols(self) -> int:
        return 1 + len(self.alphabet)

    @property
    def is_ordered(self) -> bool:
        return True

    def encode(self, raw: Raw) -> Symbols:
        symbols = np.zeros(len(raw), dtype=np.uint16)
        there = np.flatnonzero(~np.isnan(raw))
        if len(self.alphabet):
            symbols[there] = 1 + self.alphabet.encode(np.asarray(raw[there], dtype=np.float64))
        return symbols

    def decode(self, symbols: Symbols, rng: np.random.Generator) -> Raw:
        ticks = np.full(len(symbols), np.nan)
        draws = rng.random(len(symbols))
        there = np.flatnonzero(symbols)
        ticks[there] = self.alphabet.decode(symbols[there].astype(np.int64) - 1, draws[there])
        return ticks


@dataclass(frozen=True, slots=True)
class LabelField:
    """A field of labels. ``weights`` are the rows of each label, by which rare ones are spread where ``is_spread``."""

    name: str
    labels: tuple[str, ...]
    weights: tuple[int, ...]
    has_rare: bool
    is_spread: bool
    is_ordered: bool = False

    @property
    def n_symbols(self) -> int:
        return 1 + len(self.labels) + self.has_rare

    def encode(self, raw: Raw) -> Symbols:
        rare = 1 + len(self.labels) if self.has_rare else 0
        return np.where(raw == RARE, rare, raw + 1).astype(np.uint16)

    def decode(self, symbols: Symbols, rng: np.random.Generator) -> Raw:
        raw = symbols.astype(np.int64) - 1
        if not self.has_rare:
            return raw
        draws = rng.random(len(symbols))
        rare = np.flatnonzero(raw == len(self.labels))
        raw[rare] = RARE
        if self.is_spread and self.labels:
            bounds = np.cumsum(self.weights)
            raw[rare] = np.searchsorted(bounds, draws[rare] * bounds[-1], side="right")
        return raw


Field = NumberField | LabelField


def label_numbers(texts: pa.Array, labels: tuple[str, ...]) -> Numbers:
    """The number of each text among the labels; MISSING for missing, RARE for others."""
    found = pc.fill_null(pc.index_in(texts, value_set=pa.array(labels, texts.type), skip_nulls=True), RARE)
    numbers = np.array(found.to_numpy(zero_copy_only=False), dtype=np.int64)
    numbers[np.asarray(texts.is_null().to_numpy(zero_copy_only=False))] = MISSING
    return numbers


def label_texts(numbers: Numbers, labels: tuple[str, ...], other: str | None) -> pa.Array:
    """The labels of these numbers; ``other`` stands for rare ones."""
    book = pa.array([*labels, other], pa.string())
    places = np.where(numbers == RARE, len(labels), numbers)
    return book.take(pa.array(places, mask=numbers == MISSING))
