"""Making rows: a block of roots with all that is theirs, from the roots down, keys filled in as the rows are made.

A block is pure: it follows from the seed, the numbers of its rows, and the lists, which are made before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Batch
from twinset.core.keys import MISSING, Places, plain
from twinset.core.request import KeyRange
from twinset.core.seed import Seed
from twinset.synthesizers.relational.counts import ordinals, places_of, settle
from twinset.synthesizers.relational.learn import Known
from twinset.synthesizers.relational.lists import find_keys
from twinset.synthesizers.relational.shape import label_of, rows_of
from twinset.synthesizers.relational.snap import snapped
from twinset.synthesizers.relational.wide import below, beside, told


@dataclass(frozen=True, slots=True)
class Span:
    """The rows [start, stop) of a table's ``total``."""

    start: int
    stop: int
    total: int

    @property
    def n_rows(self) -> int:
        return self.stop - self.start

    @property
    def keys(self) -> KeyRange:
        return KeyRange(self.start, self.stop)


@dataclass
class Block:
    """Rows of some tables: ``spans`` say which, ``lists`` are the finished rows of the tables that many share."""

    known: Mapping[str, Known]
    spans: Mapping[str, Span]
    lists: Mapping[str, pa.Table]
    seed: Seed
    wides: dict[str, pa.Table] = field(default_factory=dict)
    rows: dict[str, pa.Table] = field(default_factory=dict)

    def make(self) -> Iterator[Batch]:
        """The rows of every table of the block, owners before their own."""
        for name in self.spans:
            self._make(name)
        for name in self.spans:
            table = self.known[name].table
            own = self.rows[name].select(list(table.names)).cast(table.arrow).combine_chunks()
            for batch in own.to_batches():
                yield Batch(name, batch)

    def _make(self, name: str) -> None:
        known, span = self.known[name], self.spans[name]
        seed = self.seed.child(name, span.start)
        owners, context, keys = self._owned(known, span, seed)
        if known.grid is not None:
            context = beside(context, known.grid.rows(span.n_rows, seed.child("grid")))
        drawn = known.inner.rows(span.keys, span.total, self.seed.child(name), context)
        wide = beside(context, pa.Table.from_batches([drawn]))
        rows = beside(wide, keys, self._listed(known, wide, seed))
        for number, tie in known.shape.of("value"):
            rows = snapped(
                rows, tie.key, self.lists.get(tie.key.table), known.lost.get(number, 0.0), seed.child("snap", number)
            )
        self.wides[name] = wide
        self.rows[name] = rows

    def _owned(self, known: Known, span: Span, seed: Seed) -> tuple[Places, pa.Table, pa.Table]:
        """Each row's owner, what is told of it, and the key to it."""
        tie = known.shape.owner
        if tie is None:
            return np.zeros(0, dtype=np.int64), _blank(span.n_rows), pa.table({})
        parent, name = tie.key.table, known.table.name
        above, keys = self.wides[parent], self.rows[parent].select(list(tie.key.references))
        n_parents, rng = keys.num_rows, seed.child("counts").generator()
        n_missing = round(known.missing * span.n_rows)
        n_lost = round(known.orphans * span.n_rows) if known.ghosts else 0
        if known.ghosts is not None and n_lost:
            ghosts = self._ghosts(known, span, seed)
            above = below(above, ghosts)
            keys = below(keys, self._ghost_keys(known, span, ghosts.num_rows, seed))
        drawn = np.asarray(plain(above.column(rows_of(name))).to_numpy(zero_copy_only=False), dtype=np.int64)
        counts = np.concatenate([
            settle(drawn[:n_parents], span.n_rows - n_missing - n_lost, rng), settle(drawn[n_parents:], n_lost, rng)
        ])  # fmt: skip
        owners = np.concatenate([places_of(counts), np.full(n_missing, MISSING)])
        context = beside(_blank(span.n_rows), told(parent, above, known.context, owners, name))
        spots = pa.array(np.maximum(owners, 0), mask=owners < 0)
        filled = {
            own: plain(keys.column(theirs)).take(spots)
            for own, theirs in zip(tie.key.columns, tie.key.references, strict=True)
        }
        if known.ordinal is not None:
            filled[known.ordinal] = pa.array(np.append(ordinals(counts), np.ones(n_missing, np.int64)))
        return owners, context, pa.table(filled)

    def _ghosts(self, known: Known, span: Span, seed: Seed) -> pa.Table:
        n_parents = self.spans[known.shape.owner.key.table].n_rows if known.shape.owner else 0
        n_ghosts = max(1, round(known.n_ghosts * n_parents))
        assert known.ghosts is not None
        made = known.ghosts.rows(KeyRange(0, n_ghosts), n_ghosts, seed.child("ghosts"), _blank(n_ghosts))
        return pa.Table.from_batches([made])

    def _ghost_keys(self, known: Known, span: Span, n_ghosts: int, seed: Seed) -> pa.Table:
        """Keys that no row of the owner's table has: those of rows after its last one."""
        assert known.shape.owner is not None
        parent = self.known[known.shape.owner.key.table]
        total, start = self.spans[parent.table.name].total, self.spans[parent.table.name].start
        first = total + round(parent_share(known, start))
        context = pa.table({column.name: pa.nulls(n_ghosts, column.storage) for column in parent.context})
        keys = KeyRange(first, first + n_ghosts)
        made = parent.inner.rows(keys, total, self.seed.child(parent.table.name), beside(_blank(n_ghosts), context))
        names = [name for name in known.shape.owner.key.references if name in made.schema.names]
        return pa.Table.from_batches([made]).select(names)

    def _listed(self, known: Known, wide: pa.Table, seed: Seed) -> pa.Table:
        """The keys to lists, from their labels."""
        filled: dict[str, pa.Array] = {}
        for number, tie in known.shape.of("list"):
            book = self.known[tie.key.table]
            assert book.kept is not None
            made = self.lists[tie.key.table].slice(book.kept.num_rows)
            labels = plain(wide.column(label_of(number)))
            kept, rest = (rows.select(list(tie.key.references)) for rows in (book.kept, made))
            orphans = known.labels[number].orphans.rename_columns(list(tie.key.references))
            found = find_keys(labels, orphans, kept, rest, seed.child("list", number))
            for own, theirs in zip(tie.key.columns, tie.key.references, strict=True):
                if own in tie.fills:
                    filled[own] = plain(found.column(theirs))
        return pa.table(filled)


def parent_share(known: Known, start: int) -> float:
    """How many ghosts the blocks before a parent's row have."""
    return known.n_ghosts * start


def _blank(n_rows: int) -> pa.Table:
    from twinset.synthesizers.relational.wide import OWNER

    return pa.table({OWNER: pa.nulls(n_rows, pa.int64())})
