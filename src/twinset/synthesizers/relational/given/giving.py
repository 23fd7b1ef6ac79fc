"""What is given of the rows of one block, while it is made: which row has which cells, and keys that stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from twinset.core.keys import MISSING, Places, places, plain
from twinset.core.request import KeyRange
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.relational.given.apart import apart
from twinset.synthesizers.relational.given.asked import Asked
from twinset.synthesizers.relational.given.cells import cells_of, with_gaps
from twinset.synthesizers.relational.given.complete import complete
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.wide import beside

if TYPE_CHECKING:
    from twinset.synthesizers.relational.block import Block


@dataclass
class Giving:
    """``rows`` are those of the block among the given ones, ``order`` says which of them each row of its table is.

    ``cells`` and ``keys`` are what is known of tables' rows before they are drawn, ``drafts`` rows of owners that are drawn.
    """

    asked: Asked
    rows: pa.Table
    known: Mapping[str, Known]
    order: Places = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    cells: dict[str, pa.Table] = field(default_factory=dict)
    keys: dict[str, tuple[str, pa.Array]] = field(default_factory=dict)
    drafts: dict[str, pa.Table] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Asked, known: Mapping[str, Known], start: int, stop: int) -> Giving:
        """What is given of the rows [start, stop)."""
        return cls(asked, asked.rows.slice(start, stop - start), known, np.arange(stop - start))

    @property
    def table(self) -> str:
        return self.asked.table

    @property
    def owned(self) -> str | None:
        """The table all of whose rows' owners are given."""
        return self.table if self.asked.has_owners else None

    def begin(self, block: Block) -> None:
        """Settle who owns the given rows, and what these owners are."""
        from twinset.synthesizers.relational.given.line import settle

        own = self.known[self.table]
        self._check_values(block, own)
        self.cells[self.table] = cells_of(own, self.rows, self.known)
        if own.shape.owner is not None:
            settle(block, self)
        key = own.table.primary_key
        if len(key) == 1 and key[0] in self.cells[self.table].column_names:
            self.keys[self.table] = (key[0], plain(self.rows.column(key[0])).take(pa.array(self.order)))

    def _check_values(self, block: Block, own: Known) -> None:
        """PlanError where given values that are a key, such as a place and an hour, lead to no row."""
        for _, tie in own.shape.of("value"):
            parents = block.lists.get(tie.key.table)
            if parents is not None and set(tie.key.columns) <= set(self.rows.column_names):
                n_lost = int((places(self.rows, tie.key, parents) < MISSING).sum())
                if n_lost:
                    raise PlanError(f"{n_lost:,} given rows of {self.table!r} point to no row of {tie.key.table!r} "
                                    f"({', '.join(tie.key.columns)}); leave these columns out, and they will")  # fmt: skip

    def draw(self, block: Block, known: Known, context: pa.Table, owners: Places) -> pa.Table:
        """The rows of a table of the block, as far as anything is known of them."""
        name, span = known.table.name, block.spans[known.table.name]
        if name in self.drafts:
            drawn = self.drafts[name]
        elif name in self.cells:
            drawn = complete(known, span.keys, span.total, block.seed, context, self.cells_for(block, name, owners),
                             n_owners=len(owners))  # fmt: skip
        else:
            drawn = known.draw(span.keys, span.total, block.seed, context, owners)
        if name in self.keys:
            column, given = self.keys[name]
            drawn = apart(known, column, drawn, given, self._taken(name), span.keys, span.total, block.seed)
        return drawn

    def draw_again(
        self, block: Block, known: Known, context: pa.Table, owners: Places, wrong: Places, seed: Seed
    ) -> pa.Table:
        """Some rows of a table of the block once more, all but what is given of them."""
        some, keys = context.take(pa.array(wrong)), KeyRange(0, len(wrong))
        if known.table.name not in self.cells:
            return known.draw(keys, len(wrong), seed, some, owners[wrong] if len(owners) else owners)
        cells = self.cells_for(block, known.table.name, owners).take(pa.array(wrong))
        return complete(known, keys, len(wrong), seed, some, cells, n_owners=len(owners))

    def cells_for(self, block: Block, name: str, owners: Places) -> pa.Table:
        """What is known of each row, in the order in which the block makes them."""
        cells, known = self.cells[name], self.known[name]
        if name != self.table:
            return cells
        order = pa.array(self.order)
        if (tie := known.shape.owner) is None or (not cells.num_columns and not known.gaps):
            return cells.take(order)
        return with_gaps(known, cells.take(order), self.rows.take(order), block.rows[tie.key.table], owners)

    def _taken(self, name: str) -> pa.Array:
        """All keys of a table that are given."""
        column, own = self.keys[name]
        return plain(self.asked.rows.column(column)) if name == self.table else own

    def put(self, name: str, rows: pa.Table) -> pa.Table:
        """The rows with all that is given exactly as it is given."""
        if name != self.table:
            return rows
        for column in self.rows.column_names:
            if column in rows.column_names:
                given = plain(self.rows.column(column)).take(pa.array(self.order))
                own = plain(rows.column(column))
                picks = np.arange(len(own)) + np.where(given.is_null().to_numpy(zero_copy_only=False), 0, len(own))
                rows = beside(
                    rows, pa.table({column: pa.concat_arrays([own.cast(given.type), given]).take(pa.array(picks))})
                )
        return rows

    def in_order(self, name: str, rows: pa.Table) -> pa.Table:
        """The rows in the order in which they are given."""
        return rows.take(pa.array(np.argsort(self.order))) if name == self.table else rows
