"""The engine "trees": each field given the fields before it, by bags of honest classification and regression trees.

Sequential CART synthesis (Reiter 2005): histograms for speed, honest leaves and hierarchical shrinkage against memorising,
and a shared alphabet so that no value comes back because one entity had it. What it does not know: more than one table, and
columns that may not be learned (those are placeholders).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twinset.core.dataset import Dataset, whole
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Traits
from twinset.errors import DataError, PlanError
from twinset.privacy import K
from twinset.privacy.values import Owners, owners_of
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.layout import Layout
from twinset.synthesizers.tabular.sampler import TableSampler
from twinset.synthesizers.tabular.state import layout_from_data
from twinset.synthesizers.tabular.store import Reader
from twinset.synthesizers.tabular.trees.chain import Chain, Link, chain_from_data, codes_of
from twinset.synthesizers.tabular.trees.codes import Coding, coding_of, ordered_by_target
from twinset.synthesizers.tabular.trees.forest import Rows, grow_forest, halves_of, target_of
from twinset.synthesizers.tabular.trees.grow import Growth
from twinset.synthesizers.tabular.trees.order import find_order, mutual_information, pick_predictors

NAME = "trees"
TRAITS = Traits(given=frozenset({"fixed", "seed_rows", "shares"}))
_CLASSES = 16


@dataclass(frozen=True, slots=True)
class Trees:
    """Options.

    ``k`` entities must share a value before it is learned; ``leaf`` entities must be in a node before anything is drawn from
    it; ``pairs`` of trees for each field; ``floor`` rows and a ``gain`` over chance before a node is split; ``depth`` levels
    and ``predictors`` for each field at most.
    """

    k: int = K
    leaf: int = 20
    pairs: int = 2
    floor: int = 5
    gain: float = 2.0
    depth: int = 24
    predictors: int = 24

    def __post_init__(self) -> None:
        for name, least in {"k": 2, "leaf": 2, "pairs": 1, "floor": 1, "depth": 0, "predictors": 1}.items():
            if type(getattr(self, name)) is not int or not least <= getattr(self, name) <= 10**6:
                raise PlanError(f"{name} is a whole number of at least {least}, not {getattr(self, name)!r}")
        if not isinstance(self.gain, float | int) or not 0 <= self.gain < 1e9:
            raise PlanError(f"gain is a number of nats of at least 0, not {self.gain!r}")

    @property
    def traits(self) -> Traits:
        return TRAITS

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        cells = sum(n_rows.get(table.name, 0) * len(table.columns) for table in schema)
        return Forecast(seconds=0.5 + 1.5e-5 * cells, bytes=200_000_000 + 60 * cells)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        rows = whole(data)
        table = schema.only
        layout = Layout.learn(table, rows, self.k, ctx)
        symbols = layout.encode(rows)
        links = self._links(layout, symbols, owners_of(table, rows), seed, ctx) if layout.fields else ()
        return TableSampler(NAME, TRAITS, schema, layout, Chain(layout.fields, links))

    def _links(
        self, layout: Layout, symbols: list[Symbols], owners: Owners, seed: Seed, ctx: FitContext
    ) -> tuple[Link, ...]:
        fields = layout.fields
        counts = [np.bincount(own, minlength=field.n_symbols) for field, own in zip(fields, symbols, strict=True)]
        codings = [coding_of(field, own, _CLASSES) for field, own in zip(fields, counts, strict=True)]
        classes = [coding.classes[own].astype(np.int64) for coding, own in zip(codings, symbols, strict=True)]
        shared = mutual_information(classes)
        order = find_order(shared)
        links = []
        for place, number in enumerate(order):
            ctx.progress(0.1 + 0.9 * place / len(order), f"learning {fields[number].name}")
            predictors = pick_predictors(shared, number, order[:place], self.predictors)
            links.append(self._link(number, predictors, (codings, symbols), owners, seed.child("field", number)))
        return tuple(links)

    def _link(
        self, number: int, predictors: tuple[int, ...], coded: tuple[list[Coding], list[Symbols]], owners: Owners, seed: Seed
    ) -> Link:
        codings, symbols = coded
        own = codings[number]
        target = target_of(own.classes, symbols[number], own.scores)
        seen = [
            (one, codings[one].codes)
            if codings[one].scores is not None
            else (
                one,
                ordered_by_target(symbols[one].astype(np.int64), len(codings[one].codes), target.classes, target.n_classes),
            )
            for one in predictors
        ]
        seen += [(one, view) for one in predictors for view in codings[one].views]
        looked_at, tables = tuple(one for one, _ in seen), tuple(table for _, table in seen)
        n_rows = len(symbols[number])
        codes = codes_of(tables, [symbols[one] for one in looked_at], n_rows)
        halves = halves_of(n_rows, owners, self.pairs, seed.child("halves").generator())
        limits = Growth(self.floor, self.gain, self.depth)
        forest = grow_forest(Rows(codes, symbols[number], target, owners), halves, limits, self.leaf)
        return Link(number, looked_at, tables, forest)

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        reader = Reader.open(folder)
        layout = layout_from_data(reader.document.get("layout"), schema.only, reader)
        return TableSampler(
            NAME, TRAITS, schema, layout, chain_from_data(reader.document.get("model"), layout.fields, reader)
        )
