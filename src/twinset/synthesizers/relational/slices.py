"""Few owners of very many rows, such as fifty shops and their receipts: which tables are cut between rows of one owner.

Rows are drawn given what their owner says of them, so that rows of one owner need nothing from each other and may be made in
several blocks, each of which makes the few owners anew. That is so unless something is added up from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twinset.synthesizers.relational.junction import junction_of
from twinset.synthesizers.relational.known import Known


@dataclass(frozen=True, slots=True)
class Slices:
    """What is known of one tree of tables, an owner's before those of its own, and how many rows each is to have."""

    known: Mapping[str, Known]
    tree: Sequence[str]
    size: Mapping[str, int]

    def tops(self, fewest: int, most: int) -> frozenset[str]:
        """The topmost tables that are cut between the rows of one owner; none where they can't be, or need not.

        ``fewest`` rows of a table are enough to cut it; more than ``most`` are too many not to.
        """
        root = self.tree[0]
        tops = set(self._tops(root, min(fewest, most + 1)))
        may_be = all(self._may_cut(name) for name in tops) and not self._are_sought({*self.below(tops)})
        return frozenset(tops) if self.size[root] <= most and may_be else frozenset()

    def _tops(self, owner: str, fewest: int) -> Iterator[str]:
        for name in self._owned(owner):
            if self.size[name] >= fewest:
                yield name
            else:
                yield from self._tops(name, fewest)

    def below(self, names: Collection[str]) -> Iterator[str]:
        """These tables and all that is theirs."""
        for name in names:
            yield name
            yield from self.below(self._owned(name))

    def needed(self, tops: Collection[str]) -> frozenset[str]:
        """The tables of the tree that are not cut, and that rows which are cut hang on."""
        cut = {*self.below(tops)}
        found, rest = set(cut), list(cut)
        while rest:
            ties = self.known[rest.pop()].shape.ties
            more = {tie.key.table for tie in ties if tie.kind in ("owner", "partner")} & set(self.tree) - found
            found |= more
            rest += more
        return frozenset(found - cut)

    def _owned(self, owner: str) -> list[str]:
        ties = {name: self.known[name].shape.owner for name in self.tree}
        return [name for name, tie in ties.items() if tie is not None and tie.key.table == owner]

    def _are_sought(self, cut: set[str]) -> bool:
        """Whether any rows look for partners among those that are cut."""
        return any(tie.key.table in cut for name in self.size for _, tie in self.known[name].shape.of("partner"))

    def _may_cut(self, name: str) -> bool:
        """Whether rows of one owner need nothing from each other: no sum, no grid, no key that may come twice."""
        known = self.known[name]
        is_summed = any(total.child == name for one in self.tree for total in self.known[one].totals)
        return not is_summed and known.grid is None and _is_told_apart(known)


def _is_told_apart(known: Known) -> bool:
    """Whether no two rows have one key, wherever they are made: it has a number of its own in it."""
    key = set(known.table.primary_key)
    numbered = {known.ordinal, *(column.name for column in known.keys)}
    return junction_of(known.shape) is None and (len(key) < 2 or bool(key & numbered))
