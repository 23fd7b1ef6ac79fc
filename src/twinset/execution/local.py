"""One part after the other, in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from twinset.core.request import Part
from twinset.execution import Job


@dataclass(frozen=True, slots=True)
class Local:
    """Parts in the order in which they come, which puts needed ones first."""

    def run(self, parts: Iterable[Part], job: Job, done: frozenset[str]) -> Iterator[Part]:
        for part in parts:
            job(part)
            yield part
