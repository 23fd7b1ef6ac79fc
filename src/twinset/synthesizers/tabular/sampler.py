"""The sampler of tabular engines: a layout, and a model that draws the raw values of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Batch
from twinset.core.request import KeyRange, Made, Part, Request, SeedRows, even_parts
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import MakeContext, Traits
from twinset.errors import PlanError
from twinset.synthesizers.tabular.codec import Making
from twinset.synthesizers.tabular.fields import Raw
from twinset.synthesizers.tabular.given import check, completed, given_columns, known_of, remarks
from twinset.synthesizers.tabular.known import Known
from twinset.synthesizers.tabular.layout import Layout
from twinset.synthesizers.tabular.state import layout_to_data
from twinset.synthesizers.tabular.store import Writer

Floats = npt.NDArray[np.float64]
_KINDS = {"Fixed": "fixed", "SeedRows": "seed_rows", "Shares": "shares"}


class Model(Protocol):
    """The joint law of a layout's fields, as an engine learned it."""

    def draw(self, n_rows: int, seed: Seed, known: Known | None = None, context: Sequence[Raw] = ()) -> list[Raw]:
        """Raw values of each field for that many rows, as what is known of some fields makes them likely.

        Of a field whose symbol is given, any value of that symbol may come back. ``context`` are the values of the first
        fields, which are known of every row.
        """

    def evidence(self, known: Known, seed: Seed, context: Sequence[Raw] = ()) -> Floats:
        """The logarithm of how likely the given fields of each row are, by one draw of what they hang on."""

    def to_data(self, writer: Writer) -> dict[str, Any]:
        """The model as plain data, its arrays put into the writer."""


@dataclass(frozen=True)
class TableSampler:
    """Rows of one table. Parts need nothing of each other."""

    engine: str
    traits: Traits
    schema: Schema
    layout: Layout
    model: Model

    def parts(self, request: Request) -> Iterable[Part]:
        table = self.schema.only
        if unknown := set(request.size) - {table.name}:
            raise PlanError(f"rows of unknown tables are asked for: {', '.join(sorted(unknown))}; known: {table.name}")
        kind = _KINDS.get(type(request.given).__name__)
        if request.given is not None and kind not in self.traits.given:
            allowed = ", ".join(sorted(self.traits.given)) or "nothing"
            raise PlanError(f"the engine {self.engine!r} can't be given {kind}; it can be given: {allowed}")
        if table.context:
            raise PlanError(f"rows of {table.name!r} are made given columns of other tables, by the sampler of all of them")
        check(request, table)
        self.layout.check()
        return even_parts(table.name, request.size.get(table.name, 0), request.part_rows)

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        table = self.schema.only
        common = request.seed.child(table.name)
        seed = common.child("part", part.id)
        fixed = given_columns(request.given, table, part, common)
        known = known_of(request.given, fixed, self.layout, part.size) if fixed else None
        raws = self.model.draw(part.size, seed, known)
        rows = self.layout.join(raws, Making(part.keys.start, part.size, request.size[table.name], seed, common))
        arrays = [
            completed(request.given, fixed[codec.column.name], made, codec) if codec.column.name in fixed else made
            for codec, made in zip(self.layout.codecs, rows.columns, strict=True)
        ]
        yield Batch(table.name, pa.RecordBatch.from_arrays(arrays, schema=table.arrow))

    def rows(self, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table | None = None) -> pa.RecordBatch:
        """Rows given the table's context, as :class:`twinset.core.synthesis.Contextual` has it."""
        own = seed.child("rows", keys.start)
        known = [] if context is None else self.layout.split_context(context)
        raws = self.model.draw(len(keys), own, None, known)
        return self.layout.join(raws, Making(keys.start, len(keys), n_total, own, seed))

    def completed(self, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table, given: pa.Table) -> pa.RecordBatch:
        """Rows given cells of their own, as :class:`twinset.core.synthesis.Completing` has it."""
        own, of_rows = seed.child("rows", keys.start), SeedRows(given)
        cells, known = self._known(of_rows, len(keys))
        raws = self.model.draw(len(keys), own, known, self.layout.split_context(context))
        made = self.layout.join(raws, Making(keys.start, len(keys), n_total, own, seed))
        codecs = {codec.column.name: codec for codec in self.layout.codecs}
        arrays = [
            completed(of_rows, cells[name], column, codecs[name]) if name in cells else column
            for name, column in zip(made.schema.names, made.columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=made.schema)

    def evidence(self, seed: Seed, context: pa.Table, given: pa.Table) -> Floats:
        """How likely given cells are, as :class:`twinset.core.synthesis.Completing` has it."""
        _, known = self._known(SeedRows(given), given.num_rows)
        return self.model.evidence(known, seed, self.layout.split_context(context))

    def _known(self, of_rows: SeedRows, n_rows: int) -> tuple[dict[str, pa.Array], Known]:
        """The cells that are given, by column, and what they say."""
        table = self.schema.only
        part = Part("", n_rows, KeyRange(0, n_rows), table.name)
        cells = given_columns(of_rows, table, part, Seed(0))
        return cells, known_of(of_rows, cells, self.layout, n_rows)

    def remarks(self, request: Request) -> Iterator[str]:
        """Given values that were never learned."""
        return remarks(request, self.layout)

    def save(self, folder: Path) -> None:
        writer = Writer()
        document = {"layout": layout_to_data(self.layout, writer), "model": self.model.to_data(writer)}
        writer.write(folder, document)
