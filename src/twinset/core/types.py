"""Logical types: what a column's values mean, apart from how they are stored.

Each type is a tiny frozen value. ``to_data`` and ``from_data`` turn one into plain data for a plan or a saved sampler and
back: ``Real(decimals=2)`` is ``{"type": "real", "decimals": 2}``. What values are allowed is the domain's to say
(:mod:`twinset.core.schema`), not the type's.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from twinset.errors import SchemaError

PersonalKind = Literal["name", "user_name", "email", "phone", "address", "card", "iban", "national_id"]
IdentifierForm = Literal["sequence", "uuid", "pattern", "opaque"]
GeoAxis = Literal["latitude", "longitude", "point"]
Unit = Literal["s", "ms", "us", "ns"]


_LETTERS_OF_RUN = {"A": 26, "a": 26, "9": 10, "h": 16, "H": 16, "*": 36}


@dataclass(frozen=True, slots=True)
class Integer:
    """Whole numbers that count or measure."""

    word: ClassVar[str] = "integer"


@dataclass(frozen=True, slots=True)
class Real:
    """Numbers; ``decimals`` is how many places after the point the source shows (None: as many as it likes).

    ``is_bare``: text files write whole numbers among them without a point (4 and not 4.0).
    """

    word: ClassVar[str] = "real"
    decimals: int | None = None
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false; ``words`` are (false, true) as text files write them."""

    word: ClassVar[str] = "boolean"
    words: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Categorical:
    """One of some labels, in no order."""

    word: ClassVar[str] = "categorical"


@dataclass(frozen=True, slots=True)
class Ordinal:
    """One of some labels that have an order: the order of the domain's values."""

    word: ClassVar[str] = "ordinal"


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day; ``format`` (strftime) is how text files write it, None for ISO 8601."""

    word: ClassVar[str] = "date"
    format: str | None = None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A point in time; ``zone`` is an IANA name or offset, None for local time without a zone."""

    word: ClassVar[str] = "datetime"
    zone: str | None = None
    unit: Unit = "us"
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day."""

    word: ClassVar[str] = "time"
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; ``format`` is "clock" for text such as 01:30:00, None for ISO 8601 (PT1H30M)."""

    word: ClassVar[str] = "duration"
    unit: Unit = "us"
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Free text: never learned, and never copied unless a plan says ``keep``: then real texts stand in what is made."""

    word: ClassVar[str] = "text"
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """Values that name a row or another table's row and mean nothing else.

    ``pattern`` is a sequence of runs for the form "pattern": ``A`` capital letter, ``a`` small letter, ``9`` digit, ``h``
    and ``H`` hexadecimal digit, ``*`` letter or digit, anything else after a backslash as itself: ``C\\-9999``.
    """

    word: ClassVar[str] = "identifier"
    form: IdentifierForm = "opaque"
    pattern: str | None = None

    @property
    def n_values(self) -> int | None:
        """How many different values a pattern has; None where there is no end to them."""
        if self.form != "pattern" or not self.pattern:
            return None
        runs = re.sub(r"\\.", "", self.pattern, flags=re.DOTALL)
        return math.prod(_LETTERS_OF_RUN.get(letter, 1) for letter in runs)


@dataclass(frozen=True, slots=True)
class Geo:
    """A place on Earth in degrees (WGS 84): one axis a column, or "lat, lon" text as a point."""

    word: ClassVar[str] = "geo"
    axis: GeoAxis = "point"
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Personal:
    """Data that points at a person: never learned, never copied."""

    word: ClassVar[str] = "personal"
    kind: PersonalKind = "name"


@dataclass(frozen=True, slots=True)
class Json:
    """JSON documents kept as text."""

    word: ClassVar[str] = "json"


@dataclass(frozen=True, slots=True)
class Nested:
    """Lists, structs and maps; their shape is the storage type's."""

    word: ClassVar[str] = "nested"


@dataclass(frozen=True, slots=True)
class Media:
    """A reference {uri, sha256, media_type} into a content-addressed folder."""

    word: ClassVar[str] = "media"


@dataclass(frozen=True, slots=True)
class Empty:
    """No value at all: every cell is missing."""

    word: ClassVar[str] = "empty"


Type = (
    Integer | Real | Boolean | Categorical | Ordinal | Date | DateTime | Time | Duration
    | Text | Identifier | Geo | Personal | Json | Nested | Media | Empty
)  # fmt: skip

BY_WORD: dict[str, type[Type]] = {kind.word: kind for kind in get_args(Type)}


def to_data(kind: Type) -> dict[str, object]:
    """Plain data for one type: its word and the options that differ from their defaults."""
    data: dict[str, object] = {"type": kind.word}
    for field in dataclasses.fields(kind):
        value = getattr(kind, field.name)
        if value != field.default:
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data


def from_data(data: Mapping[str, object]) -> Type:
    """The type that plain data describes; raises SchemaError for an unknown word, option or value."""
    options = dict(data)
    word = options.pop("type", None)
    kind = BY_WORD.get(str(word))
    if kind is None:
        raise SchemaError(f"unknown column type {word!r}; known types: {', '.join(sorted(BY_WORD))}")
    known = {field.name: field for field in dataclasses.fields(kind)}
    for name, value in options.items():
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise SchemaError(f"type {word!r} has no option {name!r}; its options: {allowed}")
        _check_option(str(word), name, value)
    checked: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in options.items()}
    return kind(**checked)


_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("personal", "kind"): get_args(PersonalKind),
    ("identifier", "form"): get_args(IdentifierForm),
    ("geo", "axis"): get_args(GeoAxis),
    ("datetime", "unit"): get_args(Unit),
    ("duration", "unit"): get_args(Unit),
}


def _check_option(word: str, name: str, value: object) -> None:
    choices = _CHOICES.get((word, name))
    if choices and value not in choices:
        raise SchemaError(f"{name} of type {word!r} is one of {', '.join(choices)}, not {value!r}")
    if name == "decimals" and not (value is None or (type(value) is int and 0 <= value <= 15)):
        raise SchemaError(f"decimals is a whole number from 0 to 15, not {value!r}")
    if name == "words" and not (
        isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(word, str) for word in value)
    ):
        raise SchemaError(f"words are two texts, false then true, not {value!r}")
    if name in ("is_bare", "keep") and not isinstance(value, bool):
        raise SchemaError(f"{name} is true or false, not {value!r}")
    if name in ("format", "pattern", "zone") and not (value is None or isinstance(value, str)):
        raise SchemaError(f"{name} is text, not {value!r}")
