"""Bring other tables into train's schema, so that a twin from any tool can be compared.

Columns are matched by name, in any order; those that not all sides have are left out of the comparison and named. Values
are brought into train's types where nothing is lost in doing so (the text "1.0" is the number 1); what can't be read becomes
missing and is counted. Infinite numbers, and those beyond 1e100, count as missing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.schema import Column, Schema, Table
from twinset.errors import DataError
from twinset.evaluation.convert import Converted, converted, working_storage
from twinset.evaluation.result import Note


@dataclass(frozen=True, slots=True)
class Aligned:
    """The sides in one schema, and what a reader must know about how they came there."""

    train: Dataset
    synthetic: Dataset
    holdout: Dataset | None
    notes: tuple[Note, ...]


def align(train: Dataset, synthetic: Dataset, holdout: Dataset | None = None) -> Aligned:
    """All sides with the columns that they share, in train's order and types.

    DataError where a side has no rows, or where the sides have no column in common.
    """
    sides = {"train": train, "synthetic": synthetic} | ({"holdout": holdout} if holdout is not None else {})
    for name, data in sides.items():
        if data.count(data.schema.only.name) == 0:
            raise DataError(f"the {name} data has no rows; there is nothing to compare")
    notes = _strangers(sides)
    table = train.schema.only
    shared = [column for column in table.columns if all(column.name in data.schema.only.names for data in sides.values())]
    if not shared:
        raise DataError(
            f"no column in common: train has {_few(table.names)}; the other data has {_few(synthetic.schema.only.names)}. "
            "Columns are matched by their exact names"
        )
    kept: list[Column] = []
    arrays: dict[str, dict[str, pa.ChunkedArray]] = {name: {} for name in sides}
    for column in shared:
        made = _column(column, sides, notes)
        if made is not None:
            storage, values = made
            kept.append(dataclasses.replace(column, storage=storage))
            for name, each in values.items():
                arrays[name][column.name] = each
    schema = Schema((_with(table, tuple(kept)),))
    done = {name: Tables(schema, {table.name: pa.table(arrays[name])}, data.role) for name, data in sides.items()}
    return Aligned(done["train"], done["synthetic"], done.get("holdout"), tuple(notes))


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names[:10])) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _strangers(sides: Mapping[str, Dataset]) -> list[Note]:
    """Names that some side lacks, and names that train does not know."""
    ours = sides["train"].schema.only.names
    notes = []
    for name, data in sides.items():
        theirs = data.schema.only.names
        notes += [
            Note(f"the {name} data has no such column: not compared", column) for column in ours if column not in theirs
        ]
        notes += [
            Note(f"only the {name} data has this column: not compared", column) for column in theirs if column not in ours
        ]
    return notes


def _with(table: Table, columns: tuple[Column, ...]) -> Table:
    """The table with these columns; a key that lost one of its columns is none any more."""
    names = {column.name for column in columns}
    entity = table.entity if names.issuperset(table.entity) else ()
    return Table(table.name, columns, entity=entity)


def _column(
    column: Column, sides: Mapping[str, Dataset], notes: list[Note]
) -> tuple[pa.DataType, dict[str, pa.ChunkedArray]] | None:
    """One column of every side in one storage type: train's own where no side loses by it, else a wider one."""
    raw = {name: whole(data, columns=[column.name]).column(0) for name, data in sides.items()}
    results = {name: converted(values, column, raw["train"]) for name, values in raw.items()}
    if any(result is None for result in results.values()):
        notes.append(Note(f"values of another shape than {column.storage}: not compared", column.name))
        return None
    for name, result in results.items():
        if result is not None and result.n_lost:
            notes.append(Note(f"{name}: values that are no {column.type.word} count as missing", column.name, result.n_lost))
    return _one_storage(column, {name: result for name, result in results.items() if result is not None})


def _one_storage(column: Column, results: Mapping[str, Converted]) -> tuple[pa.DataType, dict[str, pa.ChunkedArray]]:
    for storage in (column.storage, working_storage(column)):
        try:
            return storage, {name: result.values.cast(storage) for name, result in results.items()}
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
    return pa.string(), {name: result.values.cast(pa.string()) for name, result in results.items()}
