"""What says again what stands elsewhere, put into the rows of a block once all its keys are filled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from twinset.core.keys import MISSING, Places, at, plain
from twinset.synthesizers.relational.copies import from_above, from_tie

if TYPE_CHECKING:
    from twinset.synthesizers.relational.block import Block


def say_again(block: Block, name: str) -> None:
    """Fill what a table's rows say again of those that their keys lead to, and what of their owner's was filled late."""
    known, rows = block.known[name], block.rows[name]
    for number, tie in enumerate(known.shape.ties):
        theirs = block.rows.get(tie.key.table, block.lists.get(tie.key.table))
        if theirs is not None:
            rows = from_tie(rows, known.copies, number, tie, theirs)
    for table, theirs, spots in islice(above(block, name), 1):
        late = {one.column for one in block.known[table].copies}
        for own, source in known.mirrors.items():
            if source in late:
                values = at(plain(theirs.column(source)), np.where(spots < theirs.num_rows, spots, MISSING))
                rows = rows.set_column(rows.column_names.index(own), own, values)
    block.rows[name] = of_owners(block, name, rows)


def of_owners(block: Block, name: str, rows: pa.Table) -> pa.Table:
    """A table's rows with what they say again of their owners, however far above; what is given stays."""
    rows = from_above(rows, block.known[name].copies, above(block, name))
    return rows if block.giving is None else block.giving.put(name, rows)


def above(block: Block, name: str) -> Iterator[tuple[str, pa.Table, Places]]:
    """A table's owners, from the nearest on: each one's table, its rows, and the place of every row's there."""
    spots = block.owners[name]
    while (tie := block.known[name].shape.owner) is not None:
        name = tie.key.table
        yield name, block.rows[name], spots
        theirs = block.owners[name]
        if len(theirs):
            spots = np.where(spots < len(theirs), theirs[np.minimum(spots, len(theirs) - 1)], MISSING)
