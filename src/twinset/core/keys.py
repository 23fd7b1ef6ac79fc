"""Following foreign keys: which row of the parent table each row of a child table points to.

Keys of several columns and missing values are as in SQL (MATCH SIMPLE): a key of which any column is missing points nowhere.
What a table is to another, and whose rows are whose, is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import ForeignKey
from twinset.errors import SchemaError

Places = npt.NDArray[np.int64]

MISSING, ORPHAN = -1, -2
"""Instead of a place: the key is missing; no row of the parent table has it."""


def places(rows: pa.Table, key: ForeignKey, parents: pa.Table) -> Places:
    """For each of ``rows`` the place in ``parents`` of the row that ``key`` points to, else MISSING or ORPHAN.

    A key that holds under a condition is missing where this does not hold. Of several parents with the same key the first is
    meant. SchemaError where the columns can't be compared.
    """
    theirs = [plain(parents.column(name)) for name in key.references]
    own = [_alike(plain(rows.column(name)), of.type, key) for name, of in zip(key.columns, theirs, strict=True)]
    is_missing = missing(own) | ~is_live(rows, key)
    numbers = numbered([pa.concat_arrays([of, mine]) for mine, of in zip(own, theirs, strict=True)])
    n_parents = parents.num_rows
    place_of = np.full(int(numbers.max(initial=0)) + 2, ORPHAN, dtype=np.int64)  # the last is for missing keys
    place_of[numbers[:n_parents][::-1]] = np.arange(n_parents)[::-1]
    return np.where(is_missing, MISSING, place_of[numbers[n_parents:]])


def is_live(rows: pa.Table, key: ForeignKey) -> npt.NDArray[np.bool_]:
    """Where a key's condition holds; everywhere for one without. SchemaError where its value is none of its column's."""
    if key.when is None:
        return np.ones(rows.num_rows, dtype=np.bool_)
    name, value = key.when
    own = plain(rows.column(name))
    try:
        wanted = pa.scalar(value).cast(own.type)
    except pa.ArrowException as error:
        raise SchemaError(f"the key {', '.join(key.columns)} to {key.table!r} holds where {name} is {value!r}, which is "
                          f"no value of that column ({own.type})") from error  # fmt: skip
    return np.asarray(pc.fill_null(pc.equal(own, wanted), False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def missing(columns: Sequence[pa.Array]) -> npt.NDArray[np.bool_]:
    """Where any of the columns is missing."""
    masks = [np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_) for column in columns]
    return np.asarray(np.logical_or.reduce(masks), dtype=np.bool_)


def numbered(columns: Sequence[pa.Array]) -> Places:
    """A number for each row, the same for the same values of all columns; MISSING where any is missing."""
    numbers = np.zeros(len(columns[0]), dtype=np.int64)
    for place, column in enumerate(columns):
        coded = column.dictionary_encode()
        codes = np.asarray(pc.fill_null(coded.indices, 0).to_numpy(zero_copy_only=False), dtype=np.int64)
        numbers = numbers * (len(coded.dictionary) + 1) + codes
        if place:  # so that numbers stay small, however many columns there are
            _, numbers = np.unique(numbers, return_inverse=True)
    return np.where(missing(columns), MISSING, numbers)


def plain(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, without a dictionary."""
    own = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    return own.chunk(0) if own.num_chunks == 1 else pa.concat_arrays(own.chunks or [pa.array([], own.type)])


def at(values: pa.Array, places: Places) -> pa.Array:
    """The values at these places, missing at negative ones."""
    if not len(values):
        return pa.nulls(len(places), values.type)
    return values.take(pa.array(np.maximum(places, 0), mask=places < 0))


def _alike(own: pa.Array, kind: pa.DataType, key: ForeignKey) -> pa.Array:
    """A key column in the parent's type."""
    if own.type == kind:
        return own
    try:
        return own.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    raise SchemaError(
        f"the columns {', '.join(key.columns)} ({own.type}) can't be compared with {key.table!r}'s "
        f"{', '.join(key.references)} ({kind}); declare one of them as the other's type"
    )
