"""Texts that a plan lets pass: real ones, each row's drawn from all of them, in no relation to the row's other columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.schema import Column
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.codec import Making, Scope
from twinset.synthesizers.tabular.codecs import as_storage, learn_presence, presence_numbers, to_texts
from twinset.synthesizers.tabular.fields import MISSING, LabelField, Raw

SAID = "text: the plan says keep, so real texts stand in it as they are, whoever wrote them or is named in them"


@dataclass(frozen=True, slots=True)
class KeptCodec:
    """A column of texts that pass: the different ones, how often each comes, and a field that says where there is none."""

    column: Column
    presence: LabelField | None
    texts: tuple[str, ...]
    counts: tuple[int, ...]

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> KeptCodec:
        found = to_texts(values).drop_null().value_counts()
        if len(found):
            scope.note(SAID, column.name, len(values) - values.null_count)
        texts, counts = (found.field(name).to_pylist() for name in ("values", "counts"))
        return cls(column, learn_presence(column.name, values, scope), tuple(texts), tuple(counts))

    @property
    def fields(self) -> tuple[LabelField, ...]:
        return () if self.presence is None else (self.presence,)

    def split(self, values: pa.Array) -> list[Raw]:
        return [] if self.presence is None else [presence_numbers(values)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        picks = self._picks(making)
        is_missing = np.asarray(raws[0]) == MISSING if raws else np.full(making.n_rows, not self.texts)
        texts = pa.array(self.texts, pa.string()).take(pa.array(picks, mask=is_missing))
        return as_storage(texts, self.column.storage)

    def _picks(self, making: Making) -> Numbers:
        if not self.texts:
            return np.zeros(making.n_rows, np.int64)
        ends = np.cumsum(self.counts)
        drawn = making.draw("kept", self.column.name).integers(0, int(ends[-1]), making.n_rows)
        return np.searchsorted(ends, drawn, side="right").astype(np.int64)
