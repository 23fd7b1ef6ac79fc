"""The engine "rules": tables from what a plan says of their columns. There is nothing to learn, and no code in a plan.

A rule makes a column (:mod:`.rule` is the contract, :mod:`.kinds` the rules there are), :mod:`.compile` checks all of them
against each other, and :mod:`.sampler` makes parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from twinset.core.dataset import Dataset
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Traits
from twinset.errors import DataError, PlanError, UserError
from twinset.plan import TableSpec
from twinset.synthesizers.documents import read_document
from twinset.synthesizers.rules.sampler import DOCUMENT, RulesSampler

LARGEST = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Rules:
    """``tables`` by name, and the ``locale`` of names and texts: one, several, or several with weights."""

    tables: Mapping[str, TableSpec] = field(default_factory=dict)
    locale: str | tuple[str, ...] | Mapping[str, float] = "en_US"

    @property
    def traits(self) -> Traits:
        return Traits()

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return Forecast(seconds=0.1, bytes=100_000_000)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        """Nothing is learned: what the rules say is checked."""
        if not self.tables:
            raise PlanError(
                "the synthesizer 'rules' needs tables: {NAME: {rows: 100, columns: {id: {rule: sequence}, ...}}}"
            )
        sampler = RulesSampler(self.tables, weighted(self.locale))
        sampler.program  # noqa: B018  compiles, which finds what is wrong
        return sampler

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        document = read_document(folder / DOCUMENT, ("locales", "tables"), LARGEST)
        try:
            specs: dict[str, TableSpec] = TypeAdapter(dict[str, TableSpec]).validate_python(document["tables"])
        except ValidationError as error:
            raise DataError(f"the sampler's tables are not as they were saved: {error.errors()[0]['msg']}") from None
        sampler = RulesSampler(specs, _locales(document["locales"]))
        try:
            is_same = sampler.schema == schema
        except UserError as error:
            raise DataError(f"the sampler's rules can't be used: {error}") from error
        if not is_same:
            raise DataError("the schema beside the rules is not the one that they make")
        return sampler


def weighted(locale: str | tuple[str, ...] | Mapping[str, float]) -> dict[str, float]:
    """Locales with their shares."""
    if isinstance(locale, str):
        return {locale: 1.0}
    weights = dict(locale) if isinstance(locale, Mapping) else dict.fromkeys(locale, 1.0)
    return {code: weight / sum(weights.values()) for code, weight in weights.items()}


def _locales(said: Any) -> dict[str, float]:
    is_fine = isinstance(said, dict) and said and all(isinstance(one, float | int) and one > 0 for one in said.values())
    if not is_fine:
        raise DataError(f"the sampler's locales are not as they were saved: {said!r:.80}")
    return dict(said)
