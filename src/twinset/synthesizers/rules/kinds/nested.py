"""Lists and structs of other rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.kinds import rule_from
from twinset.synthesizers.rules.missing import with_missing
from twinset.synthesizers.rules.rule import Options, Rows, Rule, Scope

LONGEST = 100_000
MOST_ENTRIES = 200_000_000
"""Of all lists of one part."""


@dataclass(frozen=True, slots=True)
class Inner:
    """A rule within another, with the share that is missing."""

    rule: Rule
    missing: float

    @classmethod
    def of(cls, said: Any) -> Inner:
        own = dict(said) if isinstance(said, Mapping) else said
        missing = options.number(own.pop("missing", 0), "missing", 0, 1) if isinstance(own, dict) else 0.0
        if isinstance(own, dict) and own.get("earlier"):
            raise PlanError("earlier rows are not seen from within a nested value; say the reference in a column of its own")
        return cls(rule_from(own), missing)

    def make(self, rows: Rows) -> pa.Array:
        return with_missing(self.rule.make(rows), self.missing, rows.seed)


@dataclass(frozen=True, slots=True)
class Many(Options):
    """A list of values by the rule ``of``; ``length`` is a number, or a rule that gives numbers."""

    word: ClassVar[str] = "list"
    of: Any
    length: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", Inner.of(self.of))
        object.__setattr__(self, "length", rule_from(self.length))

    def reads(self) -> tuple[str, ...]:
        return (*self.of.rule.reads(), *self.length.reads())

    def column(self, name: str, scope: Scope) -> Column:
        if not pa.types.is_integer(kind := self.length.column(name, scope).storage):
            raise PlanError(f"the length of a list is a whole number, not {kind}")
        return Column(name, types.Nested(), pa.list_(self.of.rule.column(name, scope).storage), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        lengths = np.asarray(self.length.make(rows.inner("length")).to_numpy(zero_copy_only=False))
        if len(lengths) and not 0 <= lengths.min() <= lengths.max() <= LONGEST:
            raise PlanError(
                f"the length of a list is from 0 to {LONGEST:,}, and some are {lengths.min()} or {lengths.max()}"
            )
        if (total := int(lengths.sum())) > MOST_ENTRIES:
            raise PlanError(
                f"the lists of one part have at most {MOST_ENTRIES:,} entries, not {total:,}; say smaller part_rows"
            )
        owner = np.repeat(np.arange(rows.n), lengths)
        values = self.of.make(rows.inner("of", owner))
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), values)


@dataclass(frozen=True, slots=True)
class Struct(Options):
    """A record whose ``fields`` are made by rules; other columns may take them by paths."""

    word: ClassVar[str] = "struct"
    fields: Any

    def __post_init__(self) -> None:
        fields = {str(name): Inner.of(said) for name, said in options.mapping(self.fields, "fields").items()}
        object.__setattr__(self, "fields", fields)

    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for inner in self.fields.values() for path in inner.rule.reads()))

    def column(self, name: str, scope: Scope) -> Column:
        made = [pa.field(field, inner.rule.column(field, scope).storage) for field, inner in self.fields.items()]
        return Column(name, types.Nested(), pa.struct(made), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        arrays = [inner.make(rows.inner(name)) for name, inner in self.fields.items()]
        return pa.StructArray.from_arrays(arrays, names=list(self.fields))
