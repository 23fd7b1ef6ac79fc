"""The sampler of texts by n-grams: another engine's rows, with texts in the columns of free text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.dataset import Batch
from twinset.core.request import Fixed, Made, Part, Request, SeedRows, Shares
from twinset.core.schema import Schema
from twinset.core.synthesis import MakeContext, Remarking, Sampler
from twinset.privacy.values import Numbers
from twinset.synthesizers.text.ngram.model import Model
from twinset.synthesizers.text.ngram.saved import write

NAME, INNER = "ngram", "inner"
Models = Mapping[str, tuple[Model, tuple[str, ...]]]


@dataclass(frozen=True)
class NgramSampler:
    """``inner`` makes all columns; those of ``models`` are then written anew where there is a text and none is given."""

    schema: Schema
    inner: Sampler
    by: str
    models: Models

    engine = NAME

    def parts(self, request: Request) -> Iterable[Part]:
        return self.inner.parts(request)

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        for item in self.inner.make(part, request, ctx):
            yield Batch(item.table, self._written(item.rows, part, request)) if isinstance(item, Batch) else item

    def _written(self, rows: pa.RecordBatch, part: Part, request: Request) -> pa.RecordBatch:
        seed = request.seed.child(part.table, "ngram", part.id)
        arrays = dict(zip(rows.schema.names, rows.columns, strict=True))
        for name, (model, labels) in self.models.items():
            own = arrays[name]
            codes = codes_of(rows.column(self.by).cast(pa.string()), labels) if self.by else np.zeros(len(own), np.int64)
            texts = model.texts(codes, seed.child(name)).cast(own.type)
            is_own = given_mask(request, name, part) | own.is_null().to_numpy(zero_copy_only=False)
            arrays[name] = pc.if_else(pa.array(is_own), own, texts)
        return pa.RecordBatch.from_arrays(list(arrays.values()), schema=rows.schema)

    def remarks(self, request: Request) -> Iterable[str]:
        """What the other engine says of given values."""
        return self.inner.remarks(request) if isinstance(self.inner, Remarking) else ()

    def save(self, folder: Path) -> None:
        write(folder, self.inner.engine, self.by, dict(self.models))
        (folder / INNER).mkdir()
        self.inner.save(folder / INNER)


def codes_of(texts: pa.Array, labels: tuple[str, ...]) -> Numbers:
    """The number of each label from 1; 0 for missing ones and those that are not known."""
    found = pc.fill_null(pc.index_in(texts, value_set=pa.array(labels, pa.string()), skip_nulls=True), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64) + 1


def given_mask(request: Request, name: str, part: Part) -> npt.NDArray[np.bool_]:
    """Where a column's values are given."""
    given = request.given
    if isinstance(given, SeedRows):
        if name not in given.rows.column_names:
            return np.zeros(part.size, dtype=np.bool_)
        cells = given.rows.column(name).slice(part.keys.start, part.size)
        return np.asarray(cells.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    is_given = (isinstance(given, Fixed) and name in given.values) or (isinstance(given, Shares) and given.column == name)
    return np.full(part.size, is_given, dtype=np.bool_)
