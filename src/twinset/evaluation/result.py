"""What an evaluation gives: scores, and the aggregates that charts are drawn from.

Everything here may be shown around: synthetic rows, and aggregates of real rows in which no cell stands for fewer than
``twinset.privacy.K`` of them (such cells are None).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from twinset.core.score import Score


@dataclass(frozen=True, slots=True)
class Profile:
    """One column side by side: shares of non-missing rows per bin or label.

    ``labels`` name the bins in words (a number's range, a label, a date's range; the last may be "other"). For numbers and
    times ``edges`` holds the n + 1 bin edges (seconds since 1970 for times, days for dates), else it is empty.
    """

    column: str
    type: str
    kind: Literal["number", "time", "label"]
    labels: tuple[str, ...]
    edges: tuple[float, ...]
    train: tuple[float | None, ...]
    synthetic: tuple[float, ...]
    train_missing: float
    synthetic_missing: float


@dataclass(frozen=True, slots=True)
class Associations:
    """Strength of association (0 to 1) of each pair of columns, as square matrices in the order of ``columns``."""

    columns: tuple[str, ...]
    train: tuple[tuple[float, ...], ...]
    synthetic: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader must know: what was left out, protected, repaired or could not be measured."""

    text: str
    column: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was measured in one comparison.

    ``rows`` are the rows of each side; ``cpu_seconds`` says what each metric cost, the one thing here that differs from run
    to run.
    """

    scores: tuple[Score, ...]
    profiles: tuple[Profile, ...] = ()
    associations: Associations | None = None
    notes: tuple[Note, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    target: str | None = None
    cpu_seconds: dict[str, float] = field(default_factory=dict, compare=False)

    def find(self, metric: str, subject: str | None = None) -> Score | None:
        """The score of that metric and subject (None: the whole table), if it was measured."""
        return next((score for score in self.scores if (score.metric, score.subject) == (metric, subject)), None)
