"""The registry: engines, metrics, sources and exporters by name, from entry points.

Twinset's own come in by the same door as anybody's plugin: an entry point in one of ``GROUPS`` whose object is loaded only
when its name is asked for.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from twinset.errors import InternalError, PlanError

GROUPS = ("synthesizers", "metrics", "sources", "exporters", "llm", "providers", "checks")


@cache
def _installed() -> Any:
    """All that is installed here, looked for once."""
    return entry_points()


@cache
def _points(group: str) -> dict[str, EntryPoint]:
    if group not in GROUPS:
        raise InternalError(f"unknown registry group {group!r}; groups: {', '.join(GROUPS)}")
    found: dict[str, EntryPoint] = {}
    for point in sorted(_installed().select(group=f"twinset.{group}"), key=lambda point: (point.name, point.value)):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise PlanError(f"two plugins call themselves {point.name!r} in {group}: {other.value} and {point.value}")
    return found


def names(group: str) -> tuple[str, ...]:
    """The names in a group, sorted; nothing is loaded."""
    return tuple(_points(group))


def lookup(group: str, name: str) -> Any:
    """The object of that name; an unknown name is a PlanError with the nearest ones."""
    points = _points(group)
    if name not in points:
        raise PlanError(f"there is no {name!r} among the {group}{nearest(name, points)}; known: {', '.join(points)}")
    try:
        return points[name].load()
    except (ImportError, AttributeError) as error:
        raise PlanError(f"{name!r} of {group} ({points[name].value}) can't be loaded: {error}") from error


def has_plugins() -> bool:
    """Whether code of anybody else can be called here by name."""
    found = {point.dist for group in GROUPS for point in _points(group).values()}  # few, and each name is read from a file
    return any(dist is None or dist.name != "twinset" for dist in found)


def nearest(word: str, known: Any) -> str:
    """ ", did you mean …?" or nothing: the end of a sentence about an unknown word."""
    close = difflib.get_close_matches(str(word), [str(name) for name in known], n=1)
    return f", did you mean {close[0]!r}?" if close else ""
