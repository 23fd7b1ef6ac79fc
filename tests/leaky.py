"""Engines of which it is known what they leak: one copies its rows, one ignores them. An audit never saves a sampler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tests import flawed
from twinset.core.dataset import Batch, Dataset, whole
from twinset.core.request import Made, Part, Request, even_parts
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, MakeContext, Sampler, Traits


@dataclass(frozen=True)
class Drawn:
    """A share of whole copies of the given rows; in the others each column is drawn from them on its own."""

    engine: str
    schema: Schema
    rows: pa.Table
    copied: float

    def parts(self, request: Request) -> Iterable[Part]:
        return even_parts(self.schema.only.name, request.size[self.schema.only.name], request.part_rows)

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        draw = request.seed.child(part.id).generator()
        same = draw.integers(0, self.rows.num_rows, part.size)
        is_copy = draw.random(part.size) < self.copied
        own = [np.where(is_copy, same, draw.integers(0, self.rows.num_rows, part.size)) for _ in self.rows.columns]
        pairs = zip(self.rows.columns, own, strict=True)
        columns = [column.combine_chunks().take(pa.array(place)) for column, place in pairs]
        yield Batch(part.table, pa.RecordBatch.from_arrays(columns, schema=self.schema.only.arrow))


class _Engine:
    @property
    def traits(self) -> Traits:
        return Traits()

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return Forecast(0.1, 1)


@dataclass(frozen=True)
class Copying(_Engine):
    """A share of its rows are whole training rows, the others put together from single values of training rows."""

    share: float = 0.3

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        assert data is not None
        return Drawn("copying", schema, whole(data), self.share)


@dataclass(frozen=True)
class Ignoring(_Engine):
    """Rows of the law of :mod:`tests.flawed`, whatever it is given to learn from."""

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        return Drawn("ignoring", schema, flawed.dataset(flawed.rows(2000, 99)).to_arrow(), 1.0)
