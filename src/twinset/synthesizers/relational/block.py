"""Making rows: a block of roots with all that is theirs, from the roots down, keys filled in as the rows are made.

A block is pure: it follows from the seed, the numbers of its rows, and the lists, which are made before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Batch
from twinset.core.keys import MISSING, Places, at, is_live, plain
from twinset.core.request import KeyRange
from twinset.core.seed import Seed
from twinset.errors import GenerationError
from twinset.synthesizers.relational.again import of_owners, say_again
from twinset.synthesizers.relational.blocks import Span
from twinset.synthesizers.relational.breaking import breaking
from twinset.synthesizers.relational.distinct import made_distinct
from twinset.synthesizers.relational.gaps import added
from twinset.synthesizers.relational.given.giving import Giving
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.lists import Draws, find_keys
from twinset.synthesizers.relational.live import depends, filled, with_labels
from twinset.synthesizers.relational.owned import Owners, owned
from twinset.synthesizers.relational.pairing import Pairing
from twinset.synthesizers.relational.shape import label_of
from twinset.synthesizers.relational.snap import snapped
from twinset.synthesizers.relational.wide import beside

_ROUNDS = 50
"""How often rows that break a rule are drawn again."""


@dataclass
class Block:
    """Rows of some tables: ``spans`` say which, ``lists`` are the finished rows of the tables that many share."""

    known: Mapping[str, Known]
    spans: Mapping[str, Span]
    lists: Mapping[str, pa.Table]
    seed: Seed
    wides: dict[str, pa.Table] = field(default_factory=dict)
    rows: dict[str, pa.Table] = field(default_factory=dict)
    owners: dict[str, Places] = field(default_factory=dict)
    drawn: dict[str, pa.Table] = field(default_factory=dict)
    giving: Giving | None = None
    given: Collection[str] | None = None

    def make(self) -> Iterator[Batch]:
        """The rows of every table that the block gives out, owners before their own."""
        self.make_tables()
        for name in self.spans:
            self._pair(name)
        for name in self.spans:
            say_again(self, name)
        for name in reversed(list(self.spans)):
            self._add_up(name)
        for name in self.spans if self.given is None else self.given:
            table = self.known[name].table
            own = self.rows[name].select(list(table.names)).cast(table.arrow).combine_chunks()
            own = own if self.giving is None else self.giving.in_order(name, own).combine_chunks()
            for batch in own.to_batches():
                yield Batch(name, batch)

    def make_tables(self) -> None:
        """All rows but for keys to partners and totals."""
        if self.giving is not None:
            self.giving.begin(self)
        for name in self.spans:
            if name not in self.rows:
                self.make_table(name)

    def owned_of(self, name: str) -> Owners:
        """Who owns the rows of a table, once the table above it is made."""
        return owned(self, name)

    def seed_of_owners(self, name: str) -> Seed:
        """For what is drawn of a table's owners: the same in every block that has some of their rows."""
        span = self.spans[name]
        return self.seed.child("block", name, 0 if span.is_slice else span.start)

    def make_table(self, name: str) -> None:
        """Make the rows of a table, once the table above it is made; again where what is known of them has changed."""
        known, span = self.known[name], self.spans[name]
        seed, owned = self.seed.child("block", name, span.start), self.owned_of(name)
        context = owned.context
        if known.grid is not None:
            context = beside(context, known.grid.rows(span.n_rows, seed.child("grid")))
        redrawn = [column.name for column in known.drawn if column not in known.keys]
        redrawn = [] if depends(known.table) & set(known.table.primary_key) else redrawn
        if self.giving is None:
            drawn = known.draw(span.keys, span.total, self.seed, context, owned.places)
        else:
            drawn = self.drawn[name] = self.giving.draw(self, known, context, owned.places)
        for number in range(_ROUNDS):
            wide, rows = self._finished(known, drawn, context, owned, seed)
            if not len(wrong := breaking(known.table, rows, redrawn)):
                break
            drawn = self._drawn_again(known, drawn, context, owned, wrong, seed.child("again", number))
        else:
            raise GenerationError(f"{len(wrong):,} rows of {name!r} break its rules however often they are drawn again")
        self.wides[name], self.owners[name] = wide, owned.places
        self.rows[name] = of_owners(self, name, rows)

    def _finished(
        self, known: Known, drawn: pa.Table, context: pa.Table, owned: Owners, seed: Seed
    ) -> tuple[pa.Table, pa.Table]:
        """Wide rows, and rows as they come out but for keys to partners."""
        wide = known.with_same(beside(context, drawn))
        rows = beside(self._with_times(known, wide, owned.places), owned.keys)
        rows = self._listed(known, wide, rows, owned.places, seed)
        for number, tie in known.shape.of("value"):
            lost = known.lost.get(number, 0.0)
            rows = snapped(rows, tie.key, self.lists.get(tie.key.table), lost, seed.child("snap", number))
        return wide, rows

    def _drawn_again(
        self, known: Known, drawn: pa.Table, context: pa.Table, owned: Owners, wrong: Places, seed: Seed
    ) -> pa.Table:
        """What was drawn, some rows of it anew but for their keys."""
        places = owned.places[wrong] if len(owned.places) else owned.places
        if self.giving is None:
            more = known.draw(KeyRange(0, len(wrong)), len(wrong), seed, context.take(pa.array(wrong)), places)
        else:
            more = self.giving.draw_again(self, known, context, owned.places, wrong, seed)
        picks = np.arange(drawn.num_rows)
        picks[wrong] = drawn.num_rows + np.arange(len(wrong))
        kept = {column.name for column in known.keys}
        arrays = [
            plain(drawn.column(name)) if name in kept else
            pa.concat_arrays([plain(drawn.column(name)), plain(more.column(name))]).take(pa.array(picks))
            for name in drawn.column_names
        ]  # fmt: skip
        return pa.table(arrays, names=drawn.column_names)

    # -- columns ---------------------------------------------------------------------------------------------------

    def _with_times(self, known: Known, wide: pa.Table, places: Places) -> pa.Table:
        """The wide rows with the times that were drawn as gaps."""
        for gap in known.gaps:
            assert known.shape.owner is not None
            start = plain(self.rows[known.shape.owner.key.table].column(gap.after))
            first = at(start, np.where(places < len(start), places, MISSING))
            times = added(gap, plain(wide.column(gap.column)), first, known.table[gap.column].storage)
            wide = wide.set_column(wide.column_names.index(gap.column), gap.column, times)
        return wide

    def _draws(self, known: Known, number: int, n_rows: int, places: Places, seed: Seed) -> Draws:
        """Which of a list's other rows are meant: the same for all rows of an owner that has one."""
        if known.own is not None and any(column.name == label_of(number) for column in known.own.same):
            rng = self.seed_of_owners(known.table.name).child("list", number).generator()
            return rng.random(int(places.max(initial=0)) + 1)[places]
        return seed.child("list", number).generator().random(n_rows)

    def _listed(self, known: Known, wide: pa.Table, rows: pa.Table, places: Places, seed: Seed) -> pa.Table:
        """The rows with the keys to lists, from their labels."""
        for number, tie in known.shape.of("list"):
            book = self.known[tie.key.table]
            assert book.kept is not None
            made = self.lists[tie.key.table].slice(book.kept.num_rows)
            labels = plain(wide.column(label_of(number)))
            if tie.key.when is not None and not known.unset.get(number):
                labels = with_labels(labels, is_live(rows, tie.key), seed.child("labels", number))
            kept, rest = (each.select(list(tie.key.references)) for each in (book.kept, made))
            found = find_keys(
                labels, known.labels[number], kept, rest, self._draws(known, number, wide.num_rows, places, seed)
            )
            pairs = zip(tie.key.columns, tie.key.references, strict=True)
            rows = filled(rows, tie, {own: plain(found.column(theirs)) for own, theirs in pairs})
        return rows

    # -- what needs all tables -------------------------------------------------------------------------------------

    def _pair(self, name: str) -> None:
        known, span = self.known[name], self.spans[name]
        seed = self.seed.child("pairs", name, span.start)
        rows = self.rows[name]
        for partner in known.partners:
            tie = known.shape.ties[partner.number]
            is_free = all(known.table[one].nullable for one in tie.fills)
            may_miss = is_free and (tie.key.when is None or bool(known.unset.get(partner.number)))
            pairing = Pairing(partner, self.wides, self.rows, self.owners, may_miss, is_free)
            rows = pairing.fill(rows, tie, seed.child(partner.number))
            self.rows[name] = rows
        rows = made_distinct(rows, known, {**self.lists, **self.rows}, seed.child("distinct"))
        self.rows[name] = rows if self.giving is None else self.giving.put(name, rows)

    def _add_up(self, name: str) -> None:
        for total in self.known[name].totals:
            rows, child = self.rows[name], self.rows.get(total.child)
            if child is not None:
                n_rows, places = rows.num_rows, self.owners[total.child]
                found = total.of(child, np.where(places < n_rows, places, -1), n_rows)
                self.rows[name] = total.put(rows, found, self.known[name].table[total.column].storage)
