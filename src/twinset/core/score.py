"""Scores and the comparisons they are measured on.

A figure alone says little: each score can carry its interval and, beside it, the same figure for real rows against disjoint
real rows of the same size (the baseline), which is what a perfect twin would get.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from twinset.core.dataset import Dataset
from twinset.core.seed import Seed

Better = Literal["lower", "higher", "baseline"]
"""Which way is better; "baseline": the closer to the baseline's own value, the better (a C2ST below it means copying)."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Score:
    """One measured figure.

    ``metric`` is a dotted name whose first part is its family ("fidelity.ks"); ``subject`` says of what: a column, a pair
    joined by " × ", or None for the whole table (any text may be a column's name). ``value`` is None where it could not be
    measured, and ``reason`` says why. Intervals are 95%. ``n`` is the number of rows it rests on. ``is_public`` is False
    where showing it would show real rows. ``detail`` is plain data for drill-down.
    """

    metric: str
    subject: str | None
    value: float | None
    better: Better
    interval: Interval | None = None
    baseline: float | None = None
    baseline_interval: Interval | None = None
    n: int = 0
    is_public: bool = True
    reason: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def family(self) -> str:
        return self.metric.partition(".")[0]

    @property
    def about(self) -> str:
        """The subject in words, for sentences; a column of any name keeps its own."""
        return "the whole table" if self.subject is None else self.subject


@dataclass(frozen=True)
class Comparison:
    """What a metric compares.

    ``train`` are the rows that were learned from, ``holdout`` real rows that were not (None: there are none), both with
    the same schema as ``synthetic``. ``cache`` lets metrics share costly intermediate results within one comparison.
    """

    train: Dataset
    synthetic: Dataset
    holdout: Dataset | None = None
    target: str | None = None
    cache: dict[str, object] = field(default_factory=dict)


@runtime_checkable
class Metric(Protocol):
    """Measures one thing about a comparison; deterministic in (options, comparison, seed)."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]: ...
