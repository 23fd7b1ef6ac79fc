"""The engine "text": rows whose columns language models make, one after another, from what a plan says.

A kind of column asks models (:mod:`.columns`), :mod:`.program` checks all of them against each other before anything runs,
:mod:`.sampler` makes parts. Which clients there are is the registry's to know; checks of rows come from there, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from twinset.core.dataset import Dataset
from twinset.core.registry import lookup
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Traits
from twinset.errors import DataError, PlanError, UserError
from twinset.plan import TextSpec
from twinset.synthesizers.documents import read_document
from twinset.synthesizers.text.over import over_table
from twinset.synthesizers.text.program import program
from twinset.synthesizers.text.sampler import DOCUMENT, NAME, TextSampler
from twinset.synthesizers.text.session import RECORDED

LARGEST = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Text:
    """``text`` is what the plan says, ``locale`` that of its rules, ``table`` the name of the one that is made."""

    text: TextSpec | None = None
    locale: str | tuple[str, ...] | Mapping[str, float] = "en_US"
    table: str = NAME

    def __post_init__(self) -> None:
        """What can be found wrong without the rows that the stage goes over is found at once."""
        if self.text is not None:
            program(self.text, self.locale, None, self.table)
            for spec in self.text.models.values():
                if spec.client != RECORDED:
                    lookup("llm", spec.client)

    @property
    def traits(self) -> Traits:
        return Traits(extra="llm")

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return Forecast(seconds=0.1, bytes=100_000_000)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        """Nothing is learned: ``schema`` is that of the rows gone over, against which the plan is checked."""
        if self.text is None:
            raise PlanError("the synthesizer 'text' needs text: {model: {...}, columns: {NAME: {prompt: ...}, ...}}")
        over = None if self.text.over is None else over_table(self.text.over, schema)
        sampler = TextSampler(self.text, self.locale, over, self.table)
        sampler.program  # noqa: B018  compiles, which finds what is wrong
        return sampler

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        document = read_document(folder / DOCUMENT, ("locale", "name", "over", "text"), LARGEST)
        try:
            spec = TextSpec.model_validate(document["text"])
        except ValidationError as error:
            raise DataError(f"the sampler's text is not as it was saved: {error.errors()[0]['msg']}") from None
        try:
            over = _over(folder / "over.arrow", document["over"])
            sampler = TextSampler(spec, document["locale"], over, str(document["name"]))
            is_same = sampler.schema == schema
        except UserError as error:
            raise DataError(f"the sampler's text can't be used: {error}") from error
        if not is_same:
            raise DataError("the schema beside the text is not the one that it makes")
        return sampler


def _over(path: Path, columns: Any) -> Table | None:
    if columns is None:
        return None
    try:
        with pa.OSFile(str(path)) as file:
            schema = pa.ipc.open_file(file).schema
        return Table("over", tuple(Column.from_data(one.name, columns[one.name], one.type) for one in schema))
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise DataError(f"the sampler's rows to go over are not as they were saved: {error}") from error
