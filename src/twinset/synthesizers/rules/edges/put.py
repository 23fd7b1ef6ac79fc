"""Edge cases put into a block as it is made, so that what is computed from a value is computed from the edge case."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.synthesizers.rules.dirt.cells import Mask, quota, replaced
from twinset.synthesizers.rules.edges.valid import Edges
from twinset.synthesizers.rules.held import Held
from twinset.synthesizers.rules.rule import Index


@dataclass(frozen=True, slots=True)
class Put:
    """Rows of a block that hold an edge case, and which."""

    rows: Index
    details: tuple[str, ...]

    def where(self, kept: Mask) -> Put:
        """Those in the rows that are kept."""
        flags = kept[self.rows]
        return Put(self.rows[flags], tuple(itertools.compress(self.details, flags)))


def edged(block: Held, name: str, array: pa.Array, edges: Edges) -> tuple[pa.Array, Put]:
    """A column with edge cases in a share of its rows, each of them as often as any other."""
    edge, address = block.making.edge, block.address
    assert edge is not None
    common = block.request.seed.child(address.table, name, "edge")
    rng = common.child(address.block).generator()
    n = quota(edge.share, address.start, address.start + address.size)
    rows = np.sort(rng.choice(address.size, n, replace=False, shuffle=False))
    order = common.generator().permutation(len(edges))
    numbers = order[(quota(edge.share, 0, address.start) + rng.permutation(n)) % len(edges)]
    values = edges.values.take(pa.array(numbers, pa.int64()))
    return replaced(array, rows, values), Put(rows, tuple(edges.details[number] for number in numbers))
