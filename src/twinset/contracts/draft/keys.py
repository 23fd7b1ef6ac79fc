"""How keys and references are kept: which columns are unique, of whose rows a table's rows are, which references differ.

Uniqueness is a matter of construction. A set of columns is unique where one of its columns is; or where rows belong to the
rows of another table, and within each of those count up (a position) or point to different rows (a distinct reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from twinset.contracts.described import Column, Reference, Table
from twinset.contracts.draft.columns import Rule

_UNIQUE_KINDS = ("uuid", "text", "integer", "decimal", "real", "year", "ip", "mac", "bytes")


@dataclass(slots=True)
class Ways:
    """How the rows of one table are kept apart."""

    unique: list[str] = field(default_factory=list)
    per: Reference | None = None
    is_single: bool = False
    position: list[str] = field(default_factory=list)
    distinct: list[Reference] = field(default_factory=list)
    failed: list[tuple[str, ...]] = field(default_factory=list)

    def keeps(self, some: tuple[str, ...]) -> bool:
        """Whether these columns are unique together."""
        if any(name in some for name in self.unique):
            return True
        if self.per is None or not set(self.per.columns) <= set(some):
            return False
        is_apart = any(name in some for name in self.position) or any(set(one.columns) <= set(some) for one in self.distinct)
        return self.is_single or is_apart


def ways(tables: Mapping[str, Table]) -> dict[str, Ways]:
    """The ways of all tables; none belongs to itself through others."""
    found: dict[str, Ways] = {}
    for table in tables.values():
        pointing = {name for one in table.references for name in one.columns}
        counted = [one.name for one in table.columns.values() if one.is_counted and one.name not in pointing]
        own = found[table.name] = Ways(unique=counted)
        for some in table.sets():
            if not own.keeps(some):
                _keep(some, table, own, found)
            if not own.keeps(some):
                own.failed.append(some)
    return found


def _keep(some: tuple[str, ...], table: Table, own: Ways, found: Mapping[str, Ways]) -> None:
    inside = [one for one in table.references if set(one.columns) <= set(some)]
    pointing = {name for one in table.references for name in one.columns}
    free = [table.columns[name] for name in some if name not in pointing]
    able = sorted(filter(can_be_unique, free), key=_room, reverse=True)
    parents = [one for one in inside if _can_be_per(one, table, own, found)]
    if len(some) > 1 and parents and (line := next(filter(_is_position, able), None)) is not None:
        own.per = parents[0]
        own.position.append(line.name)
    elif able:
        own.unique.append(able[0].name)
    elif parents and len(inside) > 1:
        own.per = parents[0]
        own.distinct.append(next(one for one in inside if one != parents[0]))
    elif parents:
        own.per, own.is_single = parents[0], True


def can_be_unique(column: Column) -> bool:
    """Whether there is a rule that makes a column of this kind without repeating itself."""
    is_made = column.formula is None and column.template is None
    return is_made and (column.kind in _UNIQUE_KINDS) and (column.limits.values is None or column.kind == "text")


def _room(column: Column) -> int:
    """How well a column can tell rows apart."""
    if column.limits.values is not None:
        return len(column.limits.values)
    kinds: dict[str, int] = {"uuid": 2**40, "integer": 2**20, "text": min(36 ** min(column.limits.longest or 8, 8), 2**30)}
    return kinds.get(column.kind, 2**10) + (2**41 if column.is_counted else 0)


def _is_position(column: Column) -> bool:
    """Whether a number counts the rows of another row, such as the lines of an order, and is no id of its own."""
    is_id = column.is_counted or column.name.lower() == "id" or column.name.lower().endswith("id")
    return column.kind == "integer" and not is_id and not column.limits.low and column.limits.high is None


def _can_be_per(one: Reference, table: Table, own: Ways, found: Mapping[str, Ways]) -> bool:
    if own.per is not None:
        return own.per == one and not own.is_single
    if any(table.columns[name].nullable for name in one.columns):
        return False
    above: str | None = one.table
    while above is not None:
        if above == table.name:
            return False
        per = found[above].per if above in found else None
        above = per.table if per is not None else None
    return True


def covered(one: Reference, others: Iterable[Reference], tables: Mapping[str, Table]) -> bool:
    """Whether a reference follows from another one: its columns point to rows that point on to the same."""
    for other in others:
        if other != one and set(one.columns) < set(other.columns):
            through = tuple(other.references[other.columns.index(name)] for name in one.columns)
            target = tables[other.table]
            if (other.table, through) == (one.table, one.references) or any(
                (on.columns, on.table, on.references) == (through, one.table, one.references) for on in target.references
            ):
                return True
    return False


def promised(table: Table, ways: Ways, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """The primary key, where rules can promise it."""
    key, per = table.key, ways.per
    if not key or not ways.keeps(key):
        return ()
    if any(_is_unique(rules[name]) for name in key):
        return key
    if per is None or not set(per.columns) <= set(key):
        return ()
    if len(key) == 1:
        return key if ways.is_single else ()
    apart = [name for name in key if name in ways.position]
    apart += [one.columns[0] for one in ways.distinct if len(one.columns) == 1 and one.columns[0] in key]
    words = [rule["rule"] for rule in (rules[name] for name in apart) if isinstance(rule, dict)]
    return key if {"reference", "position"} & set(words) else ()


def _is_unique(rule: Rule) -> bool:
    return isinstance(rule, dict) and (bool(rule.get("unique")) or rule["rule"] in ("sequence", "uuid"))
