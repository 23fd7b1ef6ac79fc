"""The engine "relational": all tables of a database, each row made given its owner's, keys right by construction.

Any engine of one table that draws rows given a context stands inside. Owners come first with a summary of their rows in each
child table, then those rows given the summary: what is alike among one owner's rows stays alike. What it does not know: how
one table's columns hang together, which is the inside engine's, and files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twinset.core import registry
from twinset.core.dataset import Dataset
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Synthesizer, Traits
from twinset.errors import DataError, PlanError
from twinset.privacy import K
from twinset.privacy.levels import Level
from twinset.synthesizers.relational import saved
from twinset.synthesizers.relational.forecast import forecast
from twinset.synthesizers.relational.learn import learn
from twinset.synthesizers.relational.real import Real
from twinset.synthesizers.relational.sampler import NAME, RelationalSampler


@dataclass(frozen=True, slots=True)
class Relational:
    """Options: ``engine`` is the one inside, by name or as it is."""

    engine: str | Synthesizer = "trees"

    @property
    def _inside(self) -> Synthesizer:
        if not isinstance(self.engine, str):
            return self.engine
        made: Synthesizer = registry.lookup("synthesizers", self.engine)()
        return made

    @property
    def traits(self) -> Traits:
        return Traits()

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return forecast(self._inside, schema, n_rows)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        engine = self._inside
        if not engine.traits.has_context:
            raise PlanError(
                f"the engine {type(engine).__name__.lower()!r} can't draw rows given their owner's, as linked tables "
                "ask for; one that can is trees"
            )
        level = getattr(engine, "level", None)
        real = Real(data, level.k if isinstance(level, Level) else K)
        known = learn(real, engine, seed, ctx)
        return RelationalSampler(schema, known)

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        return RelationalSampler(schema, saved.load(folder, schema))
