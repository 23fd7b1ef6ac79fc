"""Shapes from JSON schemas: the words that a model can be held to, and a PlanError for every other one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinset.errors import PlanError
from twinset.synthesizers.text.shapes import Boolean, Choice, Items, Number, Record, Shape, Text

_SILENT = {"$schema", "$id", "title", "description", "examples", "default", "additionalProperties"}
_WORDS = {
    "object": {"properties", "required"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"enum", "minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": set(),
}


def shape_of_schema(said: Mapping[str, Any], place: str) -> Shape:
    """The shape that a JSON schema says."""
    if not isinstance(said, Mapping):
        raise PlanError(f"{place}: a JSON schema is a mapping, not {said!r:.60}")
    kind = said.get("type", "string" if "enum" in said else None)
    if kind not in _WORDS:
        raise PlanError(f"{place}: the type of a JSON schema is one of {', '.join(_WORDS)}, not {kind!r:.60}")
    if unknown := set(said) - _WORDS[kind] - _SILENT - {"type"}:
        raise PlanError(f"{place}: {min(unknown)!r} is no word of a JSON schema of type {kind} that a model is held to")
    match kind:
        case "object":
            return _record(said, place)
        case "array":
            return Items(shape_of_schema(said.get("items", {}), place), said.get("minItems", 0), said.get("maxItems"))
        case "integer" | "number":
            return Number(kind == "integer", said.get("minimum"), said.get("maximum"))
        case "boolean":
            return Boolean()
    if "enum" in said:
        if not said["enum"] or not all(isinstance(one, str) for one in said["enum"]):
            raise PlanError(f"{place}: an enum is a list of texts")
        return Choice(tuple(said["enum"]))
    return Text(said.get("minLength", 0), said.get("maxLength"))


def _record(said: Mapping[str, Any], place: str) -> Shape:
    fields = said.get("properties")
    if not isinstance(fields, Mapping) or not fields:
        raise PlanError(f"{place}: an object has properties")
    required = said.get("required", [])
    shapes = {str(name): shape_of_schema(one, f"{place}.{name}") for name, one in fields.items()}
    return Record(shapes, frozenset(set(shapes) - set(required)))
