"""Cutting tables into blocks: which rows of which tables are made together.

What is cut are roots, with all that is theirs. The rows of few roots are not cut: they are made whole by the first block,
and where rows of other roots look for partners among them, by every block anew, which are the same rows each time. Nor are
tables cut of which two blocks could make the same row: those that join nothing but tables that are not cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from twinset.core.request import KeyRange
from twinset.core.schema import Schema
from twinset.privacy.kinship import root_of
from twinset.synthesizers.relational.junction import junction_of
from twinset.synthesizers.relational.known import Known

_FEWEST_ROOTS, _FEWEST_PARTNERS = 500, 20
"""Roots in a block at least: what is drawn of how many rows each has must be able to even out, and partners to be found."""
_OF_ALL = 4
"""Rows of all tables in a block, as a multiple of those that one table may have."""


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


@dataclass(frozen=True, slots=True)
class Blocks:
    """How tables of these sizes are cut into ``n`` blocks: those of ``whole`` not at all; all make ``everywhere``."""

    n: int
    size: Mapping[str, int]
    whole: frozenset[str] = frozenset()
    everywhere: frozenset[str] = frozenset()

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
        return Span(n_rows * number // self.n, n_rows * (number + 1) // self.n, n_rows)

    def given(self, number: int) -> dict[str, Span]:
        """Those of them that it gives out."""
        return {name: span for name, span in self.spans(number).items() if number == 0 or name not in self.whole}


def cut(schema: Schema, known: Mapping[str, Known], size: Mapping[str, int], part_rows: int, most: int = 1 << 40) -> Blocks:
    """As many blocks as it takes for none to have more than ``part_rows`` of a table, and four times that of all.

    There are no more than ``most``.
    """
    if not size:
        return Blocks(0, size)
    wanted = max(1, -(-max(*size.values(), sum(size.values()) // _OF_ALL) // part_rows))
    if len(size) == 1:
        return Blocks(wanted, size)
    trees: dict[str, list[str]] = {}
    for name in size:
        trees.setdefault(root_of(schema, name), []).append(name)
    main = root_of(schema, max(size, key=lambda name: size[name]))
    sought = set(_sought(schema, known, size))
    n = max(1, min(wanted, most, size[main] // _FEWEST_ROOTS))
    for root, tree in trees.items():
        if root in sought and size[root] and sum(size[name] for name in tree) > part_rows:
            n = max(1, min(n, size[root] // _FEWEST_PARTNERS))
    few = {root for root in trees if root != main and size[root] // _FEWEST_PARTNERS < n}
    same = {root for root in trees if _may_repeat(root, schema, known, trees.keys() - few)}
    if main in same:
        return Blocks(1, size)
    return Blocks(n, size, _tables(trees, few | same), _tables(trees, sought & few))


def _may_repeat(root: str, schema: Schema, known: Mapping[str, Known], cut: Collection[str]) -> bool:
    """Whether two blocks could make the same row: of a table whose key is nothing but keys, none of them to what is cut."""
    junction = junction_of(known[root].shape)
    return junction is not None and not any(root_of(schema, name) in cut for name in junction.tables)


def _tables(trees: Mapping[str, list[str]], roots: Collection[str]) -> frozenset[str]:
    return frozenset(name for root in roots for name in trees[root])


def _sought(schema: Schema, known: Mapping[str, Known], names: Collection[str]) -> Iterator[str]:
    """The roots among whose rows those of other roots look for partners."""
    for name in names:
        for _, tie in known[name].shape.of("partner"):
            if root_of(schema, tie.key.table) != root_of(schema, name):
                yield root_of(schema, tie.key.table)
