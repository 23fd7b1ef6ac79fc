"""Shapes as a plan says them: a small language of types.

    text   text ..200   integer   integer 1..5   number 0..1   boolean
    [good, bad, mixed]   [text]   {name: text, age?: integer}

A list of one is a list of that; of several texts, one of them; ``{items: SHAPE, min: 1, max: 5}`` bounds a list. A mapping
is an object, whose fields that end in ``?`` may be missing. A JSON schema of these words is read, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.synthesizers.text.json_schema import shape_of_schema
from twinset.synthesizers.text.shapes import Boolean, Choice, Items, Number, Record, Shape, Text

_WORDS = ("text", "integer", "number", "boolean")
_SPAN = re.compile(r"(text|integer|number|boolean)(?: +(-?[\d.]*?)\.\.(-?[\d.]*))?")


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
