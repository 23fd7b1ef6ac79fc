"""What an evaluation of linked tables gives: each table's own evaluation, what ties them, and what may come back whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from twinset.core.score import Score
from twinset.evaluation.result import Evaluation, Note

Standing = Literal["made", "as it is", "too small"]
"""made: the twin has rows of its own; as it is: a reference that was taken over; too small: there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table in the whole: its keys, whose its rows are, its rows by role, and what became of it."""

    name: str
    primary_key: tuple[str, ...]
    root: str
    is_reference: bool
    standing: Standing
    is_shared: bool
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One key: from which columns of which table, to which of which other, and whether it owns."""

    label: str
    table: str
    columns: tuple[str, ...]
    to: str
    references: tuple[str, ...]
    owns: bool


@dataclass(frozen=True, slots=True)
class LinkedEvaluation:
    """All that was measured of linked tables.

    ``tables`` are evaluations of single tables, rows counted by whose they are; ``scores`` are of keys and of joined rows,
    each with its table in the detail; ``subjects`` are the attacks on root rows with all that is theirs, by root table.
    """

    parts: tuple[TablePart, ...]
    keys: tuple[KeyPart, ...]
    tables: Mapping[str, Evaluation]
    scores: tuple[Score, ...]
    subjects: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    target: tuple[str, str] | None = None
    cpu_seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    def of_table(self, table: str) -> tuple[Score, ...]:
        """The scores of one table: its own, then those of its keys and joined rows."""
        own = self.tables[table].scores if table in self.tables else ()
        return own + tuple(score for score in self.scores if score.detail.get("table") == table)

    @property
    def made(self) -> dict[str, tuple[Score, ...]]:
        """The scores as the gate judges them, table by table; what stands as it is, is left out."""
        names = [part.name for part in self.parts if part.standing != "as it is"]
        return {name: scores for name in names if (scores := self.of_table(name))}

    @property
    def roots(self) -> dict[str, str]:
        """Whose each table's rows are."""
        return {part.name: part.root for part in self.parts}

    def find(self, metric: str, subject: str | None = None) -> Score | None:
        """The score of that metric and subject among those of keys and joined rows, if it was measured."""
        return next((score for score in self.scores if (score.metric, score.subject) == (metric, subject)), None)
