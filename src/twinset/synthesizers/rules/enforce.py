"""Constraints of a table that is made by rules.

Formulas, sums and presences decide a column. What else is refused (ranges, orders, patterns, conditions) is drawn again:
each row takes the first of its tries that holds them all, with every column that hangs on them. Uniqueness is kept by
construction or refused (:mod:`.uniqueness`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.bounds import contradict
from twinset.constraints.consistent import smallest
from twinset.constraints.holds import broken, computed
from twinset.core.constraints import (
    Combinations,
    Condition,
    Constraint,
    Formula,
    InRange,
    Order,
    Pattern,
    Predicate,
    Presence,
    Sum,
    Unique,
)
from twinset.core.schema import Range, Table
from twinset.errors import GenerationError, PlanError
from twinset.synthesizers.rules.rule import Index

if TYPE_CHECKING:
    from twinset.synthesizers.rules.block import Block

MOST_TRIES = 200
Decides = Formula | Sum | Presence


def deciding(constraints: Sequence[Constraint]) -> dict[str, tuple[Decides, ...]]:
    """The constraints that decide each column; PlanError for kinds that rules can't keep."""
    found: dict[str, tuple[Decides, ...]] = {}
    for one in constraints:
        if isinstance(one, Combinations | Predicate):
            raise PlanError(f"the constraint {str(one)!r} is about real rows; say combinations as the rows of a lookup")
        if isinstance(one, Formula | Sum | Presence):
            found[one.column] = (*found.get(one.column, ()), one)
    return found


def refusing(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """The constraints for which rows are drawn again."""
    return tuple(one for one in constraints if isinstance(one, InRange | Order | Pattern | Condition))


def needs_of(decides: Mapping[str, tuple[Decides, ...]]) -> Iterator[tuple[str, str]]:
    """Which column needs which other one by them."""
    for name, constraints in decides.items():
        for one in constraints:
            yield from ((name, other) for other in one.columns if other != name)


def decided(block: Block, name: str) -> pa.Array | None:
    """The column, where a formula or sum decides it."""
    for one in block.making.decides.get(name, ()):
        if not isinstance(one, Presence):
            formula = one.formula if isinstance(one, Sum) else one
            columns = {other: block.column(other) for other in formula.columns[1:]}
            return computed(formula, block.making.table[name], columns, block.address.size)
    return None


def allowed(block: Block, name: str, array: pa.Array) -> pa.Array:
    """The column, missing where a presence does not let it be there."""
    for one in block.making.decides.get(name, ()):
        if isinstance(one, Presence):
            rows = pa.RecordBatch.from_arrays([array, block.column(one.when)], names=[name, one.when])
            is_off = broken(one, block.making.table, rows, {})
            array = pc.if_else(pa.array(is_off), pa.scalar(None, array.type), array)
    return array


@dataclass(frozen=True)
class Tries:
    """The tries that some rows of a block take, and which each row does."""

    blocks: Mapping[int, Block]
    number: Index

    @classmethod
    def of(cls, block: Block, at: Callable[[int], Block]) -> Tries:
        """Each row's first try that holds all constraints; GenerationError where there is none among many."""
        number = np.zeros(block.address.size, dtype=np.int64)
        pending = np.arange(block.address.size)
        blocks: dict[int, Block] = {}
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


def _broken(block: Block, rows: Index) -> npt.NDArray[np.bool_]:
    """Whether each constraint (first axis) is broken by each of these rows."""
    making = block.making
    names = dict.fromkeys(name for one in making.refuses for name in one.columns)
    index = pa.array(rows)
    batch = pa.RecordBatch.from_arrays([block.column(name).take(index) for name in names], names=list(names))
    return np.array([broken(one, making.table, batch, {}) for one in making.refuses])


def _why(block: Block, at: Callable[[int], Block], pending: Index) -> str:
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


def check_domains(table: Table) -> None:
    """PlanError where constraints contradict what the rules of their columns can make; the fewest that do are named."""
    constrained = {name for one in table.constraints for name in one.columns}
    spans = [
        InRange(column.name, column.domain.low, column.domain.high)
        for column in table.columns
        if column.name in constrained and isinstance(column.domain, Range)
    ]
    everything = (*table.constraints, *spans)
    if spans and contradict(everything, table):
        faulty = smallest(everything, lambda some: contradict(some, table))
        said = [f"{one} (by its rule)" if any(one is span for span in spans) else str(one) for one in faulty]
        raise PlanError(
            f"table {table.name!r}: these can't hold together: {'; '.join(said)}; leave a constraint out, or change the rule"
        )


def check_unique(constraints: Sequence[Constraint], table: Table, unique: Mapping[str, bool], key: tuple[str, ...]) -> None:
    """PlanError for uniqueness that is not kept by construction."""
    for one in constraints:
        if isinstance(one, Unique) and not any(unique[name] for name in one.columns):
            if key and set(key) <= set(one.columns):
                continue
            raise PlanError(
                f"{str(one)!r} of table {table.name!r} can't be promised: rows are made in parts that know nothing of each "
                "other. Say unique: true at a column whose rule can be (uuid, integer, code ...), or make it the key"
            )
