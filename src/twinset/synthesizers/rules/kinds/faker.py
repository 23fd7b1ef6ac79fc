"""Anything that Faker makes, called by name row by row: slow, and not coherent with other columns."""

from __future__ import annotations

import datetime
import inspect
import json
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.optional import require
from twinset.core.registry import nearest
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.records import by_storage
from twinset.synthesizers.rules.rule import Options, Rows, Scope

_LONGEST = 100_000
_TRIALS = 20
_REFUSED = {
    "binary", "credit_card_full", "enum", "image", "json_bytes", "profile", "simple_profile", "tar", "user_agent", "xml",
    "zip",
}  # fmt: skip
"""What needs code or other packages, makes no values for a column, or asks the clock."""

_CLOCK = re.compile(r"\b(now|today)\(|\.(date_of|date_time|date_between|date_this|past_|future_|unix_time)")

_STORED = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    datetime.date: pa.date32(),
    datetime.time: pa.time64("us"),
}


@dataclass(frozen=True, slots=True)
class FakerRule(Options):
    """What Faker's method ``name`` makes with these ``arguments``; ``locale`` instead of the stage's."""

    word: ClassVar[str] = "faker"
    name: str
    arguments: Any = None
    locale: Any = None

    def __post_init__(self) -> None:
        options.text(self.name, "name", longest=100)
        self.check_locales({"en_US": 1.0})

    def check_locales(self, usual: Any, wanted: frozenset[str] | None = None) -> None:
        for code, _ in self._locales(usual):
            self._check_arguments(_method(self.name, code))

    @property
    def _named(self) -> dict[str, Any]:
        return {} if self.arguments is None else options.mapping(self.arguments, "arguments", least=0)

    def _locales(self, usual: Any) -> tuple[tuple[str, float], ...]:
        said = usual if self.locale is None else self.locale
        if isinstance(said, str):
            return ((said, 1.0),)
        if said == {}:
            raise PlanError("locale is one such as en_US, a list of some, or a mapping to weights, not {}")
        pairs = said.items() if hasattr(said, "items") else [(code, 1.0) for code in options.listed(said, "locale")]
        return tuple((str(code), options.number(weight, f"the weight of {code}", 0, above=True)) for code, weight in pairs)

    def _check_arguments(self, method: Any) -> None:
        known = inspect.signature(method)
        try:
            known.bind(**{str(name): value for name, value in self._named.items()})
        except TypeError as error:
            allowed = ", ".join(known.parameters) or "none"
            raise PlanError(f"arguments of Faker's {self.name}: {error}; its arguments: {allowed}") from None
        for name, value in self._named.items():
            if isinstance(value, int) and not isinstance(value, bool) and _is_size(str(name)) and abs(value) > _LONGEST:
                raise PlanError(f"the argument {name} of Faker's {self.name} is at most {_LONGEST:,}, not {value!r:.40}")

    def column(self, name: str, scope: Scope) -> Column:
        storage = self._storage
        kind = types.Text() if pa.types.is_string(storage) else by_storage(storage)
        return Column(name, kind, storage, origin="declared")

    @property
    def _storage(self) -> pa.DataType:
        """What the column is stored as, by a few values that are made for it."""
        made = self._values(_TRIALS, Seed(0), self._locales({"en_US": 1.0}))
        found = {type(value) for value in made if value is not None}
        if found == {datetime.datetime}:
            return pa.timestamp("us")
        return _STORED.get(found.pop(), pa.string()) if len(found) == 1 else pa.string()

    def make(self, rows: Rows) -> pa.Array:
        storage = self._storage
        made = self._values(rows.n, rows.seed, self._locales(rows.locales))
        if pa.types.is_string(storage):
            made = [value if value is None or isinstance(value, str) else _written(value) for value in made]
        try:
            return pa.array(made, storage)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            raise PlanError(f"what Faker's {self.name} makes does not fit {storage}: {error}") from error

    def _values(self, n: int, seed: Seed, locales: tuple[tuple[str, float], ...]) -> list[Any]:
        methods = [_method(self.name, code) for code, _ in locales]
        for number, (code, _) in enumerate(locales):
            _faker(code).seed_instance(seed.child("locale", number).integer())
        ends = np.cumsum([weight for _, weight in locales])
        which = np.searchsorted(ends / ends[-1], seed.generator().random(n), side="right").tolist()
        arguments = self._named
        try:
            return [methods[place](**arguments) for place in which]
        except Exception as error:
            raise PlanError(f"Faker's {self.name} can't make values: {type(error).__name__}: {error}") from error


def _is_size(name: str) -> bool:
    return any(part in name for part in ("nb", "length", "chars", "digits", "rows", "size", "count"))


def _written(value: Any) -> str:
    """A value that is no plain one, as text; lists and mappings as JSON."""
    if isinstance(value, dict | list | tuple | set | frozenset):
        return json.dumps(sorted(value, key=str) if isinstance(value, set | frozenset) else value, default=str)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


@cache
def _faker(locale: str) -> Any:
    """Faker itself for a locale."""
    package = require("faker", extra="people")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return package.Faker(locale)
        except AttributeError as error:
            raise PlanError(f"Faker does not know the locale {locale!r}") from error


@cache
def _names(locale: str) -> frozenset[str]:
    """The methods of Faker's providers that make values from a seed alone."""
    found: set[str] = set()
    for provider in _faker(locale).factories[0].get_providers():
        if ".date_time" not in type(provider).__module__:
            found |= {name for name in dir(provider) if _is_maker(provider, name)}
    return frozenset(found - _REFUSED)


def _is_maker(provider: Any, name: str) -> bool:
    return not name.startswith("_") and inspect.ismethod(getattr(provider, name, None))


def _asks_the_clock(method: Any) -> bool:
    """Whether a method's code names the clock, or one of Faker's methods that ask it."""
    try:
        return bool(_CLOCK.search(inspect.getsource(method)))
    except (OSError, TypeError):
        return False


def _method(name: str, locale: str) -> Any:
    """Faker's method of that name; PlanError with the nearest ones."""
    if name in _names(locale) and not _asks_the_clock(getattr(_faker(locale), name)):
        return getattr(_faker(locale), name)
    if hasattr(_faker(locale).factories[0], name) and not name.startswith("_"):
        raise PlanError(f"Faker's {name} asks the clock or needs more than a seed; see the rules date and person")
    raise PlanError(f"Faker makes no {name!r}{nearest(name, _names(locale))}; see its documentation for what it makes")
