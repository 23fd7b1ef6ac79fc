"""The real rows of a database while it is learned: where keys lead, whose rows are whose, which rows of lists are shared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.dataset import Dataset, whole
from twinset.core.keys import MISSING, ORPHAN, Places, is_live, numbered, places, plain
from twinset.privacy import kinship
from twinset.privacy.values import Numbers, holders
from twinset.synthesizers.relational.alike import as_numbers
from twinset.synthesizers.relational.lists import Labels, shared_orphans
from twinset.synthesizers.relational.shape import Tie, shapes
from twinset.synthesizers.relational.withheld import withheld, without

AGAIN, KINDS, LOOKED_AT = 0.995, 20, 50_000
"""The share of rows in which a column says again what another row has, in so many different values, of those looked at."""

_ORDINAL = 0.95


class Real:
    """Rows by table, and for every key the place that each row's leads to. ``k`` roots must share what stays as it is."""

    def __init__(self, data: Dataset, k: int) -> None:
        self.k, self.schema = k, data.schema
        self.shapes = shapes(data.schema)
        self.rows = {name: whole(data, name).unify_dictionaries() for name in self.shapes}
        self.roots = kinship.roots(data)
        self.places: dict[tuple[str, int], Places] = {
            (name, number): places(self.rows[name], tie.key, self.rows[tie.key.table])
            for name, shape in self.shapes.items()
            for number, tie in enumerate(shape.ties)
        }
        self._ghosts: dict[str, tuple[int, int]] = {}
        self.owners = {name: self._owners(name) for name in self.shapes}

    # -- owners ----------------------------------------------------------------------------------------------------

    def _owners(self, name: str) -> Places:
        """The place of each row's owner; after the last one those that are not there: one for the orphans of each key, and
        one for each row whose key is missing.
        """
        shape = self.shapes[name]
        if (tie := shape.owner) is None:
            return np.zeros(0, dtype=np.int64)
        n_parents = self.rows[tie.key.table].num_rows
        spots = self.places[name, shape.ties.index(tie)].copy()
        lost, without = np.flatnonzero(spots == ORPHAN), np.flatnonzero(spots == MISSING)
        keys = [plain(self.rows[name].column(one)).take(pa.array(lost)) for one in tie.key.columns]
        _, ghost = np.unique(numbered(keys), return_inverse=True)
        n_orphans = int(ghost.max(initial=-1)) + 1
        spots[lost] = n_parents + ghost
        spots[without] = n_parents + n_orphans + np.arange(len(without))
        self._ghosts[name] = (n_orphans, len(without))
        return spots

    def n_ghosts(self, name: str) -> int:
        """How many owners of a table's rows are not there."""
        return sum(self._ghosts[name])

    def n_missing(self, name: str) -> int:
        """How many of the rows' keys to an owner are missing."""
        return self._ghosts[name][1]

    def unset(self, name: str) -> dict[int, float]:
        """By tie the share of keys that are missing although their condition holds."""
        found: dict[int, float] = {}
        for number, tie in enumerate(self.shapes[name].ties):
            if tie.key.when is not None:
                live = is_live(self.rows[name], tie.key)
                found[number] = float((self.places[name, number][live] == MISSING).mean()) if live.any() else 0.0
        return found

    @cached_property
    def ordinals(self) -> dict[str, str | None]:
        """For each table the column that numbers the rows of one owner, if it has such a one."""
        return {name: self._ordinal(name) for name in self.shapes}

    def _ordinal(self, name: str) -> str | None:
        """The column that numbers the rows of one owner, where the primary key is that owner and such a number."""
        shape = self.shapes[name]
        if shape.owner is None:
            return None
        key = set(shape.table.primary_key)
        rest = key - set(shape.owner.fills)
        if key == rest or len(rest) != 1:
            return None
        (column,) = rest
        own = self.rows[name].column(column)
        if not pa.types.is_integer(own.type) or own.null_count or column not in {one.name for one in shape.drawn}:
            return None
        order = np.lexsort((as_numbers(own), self.owners[name]))
        owners, numbers = self.owners[name][order], as_numbers(own)[order]
        is_first = np.append(True, owners[1:] != owners[:-1])
        starts = np.maximum.accumulate(np.where(is_first, np.arange(len(owners)), 0))
        return column if len(owners) and (numbers == np.arange(len(owners)) - starts + 1).mean() >= _ORDINAL else None

    @cached_property
    def mirrors(self) -> dict[str, dict[str, str]]:
        """For each table the columns that say again what a column of the owner says, such as the customer's e-mail."""
        return {name: dict(self._mirrored(name)) for name in self.shapes}

    def _mirrored(self, name: str) -> Iterator[tuple[str, str]]:
        shape = self.shapes[name]
        if (tie := shape.owner) is None:
            return
        above = self.rows[tie.key.table]
        there = np.flatnonzero(self.owners[name] < above.num_rows)[:LOOKED_AT]
        spots = pa.array(self.owners[name][there])
        for column in shape.drawn:
            if column.name in shape.table.primary_key or not len(there):
                continue
            own = plain(self.rows[name].column(column.name)).take(pa.array(there))
            for source in above.schema:
                if plain(above.column(source.name)).type == own.type and not pa.types.is_nested(own.type):
                    theirs = plain(above.column(source.name)).take(spots)
                    if _says_again(own, theirs):
                        yield column.name, source.name
                        break

    # -- lists -----------------------------------------------------------------------------------------------------

    @cached_property
    def kept(self) -> dict[str, Numbers]:
        """For each list the number of every row among those that stay, -1 for those that don't."""
        lists = [name for name, shape in self.shapes.items() if shape.table.is_reference]
        held = {name: np.zeros(self.rows[name].num_rows, dtype=np.int64) for name in lists}
        for name, shape in self.shapes.items():
            for number, tie in [] if shape.table.is_reference else shape.of("list"):
                spots = self.places[name, number]
                there = spots >= 0
                owners = self.roots[name][there]
                book = tie.key.table
                held[book] = np.maximum(held[book], holders(spots[there], self.rows[book].num_rows, owners))
        stays = {name: held[name] >= self.k for name in lists}
        for _ in lists:  # what a row that stays leads to stays with it, however long the way
            for name in lists:
                for number, tie in self.shapes[name].of("list"):
                    spots = self.places[name, number][stays[name]]
                    stays[tie.key.table][spots[spots >= 0]] = True
        return {name: np.where(own, np.cumsum(own) - 1, -1) for name, own in stays.items()}

    def kept_rows(self, name: str) -> pa.Table | None:
        """The rows of a list that stay, without what does not; None for what is no list."""
        if name not in self.kept:
            return None
        return without(self.rows[name].filter(pa.array(self.kept[name] >= 0)), self.withheld(name))

    def withheld(self, name: str) -> tuple[str, ...]:
        """The columns of a list that do not stay, not even in the rows that do."""
        return withheld(self.shapes[name].table, self.rows[name], self.schema) if name in self.kept else ()

    @cached_property
    def labels(self) -> dict[str, dict[int, Labels]]:
        """The labels of each table's keys to lists."""
        return {
            name: {number: self._labels(name, number, tie) for number, tie in shape.of("list")}
            for name, shape in self.shapes.items()
        }

    def _labels(self, name: str, number: int, tie: Tie) -> Labels:
        spots, keys = self.places[name, number], self.rows[name].select(list(tie.key.columns))
        used = np.unique(spots[spots >= 0])
        n_others = int((self.kept[tie.key.table][used] < 0).sum())
        return Labels(shared_orphans(spots, keys, self.roots[name], self.k), n_others)

    def labels_of(self, name: str, number: int) -> pa.Array:
        """The label of each row's key to a list."""
        key = self.shapes[name].ties[number].key
        keys = self.rows[name].select(list(key.columns))
        return self.labels[name][number].of(self.places[name, number], self.kept[key.table], keys)


def _says_again(own: pa.Array, theirs: pa.Array) -> bool:
    """Whether both hold the same values in nearly every row, and enough different ones that this is no chance."""
    is_same = pc.fill_null(pc.equal(own, theirs), False)
    share = pc.mean(pc.or_(is_same, pc.and_(own.is_null(), theirs.is_null()))).as_py() or 0.0
    return bool(share >= AGAIN and len(own.unique()) >= KINDS)
