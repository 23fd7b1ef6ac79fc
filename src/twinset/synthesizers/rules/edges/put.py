"""Edge cases put into a block as it is made, so that what is computed from a value is computed from the edge case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from twinset.constraints import broken
from twinset.core.constraints import Predicate, Unique
from twinset.synthesizers.rules.dirt.cells import Mask, picked, quota, replaced, there
from twinset.synthesizers.rules.edges.valid import Edges
from twinset.synthesizers.rules.rule import Index

if TYPE_CHECKING:
    from twinset.synthesizers.rules.block import Block


@dataclass(frozen=True, slots=True)
class Put:
    """Rows of a block that hold an edge case, and which."""

    rows: Index
    details: list[str]


def edged(block: Block, name: str, array: pa.Array, edges: Edges) -> tuple[pa.Array, Put]:
    """A column with edge cases in a share of its rows, each as often as any other; where that breaks no constraint."""
    edge, address = block.making.edge, block.address
    assert edge is not None
    common = block.request.seed.child(address.table, name, "edge")
    rng = common.child(address.block).generator()
    rows = picked(there(array), quota(edge.share, address.start, address.start + address.size), rng)
    order = common.generator().permutation(len(edges))
    numbers = order[(quota(edge.share, 0, address.start) + rng.permutation(len(rows))) % len(edges)]
    if (fits := block.fits_edges) is not None:
        rows, numbers = rows[fits[rows]], numbers[fits[rows]]
    values = edges.values.take(pa.array(numbers, pa.int64()))
    return replaced(array, rows, values), Put(rows, [edges.details[number] for number in numbers])


def fitting(block: Block) -> Mask:
    """The rows of a block that hold the constraints of their table with all their edge cases."""
    trial = type(block)(block.tables, block.request, block.address, is_trial=True)
    table = block.tables.clean[block.making.name]
    fits = np.ones(block.address.size, dtype=np.bool_)
    for constraint in table.constraints:
        if not isinstance(constraint, Unique | Predicate):
            columns = {name: trial.column(name) for name in constraint.columns}
            fits &= ~broken(constraint, table, pa.RecordBatch.from_pydict(columns), {})
    return fits
