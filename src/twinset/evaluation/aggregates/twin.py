"""The twin's side: its columns as numbers or label texts, cut into the cells that were published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dataset, whole
from twinset.evaluation.aggregates.model import label_text
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.encode import as_float, kind_of


@dataclass(frozen=True)
class Twin:
    """A synthetic dataset of one table."""

    data: Dataset

    @property
    def n(self) -> int:
        return self.data.count(self.data.schema.only.name)

    @property
    def names(self) -> tuple[str, ...]:
        return self.data.schema.only.names

    def is_number(self, name: str) -> bool:
        """Whether the column can be cut into ranges."""
        return kind_of(self.data.schema.only[name].type) in ("number", "time")

    def numbers(self, name: str) -> Floats:
        """Numbers (days or seconds for dates and times); NaN is missing, and what is not finite."""
        values = as_float(self._column(name))
        return np.where(np.isfinite(values), values, np.nan)

    def missing(self, name: str) -> float:
        """The share of missing values."""
        n_known = (
            int(np.isfinite(self.numbers(name)).sum()) if self.is_number(name) else self.n - self._column(name).null_count
        )
        return 1 - n_known / max(self.n, 1)

    def codes(self, name: str, labels: Sequence[str]) -> Rows:
        """The place of each row's label among those, len(labels) where it is none of them, -1 where it is missing."""
        texts, held = self._texts(name)
        place = {label: number for number, label in enumerate(labels)}
        known = np.array([place.get(text, len(labels)) for text in texts] + [-1], np.int64)
        return known[held]

    def cut(self, name: str, edges: Sequence[float]) -> Rows:
        """The range in which each row's number lies, the ends taking in all that lies beyond; -1 where it is missing."""
        values = self.numbers(name)
        inner = np.searchsorted(np.asarray(edges[1:-1], np.float64), np.nan_to_num(values), side="right")
        return np.where(np.isnan(values), -1, inner).astype(np.int64)

    def _column(self, name: str) -> pa.ChunkedArray:
        return whole(self.data, columns=[name]).column(0)

    def _texts(self, name: str) -> tuple[list[str], Rows]:
        """The distinct labels as they are written, and which of them each row holds (-1: missing)."""
        values = self._column(name).combine_chunks()
        coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        kind = self.data.schema.only[name].type
        texts = [_text(value, kind) for value in coded.dictionary.to_pylist()]
        return texts, np.asarray(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def _text(value: object, kind: types.Type) -> str:
    if isinstance(value, bool) and isinstance(kind, types.Boolean) and kind.words:
        return kind.words[value]
    return label_text(value) if isinstance(value, bool | int | float | str) else str(value)
