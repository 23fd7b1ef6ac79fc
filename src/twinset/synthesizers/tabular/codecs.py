"""Codecs of labels, and of columns that are all placeholders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column, Values
from twinset.privacy.values import Numbers, shared_labels
from twinset.synthesizers.tabular import placeholders
from twinset.synthesizers.tabular.codec import Making, Scope, mask_of
from twinset.synthesizers.tabular.fields import (
    MISSING,
    RARE,
    SPREAD_BELOW,
    LabelField,
    Raw,
    label_numbers,
    label_texts,
)
from twinset.synthesizers.tabular.people import Person


@dataclass(frozen=True, slots=True)
class LabelCodec:
    """A column of labels: one field. ``other`` is what rare labels come out as where they are not spread."""

    column: Column
    field: LabelField
    other: str | None

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> LabelCodec:
        texts = to_texts(values)
        labels, is_ordered = _labels(column, texts, scope)
        numbers = label_numbers(texts, labels)
        weights = np.bincount(numbers[numbers >= 0], minlength=len(labels))
        n_rare, n_there = int((numbers == RARE).sum()), int((numbers != MISSING).sum())
        is_text = is_textual(column.storage)
        is_document = isinstance(column.type, types.Json)
        is_spread = bool(labels) and not is_document and (n_rare <= SPREAD_BELOW * n_there or not is_text)
        other = "{}" if is_document else f"{column.name}-other" if is_text else None
        if n_rare:
            fate = "spread over the others" if is_spread else f"come out as {other!r}"
            scope.note(f"labels that fewer than {scope.k} entities share: {fate}", column.name, n_rare)
        field = LabelField(column.name, labels, tuple(weights.tolist()), n_rare > 0, is_spread, is_ordered)
        return cls(column, field, other)

    @property
    def fields(self) -> tuple[LabelField, ...]:
        return (self.field,)

    def split(self, values: pa.Array) -> list[Raw]:
        numbers = label_numbers(to_texts(values), self.field.labels)
        return [numbers if self.field.has_rare else np.where(numbers == RARE, MISSING, numbers)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        texts = label_texts(np.asarray(raws[0], dtype=np.int64), self.field.labels, self.other)
        return as_storage(texts, self.column.storage)


def _labels(column: Column, texts: pa.Array, scope: Scope) -> tuple[tuple[str, ...], bool]:
    """The labels that may be learned, and whether their order means something."""
    if pa.types.is_boolean(column.storage):
        return ("false", "true"), True
    shared = shared_labels(texts, scope.owners, scope.k).labels
    if not isinstance(column.domain, Values):
        return shared, False
    declared = tuple(to_texts(pa.array([value])).to_pylist()[0] for value in column.domain.values)
    if column.origin not in ("declared", "public"):
        declared = tuple(label for label in declared if label in set(shared))
    return declared, isinstance(column.type, types.Ordinal)


def to_texts(values: pa.Array) -> pa.Array:
    """Values of a plain storage as text."""
    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    return plain.cast(pa.string())


def as_storage(texts: pa.Array, storage: pa.DataType) -> pa.Array:
    """Text as values of a plain storage."""
    if pa.types.is_dictionary(storage):
        return as_storage(texts, storage.value_type).dictionary_encode().cast(storage)
    return texts.cast(storage)


def is_textual(storage: pa.DataType) -> bool:
    """Whether any text is a value of this storage."""
    plain = storage.value_type if pa.types.is_dictionary(storage) else storage
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain))


@dataclass(frozen=True, slots=True)
class PlaceholderCodec:
    """A column that is neither learned nor copied: at most a field that says where it is missing.

    ``n_per_row`` is how many different values there are for each row, 0 where every row has its own. Where there is a
    ``person``, what is theirs stands in the column.
    """

    column: Column
    presence: LabelField | None
    n_per_row: float
    person: Person | None = None

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> PlaceholderCodec:
        presence = learn_presence(column.name, values, scope)
        n_there = len(values) - values.null_count
        is_unique = column.name in scope.unique or not n_there
        n_per_row = 0.0 if is_unique else _distinct(values) / n_there
        n_per_row = n_per_row if n_per_row < 1 else 0.0
        asked = _person(column, n_per_row, scope)
        person = asked if asked is not None and asked.is_had else None
        if n_there and not isinstance(column.type, types.Empty):
            lack = "" if asked is None or person is not None else asked.lack
            said = placeholders.stand_in(column) + lack if person is None else person.stand_in
            scope.note(said, column.name, n_there)
        return cls(column, presence, n_per_row, person)

    @property
    def fields(self) -> tuple[LabelField, ...]:
        return () if self.presence is None else (self.presence,)

    def split(self, values: pa.Array) -> list[Raw]:
        return [] if self.presence is None else [presence_numbers(values)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        if self.person is not None:
            values = as_storage(self.person.texts(making), self.column.storage)
        else:
            key = making.common.child("uuid", self.column.name).integer()
            values = placeholders.placeholders(self.column, self._numbers(making), key)
        if not raws:
            return values
        return pc.if_else(pa.array(np.asarray(raws[0]) == MISSING), pa.scalar(None, self.column.storage), values)

    def _numbers(self, making: Making) -> Numbers:
        if self.n_per_row == 0.0:
            return making.start + np.arange(1, making.n_rows + 1)
        n_values = max(1, round(self.n_per_row * making.n_total))
        return making.draw("placeholders", self.column.name).integers(1, n_values + 1, making.n_rows)


def _person(column: Column, n_per_row: float, scope: Scope) -> Person | None:
    """Who is to stand in a column, if anybody is: of people, e-mails and user names alone are unique."""
    kind = column.type
    if not scope.people or not isinstance(kind, types.Personal) or not is_textual(column.storage):
        return None
    if column.name in scope.unique and kind.kind not in ("email", "user_name"):
        return None
    return replace(Person.of(column, scope.people), n_per_row=n_per_row)


def learn_presence(name: str, values: pa.Array, scope: Scope) -> LabelField | None:
    """A field that says where values are missing; None where all or none are."""
    if values.null_count == 0:
        return None
    n_there = len(values) - values.null_count
    return LabelField(name, ("present",), (n_there,), has_rare=False, is_spread=False)


def presence_numbers(values: pa.Array) -> Numbers:
    """0 where there is a value, MISSING where not."""
    return np.where(mask_of(values), MISSING, 0)


def _distinct(values: pa.Array) -> int:
    """How many different values there are; nested ones count as all different."""
    try:
        return int(pc.count_distinct(values).as_py())
    except pa.ArrowNotImplementedError:
        return len(values)
