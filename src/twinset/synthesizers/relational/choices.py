"""Choosing rows of long lists: first what the chosen row is like, then which it is, and for each owner few of them.

Of three hundred products a customer buys some dozen, again and again. What a row of the list is like (its kind, its price)
goes with who chooses more closely than its name does, so it is drawn first. How many different ones an owner has is part of
the owner's summary: what was drawn beyond that is drawn again from the owner's own choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.keys import Places, plain
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.alike import as_numbers, codes_of
from twinset.synthesizers.relational.shape import OWN, label_of

Mask = npt.NDArray[np.bool_]
LONG = 16
"""A list is long when more labels of it than these are in use."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A key to a long list, and the columns of it that say what a row of it is like."""

    number: int
    likes: tuple[Column, ...]

    @property
    def label(self) -> str:
        """The column that says which row it is."""
        return label_of(self.number)

    @property
    def liked(self) -> tuple[Column, ...]:
        """The columns that say what it is like, as they are learned with the rows, in the order of ``likes``."""
        return tuple(
            Column(f"{OWN}of {self.number} {column.name}", column.type, column.storage, column.domain)
            for column in self.likes
        )


def with_few(
    rows: pa.Table,
    labels: Sequence[str],
    kinds: Sequence[pa.Array],
    most: Sequence[pa.Array],
    owners: Places,
    is_fine: Mask,
    seed: Seed,
) -> pa.Table:
    """The rows with as many different ``labels`` for each owner as ``kinds`` says, the ``most`` frequent one among them.

    Rows with a label too many, and those that are not fine, take all their columns from another row of their owner.
    """  # fmt: skip
    rng = seed.generator()
    for label, wanted, first in zip(labels, kinds, most, strict=True):
        codes = codes_of(pa.concat_arrays([plain(rows.column(label)), first]))
        own, preferred = codes[: rows.num_rows], codes[rows.num_rows :]
        is_fine = is_fine & _among_first(
            own, owners, preferred, np.maximum(as_numbers(pa.chunked_array([wanted])), 1.0), rng
        )
    return rows.take(pa.array(_sources(is_fine, owners, rng)))


def _among_first(
    codes: Numbers,
    owners: Places,
    preferred: Numbers,
    n_kinds: np.ndarray,
    rng: np.random.Generator,
) -> Mask:
    """Whether each row's label is one of its owner's first: the preferred one, then the most frequent."""
    width = int(codes.max(initial=0)) + 2
    cells, first, cell_of, counts = np.unique(
        owners * width + codes + 1, return_index=True, return_inverse=True, return_counts=True
    )
    owner = cells // width
    is_preferred = preferred[first] == codes[first]
    order = np.lexsort((rng.random(len(cells)), -counts, ~is_preferred, owner))
    starts = np.flatnonzero(np.append(True, owner[order][1:] != owner[order][:-1]))
    rank = np.empty(len(cells), dtype=np.int64)
    rank[order] = np.arange(len(cells)) - np.repeat(starts, np.diff(np.append(starts, len(cells))))
    wanted = np.where(np.isnan(n_kinds), np.inf, n_kinds)
    return np.asarray(rank[cell_of] < wanted)


def _sources(is_fine: Mask, owners: Places, rng: np.random.Generator) -> Numbers:
    """From which row each takes its columns: from itself, or from another of its owner's that is fine."""
    sources = np.arange(len(owners))
    fine = np.flatnonzero(is_fine)
    fine = fine[np.argsort(owners[fine], kind="stable")]
    held = owners[fine]
    astray = np.flatnonzero(~is_fine)
    low, high = np.searchsorted(held, owners[astray], side="left"), np.searchsorted(held, owners[astray], side="right")
    has = high > low
    picks = low + (rng.random(len(astray)) * (high - low)).astype(np.int64)
    sources[astray[has]] = fine[picks[has]]
    return sources
