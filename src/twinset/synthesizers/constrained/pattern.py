"""Identifiers of a regular expression: learned as bare numbers, each of which stands for a text of the expression.

Different numbers stand for different texts where the expression has enough of them, and no text comes from the real rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.regex import read
from twinset.constraints.shuffle import shuffled
from twinset.core import types
from twinset.core.constraints import Pattern
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.synthesizers.constrained.step import Known, Step


@dataclass(frozen=True)
class Coded(Step[Pattern]):
    """A column of a :class:`Pattern` as numbers under its own name, so that keys and entities stay what they are."""

    word: ClassVar[str] = "coded"

    @property
    def hidden(self) -> tuple[Column, ...]:
        return (Column(self.constraint.column, types.Identifier("sequence"), pa.int64()),)

    def forward(self, rows: pa.RecordBatch) -> list[pa.Array]:
        texts = rows.column(self.constraint.column)
        coded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
        return [pc.add(coded.indices.cast(pa.int64()), 1)]

    def inverse(self, known: Known, common: Seed) -> dict[str, pa.Array]:
        name, node = self.constraint.column, read(self.constraint.regex)
        numbers = known[name]
        places = np.asarray(pc.fill_null(numbers, 1).to_numpy(zero_copy_only=False), dtype=np.int64) - 1
        texts = node.texts(shuffled(places, node.size, common.child("pattern", name)))
        made = pa.array(texts.tolist(), pa.string(), mask=np.asarray(numbers.is_null().to_numpy(zero_copy_only=False)))
        storage = self.table[name].storage
        return {name: (made.dictionary_encode() if pa.types.is_dictionary(storage) else made).cast(storage)}
