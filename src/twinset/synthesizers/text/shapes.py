"""The shapes of structured answers: a small language of types, its JSON schema, its Arrow storage, and whether a value fits.

    text   text ..200   integer   integer 1..5   number 0..1   boolean   [good, bad, mixed]   [text]   {name: text, age?:
    integer}

A list of one is a list of that; of several texts, one of them; ``{items: SHAPE, min: 1, max: 5}`` bounds a list. A mapping
is an object, whose fields that end in ``?`` may be missing. A JSON schema of these words is read, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from twinset.core import types
from twinset.core.registry import nearest
from twinset.errors import PlanError

_WORDS = ("text", "integer", "number", "boolean")
_SPAN = re.compile(r"(text|integer|number|boolean)(?: +(-?[\d.]*?)\.\.(-?[\d.]*))?")
_LARGEST = 2**63 - 1


class Shape(Protocol):
    """One shape. ``fault`` says what is wrong with a value; nothing: none."""

    @property
    def schema(self) -> dict[str, Any]: ...

    @property
    def storage(self) -> pa.DataType: ...

    @property
    def type(self) -> types.Type: ...

    def fault(self, value: Any) -> str | None: ...

    def clean(self, value: Any) -> Any:
        """A value without fault as Arrow takes it."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of so many characters."""

    low: int = 0
    high: int | None = None
    storage = pa.string()

    @property
    def type(self) -> types.Type:
        return types.Text()

    @property
    def schema(self) -> dict[str, Any]:
        bounds = {"minLength": self.low or None, "maxLength": self.high}
        return {"type": "string"} | {name: bound for name, bound in bounds.items() if bound is not None}

    def fault(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return "is no text"
        fits = self.low <= len(value) and (self.high is None or len(value) <= self.high)
        return None if fits and _is_clean(value) else "is a text too short or too long"

    def clean(self, value: Any) -> Any:
        return value


def _is_clean(value: str) -> bool:
    """Whether a text can be written as UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number between bounds, a whole one for integers."""

    is_whole: bool
    low: float | None = None
    high: float | None = None

    @property
    def type(self) -> types.Type:
        return types.Integer() if self.is_whole else types.Real()

    @property
    def storage(self) -> pa.DataType:
        return pa.int64() if self.is_whole else pa.float64()

    @property
    def schema(self) -> dict[str, Any]:
        kind = int if self.is_whole else float
        bounds = {"minimum": self.low, "maximum": self.high}
        said = {name: kind(bound) for name, bound in bounds.items() if bound is not None}
        return {"type": "integer" if self.is_whole else "number", **said}

    def fault(self, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return "is no number"
        if self.is_whole and (value != int(value) or abs(value) > _LARGEST):
            return "is no whole number"
        fits = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        return None if fits else "is out of its range"

    def clean(self, value: Any) -> Any:
        return int(value) if self.is_whole else float(value)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    storage = pa.bool_()

    @property
    def type(self) -> types.Type:
        return types.Boolean()

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def fault(self, value: Any) -> str | None:
        return None if isinstance(value, bool) else "is neither true nor false"

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some labels."""

    labels: tuple[str, ...]
    storage = pa.string()

    @property
    def type(self) -> types.Type:
        return types.Categorical()

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.labels)}

    def fault(self, value: Any) -> str | None:
        return None if value in self.labels else "is none of the labels"

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Items:
    """A list of so many of one shape."""

    inner: Shape
    low: int = 0
    high: int | None = None

    @property
    def type(self) -> types.Type:
        return types.Nested()

    @property
    def storage(self) -> pa.DataType:
        return pa.list_(self.inner.storage)

    @property
    def schema(self) -> dict[str, Any]:
        bounds = {"minItems": self.low or None, "maxItems": self.high}
        said = {name: bound for name, bound in bounds.items() if bound is not None}
        return {"type": "array", "items": self.inner.schema, **said}

    def fault(self, value: Any) -> str | None:
        if not isinstance(value, list):
            return "is no list"
        if len(value) < self.low or (self.high is not None and len(value) > self.high):
            return "is a list too short or too long"
        return next((said for one in value if (said := self.inner.fault(one))), None)

    def clean(self, value: Any) -> Any:
        return [self.inner.clean(one) for one in value]


@dataclass(frozen=True, slots=True)
class Record:
    """An object of named fields; ``optional`` ones may be missing."""

    fields: Mapping[str, Shape]
    optional: frozenset[str] = frozenset()

    @property
    def type(self) -> types.Type:
        return types.Nested()

    @property
    def storage(self) -> pa.DataType:
        return pa.struct([pa.field(name, one.storage) for name, one in self.fields.items()])

    @property
    def schema(self) -> dict[str, Any]:
        """Every field is required, as strict servers want it; one that may be missing may be null."""
        said = {name: _or_null(one.schema) if name in self.optional else one.schema for name, one in self.fields.items()}
        return {"type": "object", "properties": said, "required": list(self.fields), "additionalProperties": False}

    def fault(self, value: Any) -> str | None:
        if not isinstance(value, dict):
            return "is no object"
        if unknown := set(value) - set(self.fields):
            return f"has the unknown field {min(unknown)!r:.40}"
        for name, shape in self.fields.items():
            if value.get(name) is None and name in self.optional:
                continue
            if name not in value:
                return f"lacks the field {name!r}"
            if said := shape.fault(value[name]):
                return f"{name!r} {said}"
        return None

    def clean(self, value: Any) -> Any:
        found = ((name, shape, value.get(name)) for name, shape in self.fields.items())
        return {name: None if one is None else shape.clean(one) for name, shape, one in found}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    nullable = {**schema, "type": [schema["type"], "null"]}
    return {**nullable, "enum": [*schema["enum"], None]} if "enum" in schema else nullable


def shape_of(said: Any, place: str) -> Shape:
    """The shape that a plan says; PlanError names the place."""
    if isinstance(said, str):
        return _word(said, place)
    if isinstance(said, list | tuple) and said:
        if len(said) == 1:
            return Items(shape_of(said[0], place))
        if all(isinstance(one, str) for one in said) and len(set(said)) == len(said):
            return Choice(tuple(said))
    if isinstance(said, Mapping) and said:
        if "items" in said and set(said) <= {"items", "min", "max"}:
            low, high = said.get("min", 0), said.get("max")
            _check_bounds(low, high, place)
            return Items(shape_of(said["items"], place), low, high)
        if isinstance(said.get("type"), str | list) and {"properties", "items", "enum", "$schema"} & set(said):
            from twinset.synthesizers.text.json_schema import shape_of_schema

            return shape_of_schema(said, place)
        fields = {str(name).removesuffix("?"): shape_of(one, f"{place}.{name}") for name, one in said.items()}
        return Record(fields, frozenset(str(name)[:-1] for name in said if str(name).endswith("?")))
    raise PlanError(
        f"{place}: a shape is a word ({', '.join(_WORDS)}, with a range such as integer 1..5), a list of labels, a list "
        f"of one "
        f"shape, or a mapping of fields, not {said!r:.80}"
    )


def _check_bounds(low: Any, high: Any, place: str) -> None:
    is_fine = type(low) is int and low >= 0 and (high is None or (type(high) is int and high >= low))
    if not is_fine:
        raise PlanError(f"{place}: min and max are whole numbers, min not above max")


def _word(said: str, place: str) -> Shape:
    found = _SPAN.fullmatch(said.strip())
    if found is None:
        raise PlanError(f"{place}: {said!r:.60} is no shape{nearest(said.split()[0] if said.split() else '', _WORDS)}; "
                        f"known: {', '.join(_WORDS)}, with a range such as integer 1..5 or text ..200")  # fmt: skip
    word, low, high = found.groups()
    try:
        kind = float if word == "number" else int
        bounds = (kind(low) if low else None, kind(high) if high else None)
    except ValueError:
        raise PlanError(f"{place}: {said!r} has a range that is no range of numbers") from None
    if None not in bounds and bounds[0] > bounds[1]:  # type: ignore[operator]
        raise PlanError(f"{place}: the range of {said!r} goes from high to low")
    if word == "boolean":
        if low is not None or high is not None:
            raise PlanError(f"{place}: a boolean has no range")
        return Boolean()
    return Text(int(bounds[0] or 0), bounds[1]) if word == "text" else Number(word == "integer", *bounds)  # type: ignore[arg-type]
