"""What engines see of a database's real rows: own columns, labels of lists, what partners and chosen rows are like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.keys import at, plain
from twinset.core.schema import Column, Values
from twinset.core.seed import Seed
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.choices import LONG, Choice
from twinset.synthesizers.relational.combos import find_combos
from twinset.synthesizers.relational.gaps import Gap, find_gaps, taken_away
from twinset.synthesizers.relational.partners import Partner, depths_of, find_wishes, kinds_of
from twinset.synthesizers.relational.real import Real
from twinset.synthesizers.relational.shape import label_of
from twinset.synthesizers.relational.wide import beside, context_columns, told


class Seen:
    """For each table its rows as an engine sees them (no summaries, no context), and what was found to make them so."""

    def __init__(self, real: Real, seed: Seed) -> None:
        self.real, self.seed = real, seed
        self.partners = {name: tuple(self._partners(name)) for name in real.shapes}
        self.combos = {name: self._combos(name) for name in real.shapes}
        self.choices = {name: tuple(self._choices(name)) for name in real.shapes}
        self.gaps = {name: tuple(self._gaps(name)) for name in real.shapes}
        self.rows: dict[str, pa.Table] = {name: self._rows(name) for name in real.shapes}

    def _partners(self, name: str) -> Iterator[Partner]:
        shape = self.real.shapes[name]
        for number, tie in shape.of("partner"):
            spots, rng = self.real.places[name, number], self.seed.child("wishes", name, number).generator()
            rows, parents = self.real.rows[name], self.real.rows[tie.key.table]
            wishes = find_wishes(self.drawn(tie.key.table), parents, spots, rows, shape.drawn, rng)
            yield Partner(number, name, tie.key.table, wishes, tie.key.table == name)

    def _combos(self, name: str) -> tuple[pa.Table, ...]:
        shape, rows = self.real.shapes[name], self.real.rows[name]
        labels = {label_of(number): self.real.labels_of(name, number) for number, _ in shape.of("list")}
        return find_combos(pa.table(labels), rows, shape.drawn, self.real.roots[name], self.real.k) if labels else ()

    def _choices(self, name: str) -> Iterator[Choice]:
        """The keys to lists, where any of these is long or something follows from two: drawn together, before the rest."""
        shape = self.real.shapes[name]
        ties = shape.of("list")
        n_labels = {number: len(self.real.labels_of(name, number).unique()) for number, _ in ties}
        for number, tie in ties if self.combos[name] or max(n_labels.values(), default=0) > LONG else ():
            likes: tuple[Column, ...] = ()
            if n_labels[number] > LONG:
                book, spots = self.real.shapes[tie.key.table], self.real.places[name, number]
                rng = self.seed.child("likes", name, number).generator()
                likes = find_wishes(book.drawn, self.real.rows[tie.key.table], spots, *self._told(name), rng)
            yield Choice(number, likes)

    def _told(self, name: str) -> tuple[pa.Table, list[Column]]:
        """A table's own columns beside those of its owner, its owner's owner and so on: what goes with whom it chooses."""
        shape, rows = self.real.shapes[name], self.real.rows[name]
        columns = list(shape.drawn)
        if (tie := shape.owner) is None:
            return rows, columns
        above, theirs = self._told(tie.key.table)
        context = context_columns(tie.key.table, theirs, name)
        spots = np.where(self.real.owners[name] < above.num_rows, self.real.owners[name], -1)
        return beside(rows, told(tie.key.table, above, context, spots, name)), [*columns, *context]

    def _gaps(self, name: str) -> Iterator[Gap]:
        shape = self.real.shapes[name]
        if (tie := shape.owner) is not None:
            parent = self.real.shapes[tie.key.table]
            yield from find_gaps(self.drawn(name), parent.drawn, self.real.rows[name], self.real.rows[tie.key.table],
                                 self.real.owners[name])  # fmt: skip

    def _rows(self, name: str) -> pa.Table:
        """The real rows as an engine sees them: own columns, labels of lists, what partners are."""
        shape, rows = self.real.shapes[name], self.real.rows[name]
        arrays: dict[str, Any] = {one.name: rows.column(one.name) for one in self.drawn(name)}
        for gap in self.gaps[name]:
            assert shape.owner is not None
            above = self.real.rows[shape.owner.key.table]
            arrays[gap.column] = taken_away(gap, rows, above, self.real.owners[name])
        for number, _ in shape.of("list"):
            arrays[label_of(number)] = self.real.labels_of(name, number)
        for choice in self.choices[name]:
            arrays |= self._of_choice(name, choice)
        for partner in self.partners[name]:
            arrays |= self._of_partner(partner)
        for child, partners in self.partners.items():
            for partner in partners:
                if partner.parent == name:
                    spots = self.real.places[child, partner.number]
                    arrays[partner.taken.name] = pa.array(np.bincount(spots[spots >= 0], minlength=rows.num_rows))
        return pa.table(arrays) if arrays else rows.select([])

    def _of_choice(self, name: str, choice: Choice) -> dict[str, Any]:
        spots = self.real.places[name, choice.number]
        book = self.real.rows[self.real.shapes[name].ties[choice.number].key.table]
        pairs = zip(choice.liked, choice.likes, strict=True)
        return {liked.name: at(plain(book.column(like.name)), spots) for liked, like in pairs}

    def _of_partner(self, partner: Partner) -> dict[str, Any]:
        spots = self.real.places[partner.child, partner.number]
        owners, theirs = self.real.owners[partner.child], self.real.owners[partner.parent]
        mine, above = (self.real.shapes[one].owner for one in (partner.child, partner.parent))
        is_own = above is not None and above.key.table == partner.child
        is_kin = mine is not None and above is not None and mine.key.table == above.key.table
        arrays: dict[str, Any] = {
            partner.kind.name: kinds_of(spots, owners, theirs if is_own or is_kin else np.zeros(0, np.int64), is_own)
        }
        if partner.is_tree:
            arrays[partner.depth.name] = pa.array(depths_of(spots))
        for wish, column in zip(partner.wished, partner.wishes, strict=True):
            arrays[wish.name] = at(plain(self.real.rows[partner.parent].column(column.name)), spots)
        return arrays

    def drawn(self, name: str) -> list[Column]:
        """A table's columns that an engine draws: not those that follow from its owner's."""
        left_out = {self.real.ordinals[name], *self.real.mirrors[name]}
        return [column for column in self.real.shapes[name].drawn if column.name not in left_out]

    def columns(self, name: str) -> list[Column]:
        """The columns of :attr:`rows`."""
        shape, gaps = self.real.shapes[name], {gap.column: gap for gap in self.gaps[name]}
        own = [gaps[one.name].as_learned(one) if one.name in gaps else one for one in self.drawn(name)]
        own += [self._label_column(name, number) for number, _ in shape.of("list")]
        own += [column for choice in self.choices[name] for column in choice.liked]
        own += [column for partner in self.partners[name] for column in partner.columns]
        taken = [one.taken for partners in self.partners.values() for one in partners if one.parent == name]
        return own + taken

    def _label_column(self, name: str, number: int) -> Column:
        """The labels of a key to a list; those of a long one in the order of what its rows are like."""
        choice = next((one for one in self.choices[name] if one.number == number), None)
        if choice is None or not choice.likes:
            return Column(label_of(number), types.Categorical(), pa.string())
        book = self.real.shapes[name].ties[number].key.table
        kept = self.real.rows[book].filter(pa.array(self.real.kept[book] >= 0))
        order = np.lexsort([_in_order(plain(kept.column(like.name))) for like in reversed(choice.likes)])
        known = self.rows[name].column(label_of(number)).unique().drop_null().to_pylist()
        labels = [str(one) for one in order.tolist()]
        labels += sorted(set(known) - set(labels))
        return Column(label_of(number), types.Ordinal(), pa.string(), Values(tuple(labels)))


def _in_order(values: pa.Array) -> Numbers:
    """The place of each value in their order."""
    return np.asarray(pc.rank(values, tiebreaker="dense").to_numpy(), dtype=np.int64)
