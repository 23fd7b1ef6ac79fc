"""The owners of given rows: whose each is, and what these owners are, from the given rows up and down again.

Rows are dealt to the owners that were made, alike to alike. Then every owner is drawn anew: given how many rows it has and
their summaries, which are its own columns, and where these do not tell all, of several tries one by how likely it makes the
rows (importance resampling; Rubin 1987). Above it, its own owner is settled by the rows that were settled below, and once
more downwards, so that each has seen the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from twinset.core.keys import Places, at, numbered, plain
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.relational.alike import Floats, codes_of
from twinset.synthesizers.relational.distinct import exchanged
from twinset.synthesizers.relational.given.cells import with_gaps
from twinset.synthesizers.relational.given.complete import chosen, complete, evidence, picked
from twinset.synthesizers.relational.junction import junction_of
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.partners import match
from twinset.synthesizers.relational.shape import rows_of
from twinset.synthesizers.relational.summary import Summary
from twinset.synthesizers.relational.wide import beside, blank, told

if TYPE_CHECKING:
    from twinset.synthesizers.relational.block import Block
    from twinset.synthesizers.relational.given.giving import Giving
    from twinset.synthesizers.relational.owned import Owners

N_OWNERS, N_CONTEXTS, _MOST_LOOKED_AT = 8, 16, 3
"""Tries at each owner and at whose it may be, and the columns by which rows are dealt."""


def settle(block: Block, giving: Giving) -> None:
    """Make the tables above the given rows, so that their owners are such as have them."""
    _Line(block, giving, block.seed.child("given", block.spans[giving.table].start)).run()


@dataclass
class _Line:
    block: Block
    giving: Giving
    seed: Seed

    def run(self) -> None:
        path, known = self._path, self.giving.known
        if self.giving.asked.has_owners:
            self._own(path[1])
        for name in reversed(path[1:]):
            self.block.make_table(name)
        owned = self.block.owned_of(path[0])
        if not self.giving.asked.has_owners:
            self.giving.order = self._dealt(known[path[0]], owned)
        for child, name in itertools.pairwise(path):
            self._draw(name, child, owned.places, is_first=True)
        for place in range(len(path) - 1, 0, -1):
            if place < len(path) - 1:
                self._draw(path[place], path[place - 1], owned.places, is_first=False)
            self.block.make_table(path[place])

    @property
    def _path(self) -> list[str]:
        """The given table, its owner's, that one's owner's and so on."""
        found = [self.giving.table]
        while (tie := self.giving.known[found[-1]].shape.owner) is not None:
            found.append(tie.key.table)
        return found

    # -- whose rows ------------------------------------------------------------------------------------------------

    def _own(self, parent: str) -> None:
        """Rows with the same key have one owner, which has that key; any of those that are made are it."""
        tie = self.giving.known[self.giving.table].shape.owner
        assert tie is not None
        values = plain(self.giving.rows.column(tie.key.columns[0])).dictionary_encode()
        codes, keys = codes_of(values), values.dictionary
        n_owners = self.block.spans[parent].n_rows
        spots = np.sort(self.seed.child("owners").generator().permutation(n_owners)[: len(keys)])
        counts, of = np.zeros(n_owners, dtype=np.int64), np.full(n_owners, -1, dtype=np.int64)
        counts[spots], of[spots] = np.bincount(codes, minlength=len(keys)), np.arange(len(keys))
        self.giving.cells[parent] = pa.table({rows_of(self.giving.table): pa.array(counts)})
        self.giving.keys[parent] = (tie.key.references[0], at(keys, of))
        self.giving.order = np.argsort(spots[codes], kind="stable")

    def _dealt(self, own: Known, owned: Owners) -> Places:
        """Which of the given rows each row is: in the order of what the owners' rows would be like."""
        span, rng = self.block.spans[self.giving.table], self.seed.child("dealt").generator()
        cells = self.giving.cells[self.giving.table]
        drawn = own.draw(span.keys, span.total, self.seed.child("drafts"), owned.context, owned.places)
        drafts = own.with_same(beside(owned.context, drawn))
        names = [name for name in self._telling(own, cells) if name in drafts.column_names]
        order = rng.permutation(span.n_rows)
        if names:
            mine, theirs = [plain(cells.column(name)) for name in names], [plain(drafts.column(name)) for name in names]
            order = np.argsort(match([_filled(*pair, rng) for pair in zip(mine, theirs, strict=True)], theirs,
                                     np.ones(span.n_rows, dtype=np.int64), rng))  # fmt: skip
        return self._different(own, owned, order)

    def _different(self, own: Known, owned: Owners, order: Places) -> Places:
        """The order, exchanged so that no owner gets two rows of one key; PlanError where they can't differ."""
        junction = junction_of(own.shape)
        names = [] if junction is None else list(junction.columns)
        if not names or not set(names) <= set(self.giving.rows.column_names):
            return order
        keys = numbered([plain(self.giving.rows.column(name)) for name in names])[order]
        found, is_done = exchanged(owned.places, keys, self.seed.child("different").generator())
        if not is_done:
            raise PlanError(f"the given rows of {own.table.name!r} can't have different keys: {', '.join(names)} come too "
                            f"often for {self.block.spans[self._path[1]].n_rows:,} rows of {self._path[1]}")  # fmt: skip
        return order[found]

    def _telling(self, own: Known, cells: pa.Table) -> list[str]:
        """The columns in which rows of one owner are alike first, then others."""
        first: list[str] = []
        if own.own is not None:
            first = [*(column.name for column in own.own.same), *own.own.labels, *own.own.numbers]
        kinds = {field.name: field.type for field in cells.schema}
        fit = [name for name, kind in kinds.items() if not (pa.types.is_nested(kind) or pa.types.is_binary(kind))]
        return sorted(fit, key=lambda name: first.index(name) if name in first else len(first))[:_MOST_LOOKED_AT]

    # -- who they are ----------------------------------------------------------------------------------------------

    def _draw(self, name: str, child: str, owners: Places, *, is_first: bool) -> None:
        """Draw owners anew, given their rows in ``child``."""
        block, known = self.block, self.giving.known
        own, span, owned = known[name], block.spans[name], block.owned_of(name)
        spots = owners if child == self.giving.table else block.owned_of(child).places
        cells = self._rows_of(child)
        told_up = pa.table(dict(self._told_up(own, known[child], cells, spots, span.n_rows)))
        weighed = self._untold(known[child], cells)
        tries, logs = [], []
        for number in range(N_OWNERS if weighed is not None else 1):
            seed = self.seed.child("owners", name, "first" if is_first else "again", number)
            context = owned.context
            if is_first and own.shape.owner is not None:
                context = self._likely_context(own, told_up, seed)
            tries.append(complete(own, span.keys, span.total, seed, context, told_up, n_owners=len(owned.places)))
            rows = beside(context, tries[-1])
            logs.append(np.zeros(span.n_rows) if weighed is None else
                        self._weight(own, known[child], rows, weighed, spots, seed))  # fmt: skip
        best = chosen(np.stack(logs), self.seed.child("owner", name, "first" if is_first else "again"))
        self.giving.drafts[name] = self._with_keys(own, name, picked(own, tries, best))

    def _rows_of(self, child: str) -> pa.Table:
        """What is known of the rows of a table of the line, as engines see it."""
        if child == self.giving.table:
            return self.giving.cells[child].take(pa.array(self.giving.order))
        return self.giving.drafts[child]

    def _with_keys(self, own: Known, name: str, rows: pa.Table) -> pa.Table:
        """The rows with the keys that they have where nothing is given."""
        first = self.block.drawn[name]
        return beside(rows, first.select([one.name for one in own.keys if one.name in rows.column_names]))

    def _told_up(
        self, own: Known, child: Known, cells: pa.Table, spots: Places, n_owners: int
    ) -> Iterator[tuple[str, pa.Array]]:
        """What owners know of their rows in a child table, as far as these are known."""
        storage = {column.name: column.storage for column in own.drawn}
        is_given = child.table.name == self.giving.table
        whole = {one for one in cells.column_names if not is_given or not plain(cells.column(one)).null_count}
        assert child.own is not None
        summary = Summary(
            child.own.child, tuple(one for one in child.own.same if one.name in cells.column_names),
            tuple(one for one in child.own.numbers if one in whole), tuple(one for one in child.own.labels if one in whole),
        )  # fmt: skip
        there = np.where(spots < n_owners, spots, -1)
        found = summary.of(cells, there, n_owners)
        for name in found.column_names:
            if name in storage:
                yield name, plain(found.column(name)).cast(storage[name])
        for total in own.totals:
            if total.child == summary.child and total.summed in {"", *whole} and total.column in storage:
                yield total.column, pa.array(total.of(cells, there, n_owners)).cast(storage[total.column], safe=False)

    def _untold(self, child: Known, cells: pa.Table) -> pa.Table | None:
        """What is known of rows and their summaries do not tell; None where that is nothing that owners would know of."""
        assert child.own is not None
        is_given = child.table.name == self.giving.table
        if not is_given and child.own.is_checked:
            return None  # rows of one owner are alike in what is summed up, and in nothing else
        told = {*child.own.numbers, *child.own.labels, *(one.name for one in child.own.same)}
        rest = cells.select([name for name in cells.column_names if name not in told])
        has_gaps = is_given and any(gap.column in self.giving.rows.column_names for gap in child.gaps)
        return rest if rest.num_columns or has_gaps else None

    def _likely_context(self, own: Known, told_up: pa.Table, seed: Seed) -> pa.Table:
        """The context of rows whose owners are not known yet: of some owner each, by how likely it makes what is told."""
        tie = own.shape.owner
        assert tie is not None
        above, n_rows = self.block.wides[tie.key.table], self.block.spans[own.table.name].n_rows
        spots = seed.child("any").generator().integers(0, max(above.num_rows, 1), (N_CONTEXTS, n_rows))
        contexts = [beside(blank(n_rows), told(tie.key.table, above, own.context, each, own.table.name)) for each in spots]
        logs = [evidence(own, seed.child("any", number), each, told_up) for number, each in enumerate(contexts)]
        best = spots[chosen(np.stack(logs), seed.child("which")), np.arange(n_rows)]
        return beside(blank(n_rows), told(tie.key.table, above, own.context, best, own.table.name))

    def _weight(self, own: Known, child: Known, rows: pa.Table, cells: pa.Table, spots: Places, seed: Seed) -> Floats:
        """The logarithm of how likely each owner makes its rows in a child table."""
        there = np.flatnonzero(spots < rows.num_rows)
        wide = own.with_same(rows)
        context = beside(blank(len(there)), told(own.table.name, wide, child.context, spots[there], child.table.name))
        if child.table.name == self.giving.table:
            given = self.giving.rows.take(pa.array(self.giving.order))
            cells = with_gaps(child, cells, given, wide, spots)
        if not len(there) or not cells.num_columns:
            return np.zeros(rows.num_rows)
        logs = evidence(child, seed.child("weight"), context, cells.take(pa.array(there)))
        return np.bincount(spots[there], weights=logs, minlength=rows.num_rows).astype(np.float64)


def _filled(given: pa.Array, drafts: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Given cells, where they are missing those of some draft."""
    some = drafts.take(pa.array(rng.integers(0, len(drafts), len(given)))).cast(given.type)
    is_missing = np.asarray(given.is_null().to_numpy(zero_copy_only=False))
    return pa.concat_arrays([given, some]).take(pa.array(np.arange(len(given)) + np.where(is_missing, len(given), 0)))
