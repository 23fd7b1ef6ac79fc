"""Codecs of what is measured: numbers, moments and places."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Column
from twinset.privacy import alphabet
from twinset.privacy.alphabet import Ticks
from twinset.privacy.values import of_rows
from twinset.synthesizers.tabular.codec import Making, Scope, mask_of
from twinset.synthesizers.tabular.codecs import as_storage, to_texts
from twinset.synthesizers.tabular.fields import (
    NumberField,
    Raw,
)
from twinset.synthesizers.tabular.ticks import (
    PER_SECOND,
    Grid,
    a_day,
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
            scope.note("numbers that are not finite, or beyond 1e200: count as missing", column.name, n_odd)
        grid = grid_of(column, numbers)
        ticks = to_ticks(numbers, grid)
        field = learn_number_field(column.name, ticks, grid.ladder, scope)
        field = dataclasses.replace(field, is_day=pa.types.is_date(column.storage), turn=a_day(column, grid))
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
        unit = PER_SECOND[column.storage.unit]
        day = dataclasses.replace(learn_number_field(column.name, days, (1.0,), scope), is_day=True)
        clock = learn_number_field(f"{column.name} (time of day)", clocks, clock_ladder(unit), scope)
        return cls(column, day, dataclasses.replace(clock, turn=86400.0 * unit))

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
