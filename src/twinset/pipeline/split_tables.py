"""Splitting a dataset of several tables by subject: whoever is on one side is there with all rows of all tables.

Lists that many share (references) are whole on both sides. Rows also point to rows that do not own them, and such a key
should find on its side what it finds in the whole. Three things are done for that, in this order:

- Subjects that point to each other go to one side together, where that leaves small groups.
- Else a table that nobody's rows belong to, such as the weather of each hour, is whole on both sides.
- Else the key is cut: it becomes missing where it points to the other side, and how often is told. A column that must not
  be missing, or that is part of another key, keeps its value, which then points nowhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Dataset, Repair, Tables, whole
from twinset.core.keys import Places
from twinset.core.schema import ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.privacy import kinship
from twinset.privacy.values import Numbers

Flags = npt.NDArray[np.bool_]
Link = tuple[str, ForeignKey]
"""A table and one of its keys."""

MOST_JOINED = 0.01
"""The share of one table's subjects that may stay together: a holdout of a few large groups would say little."""

CUT = "keys that point to rows on the other side of the split were made missing"
DANGLING = "keys point to rows on the other side of the split and have to keep their values"
WHOLE = "table {name!r} is whole on both sides of the split, because others point to its rows and nobody owns them"


def split_tables(data: Dataset, *, seed: Seed, holdout: float) -> tuple[Tables, Tables]:
    """(train, holdout); both have the schema that says whose rows are whose (:func:`twinset.privacy.kinship.settled`)."""
    settled = Tables(kinship.settled(data), {table.name: whole(data, table.name) for table in data.schema}, "train",
                     data.dialect, data.repairs)  # fmt: skip
    family = _Family.of(settled)
    together, both = family.arranged()
    held = family.held(together, both, holdout, seed.child("split"))
    masks = {
        table.name: np.ones(settled.count(table.name), dtype=bool) if table.name in both else held[table.name]
        for table in settled.schema
    }
    sides = ({name: ~mask | (name in both) for name, mask in masks.items()}, masks)
    noted = [Repair(WHOLE.format(name=name)) for name in sorted(both) if not settled.schema[name].is_reference]
    train, kept = (_side(settled, side, family.links, noted) for side in sides)
    return train, dataclasses.replace(kept, role="holdout")


@dataclass(frozen=True)
class _Family:
    """Whose rows are whose, as nodes (subjects of all tables, numbered through), and which keys join them."""

    schema: Schema
    nodes: Mapping[str, Numbers]
    table_of: Numbers
    links: Mapping[Link, Places]

    @classmethod
    def of(cls, data: Tables) -> _Family:
        """The family of a dataset whose schema is settled."""
        numbers = kinship.roots(data)
        first: dict[str, int] = {}
        table_of: list[Numbers] = []
        for place, table in enumerate(data.schema):
            if kinship.root_of(data.schema, table.name) == table.name:
                own = [numbers[one.name] for one in data.schema if kinship.root_of(data.schema, one.name) == table.name]
                first[table.name] = sum(map(len, table_of))
                table_of.append(np.full(1 + max(int(each.max(initial=-1)) for each in own), place, dtype=np.int64))
        nodes = {name: each + first[kinship.root_of(data.schema, name)] for name, each in numbers.items()}
        links = {
            (table.name, key): places
            for table in data.schema
            for key, places in kinship.links(data, table.name).items()
            if not key.owns
        }
        return cls(data.schema, nodes, np.concatenate(table_of), links)

    def arranged(self) -> tuple[Numbers, set[str]]:
        """Which nodes stay together (a number each), and the tables that are whole on both sides."""
        both = {table.name for table in self.schema if table.is_reference}
        joined, loose = self._joined(both)
        more = {key.table for _, key in loose if self._is_nobodys(key.table)}
        if not more:
            return joined, both
        return self._joined(both | more)[0], both | more

    def _joined(self, both: set[str]) -> tuple[Numbers, list[Link]]:
        """Nodes joined by one key after the other, as long as groups stay small; and the keys that can't join."""
        joined, loose = np.arange(len(self.table_of)), []
        for (name, key), places in self.links.items():
            if both & {name, key.table}:
                continue
            found = places >= 0
            tried = _connected(joined, self.nodes[name][found], self.nodes[key.table][places[found]])
            if self._are_small(tried):
                joined = tried
            else:
                loose.append((name, key))
        return joined, loose

    def _are_small(self, joined: Numbers) -> bool:
        """Whether no group has more than its share of any table's nodes; single nodes always may."""
        n_tables = len(self.schema.tables)
        sizes = np.bincount(self.table_of, minlength=n_tables)
        pairs, times = np.unique(joined * n_tables + self.table_of, return_counts=True)
        return bool((times <= np.maximum(1.0, MOST_JOINED * sizes[pairs % n_tables])).all())

    def _is_nobodys(self, name: str) -> bool:
        """Whether rows of a table belong to nobody, and nobody's rows to them."""
        owners = {table.owner.table for table in self.schema if table.owner}
        return self.schema[name].owner is None and not self.schema[name].entity and name not in owners

    def held(self, joined: Numbers, both: set[str], share: float, seed: Seed) -> dict[str, Flags]:
        """The rows of each table that are held out: the given share of the subjects of each root table, in whole groups."""
        is_held = np.zeros(len(joined), dtype=bool)
        _, first, group, size = np.unique(joined, return_index=True, return_inverse=True, return_counts=True)
        of_table = self.table_of[first]
        for place in np.unique(of_table):
            own = np.flatnonzero(of_table == place)
            order = seed.child(self.schema.tables[place].name).generator().permutation(own)
            reached = np.cumsum(size[order])
            middle = reached - size[order] / 2  # a group is held where more of it lies before the share's end than behind
            is_held |= np.isin(group, order[middle < round(share * reached[-1])])
        return {table.name: is_held[self.nodes[table.name]] for table in self.schema if table.name not in both}


