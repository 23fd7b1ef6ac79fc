"""Sentences with gaps: texts that stay, and between them slots, each with the words that enough people put there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.text.ngram.tokens import Codes, strung


@dataclass(frozen=True)
class Patterns:
    """All patterns, one after another.

    Pattern i is ``pieces[start[i]:start[i + 1]]``: a place in ``texts``, or ``~slot``. Slot j is filled from
    ``fillers[slot_start[j]:slot_start[j + 1]]``, places in ``texts``, whose counts add up in ``bounds``, on and on from slot
    to slot.
    """

    texts: pa.Array
    pieces: Codes
    start: Codes
    fillers: Codes
    slot_start: Codes
    bounds: Codes

    @classmethod
    def none(cls) -> Patterns:
        """No pattern at all."""
        empty, first = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
        return cls(pa.array([], pa.string()), empty, first, empty, first, empty)

    def __len__(self) -> int:
        return len(self.start) - 1

    def filled(self, which: Codes, random: np.random.Generator) -> pa.Array:
        """A sentence for each of the patterns named, every slot filled on its own."""
        lengths = self.start[which + 1] - self.start[which]
        begins = np.cumsum(lengths) - lengths
        places = np.repeat(self.start[which] - begins, lengths) + np.arange(lengths.sum())
        pieces = self.pieces[places]
        is_slot = pieces < 0
        pieces[is_slot] = self._drawn(~pieces[is_slot], random)
        return strung(self.texts, pieces, lengths)

    def _drawn(self, slots: Codes, random: np.random.Generator) -> Codes:
        before = np.concatenate([[0], self.bounds])
        low, high = before[self.slot_start[slots]], before[self.slot_start[slots + 1]]
        wanted = low + (random.random(len(slots)) * (high - low)).astype(np.int64)
        drawn: Codes = self.fillers[np.searchsorted(self.bounds, wanted, side="right")]
        return drawn


def in_text(sentences: pa.Array) -> pa.Array:
    """Sentences as tokens of a text, with the blank before them."""
    return pc.binary_join_element_wise("", sentences, " ")
