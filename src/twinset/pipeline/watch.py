"""Watching a run: what it is at, how far it is, and what a reader must know.

The pipeline tells a ``Watch`` and does not know who listens: the command line draws a bar, Python stays silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from twinset.evaluation.result import Note


class Watch(Protocol):
    """Somebody who is told how a run goes."""

    def begin(self, what: str) -> None:
        """A step begins."""

    def advance(self, share: float, what: str = "") -> None:
        """The step is this far (0 to 1)."""

    def say(self, text: str) -> None:
        """One line for the reader."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody listens."""

    def begin(self, what: str) -> None: ...

    def advance(self, share: float, what: str = "") -> None: ...

    def say(self, text: str) -> None: ...


@dataclass
class Noting:
    """What a fit is given: passes progress on to a watch and keeps the notes for the report."""

    watch: Watch
    notes: list[Note] = field(default_factory=list)

    def progress(self, done: float, what: str) -> None:
        self.watch.advance(done, what)

    def note(self, what: str, column: str | None = None, count: int = 1) -> None:
        self.notes.append(Note(what, column, count))
