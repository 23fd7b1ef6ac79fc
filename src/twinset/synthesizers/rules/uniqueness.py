"""Uniqueness is kept by construction, and what can't be kept is said before anything is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from twinset.errors import PlanError
from twinset.synthesizers.rules.kinds.paths import Field, Parent, Position
from twinset.synthesizers.rules.rule import Addressable
from twinset.synthesizers.rules.tables import Made, Making, at

STEPS = ("events.number", "events.at", "history.version", "history.valid_from")
"""Fields of timelines that differ from step to step."""


def unique(made: Made, *, is_asked: bool) -> Made:
    """The column, of which no two values are the same where that is asked for or always so."""
    rule = made.rule
    if not is_asked:
        return dataclasses.replace(made, unique=bool(getattr(rule, "is_unique", False)))
    if not getattr(rule, "is_unique", False) and (not isinstance(rule, Addressable) or rule.reads()):
        raise PlanError(
            f"the rule {getattr(rule, 'word', '')!r} can't be unique; unique values come from sequence, uuid, ulid, "
            "snowflake, integer, code and pattern"
        )
    if isinstance(rule, Addressable):
        rule.n_values()  # where two ways lead to one value, this says so
    return dataclasses.replace(made, unique=True)


def with_key(table: Making) -> Making:
    """The table, whose key of one column is unique; PlanError where a key can't be promised to be."""
    for name in table.key:
        if name not in table.columns:
            raise PlanError(f"the key: {table.no_column(name)}")
        if table.columns[name].has_gaps:
            raise PlanError(f"{table.name}.{name} is part of the key and can't be missing")
    if len(table.key) == 1:
        (name,) = table.key
        with at(f"{table.name}.{name} is the key"):
            made = unique(table.columns[name], is_asked=not _is_key_of_its_parent(table, name))
        return dataclasses.replace(table, columns={**table.columns, name: made})
    if table.key and not _is_unique_together(table):
        raise PlanError(
            f"the key {', '.join(table.key)} of table {table.name!r} can't be promised to be unique: it needs a column "
            "that is, or the parent's key together with a position or a distinct reference"
        )
    return table


def _is_key_of_its_parent(table: Making, name: str) -> bool:
    """Whether a column is the parent's, of which each row has one child: unique where the parent's is."""
    is_timeline = table.spec.events is not None or table.spec.history is not None
    is_only_child = table.spec.per is not None and table.spec.per.degree == 1 and not is_timeline
    return is_only_child and isinstance(table.columns[name].rule, Parent)


def _is_unique_together(table: Making) -> bool:
    own = [table.columns[name] for name in table.key]
    if any(made.unique for made in own):
        return True
    has_parent = any(isinstance(made.rule, Parent) for made in own)
    return has_parent and any(_differs(made, table) for made in own)


def _differs(made: Made, table: Making) -> bool:
    """Whether no two rows of one parent have the same value."""
    if isinstance(made.rule, Position) or getattr(made.rule, "distinct", False):
        return True
    is_timeline = table.spec.events is not None or table.spec.history is not None
    return is_timeline and isinstance(made.rule, Field) and made.rule.path in STEPS


def check_room(tables: Mapping[str, Making], size: Mapping[str, int]) -> None:
    """PlanError where more rows are asked for than a unique column has values."""
    for table in tables.values():
        for name, made in table.columns.items():
            n_values = made.key.n_values() if made.key else None
            if n_values is not None and size.get(table.name, 0) > n_values:
                raise PlanError(
                    f"{table.name}.{name} is unique and has {n_values:,} values, and {size[table.name]:,} rows are asked "
                    "for; widen its rule, or ask for fewer rows"
                )
