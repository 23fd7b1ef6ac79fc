"""Given rows as engines see them: labels for keys to lists, what the chosen rows of these are like, gaps for times."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from twinset.core.keys import Places, at, places, plain
from twinset.synthesizers.relational.gaps import taken_away
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.shape import label_of, rows_of
from twinset.synthesizers.relational.wide import beside


def cells_of(known: Known, rows: pa.Table, tables: Mapping[str, Known]) -> pa.Table:
    """The columns of a table's engine that the given rows tell, but for times that are learned as gaps."""
    gaps = {gap.column for gap in known.gaps}
    columns = [*known.drawn, *(() if known.own is None else known.own.same)]
    drawn = {column.name: column.storage for column in columns if column.name not in gaps}
    arrays = {name: plain(rows.column(name)) for name in rows.column_names if name in drawn}
    for number, tie in known.shape.of("list"):
        if set(tie.key.columns) <= set(rows.column_names):
            book = tables[tie.key.table].kept
            assert book is not None
            spots = places(rows, tie.key, book)
            arrays[label_of(number)] = pa.array(spots, mask=spots < 0).cast(pa.string())
            for choice in known.choices:
                if choice.number == number:
                    pairs = zip(choice.liked, choice.likes, strict=True)
                    arrays |= {liked.name: at(plain(book.column(like.name)), spots) for liked, like in pairs}
    for total in known.totals:
        if total.column in rows.column_names and not total.summed:
            arrays[rows_of(total.child)] = plain(rows.column(total.column)).cast(pa.int64())
    arrays = {name: array.cast(drawn[name]) for name, array in arrays.items() if name in drawn}
    return pa.table(arrays) if arrays else rows.select([])


def with_gaps(known: Known, cells: pa.Table, rows: pa.Table, owners: pa.Table, spots: Places) -> pa.Table:
    """The cells with the gaps of given times: ``owners`` has the owners' times, as far as they are known, at ``spots``."""
    for gap in known.gaps:
        if gap.column in rows.column_names and gap.after in owners.column_names:
            if not pa.types.is_temporal(owners.schema.field(gap.after).type):
                continue  # it is a gap itself, and its time is not known yet
            there = np.where(spots < owners.num_rows, spots, -1)
            cells = beside(cells, pa.table({gap.column: taken_away(gap, rows, owners, there)}))
    return cells
