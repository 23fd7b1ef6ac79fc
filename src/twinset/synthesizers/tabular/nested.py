"""Codecs of nested columns: structs are their children side by side, lists a length and independent elements.

What is lost: which elements of a list go together. Maps and other shapes are placeholders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.synthesizers.tabular.codec import Codec, Making, Scope, mask_of
from twinset.synthesizers.tabular.codecs import (
    LabelCodec,
    PlaceholderCodec,
    is_textual,
    learn_presence,
    presence_numbers,
)
from twinset.synthesizers.tabular.fields import MISSING, Field, LabelField, NumberField, Raw
from twinset.synthesizers.tabular.kept import KeptCodec
from twinset.synthesizers.tabular.marginal import Marginal
from twinset.synthesizers.tabular.quantities import MomentCodec, NumberCodec, PointCodec, learn_number_field
from twinset.synthesizers.tabular.ticks import is_countable

_LADDER = (1.0,)
_PLACEHOLDERS = types.Text | types.Identifier | types.Personal | types.Media | types.Empty
_LABELS = types.Boolean | types.Categorical | types.Ordinal | types.Json


def is_learned(column: Column) -> bool:
    """Whether more of a column is learned than where it is missing."""
    return not isinstance(column.type, _PLACEHOLDERS)


def learn_codec(column: Column, values: pa.Array, scope: Scope) -> Codec:
    """The codec of a column, by its type as far as its storage goes with it."""
    storage = column.storage
    if isinstance(column.type, types.Text) and column.type.keep and is_textual(storage) and column.name not in scope.unique:
        return KeptCodec.learn(column, values, scope)
    if column.name in scope.unique or isinstance(column.type, _PLACEHOLDERS):
        return PlaceholderCodec.learn(column, values, scope)
    if pa.types.is_struct(storage) and storage.num_fields:
        return StructCodec.learn(column, values, scope)
    if pa.types.is_list(storage) or pa.types.is_large_list(storage):
        return ListCodec.learn(column, values, scope)
    if isinstance(column.type, types.Geo) and is_textual(storage):
        return PointCodec.learn(column, values, scope)
    if not isinstance(column.type, _LABELS):
        if pa.types.is_timestamp(storage):
            return MomentCodec.learn(column, values, scope)
        if is_countable(storage):
            return NumberCodec.learn(column, values, scope)
    if is_textual(storage) or pa.types.is_boolean(storage) or is_countable(storage) or pa.types.is_timestamp(storage):
        return LabelCodec.learn(column, values, scope)
    return PlaceholderCodec.learn(column, values, scope)


def inner_column(name: str, storage: pa.DataType) -> Column:
    """A column for values inside another, typed by their storage alone."""
    if pa.types.is_timestamp(storage):
        return Column(name, types.DateTime(unit=storage.unit), storage)
    if pa.types.is_nested(storage):
        return Column(name, types.Nested(), storage)
    if pa.types.is_boolean(storage) or is_textual(storage):
        return Column(name, types.Categorical(), storage)
    return Column(name, types.Integer() if pa.types.is_integer(storage) else types.Real(), storage)


@dataclass(frozen=True, slots=True)
class StructCodec:
    """A column of structs: its children's fields, after one that says where the struct is missing."""

    column: Column
    presence: LabelField | None
    children: tuple[Codec, ...]

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> StructCodec:
        inner = [inner_column(f"{column.name}.{field.name}", field.type) for field in column.storage]
        children = tuple(learn_codec(child, pc.struct_field(values, [i]), scope) for i, child in enumerate(inner))
        return cls(column, learn_presence(column.name, values, scope), children)

    @property
    def fields(self) -> tuple[Field, ...]:
        own: tuple[Field, ...] = () if self.presence is None else (self.presence,)
        return own + tuple(field for child in self.children for field in child.fields)

    def split(self, values: pa.Array) -> list[Raw]:
        own: list[Raw] = [] if self.presence is None else [presence_numbers(values)]
        return own + [raw for i, child in enumerate(self.children) for raw in child.split(pc.struct_field(values, [i]))]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        rest = list(raws)
        missing = None if self.presence is None else pa.array(np.asarray(rest.pop(0)) == MISSING)
        arrays = []
        for child in self.children:
            n_fields = len(child.fields)
            arrays.append(child.join(rest[:n_fields], making))
            rest = rest[n_fields:]
        return pa.StructArray.from_arrays(arrays, fields=list(self.column.storage), mask=missing)


@dataclass(frozen=True, slots=True)
class ListCodec:
    """A column of lists: one field, the length. Elements are drawn on their own, from all lists' elements together."""

    column: Column
    length: NumberField
    element: Codec
    marginals: tuple[Marginal, ...]

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> ListCodec:
        length = learn_number_field(column.name, _lengths(values), _LADDER, scope)
        elements = values.flatten()
        rows = np.asarray(pc.list_parent_indices(values).to_numpy(zero_copy_only=False), dtype=np.int64)
        element = learn_codec(inner_column(f"{column.name}[]", column.storage.value_type), elements, scope.of_rows(rows))
        raws = element.split(elements)
        marginals = tuple(Marginal.of(f.encode(raw), f.n_symbols) for f, raw in zip(element.fields, raws, strict=True))
        scope.note("lists: their lengths are learned, their elements are drawn independently", column.name, len(values))
        return cls(column, length, element, marginals)

    @property
    def fields(self) -> tuple[NumberField, ...]:
        return (self.length,)

    def split(self, values: pa.Array) -> list[Raw]:
        return [_lengths(values)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        missing = np.isnan(raws[0])
        bounds = np.concatenate([[0], np.cumsum(np.nan_to_num(np.asarray(raws[0], dtype=np.float64)))]).astype(np.int64)
        rng = making.draw("elements", self.column.name)
        fields = zip(self.element.fields, self.marginals, strict=True)
        drawn = [field.decode(marginal.draw(int(bounds[-1]), rng), rng) for field, marginal in fields]
        elements = self.element.join(drawn, replace(making, n_rows=int(bounds[-1])))
        kind = pa.ListArray if pa.types.is_list(self.column.storage) else pa.LargeListArray
        offsets = pa.array(bounds, pa.int32() if kind is pa.ListArray else pa.int64())
        return kind.from_arrays(offsets, elements, type=self.column.storage, mask=pa.array(missing))


def _lengths(values: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    lengths = pc.list_value_length(values).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.where(mask_of(values), np.nan, lengths)
