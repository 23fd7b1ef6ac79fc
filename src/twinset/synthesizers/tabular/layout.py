"""The layout of a table: a codec for each column, and all their fields in one row, which is what engines learn.

Rows go in as Arrow and come out as Arrow; between them there are only fields. One table at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Table
from twinset.core.synthesis import FitContext
from twinset.errors import DataError, InternalError
from twinset.privacy.values import owners_of
from twinset.synthesizers.tabular import people
from twinset.synthesizers.tabular.codec import Codec, Making, Scope
from twinset.synthesizers.tabular.codecs import PlaceholderCodec
from twinset.synthesizers.tabular.fields import Field, Raw, Symbols
from twinset.synthesizers.tabular.nested import learn_codec


@dataclass(frozen=True)
class Layout:
    """The codecs of a table's columns, in the columns' order."""

    table: Table
    codecs: tuple[Codec, ...]

    @classmethod
    def learn(cls, table: Table, rows: pa.Table, k: int, ctx: FitContext, locale: str = "") -> Layout:
        """Learn each column's codec. ``k`` entities must share what is learned of a value; people are of a ``locale``."""
        if rows.num_rows == 0:
            raise DataError(f"table {table.name!r} has no rows; an engine learns from at least one")
        if table.names[: len(table.context)] != table.context:
            raise InternalError(f"the context of table {table.name!r} does not come first among its columns")
        scope = Scope(owners_of(table, rows), k, ctx.note, _made_unique(table), locale)
        rows = rows.unify_dictionaries()
        codecs = []
        for place, column in enumerate(table.columns):
            ctx.progress(0.1 * place / len(table.columns), f"reading {column.name}")
            codecs.append(learn_codec(column, one_array(rows.column(place)), scope))
        return cls(table, _together(codecs))

    def check(self) -> None:
        """MissingExtraError where people are to stand in it and their words are not to be had."""
        for locale in {codec.person.locale for codec in self.codecs if isinstance(codec, PlaceholderCodec) and codec.person}:
            people.check(locale)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for codec in self.codecs for field in codec.fields)

    def split(self, rows: pa.Table) -> list[Raw]:
        """The raw values of each field."""
        pairs = zip(self.codecs, rows.unify_dictionaries().columns, strict=True)
        return [raw for codec, column in pairs for raw in codec.split(one_array(column))]

    def encode(self, rows: pa.Table) -> list[Symbols]:
        """The symbols of each field."""
        return [field.encode(raw) for field, raw in zip(self.fields, self.split(rows), strict=True)]

    @property
    def n_context(self) -> int:
        """How many of the fields, the first ones, are of the table's context."""
        return sum(len(codec.fields) for codec in self._of_context)

    @property
    def _of_context(self) -> tuple[Codec, ...]:
        return self.codecs[: len(self.table.context)]

    def split_context(self, rows: pa.Table) -> list[Raw]:
        """The raw values of the context's fields; ``rows`` may have other columns too."""
        return [raw for codec in self._of_context for raw in codec.split(one_array(rows.column(codec.column.name)))]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.RecordBatch:
        """Rows of the table, without its context, from raw values of each field."""
        arrays, rest = [], list(raws)
        for codec in self.codecs:
            n_fields = len(codec.fields)
            if codec.column.name not in self.table.context:
                arrays.append(codec.join(rest[:n_fields], making))
            rest = rest[n_fields:]
        made = [field for field in self.table.arrow if field.name not in self.table.context]
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(made))


def _together(codecs: Sequence[Codec]) -> tuple[Codec, ...]:
    """The codecs with the same person in what belongs together."""
    asked = {n: codec.person for n, codec in enumerate(codecs) if isinstance(codec, PlaceholderCodec) and codec.person}
    whose = people.with_last_names([codecs[n].column.name for n in asked], list(asked.values()))
    chosen = dict(zip(asked, people.cast(whose), strict=True))
    return tuple(
        replace(codec, person=chosen[n]) if isinstance(codec, PlaceholderCodec) and n in chosen else codec
        for n, codec in enumerate(codecs)
    )


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def _made_unique(table: Table) -> frozenset[str]:
    """Key columns numbered anew so that keys stay unique: a single one, or those of a composite that are placeholders."""
    if len(table.primary_key) == 1:
        return frozenset(table.primary_key)
    return frozenset(n for n in table.primary_key if isinstance(table[n].type, types.Identifier | types.Personal))
