"""The engine "independent": each column on its own, protected like everywhere else. The honest floor for all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twinset.core.dataset import Dataset, whole
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Traits
from twinset.errors import DataError
from twinset.privacy.levels import Level, level_of
from twinset.privacy.values import owners_of
from twinset.synthesizers.tabular import people
from twinset.synthesizers.tabular.blocks import Blocks, is_hidden
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw
from twinset.synthesizers.tabular.known import FLOOR, GIVEN, PRESENT, Known
from twinset.synthesizers.tabular.layout import Layout
from twinset.synthesizers.tabular.marginal import Marginal
from twinset.synthesizers.tabular.sampler import Floats, TableSampler
from twinset.synthesizers.tabular.state import layout_from_data, marginal_from_data
from twinset.synthesizers.tabular.store import Reader, Writer, expect

NAME = "independent"
TRAITS = Traits(given=frozenset({"fixed", "seed_rows", "shares"}))


@dataclass(frozen=True, slots=True)
class Independent:
    """Options: ``privacy`` is low, default or high; or ``k`` entities must share a value before it is learned.

    ``people`` is the locale of those who stand for personal data (de_DE); '': placeholders do.
    """

    privacy: str = "default"
    k: int | None = None
    people: str = ""

    def __post_init__(self) -> None:
        level_of(self.privacy, self.k)
        people.check(self.people)

    @property
    def level(self) -> Level:
        """How many entities must stand behind what is learned."""
        return level_of(self.privacy, self.k)

    @property
    def traits(self) -> Traits:
        return TRAITS

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        cells = sum(n_rows.get(table.name, 0) * len(table.columns) for table in schema)
        return Forecast(seconds=0.5 + 4e-7 * cells, bytes=150_000_000 + 60 * cells, making=1e-7 * cells)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        rows = whole(data)
        layout = Layout.learn(schema.only, rows, self.level.k, ctx, self.people)
        owners, rng = owners_of(schema.only, rows), seed.child("blocks").generator()
        marginals = []
        for field, symbols in zip(layout.fields, layout.encode(rows), strict=True):
            if isinstance(field, NumberField) and is_hidden(len(symbols), owners):
                symbols = Blocks.learn(field, symbols).redraw(symbols, rng)
            marginals.append(Marginal.of(symbols, field.n_symbols))
        return TableSampler(NAME, TRAITS, schema, layout, Marginals(layout.fields, tuple(marginals)))

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        reader = Reader.open(folder)
        layout = layout_from_data(reader.document.get("layout"), schema.only, reader)
        counts = expect(expect(reader.document.get("model"), dict, "model").get("counts"), list, "counts")
        if len(counts) != len(layout.fields):
            raise DataError(f"the sampler has {len(counts)} marginals for {len(layout.fields)} fields")
        pairs = zip(counts, layout.fields, strict=True)
        marginals = tuple(marginal_from_data(number, field, reader) for number, field in pairs)
        return TableSampler(NAME, TRAITS, schema, layout, Marginals(layout.fields, marginals))


@dataclass(frozen=True, slots=True)
class Marginals:
    """Fields drawn each on its own."""

    fields: tuple[Field, ...]
    marginals: tuple[Marginal, ...]

    def draw(self, n_rows: int, seed: Seed, known: Known | None = None, context: Sequence[Raw] = ()) -> list[Raw]:
        raws = []
        for place, (field, marginal) in enumerate(zip(self.fields, self.marginals, strict=True)):
            rng = seed.child("field", place).generator()
            symbols = marginal.draw(n_rows, rng)
            if known is not None:
                filled = np.flatnonzero(known.states[:, place] == PRESENT)
                symbols[filled] = marginal.present().draw(len(filled), rng)
            raws.append(field.decode(symbols, rng))
        return raws

    def evidence(self, known: Known, seed: Seed, context: Sequence[Raw] = ()) -> Floats:
        logs = np.zeros(len(known.states))
        for place, marginal in enumerate(self.marginals):
            shares = np.maximum(marginal.counts / max(int(marginal.counts.sum()), 1), FLOOR)
            logs += np.where(known.states[:, place] == GIVEN, np.log(shares[known.symbols[:, place]]), 0.0)
        return logs

    def to_data(self, writer: Writer) -> dict[str, Any]:
        return {"counts": [writer.put(marginal.counts) for marginal in self.marginals]}
