"""People, companies and what belongs to them, for any kind of data: what may be asked of a provider.

A provider is found in the registry's group "providers", so that patients, payments and tables of rules get their people from
the same place without knowing each other. What words a provider uses, and where it has them from, is its own to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import pyarrow as pa

from twinset.core.seed import Seed
from twinset.core.types import Type


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: what it means, how it is stored, and whether it is missing for some locales."""

    name: str
    type: Type
    storage: pa.DataType
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Rows ``start`` to ``start + n`` of one kind of record.

    ``locales`` are names with weights, one or several; ``of`` are the fields that are wanted, in order. A row follows from
    (record, seed, locales, options) and its index alone: however the rows are cut into blocks, and whatever other fields are
    asked for with them.
    """

    record: str
    n: int
    seed: Seed
    start: int = 0
    locales: tuple[tuple[str, float], ...] = (("en_US", 1.0),)
    of: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Provider(Protocol):
    """Makes coherent records: the e-mail of a row is that of the name in it."""

    @property
    def version(self) -> str:
        """What the words come from, with versions: other versions may give other rows."""

    def locales(self) -> tuple[str, ...]:
        """The locales it knows."""

    def records(self) -> Mapping[str, tuple[Field, ...]]:
        """The kinds of records and their fields; nothing is loaded for it."""

    def check(self, ask: Ask) -> None:
        """PlanError where the record, a locale, a field or an option is not known; nothing is made."""

    def make(self, ask: Ask) -> pa.StructArray:
        """The fields asked for, one child each, in their order. Needs its extra, else MissingExtraError."""
