"""The check of every row that is made: which rows break a constraint, and which constraints those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from twinset.constraints import Functions, broken
from twinset.constraints.holds import Mask, repeated
from twinset.constraints.regex import read
from twinset.core import types
from twinset.core.constraints import Combinations, Constraint, InRange, Pattern, Unique
from twinset.core.schema import Table, Values
from twinset.errors import DataError, PlanError
from twinset.synthesizers.constrained.form import Form
from twinset.synthesizers.constrained.joint import Book

__all__ = ["Check", "Mask"]


@dataclass(frozen=True)
class Check:
    """A table's constraints; ``books`` are the known combinations, by the number of their constraint."""

    table: Table
    books: Mapping[int, Book]

    def uniques(self, numbered: frozenset[str]) -> list[Unique]:
        """The uniqueness constraints that rows must be looked through for: none of their columns is numbered."""
        wanted = [one for one in self.table.constraints if isinstance(one, Unique)]
        return [one for one in wanted if not any(self._is_apart(name, numbered) for name in one.columns)]

    def _is_apart(self, name: str, numbered: frozenset[str]) -> bool:
        """Whether a column's numbers are all different, and so are the values that they stand for."""
        regexes = [one.regex for one in self.table.constraints if isinstance(one, Pattern) and one.column == name]
        return name in numbered and all(read(regex).is_plain for regex in regexes)

    def broken(
        self, rows: pa.RecordBatch, functions: Functions, earlier: Iterable[pa.Table], numbered: frozenset[str]
    ) -> Mask:
        """True for each row that breaks a constraint, or repeats what only one row may have."""
        found = np.zeros(rows.num_rows, dtype=np.bool_)
        for _, own in self._each(rows, functions, tuple(earlier), numbered):
            found |= own
        return found

    def counts(
        self, rows: pa.RecordBatch, functions: Functions, earlier: Iterable[pa.Table], numbered: frozenset[str]
    ) -> list[tuple[Constraint, int]]:
        """The constraints that are broken, each with its rows."""
        return [(c, int(own.sum())) for c, own in self._each(rows, functions, tuple(earlier), numbered) if own.any()]

    def _each(
        self, rows: pa.RecordBatch, functions: Functions, earlier: tuple[pa.Table, ...], numbered: frozenset[str]
    ) -> Iterable[tuple[Constraint, Mask]]:
        uniques = self.uniques(numbered)
        for number, constraint in enumerate(self.table.constraints):
            if isinstance(constraint, Unique):
                if constraint in uniques:
                    yield constraint, _repeated(constraint, rows, earlier)
            elif isinstance(constraint, Combinations):
                yield constraint, self.books[number].lacks(rows)
            else:
                yield constraint, broken(constraint, self.table, rows, functions)

    def capacity(self, n_rows: int, form: Form) -> None:
        """PlanError where a column that must be unique has fewer possible values than there are rows."""
        for constraint in self.table.constraints:
            if isinstance(constraint, Unique) and (size := self._n_values(constraint, form)) is not None and size < n_rows:
                raise PlanError(
                    f"{constraint}: {n_rows:,} rows are asked for, and there are only {size:,} different values; "
                    "ask for fewer rows, or widen what the columns may hold"
                )

    def _n_values(self, constraint: Unique, form: Form) -> int | None:
        """How many different values there can be, where that is known and none may be missing."""
        size = 1
        for name in constraint.columns:
            column = self.table[name]
            own = [one for one in self.table.constraints if isinstance(one, Pattern | InRange) and one.column == name]
            if column.nullable and name not in form.numbered:
                return None
            counts = [_n_of(one, column.storage) for one in own]
            counts += [len(column.domain.values)] if isinstance(column.domain, Values) else []
            if not any(isinstance(one, Pattern) for one in own) and isinstance(column.type, types.Identifier):
                counts.append(column.type.n_values)
            known = [count for count in counts if count is not None]
            if not known:
                return None
            size *= min(known)
        return size

    def save(self, folder: Path) -> None:
        for number, book in self.books.items():
            with (
                pa.OSFile(str(folder / f"book-{number}.arrow"), "wb") as file,
                pa.ipc.new_file(file, book.rows.schema) as out,
            ):
                out.write_batch(book.rows)

    @classmethod
    def load(cls, folder: Path, table: Table) -> Check:
        wanted = [number for number, one in enumerate(table.constraints) if isinstance(one, Combinations)]
        return cls(table, {number: _read_book(folder / f"book-{number}.arrow") for number in wanted})


def _n_of(constraint: Constraint, storage: pa.DataType) -> int | None:
    """How many values a pattern or a range of whole numbers leaves."""
    if isinstance(constraint, Pattern):
        return read(constraint.regex).size
    if isinstance(constraint, InRange) and pa.types.is_integer(storage):
        ends = (constraint.low, constraint.high)
        if all(isinstance(end, int | float) for end in ends):
            return max(0, int(np.floor(float(ends[1]))) - int(np.ceil(float(ends[0]))) + 1)  # type: ignore[arg-type]
    return None


def _repeated(constraint: Unique, rows: pa.RecordBatch, earlier: tuple[pa.Table, ...]) -> Mask:
    """True for rows whose values stood before, here or in an earlier part."""
    parts = [*(one.select(list(constraint.columns)) for one in earlier), pa.Table.from_batches([rows]).select(
        list(constraint.columns)
    )]  # fmt: skip
    both = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    columns = [column.combine_chunks() for column in both.columns]
    return repeated(columns, both.num_rows)[both.num_rows - rows.num_rows :]


def _read_book(path: Path) -> Book:
    try:
        with pa.OSFile(str(path), "rb") as file:
            rows = pa.ipc.open_file(file).read_all().combine_chunks()
        rows.validate(full=True)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"the sampler's book of combinations is missing or damaged: {error}") from error
    batches = rows.to_batches()
    return Book(batches[0] if batches else pa.RecordBatch.from_pylist([], schema=rows.schema))
