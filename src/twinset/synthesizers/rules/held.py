"""A block of rows and the whole that it is of, as those see them who make its columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import pyarrow as pa

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.synthesizers.rules.layout import Address
from twinset.synthesizers.rules.rule import Index, Rows, Rule
from twinset.synthesizers.rules.tables import Making


class Held(Protocol):
    """The rows of one address, whose columns come into being when they are asked for."""

    families: dict[tuple[str, bool], Index]

    @property
    def tables(self) -> Tables: ...

    @property
    def request(self) -> Request: ...

    @property
    def address(self) -> Address: ...

    @property
    def making(self) -> Making: ...

    @property
    def up(self) -> Held:
        """The block of the parents."""

    @property
    def family(self) -> tuple[Index, Index, Index]:
        """Of each row: the row of its parent in the parents' block, its place among that parent's rows, and their number."""

    def column(self, name: str) -> pa.Array:
        """A column of these rows."""

    def at(self, path: str) -> pa.Array:
        """What stands at a path."""

    def beside(self, path: str, step: int) -> pa.Array:
        """What stands at a path in the next row of the same parent, or in the one before; missing at its ends."""

    def leading(self, path: str, n_before: int) -> pa.Array:
        """What stands at a path in so many rows before this block, and in its own."""

    def view(self, name: str) -> Rows:
        """What the rule of a column sees."""

    def seed_of(self, common: Seed) -> Seed:
        """The seed of a column in this block."""

    def degrees(self, table: str, rule: Rule) -> pa.Array:
        """What the rule of another table's degree makes, one number for each of these rows."""


class Tables(Protocol):
    """What a block asks of the whole."""

    @property
    def makings(self) -> Mapping[str, Making]: ...

    @property
    def locales(self) -> Mapping[str, float]: ...

    def block(self, address: Address, request: Request) -> Held:
        """The rows of an address, which may be held from the last time."""

    def degrees(self, up: Held, table: str, is_exact: bool) -> Index:
        """How many rows of a table each row of a block of its parents has."""

    def whole(self, table: str, path: str, request: Request) -> pa.Array:
        """All values at one path of a table."""

    def below(self, up: Held, table: str, names: Collection[str]) -> pa.Table:
        """Columns of the rows of a table that belong to the rows of a block, and the row of each one's parent: ``owner``."""
