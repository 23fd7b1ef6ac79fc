"""The engine "ngram": texts without a language model, from runs of words that enough people share.

Columns of free text are learned as n-grams, by a label where one is named; all other columns are another engine's. What
comes out reads like the corpus for a few words at a time and means nothing in particular: it is the floor that text by
language models must be better than, and fills columns of text where no model may see the data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import registry, types
from twinset.core.dataset import Dataset, whole
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Synthesizer, Traits
from twinset.errors import DataError, PlanError, SchemaError
from twinset.privacy.levels import Level, level_of
from twinset.privacy.values import Numbers, owners_of, shared_labels
from twinset.synthesizers.text.ngram.model import Model, learn_model
from twinset.synthesizers.text.ngram.sampler import INNER, NAME, NgramSampler, codes_of
from twinset.synthesizers.text.ngram.saved import read_document, read_models

MOST_ORDER = 5


@dataclass(frozen=True, slots=True)
class Ngram:
    """Options: ``order`` is how many words hang together (1 to 5), ``by`` a column of labels that texts go by.

    ``k`` entities must share words and runs, or as many as ``privacy`` (low, default, high) says. ``engine`` makes the other
    columns. With ``templates`` sentences that differ in few words are learned as sentences with gaps.
    """

    order: int = 3
    by: str = ""
    privacy: str = "default"
    k: int | None = None
    engine: str = "independent"
    templates: bool = True

    def __post_init__(self) -> None:
        level_of(self.privacy, self.k)
        if type(self.order) is not int or not 1 <= self.order <= MOST_ORDER:
            raise PlanError(f"order is a whole number from 1 to {MOST_ORDER}, not {self.order!r}")
        if self.engine == NAME:
            raise PlanError(f"engine is the one for the other columns, and not {NAME!r} itself")

    @property
    def level(self) -> Level:
        """How many entities must stand behind what is learned."""
        return level_of(self.privacy, self.k)

    @property
    def _inside(self) -> Synthesizer:
        made: Synthesizer = registry.lookup("synthesizers", self.engine)(privacy=self.privacy, k=self.k)
        return made

    @property
    def traits(self) -> Traits:
        return self._inside.traits

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        inner = self._inside.forecast(schema, n_rows)
        n_texts = sum(n_rows.get(table.name, 0) * len(textual(table)) for table in schema)
        return dataclasses.replace(
            inner, seconds=inner.seconds + 2e-4 * n_texts, bytes=inner.bytes + 400 * min(n_texts, 100_000)
        )

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        table, rows = schema.only, whole(data)
        _check_by(self.by, table)
        columns = textual(table)
        names = frozenset(column.name for column in columns)
        inner = self._inside.fit(data, schema=schema, seed=seed.child("inner"), ctx=_Quiet(ctx, names))
        labels, codes = self._labels(table, rows)
        models = {
            column.name: (self._learned(column, rows, table, codes, len(labels) + 1, ctx), labels) for column in columns
        }
        if not models:
            ctx.note("there is no column of free text; all columns are made by the other engine")
        return NgramSampler(schema, inner, self.by, models)

    def _labels(self, table: Table, rows: pa.Table) -> tuple[tuple[str, ...], Numbers]:
        """The shared labels of the column to go by, and each row's number: 0 for none."""
        if not self.by:
            return (), np.zeros(rows.num_rows, dtype=np.int64)
        texts = rows.column(self.by).combine_chunks().cast(pa.string())
        labels = shared_labels(texts, owners_of(table, rows), self.level.k).labels
        return labels, codes_of(texts, labels)

    def _learned(
        self, column: Column, rows: pa.Table, table: Table, codes: Numbers, n_labels: int, ctx: FitContext
    ) -> Model:
        texts = rows.column(column.name).combine_chunks()
        learned = learn_model(
            _plain(texts), codes, n_labels, owners_of(table, rows), self.level.k, self.order, with_patterns=self.templates
        )
        if learned.n_rare_words:
            ctx.note(f"words that fewer than {self.level.k} entities use: shared words stand in their place", column.name,
                     learned.n_rare_words)  # fmt: skip
        if learned.n_cut:
            ctx.note(f"texts longer than those of {self.level.k} entities: none so long is made", column.name, learned.n_cut)
        if not len(learned.model.book):
            ctx.note(f"no word is shared by {self.level.k} entities: every text comes out empty", column.name, rows.num_rows)
        if learned.order < self.order:
            ctx.note(f"there are too many words for runs of {self.order}: {learned.order} are learned", column.name)
        return learned.model

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        document = read_document(folder)
        name, by = document.get("engine"), document.get("by")
        if not isinstance(name, str) or name == NAME or name not in registry.names("synthesizers"):
            raise DataError(f"the sampler's engine inside is not installed: {name!r:.60}")
        models = read_models(folder, document)
        if set(models) != {column.name for column in textual(schema.only)}:
            raise DataError("the sampler's models are not of the columns of text of its table")
        try:
            _check_by(by, schema.only)
        except (PlanError, TypeError) as error:
            raise DataError(f"the sampler goes by a column that is not there: {by!r:.60}") from error
        inner = registry.lookup("synthesizers", name).load(folder / INNER, schema)
        return NgramSampler(schema, inner, str(by), models)


def textual(table: Table) -> list[Column]:
    """The columns of free text that can hold any, but for those that a plan lets pass."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, types.Text) and not column.type.keep and _holds_text(column.storage)
    ]


def _holds_text(storage: pa.DataType) -> bool:
    return bool(pa.types.is_string(storage) or pa.types.is_large_string(storage))


def _plain(texts: pa.Array) -> pa.Array:
    return pc.cast(texts, pa.string())


def _check_by(by: object, table: Table) -> None:
    if by == "":
        return
    if not isinstance(by, str):
        raise PlanError(f"by is the name of a column, not {by!r}")
    try:
        column = table[by]
    except SchemaError as error:
        raise PlanError(f"by: {error}") from error
    if isinstance(column.type, types.Text) or not _holds_text(column.storage):
        raise PlanError(f"by names {by!r}, which holds {column.type.word}; texts go by a column of labels")


@dataclass(frozen=True, slots=True)
class _Quiet:
    """A context that leaves out what the other engine says of columns of text, which are not its own."""

    ctx: FitContext
    names: frozenset[str]

    def progress(self, done: float, what: str) -> None:
        self.ctx.progress(0.5 * done, what)

    def note(self, what: str, column: str | None = None, count: int = 1) -> None:
        if column not in self.names:
            self.ctx.note(what, column, count)
