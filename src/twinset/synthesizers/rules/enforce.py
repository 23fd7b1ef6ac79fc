"""Constraints of a table that is made by rules.

Formulas, sums and presences decide a column. What else is refused (ranges, orders, patterns, conditions) is drawn again:
each row takes the first of its tries that holds them all, with every column that hangs on them. Uniqueness is kept by
construction or refused (:mod:`.uniqueness`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.consistent import smallest
from twinset.constraints.holds import broken, computed
from twinset.core.constraints import (
    Constraint,
    Presence,
    Sum,
)
from twinset.errors import GenerationError
from twinset.synthesizers.rules.held import Held
from twinset.synthesizers.rules.rule import Index

MOST_TRIES = 200


def decided(block: Held, name: str) -> pa.Array | None:
    """The column, where a formula or sum decides it."""
    for one in block.making.decides.get(name, ()):
        if not isinstance(one, Presence):
            formula = one.formula if isinstance(one, Sum) else one
            columns = {other: block.column(other) for other in formula.columns[1:]}
            return computed(formula, block.making.table[name], columns, block.address.size)
    return None


def allowed(block: Held, name: str, array: pa.Array) -> pa.Array:
    """The column, missing where a presence does not let it be there."""
    for one in block.making.decides.get(name, ()):
        if isinstance(one, Presence):
            rows = pa.RecordBatch.from_arrays([array, block.column(one.when)], names=[name, one.when])
            is_off = broken(one, block.making.table, rows, {})
            array = pc.if_else(pa.array(is_off), pa.scalar(None, array.type), array)
    return array


Own = TypeVar("Own", bound=Held)


@dataclass(frozen=True)
class Tries(Generic[Own]):
    """The tries that some rows of a block take, and which each row does."""

    blocks: Mapping[int, Own]
    number: Index

    @classmethod
    def of(cls, block: Held, at: Callable[[int], Own]) -> Tries[Own]:
        """Each row's first try that holds all constraints; GenerationError where there is none among many."""
        number = np.zeros(block.address.size, dtype=np.int64)
        pending = np.arange(block.address.size)
        blocks: dict[int, Own] = {}
        for attempt in range(MOST_TRIES):
            own = at(attempt)
            is_broken = np.any(_broken(own, pending), axis=0)
            if not is_broken.all():
                blocks[attempt] = own
            number[pending[~is_broken]] = attempt
            pending = pending[is_broken]
            if not len(pending):
                return cls(blocks or {0: own}, number)
        raise GenerationError(_why(block, at, pending))

    def column(self, name: str) -> pa.Array:
        """The column, each row of its own try."""
        if len(self.blocks) == 1:
            ((_, only),) = self.blocks.items()
            return only.column(name)
        rows = [np.flatnonzero(self.number == attempt) for attempt in self.blocks]
        pieces = [own.column(name).take(pa.array(some)) for own, some in zip(self.blocks.values(), rows, strict=True)]
        places = np.empty(len(self.number), dtype=np.int64)
        places[np.concatenate(rows)] = np.arange(len(self.number))
        return pa.concat_arrays(pieces).take(pa.array(places))


def _broken(block: Held, rows: Index) -> npt.NDArray[np.bool_]:
    """Whether each constraint (first axis) is broken by each of these rows."""
    making = block.making
    names = dict.fromkeys(name for one in making.refuses for name in one.columns)
    index = pa.array(rows)
    batch = pa.RecordBatch.from_arrays([block.column(name).take(index) for name in names], names=list(names))
    return np.array([broken(one, making.table, batch, {}) for one in making.refuses])


def _why(block: Held, at: Callable[[int], Held], pending: Index) -> str:
    """The fewest constraints that no try of the rows left holds together."""
    refuses = block.making.refuses
    seen = np.concatenate([_broken(at(attempt), pending) for attempt in range(20)], axis=1)
    place = {id(one): number for number, one in enumerate(refuses)}

    def never(some: Sequence[Constraint]) -> bool:
        return bool(some) and bool(seen[[place[id(one)] for one in some]].any(axis=0).all())

    faulty = "; ".join(map(str, smallest(refuses, never) if never(refuses) else refuses))
    return (
        f"{len(pending):,} of {block.address.size:,} rows of table {block.making.name!r} were drawn {MOST_TRIES} times "
        f"without holding: {faulty}; make the rules of these columns meet them more often, or leave a constraint out"
    )
