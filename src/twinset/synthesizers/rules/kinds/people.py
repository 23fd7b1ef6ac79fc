"""Records of people and what belongs to them, from a provider of the registry's group ``providers``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import pyarrow as pa

from twinset.core import registry, types
from twinset.core.people import Ask, Field, Provider
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.records import FIELD_TYPE
from twinset.synthesizers.rules.rule import Options, Rows, Scope


@dataclass(frozen=True, slots=True)
class Record(Options):
    """A record of a ``provider``; ``locale``: one, several, or several with weights, instead of the stage's."""

    crosses_blocks: ClassVar[bool] = False
    """Whether rows of two blocks belong together: then none of them can be drawn again without the others."""

    locale: Any = None
    provider: str = "people"

    def __post_init__(self) -> None:
        options.text(self.provider, "provider", longest=100)
        self.check_locales({"en_US": 1.0}, frozenset())

    def check_locales(self, usual: Mapping[str, float], wanted: frozenset[str] | None) -> None:
        names = tuple(field.name for field in self._fields() if wanted is None or field.name in wanted)
        self._provider.check(Ask(self.word, 0, Seed(0), locales=self._locales(usual), of=names, options=self._given))

    @property
    def _provider(self) -> Provider:
        made: Provider = registry.lookup("providers", self.provider)()
        return made

    @property
    def _given(self) -> dict[str, object]:
        """The options that are the record's own, as far as a plan says them."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("locale", "provider")}
        return {name: _mapped(value) for name, value in said.items() if value is not None}

    def _locales(self, usual: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        if self.locale is None:
            return tuple(usual.items())
        if isinstance(self.locale, str):
            return ((self.locale, 1.0),)
        if isinstance(self.locale, dict):
            return tuple((str(code), weight) for code, weight in self.locale.items())
        if not isinstance(self.locale, list | tuple) or not self.locale:
            raise PlanError(f"locale is one such as en_US, a list of some, or a mapping to weights, not {self.locale!r:.60}")
        return tuple((str(code), 1.0) for code in self.locale)

    def _fields(self) -> tuple[Field, ...]:
        records = self._provider.records()
        if self.word not in records:
            raise PlanError(f"the provider {self.provider!r} has no record {self.word!r}; it has: {', '.join(records)}")
        return records[self.word]

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Nested(), pa.struct([_stored(field) for field in self._fields()]), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        """The fields that are read, or all."""
        known = self._fields()
        read = [field for field in known if rows.wanted is None or field.name in rows.wanted] or [known[0]]
        names = tuple(field.name for field in read)
        seed = rows.common if self.crosses_blocks else rows.seed
        ask = Ask(self.word, rows.n, seed, rows.start, self._locales(rows.locales), names, self._given)
        made = self._provider.make(ask)
        return pa.StructArray.from_arrays(made.flatten(), fields=[_stored(field) for field in read])


def _mapped(value: Any) -> Any:
    """What a plan says with its mappings, also those whose keys are no texts: years."""
    value = options.paired(value)
    return {key: _mapped(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def _stored(field: Field) -> pa.Field:
    said = json.dumps(types.to_data(field.type)).encode()
    return pa.field(field.name, field.storage, metadata={FIELD_TYPE: said})


@dataclass(frozen=True, slots=True)
class Person(Record):
    """A person: names, birth, contact, address, identity number, bank account."""

    word: ClassVar[str] = "person"
    ages: Any = None
    as_of: Any = None
    ids_may_be_real: Any = None
    names: Any = None
    unique_emails: Any = None
    women: Any = None


@dataclass(frozen=True, slots=True)
class Household(Record):
    """A member of a household; rows that follow each other live together, one to five of them."""

    word: ClassVar[str] = "household"
    crosses_blocks: ClassVar[bool] = True
    as_of: Any = None
    ids_may_be_real: Any = None
    names: Any = None
    unique_emails: Any = None


@dataclass(frozen=True, slots=True)
class Address(Record):
    """An address."""

    word: ClassVar[str] = "address"


@dataclass(frozen=True, slots=True)
class Company(Record):
    """A company: name, legal form, domain, contact, address, tax number."""

    word: ClassVar[str] = "company"


@dataclass(frozen=True, slots=True)
class Vehicle(Record):
    """A vehicle: make, model, year, identification number."""

    word: ClassVar[str] = "vehicle"
    as_of: Any = None


@dataclass(frozen=True, slots=True)
class BankAccount(Record):
    """A bank account."""

    word: ClassVar[str] = "bank_account"


@dataclass(frozen=True, slots=True)
class Card(Record):
    """A payment card for tests."""

    word: ClassVar[str] = "card"
    as_of: Any = None
    brand: Any = None


@dataclass(frozen=True, slots=True)
class Product(Record):
    """A product of a grocery."""

    word: ClassVar[str] = "product"
