"""Parts in their order, each as soon as those that it needs have ended."""

from __future__ import annotations

from collections.abc import Iterable

from twinset.core.request import Part
from twinset.errors import InternalError


class Waiting:
    """Parts that have not started, and the ids of those that have ended."""

    def __init__(self, parts: Iterable[Part], done: set[str]) -> None:
        self._parts = iter(parts)
        self._held: list[Part] = []
        self._known = set(done)
        self.done = done

    def ready(self) -> Part | None:
        """The first part whose needs have ended; looks ahead a bounded way."""
        for place, part in enumerate(self._held):
            if self.done.issuperset(part.needs):
                return self._held.pop(place)
        while len(self._held) < 10_000 and (new := next(self._parts, None)):
            if missing := set(new.needs) - self._known:
                raise InternalError(f"part {new.id} needs {', '.join(sorted(missing))}, which did not come before it")
            self._known.add(new.id)
            if self.done.issuperset(new.needs):
                return new
            self._held.append(new)
        return None
