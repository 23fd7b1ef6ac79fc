"""The shapes of structured answers: what is asked for (JSON schema), how it is stored (Arrow), whether a value fits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from twinset.core import types

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
        return None if fits and is_clean(value) else "is a text too short or too long"

    def clean(self, value: Any) -> Any:
        return value


def is_clean(value: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


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