def _connected(joined: Numbers, ones: Numbers, others: Numbers) -> Numbers:
    """The groups after each of ``ones`` is joined with its counterpart among ``others``."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(joined)
    pairs = np.unique(joined[ones] * n + joined[others]) if len(ones) else np.empty(0, dtype=np.int64)
    edges = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs // max(n, 1), pairs % max(n, 1))), shape=(n, n))
    return np.asarray(connected_components(edges, directed=False)[1], dtype=np.int64)[joined]


def _side(data: Tables, kept: Mapping[str, Flags], links: Mapping[Link, Places], noted: list[Repair]) -> Tables:
    """One side, without the keys that point to the other one."""
    tables, repairs = {}, [*data.repairs, *noted]
    for table in data.schema:
        rows = data.tables[table.name]
        for key, is_cut in _cut(table, kept, links):
            rows, done = _without(rows, table, key, is_cut)
            repairs.append(Repair(CUT if done else DANGLING, f"{table.name}.{', '.join(key.columns)}", int(is_cut.sum())))
        tables[table.name] = rows.filter(pa.array(kept[table.name])).combine_chunks()
    return dataclasses.replace(data, tables=tables, repairs=tuple(repairs))


def _cut(table: Table, kept: Mapping[str, Flags], links: Mapping[Link, Places]) -> Iterator[tuple[ForeignKey, Flags]]:
    """The keys of a table that point to rows which are not kept, and where they do."""
    for key in table.foreign_keys:
        places = links.get((table.name, key))
        if places is None:
            continue
        is_cut = kept[table.name] & (places >= 0)
        is_cut[is_cut] = ~kept[key.table][places[is_cut]]
        if is_cut.any():
            yield key, is_cut


def _apart(one: ForeignKey, other: ForeignKey) -> bool:
    """Whether two keys hold under conditions that no row meets both of."""
    return one.when is not None and other.when is not None and one.when[0] == other.when[0] and one.when != other.when


def _without(rows: pa.Table, table: Table, key: ForeignKey, is_cut: Flags) -> tuple[pa.Table, bool]:
    """The rows with this key missing where it is cut, as far as some column of it may be missing."""
    others = {*table.primary_key, *table.entity}
    others |= {name for other in table.foreign_keys if other != key and not _apart(other, key) for name in other.columns}
    able = [name for name in key.columns if name not in others and table[name].nullable]
    for name in able:
        values = rows.column(name).combine_chunks()
        values = values if isinstance(values, pa.Array) else pa.concat_arrays(values.chunks)
        empty = values.take(pa.array(np.where(is_cut, -1, np.arange(len(values))), mask=is_cut))
        rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), empty)
    return rows, bool(able)
