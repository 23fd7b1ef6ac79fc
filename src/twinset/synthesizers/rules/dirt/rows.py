"""Faults of more than one cell: rows that stand twice, values in each other's columns, keys that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.block import Block
from twinset.synthesizers.rules.dirt.cells import Mask, quota
from twinset.synthesizers.rules.dirt.fault import Broken, Draws, Fault
from twinset.synthesizers.rules.rule import Index, Options, Referring
from twinset.synthesizers.rules.tables import Making

_STRANGERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Duplicates(Options):
    """So many rows more, each a copy of another; of them a share ``near`` has a typing error in one text besides."""

    word: ClassVar[str] = "duplicates"
    noun: ClassVar[str] = "fault"
    share: float
    near: float = 0.0

    def __post_init__(self) -> None:
        options.number(self.share, "share", 0, 1)
        options.number(self.near, "near", 0, 1)

    def source(self, start: int, n: int, rng: np.random.Generator) -> tuple[Index, Mask]:
        """Which row each row of the dirty block is, and whether it is a copy; copies lie anywhere below their originals."""
        copies = np.sort(rng.choice(n, quota(self.share, start, start + n), replace=False, shuffle=False))
        places = copies + rng.random(len(copies)) * (n - copies)
        order = np.argsort(np.concatenate([np.arange(n), places]), kind="stable")
        return np.concatenate([np.arange(n), copies])[order], order >= n


@dataclass(frozen=True, slots=True)
class Swapped(Fault):
    """The values of two columns, each in the other's place."""

    word: ClassVar[str] = "swapped"
    is_named: ClassVar[bool] = True

    def __post_init__(self) -> None:
        Fault.__post_init__(self)
        options.listed(self.columns, "columns", least=2, most=2)

    def check(self, first: Column, second: Column) -> None:
        """PlanError where one can't hold what the other has."""
        if first.storage != second.storage:
            raise PlanError(
                f"{first.name!r} is {first.storage} and {second.name!r} is {second.storage}: values can be swapped "
                "between columns of one type"
            )
        if pa.types.is_nested(first.storage):
            raise PlanError("lists and structs are not swapped")


def differ(first: pa.Array, second: pa.Array) -> Mask:
    """Where two values are not the same, a missing one being as good as any."""
    same = pc.or_kleene(pc.equal(first, second), pc.and_(pc.is_null(first), pc.is_null(second)))
    return ~np.asarray(pc.fill_null(same, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Orphans(Fault):
    """References to rows that are not there: keys that the other table's rule would give to rows beyond its last."""

    word: ClassVar[str] = "orphans"
    is_named: ClassVar[bool] = True
    of: ClassVar[str] = "references and parents' keys"

    def fits(self, column: Column) -> bool:
        return True

    def strangers(self, block: Block, name: str, draws: Draws) -> Broken:
        """Keys of no row."""
        table, key = target(block.making, name, block.tables.makings)
        made = block.tables.makings[table].columns[key].key
        assert made is not None
        n_rows, n_values = block.request.size.get(table, 0), made.n_values()
        room = _STRANGERS if n_values is None else min(_STRANGERS, n_values - n_rows)
        if room < 1:
            raise PlanError(
                f"{block.making.name}.{name}: all {n_values:,} values of {table}.{key} are taken; no orphan is left"
            )
        rows = n_rows + (draws[:, 0] * room).astype(np.int64)
        values = made.at(rows, block.request.seed.child(table, key))
        return Broken(values, [f"a key of no row of {table}"] * len(rows))


def target(making: Making, name: str, makings: dict[str, Making] | object) -> tuple[str, str]:
    """The table and the key column that a column refers to; PlanError where it refers to none."""
    from collections.abc import Mapping

    from twinset.synthesizers.rules.kinds.paths import Parent

    assert isinstance(makings, Mapping)
    rule = making.columns[name].rule
    if isinstance(rule, Referring):
        return rule.table, rule.key
    if isinstance(rule, Parent) and making.per is not None and rule.column_ in makings[making.per].columns:
        up: Making = makings[making.per]
        if up.columns[rule.column_].key is not None:
            return up.name, rule.column_
        return target(up, rule.column_, makings)
    raise PlanError(f"{making.name}.{name} refers to no key of another table, so that it has no orphans")
