"""What a rule sees of the rows that it makes a column of: a block, or the inner rows of a nested value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules.held import Held
from twinset.synthesizers.rules.rule import Index, Referring
from twinset.synthesizers.rules.tables import Made


@dataclass(frozen=True, slots=True)
class View:
    """What the rule of one column sees of its block."""

    block: Held
    made: Made
    common: Seed

    @property
    def n(self) -> int:
        return self.block.address.size

    @property
    def start(self) -> int:
        return self.block.address.start

    @property
    def total(self) -> int:
        return self.size_of(self.block.address.table)

    @property
    def seed(self) -> Seed:
        return self.block.seed_of(self.common)

    @property
    def locales(self) -> Mapping[str, float]:
        return self.block.tables.locales

    @property
    def wanted(self) -> frozenset[str] | None:
        return self.made.wanted

    def of(self, path: str) -> pa.Array:
        return self.block.at(path)

    def position(self) -> Index:
        return self.block.family[1] if self.block.making.per else np.arange(self.start, self.start + self.n)

    def siblings(self) -> Index:
        return self.block.family[2] if self.block.making.per else np.full(self.n, self.total)

    def owner(self) -> Index:
        return self.block.family[0] + self.block.up.address.start if self.block.making.per else np.zeros(self.n, np.int64)

    def beside(self, path: str, step: int) -> pa.Array:
        return self.block.beside(path, step)

    def leading(self, path: str, n_before: int) -> pa.Array:
        return self.block.leading(path, n_before)

    def below(self, table: str, names: Collection[str]) -> pa.Table:
        return self.block.tables.below(self.block, table, names)

    def size_of(self, table: str) -> int:
        return self.block.request.size.get(table, 0)

    def at(self, table: str, path: str, rows: Index) -> pa.Array:
        made = self.block.tables.makings[table].columns.get(path)
        if made and made.key and not made.missing:
            return made.key.at(rows, self.block.request.seed.child(table, path))
        return self.block.tables.whole(table, path, self.block.request).take(pa.array(rows))

    def picked(self, column: str) -> Index:
        made = self.block.making.columns[column]
        assert isinstance(made.rule, Referring)
        return made.rule.pick(self.block.view(column))

    def inner(self, name: str, owner: Index | None = None) -> Inner:
        return Inner(self, name, owner)


@dataclass(frozen=True, slots=True)
class Inner:
    """Rows within rows: the entries of lists, or the same rows for a part of a struct."""

    outer: View | Inner
    name: str
    owner_of: Index | None = None

    @property
    def n(self) -> int:
        return self.outer.n if self.owner_of is None else len(self.owner_of)

    @property
    def start(self) -> int:
        return self.outer.start if self.owner_of is None else 0

    @property
    def total(self) -> int:
        return self.outer.total

    @property
    def common(self) -> Seed:
        return self.outer.common.child(self.name)

    @property
    def seed(self) -> Seed:
        return self.outer.seed.child(self.name)

    @property
    def locales(self) -> Mapping[str, float]:
        return self.outer.locales

    @property
    def wanted(self) -> frozenset[str] | None:
        return None

    def of(self, path: str) -> pa.Array:
        array = self.outer.of(path)
        return array if self.owner_of is None else array.take(pa.array(self.owner_of))

    def position(self) -> Index:
        if self.owner_of is None:
            return self.outer.position()
        starts = np.searchsorted(self.owner_of, np.arange(self.outer.n))
        return np.asarray(np.arange(self.n) - starts[self.owner_of])

    def siblings(self) -> Index:
        if self.owner_of is None:
            return self.outer.siblings()
        return np.bincount(self.owner_of, minlength=self.outer.n)[self.owner_of]

    def owner(self) -> Index:
        if self.owner_of is None:
            return self.outer.owner()
        return self.owner_of + self.outer.start

    def beside(self, path: str, step: int) -> pa.Array:
        array = self.outer.beside(path, step)
        return array if self.owner_of is None else array.take(pa.array(self.owner_of))

    def leading(self, path: str, n_before: int) -> pa.Array:
        raise PlanError("the rows before are not seen from within a nested value; say the rule in a column of its own")

    def below(self, table: str, names: Collection[str]) -> pa.Table:
        found = self.outer.below(table, names)
        if self.owner_of is None:
            return found
        raise PlanError("rows of another table are not summed up within a list; say the rule in a column of its own")

    def size_of(self, table: str) -> int:
        return self.outer.size_of(table)

    def at(self, table: str, path: str, rows: Index) -> pa.Array:
        return self.outer.at(table, path, rows)

    def picked(self, column: str) -> Index:
        picked = self.outer.picked(column)
        return picked if self.owner_of is None else picked[self.owner_of]

    def inner(self, name: str, owner: Index | None = None) -> Inner:
        return Inner(self, name, owner)
