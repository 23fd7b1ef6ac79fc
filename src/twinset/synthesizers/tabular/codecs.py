"""Codecs of plain columns: numbers, moments, labels, and columns that are all placeholders."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column, Values
from twinset.privacy import alphabet
from twinset.privacy.alphabet import Ticks
from twinset.privacy.values import Numbers, of_rows, shared_labels
from twinset.synthesizers.tabular import placeholders
from twinset.synthesizers.tabular.codec import Making, Scope, mask_of
from twinset.synthesizers.tabular.fields import (
    MISSING,
    RARE,
    SPREAD_BELOW,
    LabelField,
    NumberField,
    Raw,
    label_numbers,
    label_texts,
)
from twinset.synthesizers.tabular.ticks import (
    PER_SECOND,
    Grid,
    clock_ladder,
    from_ticks,
    grid_of,
    to_numbers,
    to_storage,
    to_ticks,
)


def learn_number_field(name: str, ticks: Ticks, ladder: tuple[float, ...], scope: Scope) -> NumberField:
    """The field of some ticks, with a note of what was protected in them."""
    there = ~np.isnan(ticks)
    owners = of_rows(scope.owners, there)
    field = NumberField(name, alphabet.learn(ticks[there], owners, scope.k, ladder))
    if there.any() and not len(field.alphabet):
        scope.note(f"too few entities (under {scope.k}) to learn anything: left missing", name, int(there.sum()))
    elif (n_drawn := int((field.alphabet.rung[field.alphabet.encode(ticks[there])] >= 0).sum())) > 0:
        scope.note(f"values that fewer than {scope.k} entities share: drawn inside cells that as many share", name, n_drawn)
    return field


@dataclass(frozen=True, slots=True)
class NumberCodec:
    """A column of numbers, days, times of day or durations: one field.

    ``exact`` are the numbers of the atoms, in order: a tick that is on no grid does not say its number to the last bit, and
    a value that comes back must be the value. It is empty where all atoms are on the grid.
    """

    column: Column
    grid: Grid
    field: NumberField
    exact: Ticks

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> NumberCodec:
        numbers = to_numbers(values)
        if n_odd := int(np.isnan(numbers).sum()) - values.null_count:
            scope.note("numbers that are not finite: count as missing", column.name, n_odd)
        grid = grid_of(column, numbers)
        ticks = to_ticks(numbers, grid)
        field = learn_number_field(column.name, ticks, grid.ladder, scope)
        field = dataclasses.replace(field, is_day=pa.types.is_date(column.storage))
        return cls(column, grid, field, _exact(numbers, ticks, field, grid))

    @property
    def fields(self) -> tuple[NumberField, ...]:
        return (self.field,)

    def split(self, values: pa.Array) -> list[Raw]:
        return [to_ticks(to_numbers(values), self.grid)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        ticks = np.asarray(raws[0], dtype=np.float64)
        numbers = from_ticks(ticks, self.grid)
        if len(self.exact):
            atoms = self.field.alphabet.atoms
            place = np.minimum(np.searchsorted(atoms, ticks), len(atoms) - 1)
            numbers = np.where(atoms[place] == ticks, self.exact[place], numbers)
        return to_storage(numbers, self.column)


def _exact(numbers: Ticks, ticks: Ticks, field: NumberField, grid: Grid) -> Ticks:
    """The number of each atom, as far as ticks do not tell it."""
    distinct, first = np.unique(ticks, return_index=True)
    exact = numbers[first[np.searchsorted(distinct, field.alphabet.atoms)]]
    return np.empty(0) if np.array_equal(from_ticks(field.alphabet.atoms, grid), exact) else exact


@dataclass(frozen=True, slots=True)
class MomentCodec:
    """A column of timestamps: a field of days and one of times of day, in local time where the column has a zone."""

    column: Column
    day: NumberField
    clock: NumberField

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> MomentCodec:
        days, clocks = _day_and_clock(values, column.storage)
        ladder = clock_ladder(PER_SECOND[column.storage.unit])
        day = dataclasses.replace(learn_number_field(column.name, days, (1.0,), scope), is_day=True)
        return cls(column, day, learn_number_field(f"{column.name} (time of day)", clocks, ladder, scope))

    @property
    def fields(self) -> tuple[NumberField, ...]:
        return (self.day, self.clock)

    def split(self, values: pa.Array) -> list[Raw]:
        return list(_day_and_clock(values, self.column.storage))

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        storage = self.column.storage
        missing = np.isnan(raws[0])
        days = np.where(missing, 0, raws[0]).astype(np.int64)
        clock = np.nan_to_num(np.asarray(raws[1], dtype=np.float64)).astype(np.int64)
        units = pa.array(days * (86400 * PER_SECOND[storage.unit]) + clock, pa.int64(), mask=missing)
        local = units.cast(pa.timestamp(storage.unit))
        if storage.tz is None:
            return local
        return pc.assume_timezone(local, storage.tz, ambiguous="earliest", nonexistent="latest")


def _day_and_clock(values: pa.Array, storage: pa.DataType) -> tuple[Ticks, Ticks]:
    local = pc.local_timestamp(values) if storage.tz is not None else values
    missing = mask_of(values)
    units = np.asarray(pc.fill_null(local.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), dtype=np.int64)
    days, clock = np.divmod(units, 86400 * PER_SECOND[storage.unit])
    return np.where(missing, np.nan, days), np.where(missing, np.nan, clock)


@dataclass(frozen=True, slots=True)
class PointCodec:
    """A column of places as "lat, lon" text: a field for each axis. Text that is no place counts as missing."""

    column: Column
    grid: Grid
    latitude: NumberField
    longitude: NumberField

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> PointCodec:
        axes = _axes(values)
        if n_odd := int(np.isnan(axes[0]).sum()) - values.null_count:
            scope.note("texts that are no place (lat, lon): count as missing", column.name, n_odd)
        grid = grid_of(column, np.concatenate(axes))
        names = (column.name, f"{column.name} (longitude)")
        fields = [
            learn_number_field(name, to_ticks(axis, grid), grid.ladder, scope)
            for name, axis in zip(names, axes, strict=True)
        ]
        return cls(column, grid, fields[0], fields[1])

    @property
    def fields(self) -> tuple[NumberField, ...]:
        return (self.latitude, self.longitude)

    def split(self, values: pa.Array) -> list[Raw]:
        return [to_ticks(axis, self.grid) for axis in _axes(values)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
        missing = np.isnan(raws[0]) | np.isnan(raws[1])
        exact = pa.decimal128(18, self.grid.decimals)
        axes = [
            pa.array(np.asarray(raw, dtype=np.float64) / 10.0**self.grid.decimals, mask=missing)
            .cast(exact)
            .cast(pa.string())
            for raw in raws
        ]
        return as_storage(pc.binary_join_element_wise(*axes, ", "), self.column.storage)


def _axes(values: pa.Array) -> list[Ticks]:
    number = r"[-+]?[0-9]{1,3}(?:\.[0-9]{0,12})?"
    parts = pc.extract_regex(to_texts(values), rf"^\s*(?P<lat>{number})\s*[,; ]\s*(?P<lon>{number})\s*$")
    return [to_numbers(pc.struct_field(parts, [name]).cast(pa.float64())) for name in ("lat", "lon")]


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

    ``n_per_row`` is how many different values there are for each row, 0 where every row has its own.
    """

    column: Column
    presence: LabelField | None
    n_per_row: float

    @classmethod
    def learn(cls, column: Column, values: pa.Array, scope: Scope) -> PlaceholderCodec:
        presence = learn_presence(column.name, values, scope)
        n_there = len(values) - values.null_count
        is_unique = column.name in scope.unique or not n_there
        n_per_row = 0.0 if is_unique else _distinct(values) / n_there
        if n_there and not isinstance(column.type, types.Empty):
            scope.note(f"{column.type.word}: never learned, typed placeholders stand in its place", column.name, n_there)
        return cls(column, presence, n_per_row if n_per_row < 1 else 0.0)

    @property
    def fields(self) -> tuple[LabelField, ...]:
        return () if self.presence is None else (self.presence,)

    def split(self, values: pa.Array) -> list[Raw]:
        return [] if self.presence is None else [presence_numbers(values)]

    def join(self, raws: Sequence[Raw], making: Making) -> pa.Array:
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
