"""Whose rows hold a value: counting by entity, and which labels enough of them share to be learned.

A label is shared when at least k distinct entities hold it. What only a few hold is counted and left out; nothing here knows
about numbers, whose rare values are drawn inside cells (:mod:`twinset.privacy.alphabet`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Table

Numbers = npt.NDArray[np.int64]
Owners = Numbers | None
"""A number for each row that says whose it is; None: each row is its own entity."""

MOST_SHARED = 30_000
"""How many different values of one column are learned at most; k grows with the rows beyond it."""


def owners_of(table: Table, rows: pa.Table) -> Owners:
    """Whose each row is, by the table's entity columns. Missing counts as one entity of its own."""
    if not table.entity:
        return None
    numbers = np.zeros(rows.num_rows, dtype=np.int64)
    for name in table.entity:
        coded = rows.column(name).combine_chunks().dictionary_encode("encode")
        codes = np.asarray(coded.indices.to_numpy(), dtype=np.int64)
        _, numbers = np.unique(numbers * (len(coded.dictionary) + 1) + codes, return_inverse=True)
    return numbers.astype(np.int64)


def n_owners(owners: Owners, n_rows: int) -> int:
    """How many entities there are."""
    return n_rows if owners is None else len(np.unique(owners))


def holders(groups: Numbers, n_groups: int, owners: Owners) -> Numbers:
    """How many distinct entities are in each group; ``groups`` gives every row's."""
    if owners is None:
        return np.bincount(groups, minlength=n_groups)
    width = int(owners.max()) + 1 if len(owners) else 1
    pairs = np.sort(groups * width + owners)  # np.unique hashes whole numbers, which takes many times as long
    is_first = np.ones(len(pairs), dtype=np.bool_)
    is_first[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[is_first] // width, minlength=n_groups)


def of_rows(owners: Owners, rows: npt.NDArray[np.bool_]) -> Owners:
    """The owners of some of the rows."""
    return None if owners is None else owners[rows]


def enough(k: int, n_rows: int) -> int:
    """How many entities must share a value: k, or more where the rows are so many that too many values would be shared."""
    return max(k, n_rows // MOST_SHARED)


@dataclass(frozen=True, slots=True)
class SharedLabels:
    """The labels that enough entities share, in the order of their text, and what is not among them."""

    labels: tuple[str, ...]
    n_rare_labels: int
    n_rare_rows: int


def shared_labels(texts: pa.Array, owners: Owners, k: int) -> SharedLabels:
    """The labels of a text column held by at least ``k`` entities; missing values are no label."""
    coded = texts.dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)
    there = codes >= 0
    n_labels = len(coded.dictionary)
    held = holders(codes[there], n_labels, of_rows(owners, there))
    is_shared = held >= enough(k, len(codes))
    labels = coded.dictionary.filter(pa.array(is_shared))
    rows = np.bincount(codes[there], minlength=n_labels)
    n_rare = int((~is_shared & (held > 0)).sum())
    return SharedLabels(tuple(sorted(labels.to_pylist())), n_rare, int(rows[~is_shared].sum()))
