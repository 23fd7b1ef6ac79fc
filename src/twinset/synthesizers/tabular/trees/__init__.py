"""The engine "trees": each field given the fields before it, by bags of honest classification and regression trees.

Sequential CART synthesis (Reiter 2005): histograms for speed, honest leaves and hierarchical shrinkage against memorising,
a shared alphabet so that no value comes back because one entity had it, and a discriminator for what is left. What it does
not know: more than one table, and columns that may not be learned (those are placeholders).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from twinset.core.dataset import Dataset, whole
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Traits
from twinset.errors import DataError, PlanError
from twinset.privacy.levels import Level, level_of
from twinset.privacy.values import owners_of
from twinset.synthesizers.tabular import people
from twinset.synthesizers.tabular.layout import Layout
from twinset.synthesizers.tabular.sampler import TableSampler
from twinset.synthesizers.tabular.state import layout_from_data
from twinset.synthesizers.tabular.store import Reader
from twinset.synthesizers.tabular.trees.chain import Chain, Link, chain_from_data
from twinset.synthesizers.tabular.trees.forecast import forecast
from twinset.synthesizers.tabular.trees.grow import Growth
from twinset.synthesizers.tabular.trees.learn import Options, Seen, learn_links, refined

NAME = "trees"
TRAITS = Traits(given=frozenset({"fixed", "seed_rows", "shares"}), has_context=True)


@dataclass(frozen=True, slots=True)
class Trees:
    """Options.

    ``privacy`` is low, default or high, which says how many entities (``k``) must share a value before it is learned, and
    how many (``leaf``) must be in a node before anything is drawn from it; either may be said by number. ``pairs`` of trees
    for each field; ``floor`` rows and a ``gain`` over chance before a node is split; ``depth`` levels and ``predictors`` for
    each field at most. ``people`` is the locale of those who stand for personal data (de_DE); '': placeholders do.
    """

    privacy: str = "default"
    k: int | None = None
    leaf: int | None = None
    pairs: int = 2
    floor: int = 5
    gain: float = 2.0
    depth: int = 24
    predictors: int = 24
    people: str = ""

    def __post_init__(self) -> None:
        level_of(self.privacy, self.k, self.leaf)
        people.check(self.people)
        for name, least in {"pairs": 1, "floor": 1, "depth": 0, "predictors": 1}.items():
            if type(getattr(self, name)) is not int or not least <= getattr(self, name) <= 10**6:
                raise PlanError(f"{name} is a whole number of at least {least}, not {getattr(self, name)!r}")
        if not isinstance(self.gain, float | int) or not 0 <= self.gain < 1e9:
            raise PlanError(f"gain is a number of nats of at least 0, not {self.gain!r}")

    @property
    def level(self) -> Level:
        """How many entities must stand behind what is learned."""
        return level_of(self.privacy, self.k, self.leaf)

    @property
    def traits(self) -> Traits:
        return TRAITS

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return forecast(schema.only, n_rows.get(schema.only.name, 0), self.pairs, self.predictors)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        rows = whole(data)
        table = schema.only
        layout = Layout.learn(table, rows, self.level.k, ctx, self.people)
        seen = Seen.of(layout.fields, layout.split(rows), owners_of(table, rows))
        links = tuple(self._links(seen, layout.n_context, seed, ctx)) if layout.fields else ()
        chain = Chain(layout.fields, links, n_context=layout.n_context)
        chain = refined(chain, seen, self.level.leaf, seed.child("refinement"))
        return TableSampler(NAME, TRAITS, schema, layout, chain)

    def _links(self, seen: Seen, n_context: int, seed: Seed, ctx: FitContext) -> Iterator[Link]:
        growth = Growth(self.floor, self.gain, self.depth)
        links = learn_links(seen, Options(self.level, self.pairs, self.predictors, growth), seed, n_context)
        for place, link in enumerate(links, 1):
            ctx.progress(0.1 + 0.9 * place / len(seen.fields), f"learned {seen.fields[link.target].name}")
            yield link

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        reader = Reader.open(folder)
        layout = layout_from_data(reader.document.get("layout"), schema.only, reader)
        chain = chain_from_data(reader.document.get("model"), layout.fields, reader, layout.n_context)
        return TableSampler(NAME, TRAITS, schema, layout, chain)
