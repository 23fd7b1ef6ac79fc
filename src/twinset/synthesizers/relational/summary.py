"""What an owner's rows in a child table are like: columns of the owner that are learned with it and never given out.

How many rows there are; of the child's columns in which rows of one owner are alike, the mean and spread of a number or a
time, the most frequent label and how many kinds there are. Columns that are the same in all rows of an owner are the owner's
own in all but name, and are drawn with it. The child's rows are then drawn given these, so that a customer who buys dear
things goes on to.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.keys import Places, plain
from twinset.core.schema import Column
from twinset.synthesizers.relational.alike import (
    Floats,
    as_numbers,
    by_chance,
    codes_of,
    is_same,
    label_likeness,
    likeness,
    means,
    modes,
    n_kinds,
    spreads,
)
from twinset.synthesizers.relational.shape import MARK, rows_of

MOST, _ALIKE, _CHANCE, _REDUNDANT, _SAME = 6, 0.03, 3.0, 0.95, 0.98
"""Columns that are summed up at most; the likeness that is worth it, and how many times what chance shows; correlation of
means from which one says the other's; likeness from which a column is asked whether it is the same in all rows of an
owner."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Columns of a child table that its owner has (``same`` in all its rows) or sums up (``numbers``, ``labels``)."""

    child: str
    same: tuple[Column, ...]
    numbers: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The summary's columns, as they are learned with the owner's."""
        return tuple(self._columns())

    def _columns(self) -> Iterator[Column]:
        yield Column(rows_of(self.child), types.Integer(), pa.int64(), nullable=False)
        for column in self.same:
            yield dataclasses.replace(column, name=self.name("same", column.name), nullable=True)
        for name in self.numbers:
            for what in ("mean", "spread"):
                yield Column(self.name(what, name), types.Real(), pa.float64())
        for name in self.labels:
            yield Column(self.name("most", name), types.Categorical(), pa.string())
            yield Column(self.name("kinds", name), types.Integer(), pa.int64())

    @property
    def is_checked(self) -> bool:
        """Whether it says more of the rows than how many there are and what is the same in all of them."""
        return bool(self.numbers or self.labels)

    def name(self, what: str, column: str) -> str:
        """What a column of the summary is called."""
        return f"{MARK}{self.child}: {what} {column}"

    def of(self, rows: pa.Table, owners: Places, n_owners: int) -> pa.Table:
        """The summary of each owner; ``owners`` gives the place of every row's, negative where it has none."""
        there = np.flatnonzero(owners >= 0)
        own, kept = owners[there], rows.take(pa.array(there))
        arrays: list[pa.Array] = [pa.array(np.bincount(own, minlength=n_owners))]
        arrays += [modes(plain(kept.column(column.name)), own, n_owners) for column in self.same]
        for name in self.numbers:
            values = as_numbers(kept.column(name))
            mean, spread = means(values, own, n_owners), spreads(values, own, n_owners)
            arrays += [pa.array(one, mask=np.isnan(one)) for one in (mean, spread)]
        for name in self.labels:
            values = plain(kept.column(name)).cast(pa.string())
            kinds = n_kinds(values, own, n_owners)
            arrays += [modes(values, own, n_owners), pa.array(kinds, mask=kinds == 0)]
        return pa.table(arrays, names=[column.name for column in self.columns])

    def of_drawn(self, rows: pa.Table, owners: Places, n_owners: int) -> pa.Table:
        """The summary of drawn rows, as far as these tell it: not how many there are, nor what is the same in all."""
        known = set(rows.column_names)
        numbers, labels = (tuple(name for name in names if name in known) for names in (self.numbers, self.labels))
        found = Summary(self.child, (), numbers, labels).of(rows, owners, n_owners)
        return found.drop_columns([rows_of(self.child)])


def find_summary(
    child: str, columns: Sequence[Column], rows: pa.Table, owners: Places, *, fixed: frozenset[str] = frozenset()
) -> Summary:
    """The summary of a child's columns in which the rows of one owner are alike, the most alike first.

    Columns that are ``fixed`` are a row's own, whatever they look like.
    """
    there = np.flatnonzero(owners >= 0)
    _, groups = np.unique(owners[there], return_inverse=True)
    size = np.bincount(groups) if len(groups) else np.zeros(0, np.int64)
    if (size > 1).sum() < MOST:
        return Summary(child, (), (), ())
    kept = rows.take(pa.array(there))
    found: list[tuple[float, Column]] = []
    same: list[Column] = []
    for column in columns:
        if not (is_number(column) or is_label(column)):
            continue
        values = kept.column(column.name)
        as_label = label_likeness(codes_of(plain(values)), groups)
        if column.name not in fixed and as_label > _SAME and is_same(codes_of(plain(values)), groups):
            same.append(column)
            continue
        alike = likeness(as_numbers(values), groups) if is_number(column) else as_label
        if alike > max(_ALIKE, _CHANCE * by_chance(groups[np.asarray(values.is_valid())])):
            found.append((alike, column))
    best = [column for _, column in sorted(found, key=lambda one: -one[0])]
    numbers = _apart([column.name for column in best if is_number(column)], kept, groups)
    labels = [column.name for column in best if is_label(column)][:MOST]
    return Summary(child, tuple(same), tuple(numbers), tuple(labels))


def _apart(names: list[str], rows: pa.Table, groups: Places) -> list[str]:
    """Those numbers whose means are not told by one before."""
    found: list[str] = []
    held: list[Floats] = []
    for name in names:
        mean = means(as_numbers(rows.column(name)), groups, int(groups.max()) + 1)
        mean = np.where(np.isnan(mean), np.nanmean(mean), mean)
        with np.errstate(invalid="ignore", divide="ignore"):
            close = any(abs(np.corrcoef(mean, other)[0, 1]) > _REDUNDANT for other in held)
        if not close and len(found) < MOST:
            found.append(name)
            held.append(mean)
    return found


def is_number(column: Column) -> bool:
    """Whether a column is summed up by a mean."""
    return isinstance(column.type, types.Integer | types.Real | types.Date | types.DateTime | types.Duration)


def is_label(column: Column) -> bool:
    """Whether a column is summed up by its most frequent value."""
    return isinstance(column.type, types.Categorical | types.Ordinal | types.Boolean)
