"""What a comparison of two runs gives: changes of what went in, moves of the scores that came out, and a conclusion.

These are values without files: who reads two runs is :mod:`twinset.pipeline.comparing`'s to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from twinset.core.score import Better, Interval

ChangeKind = Literal["data", "plan", "type", "seed", "version"]
Direction = Literal["better", "worse", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same in both runs.

    ``where`` is a path ("stages.flights.options.leaf", "versions.numpy"). ``can_move`` is False for what decides no score
    (the gate's profile, the file format) and for what only follows from another change.
    """

    kind: ChangeKind
    where: str
    before: str
    after: str
    can_move: bool = True
    said: str = ""

    @property
    def sentence(self) -> str:
        return self.said or f"{self.where}: {self.before} before, {self.after} after"


@dataclass(frozen=True, slots=True)
class Figure:
    """One score's figure in one run."""

    value: float | None
    interval: Interval | None
    baseline: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One score in both runs.

    ``size`` is after - before, None where it was not measured twice. ``noise`` is how far it would move by chance (half of
    a 95% interval of the move, widened for how many figures are compared), None without intervals. ``is_mixed``: it is a
    mean over other columns, pairs or triples than before, so that like is not set beside like.
    """

    stage: str
    metric: str
    subject: str | None
    better: Better
    before: Figure
    after: Figure
    size: float | None
    noise: float | None
    direction: Direction
    is_mixed: bool = False

    @property
    def is_beyond(self) -> bool | None:
        """Whether the move is beyond the noise; None where that can't be said."""
        if self.size is None or self.noise is None:
            return None
        return abs(self.size) > self.noise

    @property
    def times_noise(self) -> float | None:
        """The move in units of the noise: more than 1 is beyond it."""
        if self.size is None or not self.noise:
            return None
        return abs(self.size) / self.noise


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One of the three answers, or "published", before and after."""

    stage: str
    question: str
    before: str
    after: str
    figure_before: str = ""
    figure_after: str = ""

    @property
    def is_change(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs compared: ``moves`` holds every score that both measured and that is not the very same, largest first.

    ``unknown`` says what the runs don't tell about what went into them; ``gone`` and ``come`` are scores that only the
    first, or only the second, has. ``wider`` is how many times as wide as one 95% interval the noise was taken.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    unknown: tuple[str, ...]
    answers: tuple[AnswerChange, ...]
    moves: tuple[Move, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    n_compared: int
    wider: float

    @property
    def causes(self) -> tuple[Change, ...]:
        """The changes that can move a score."""
        return tuple(change for change in self.changes if change.can_move)

    @property
    def beyond(self) -> tuple[Move, ...]:
        """The moves that are beyond the noise."""
        return tuple(move for move in self.moves if move.is_beyond)
