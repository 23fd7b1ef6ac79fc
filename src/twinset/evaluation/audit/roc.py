"""The figures of an attack over many twins, with 95% intervals over the records: area, and hits at few false alarms.

Scores of one record in several twins are not independent, so the intervals are percentiles of a bootstrap that draws whole
records with all their scores. Equal scores are taken together: among them members are found by lot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.core.score import Interval
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats, Rows

RESAMPLES = 400
AT_ONCE = 40
FALSE_ALARMS = (0.01, 0.001)
POINTS = 60
LEAST_ALARMS = 1e-3


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Roc:
    """``hits`` are shares of members found at each of ``FALSE_ALARMS``; ``curve`` are points (false alarms, hits)."""

    area: Figure
    hits: tuple[Figure, ...]
    curve: tuple[tuple[float, float], ...]


def roc(scores: Floats, is_member: Flags, seed: Seed) -> Roc:
    """The figures of scores (shadows × records), of which each record is a member in some shadows and in others not."""
    n_records = scores.shape[1]
    ordered = _Ordered.of(scores, is_member)
    once = np.ones((1, n_records))
    point = ordered.figures(once)[0]
    random = seed.generator()
    drawn = [
        ordered.figures(random.multinomial(n_records, np.full(n_records, 1 / n_records), AT_ONCE).astype(np.float64))
        for _ in range(RESAMPLES // AT_ONCE)
    ]
    low, high = np.quantile(np.vstack(drawn), [0.025, 0.975], axis=0)
    figures = [Figure(float(p), (float(a), float(b))) for p, a, b in zip(point, low, high, strict=True)]
    return Roc(figures[0], tuple(figures[1:]), ordered.curve())


@dataclass(frozen=True)
class _Ordered:
    """All scores from the highest down: whose each is, whether a member's, and where runs of equal scores end."""

    record: Rows
    is_member: Flags
    ends: Rows

    @classmethod
    def of(cls, scores: Floats, is_member: Flags) -> _Ordered:
        order = np.argsort(-scores.ravel(), kind="stable")
        falling = scores.ravel()[order]
        record = np.tile(np.arange(scores.shape[1]), len(scores))[order]
        return cls(record, is_member.ravel()[order], np.flatnonzero(np.append(np.diff(falling) != 0, True)))

    def figures(self, weights: Floats) -> Floats:
        """Area and hits for each draw of records: draws × figures; ``weights``: draws × records."""
        alarms, hits = self._shares(weights)
        area = (np.diff(alarms, axis=1) * (hits[:, 1:] + hits[:, :-1])).sum(axis=1) / 2
        at = [[np.interp(level, each, found) for level in FALSE_ALARMS] for each, found in zip(alarms, hits, strict=True)]
        return np.column_stack([area, np.array(at)])

    def curve(self) -> tuple[tuple[float, float], ...]:
        """Points of the curve at evenly spaced logs of the false-alarm rate."""
        alarms, hits = self._shares(np.ones((1, int(self.record.max()) + 1)))
        levels = np.logspace(np.log10(LEAST_ALARMS), 0, POINTS)
        return tuple((float(level), float(np.interp(level, alarms[0], hits[0]))) for level in levels)

    def _shares(self, weights: Floats) -> tuple[Floats, Floats]:
        """Shares of false alarms and of hits from each threshold on: draws × (1 + thresholds)."""
        each = weights[:, self.record]
        sides = []
        for side in (~self.is_member, self.is_member):
            counts = np.cumsum(each * side, axis=1)[:, self.ends]
            sides.append(np.hstack([np.zeros((len(weights), 1)), counts / np.maximum(counts[:, -1:], 1)]))
        return sides[0], sides[1]
