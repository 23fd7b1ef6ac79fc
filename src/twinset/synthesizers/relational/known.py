"""What is known of one table when a database has been learned, and how its rows are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.keys import Places, plain
from twinset.core.request import KeyRange
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Contextual
from twinset.synthesizers.relational.choices import Choice, with_few
from twinset.synthesizers.relational.combos import are_shared
from twinset.synthesizers.relational.copies import Copy
from twinset.synthesizers.relational.gaps import Gap
from twinset.synthesizers.relational.grid import Grid
from twinset.synthesizers.relational.lists import Labels
from twinset.synthesizers.relational.nearest import nearest
from twinset.synthesizers.relational.partners import Partner
from twinset.synthesizers.relational.shape import Shape
from twinset.synthesizers.relational.summary import Summary
from twinset.synthesizers.relational.sums import Total
from twinset.synthesizers.relational.wide import beside

N_TRIES = 4
"""How often rows are drawn for owners to take the nearest of."""


@dataclass(frozen=True)
class Known:
    """What was learned of one table; ``stages`` draw its columns, some after the other, where it had rows.

    ``drawn`` are the columns that the engine draws, ``context`` those of the owner's wide rows that it is told.
    ``kept`` are the rows of a list that stay as they are but for the columns ``withheld``. ``summaries`` are of the tables
    whose rows this one owns, ``own`` is the owner's of this one. ``mirrors`` are columns that say again what one of the
    owner's does, and nothing of which is drawn; ``copies`` are drawn, and say again what stands in a row that they lead to.
    ``ghosts`` draws summaries of owners that are not there; ``n_ghosts`` is how many orphans' keys there are for each row
    of the owner's table, ``orphans`` and ``missing`` are shares of the rows; ``lost`` are shares of orphans by tie,
    ``unset`` of keys that are missing although their condition holds; ``combos`` are those of two labels that may be made,
    where not all may.
    """

    shape: Shape
    n_rows: int
    stages: tuple[Contextual, ...]
    drawn: tuple[Column, ...]
    context: tuple[Column, ...] = ()
    summaries: tuple[Summary, ...] = ()
    own: Summary | None = None
    labels: Mapping[int, Labels] = field(default_factory=dict)
    partners: tuple[Partner, ...] = ()
    kept: pa.Table | None = None
    withheld: tuple[str, ...] = ()
    grid: Grid | None = None
    ghosts: Contextual | None = None
    n_ghosts: float = 0.0
    missing: float = 0.0
    orphans: float = 0.0
    choices: tuple[Choice, ...] = ()
    combos: tuple[pa.Table, ...] = ()
    ordinal: str | None = None
    mirrors: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()
    gaps: tuple[Gap, ...] = ()
    totals: tuple[Total, ...] = ()
    lost: Mapping[int, float] = field(default_factory=dict)
    unset: Mapping[int, float] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return self.shape.table

    def draw(self, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table, owners: Places) -> pa.Table:
        """Rows of the columns that engines draw; all is missing of a table that had none. ``owners``: whose each row is.

        Where owners have a summary of these rows, they are drawn several times over, and each owner gets those rows that are
        the nearest to it.
        """
        if not self.stages:
            return pa.table({column.name: pa.nulls(len(keys), column.storage) for column in self.drawn})
        own = seed.child("table", self.table.name)
        if self.own is None or not self.own.is_checked or not len(owners):
            return self._try(keys, n_total, own, context, owners)
        tries = [self._try(keys, n_total, own.child("try", number), context, owners) for number in range(N_TRIES)]
        return nearest(self.own, tries, context, owners)

    def _try(self, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table, owners: Places) -> pa.Table:
        made = pa.table({})
        for number, stage in enumerate(self.stages):
            told = beside(context, made)
            rows = pa.Table.from_batches([stage.rows(keys, n_total, seed.child("stage", number), told)])
            made = beside(made, rows)
            if {one.label for one in self.choices} & set(rows.column_names):
                made = self._chosen(made, context, owners, seed.child("few", keys.start))
        return made

    @cached_property
    def few(self) -> tuple[str, ...]:
        """The labels of lists of which each owner has few."""
        return () if self.own is None else tuple(one.label for one in self.choices if one.label in self.own.labels)

    def _chosen(self, made: pa.Table, context: pa.Table, owners: Places, seed: Seed) -> pa.Table:
        """The rows with few labels for each owner, and with combinations of them that are shared."""
        kinds, most = (
            [plain(context.column(self.own.name(what, label))) for label in self.few if self.own is not None]
            for what in ("kinds", "most")
        )
        is_fine = np.ones(made.num_rows, dtype=np.bool_)
        for combos in self.combos:
            is_fine &= are_shared(made, combos)
        whose = owners if len(owners) else np.zeros(made.num_rows, dtype=np.int64)
        return with_few(made, self.few, kinds, most, whose, is_fine, seed)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The drawn columns that name rows, and are not drawn again."""
        return tuple(column for column in self.drawn if isinstance(column.type, types.Identifier))

    def with_same(self, wide: pa.Table) -> pa.Table:
        """Wide rows with the columns that are the same in all rows of an owner."""
        for column in self.own.same if self.own is not None else ():
            assert self.own is not None
            values = plain(wide.column(self.own.name("same", column.name)))
            wide = beside(wide, pa.table({column.name: values.cast(column.storage)}))
        return wide

    @property
    def wide(self) -> tuple[Column, ...]:
        """The columns of wide rows that a child may be told of: all but what only says which partner is sought."""
        summaries = [column for one in self.summaries for column in one.columns]
        return (*self.context, *(one for one in self.drawn if one.name not in {c.name for c in summaries}), *summaries)
