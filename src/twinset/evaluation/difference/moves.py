"""Which scores moved from one evaluation to another, by how much, whether beyond the noise, and for the better or the worse.

The noise of a move is that of two figures from different draws: the halves of their 95% intervals that point at each other,
added in quadrature. Many figures are compared at once, so it is widened until all of them hold together in 95 of 100
comparisons (Bonferroni). Both runs often share their real rows, which makes the true noise smaller: a move that counts as
beyond the noise here is one. What it does not hold: how much another seed of the same synthesizer would move a score, unless
the intervals know of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from twinset.core.score import Score
from twinset.evaluation.difference.values import Direction, Figure, Move

Key = tuple[str, str | None, int]


def moves(stage: str, before: Mapping[Key, Score], after: Mapping[Key, Score], wider: float) -> list[Move]:
    """A move for each score of both sides whose figure is not the very same, in the order of ``before``."""
    mixed = _mixed(before, after)
    pairs = ((old, after[key]) for key, old in before.items() if key in after)
    return [
        _move(stage, old, new, wider, _is_mean(old) and old.metric in mixed) for old, new in pairs if old.value != new.value
    ]


def _mixed(before: Mapping[Key, Score], after: Mapping[Key, Score]) -> set[str]:
    """The metrics that were measured on other subjects in one run than in the other."""
    sides = [
        {key for key, score in side.items() if score.value is not None and not _is_mean(score)} for side in (before, after)
    ]
    return {metric for metric, _, _ in sides[0] ^ sides[1]}


def _is_mean(score: Score) -> bool:
    return score.subject is None and "subjects" in score.detail


def largest_first(found: Sequence[Move]) -> tuple[Move, ...]:
    """What moved furthest beyond its noise first; then what has no interval; then what was measured in one run only."""
    return tuple(sorted(found, key=_rank))


def keyed(scores: Sequence[Score]) -> dict[Key, Score]:
    """Scores by metric and subject; of those with the same name the first, the second ... are each their own."""
    seen: dict[tuple[str, str | None], int] = {}
    found = {}
    for score in scores:
        name = (score.metric, score.subject)
        seen[name] = seen.get(name, 0) + 1
        found[(*name, seen[name])] = score
    return found


def _move(stage: str, old: Score, new: Score, wider: float, is_mixed: bool) -> Move:
    size = None if old.value is None or new.value is None else new.value - old.value
    return Move(
        stage, old.metric, old.subject, old.better, _figure(old), _figure(new), size,
        None if is_mixed else _noise(old, new, wider), _direction(old, new), is_mixed,
    )  # fmt: skip


def _figure(score: Score) -> Figure:
    return Figure(score.value, score.interval, score.baseline, score.reason)


def _noise(old: Score, new: Score, wider: float) -> float | None:
    if old.value is None or new.value is None or old.interval is None or new.interval is None:
        return None
    if new.value >= old.value:
        return wider * math.hypot(old.interval[1] - old.value, new.value - new.interval[0])
    return wider * math.hypot(old.value - old.interval[0], new.interval[1] - new.value)


def _direction(old: Score, new: Score) -> Direction:
    """By the figure itself; where a score is best at its baseline, by the distance from it."""
    if old.value is None or new.value is None:
        return "unknown"
    if old.better == "baseline":
        change = abs(new.value - (new.baseline or 0.0)) - abs(old.value - (old.baseline or 0.0))
    else:
        change = new.value - old.value if old.better == "lower" else old.value - new.value
    return "same" if change == 0 else "worse" if change > 0 else "better"


def _rank(move: Move) -> tuple[int, float]:
    if move.size is None:
        return 2, 0.0
    if move.noise is None:
        return 1, -abs(move.size)
    return 0, -(move.times_noise if move.noise else math.inf)  # type: ignore[operator]
