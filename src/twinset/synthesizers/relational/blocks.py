"""Cutting tables into blocks: which rows of which tables are made together.

What is cut are roots, with all that is theirs, or very many rows of few roots (``slices.py``). Other rows of few roots are
not cut: they are made whole by the first block, and where rows that are cut have them for owners or look for partners
among them, by every block anew, which are the same rows each time. Nor are tables cut of which two blocks could make the
same row: those that join nothing but tables that are not cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from twinset.core.request import KeyRange
from twinset.core.schema import Schema
from twinset.privacy.kinship import root_of
from twinset.synthesizers.relational.junction import junction_of
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.slices import Slices

_FEWEST_ROOTS, _FEWEST_PARTNERS = 500, 20
"""Roots in a block at least: what is drawn of how many rows each has must be able to even out, and partners to be found."""
_OF_ALL = 4
"""Rows of all tables in a block, as a multiple of those that one table may have."""


@dataclass(frozen=True, slots=True)
class Span:
    """The rows [start, stop) of a table's ``total``; of a slice all owners are there, those of other rows too."""

    start: int
    stop: int
    total: int
    is_slice: bool = False

    @property
    def n_rows(self) -> int:
        return self.stop - self.start

    @property
    def keys(self) -> KeyRange:
        return KeyRange(self.start, self.stop)


@dataclass(frozen=True, slots=True)
class Blocks:
    """How tables of these sizes are cut into ``n`` blocks: those of ``whole`` not at all; all make ``everywhere``.

    ``sliced`` are cut between the rows of one owner.
    """

    n: int
    size: Mapping[str, int]
    whole: frozenset[str] = frozenset()
    everywhere: frozenset[str] = frozenset()
    sliced: frozenset[str] = frozenset()

    def spans(self, number: int) -> dict[str, Span]:
        """The rows that a block makes of each table."""
        return {
            name: self._span(name, number)
            for name in self.size
            if number == 0 or name not in self.whole or name in self.everywhere
        }

    def _span(self, name: str, number: int) -> Span:
        n_rows = self.size[name]
        if name in self.whole:
            return Span(0, n_rows, n_rows)
        return Span(n_rows * number // self.n, n_rows * (number + 1) // self.n, n_rows, name in self.sliced)

    def given(self, number: int) -> dict[str, Span]:
        """Those of them that it gives out."""
        return {name: span for name, span in self.spans(number).items() if number == 0 or name not in self.whole}


def cut(
    schema: Schema, known: Mapping[str, Known], size: Mapping[str, int], part_rows: int, most: int = 1 << 40,
    *, may_slice: bool = True,
) -> Blocks:  # fmt: skip
    """As many blocks as it takes for none to have more than ``part_rows`` of a table, and four times that of all.

    There are no more than ``most``. ``may_slice``: rows of one owner may be in several.
    """
    if not size:
        return Blocks(0, size)
    wanted = max(1, -(-max(*size.values(), sum(size.values()) // _OF_ALL) // part_rows))
    if len(size) == 1:
        return Blocks(wanted, size)
    cutting = _Cutting(schema, known, size, part_rows)
    n = max(1, min(wanted, most))
    return cutting.blocks(n, cutting.tops(n) if may_slice and n > 1 else {})


class _Cutting:
    """The tables of one request by their roots; ``main`` is the root of the longest."""

    def __init__(self, schema: Schema, known: Mapping[str, Known], size: Mapping[str, int], part_rows: int) -> None:
        self.schema, self.known, self.size, self.part_rows = schema, known, size, part_rows
        self.trees: dict[str, list[str]] = {}
        for name in size:
            self.trees.setdefault(root_of(schema, name), []).append(name)
        self.main = root_of(schema, max(size, key=lambda name: size[name]))
        self.sought = set(_sought(schema, known, size))

    def tops(self, n: int) -> dict[str, frozenset[str]]:
        """By root, where there are too few of it for ``n`` blocks, the tables that are cut instead."""
        few = [root for root in self.trees if self._are_few(root, n)]
        return {root: tops for root in few if (tops := self._slices(root).tops(n * _FEWEST_ROOTS, self.part_rows))}

    def blocks(self, n: int, tops: Mapping[str, frozenset[str]]) -> Blocks:
        """At most ``n`` blocks."""
        for root in self.trees.keys() - tops.keys():
            n = max(1, min(n, self._n_most(root)))
        few = {root for root in self.trees if self._are_few(root, n)} - ({self.main} - tops.keys())
        sliced = frozenset(name for root in few for name in tops.get(root, ()))
        slices = [self._slices(root) for root in few & tops.keys()]
        is_cut = {*self._tables(self.trees.keys() - few), *(name for one in slices for name in one.below(sliced))}
        same = {root for root in self.trees.keys() - few if self._may_repeat(root, is_cut)}
        if self.main in same:
            return Blocks(1, self.size)
        whole = frozenset(self.size) - is_cut | self._tables(same)
        everywhere = self._tables(self.sought & few) | {name for one in slices for name in one.needed(sliced)}
        return Blocks(n, self.size, whole, everywhere & whole, sliced)

    def _slices(self, root: str) -> Slices:
        return Slices(self.known, self.trees[root], self.size)

    def _are_few(self, root: str, n: int) -> bool:
        """Whether the rows of a root are too few for ``n`` blocks: of the longest tree's half of what they should have."""
        return self.size[root] // (_FEWEST_ROOTS // 2 if root == self.main else _FEWEST_PARTNERS) < n

    def _n_most(self, root: str) -> int:
        """Into how many blocks the rows of a root may be cut: it matters of the longest tree, and where many are sought."""
        if root == self.main:
            return self.size[root] // _FEWEST_ROOTS
        is_long = root in self.sought and sum(self.size[name] for name in self.trees[root]) > self.part_rows
        return self.size[root] // _FEWEST_PARTNERS if is_long and self.size[root] else 1 << 40

    def _may_repeat(self, root: str, is_cut: Collection[str]) -> bool:
        """Whether two blocks could make the same row: of a table whose key is nothing but keys, none to what is cut."""
        junction = junction_of(self.known[root].shape)
        return junction is not None and not any(name in is_cut for name in junction.tables)

    def _tables(self, roots: Collection[str]) -> frozenset[str]:
        return frozenset(name for root in roots for name in self.trees[root])


def _sought(schema: Schema, known: Mapping[str, Known], names: Collection[str]) -> Iterator[str]:
    """The roots among whose rows those of other roots look for partners."""
    for name in names:
        for _, tie in known[name].shape.of("partner"):
            if root_of(schema, tie.key.table) != root_of(schema, name):
                yield root_of(schema, tie.key.table)
