"""Scores made ready to be read: each with its words, its strip, and what its detail holds.

A detail is plain data of any shape. Numbers by name become a ranking, single values become facts, models trained on either
side become rows of their own, and what an attack got from the planted control stands beside what it got.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluate.report.figures import MISSING, Unit, clip, figure, interval
from twinset.evaluate.report.strip import strip
from twinset.evaluate.report.words import RATE, Metric, describe

MOST_RANKED = 10
"""Entries of a ranking, or of a list, that are shown."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking found in a detail: (name, figure, length of its bar from 0 to 1), and how many more there are."""

    title: str
    entries: tuple[tuple[str, str, float], ...]
    n_more: int


@dataclass(frozen=True, slots=True)
class Planted:
    """What an attack got where a leak was planted, in words."""

    value: str = ""
    interval: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.interval})" if self.interval else self.value


@dataclass(frozen=True, slots=True)
class Row:
    """One score as it is shown; ``learners`` are the same figure by model, ``control`` is what a planted leak got."""

    score: Score
    metric: Metric
    control: Planted | None = None
    facts: tuple[tuple[str, str], ...] = ()
    rankings: tuple[Ranked, ...] = ()
    learners: tuple[Row, ...] = field(default=())

    @property
    def subject(self) -> str:
        return self.score.subject

    @property
    def strip(self) -> Markup:
        return strip(self.score, self.metric)

    @property
    def value(self) -> str:
        return figure(self.score.value, self.metric.unit)

    @staticmethod
    def raw(number: float | None) -> str:
        """A number for sorting; empty where there is none."""
        return "" if number is None else f"{number:.6g}"

    @property
    def interval(self) -> str:
        return interval(self.score.interval, self.metric.unit)

    @property
    def baseline(self) -> str:
        return figure(self.score.baseline, self.metric.unit)

    @property
    def baseline_interval(self) -> str:
        return interval(self.score.baseline_interval, self.metric.unit)


def row(score: Score, metric: Metric | None = None) -> Row:
    """The score with its words, which may be given (with another scale)."""
    metric = metric or describe(score.metric)
    control: Planted | None = None
    learners: tuple[Row, ...] = ()
    facts: list[tuple[str, str]] = []
    rankings: list[Ranked] = []
    for key, value in score.detail.items():
        title = str(key).replace("_", " ")
        if key == "control" and isinstance(value, Mapping):
            control = _control(value, metric.unit)
        elif key == "learners" and isinstance(value, Mapping):
            learners = tuple(_learners(score, value))
        elif named := _named_numbers(value):
            rankings.append(_ranked(title, named, metric.unit))
        else:
            facts.append((title, _fact(value, metric.unit)))
    return Row(score, metric, control, tuple(facts), tuple(rankings), learners)


def rows(scores: Iterable[Score]) -> tuple[Row, ...]:
    """Scores with their words, in order."""
    return tuple(row(score) for score in scores)


def excess(score: Score) -> float:
    """How much worse than the baseline; 0 where nothing was measured. For ordering the worst first."""
    if score.value is None:
        return 0.0
    gap = score.value - (score.baseline or 0.0)
    return -gap if score.better == "higher" else abs(gap) if score.better == "baseline" else gap


def is_beyond_chance(score: Score, n_figures: int = 1) -> bool:
    """An attack's interval lies beyond its baseline, widened for how many figures were looked at (Bonferroni)."""
    if score.value is None or score.interval is None or score.baseline is None:
        return False
    wider = NormalDist().inv_cdf(1 - 0.025 / n_figures) / NormalDist().inv_cdf(0.975)
    if score.better == "higher":
        return score.baseline - score.value > wider * (score.interval[1] - score.value)
    return score.value - score.baseline > wider * (score.value - score.interval[0])


def _control(planted: Mapping[str, object], unit: Unit) -> Planted:
    value, bounds = planted.get("value"), planted.get("interval")
    is_pair = isinstance(bounds, Sequence) and len(bounds) == 2 and all(map(_is_number, bounds))
    return Planted(
        figure(value if isinstance(value, int | float) else None, unit),
        interval((bounds[0], bounds[1]), unit) if is_pair and isinstance(bounds, Sequence) else "",
    )


def _learners(score: Score, models: Mapping[str, object]) -> Iterable[Row]:
    """The figures of single models: what was trained on synthetic rows, beside what was trained on real ones."""
    metric = describe("utility.tstr")
    for name, figures in models.items():
        if isinstance(figures, Mapping) and _is_number(figures.get("tstr")) and _is_number(figures.get("trtr")):
            model = Score(metric.name, name, figures["tstr"], "higher", baseline=figures["trtr"], n=score.n)
            yield Row(model, metric)


def _named_numbers(value: object) -> list[tuple[str, float]]:
    """Names with numbers, from a mapping or from a list of (name, number, ...); empty for anything else."""
    items: list[object] = (
        [*value.items()] if isinstance(value, Mapping) else [*value] if isinstance(value, list | tuple) else []
    )
    named = [
        (item[0], float(item[1]))
        for item in items
        if isinstance(item, list | tuple) and len(item) in (2, 3) and isinstance(item[0], str) and _is_number(item[1])
    ]
    return named if len(named) == len(items) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ranked(title: str, named: list[tuple[str, float]], unit: Unit) -> Ranked:
    ordered = sorted(named, key=lambda pair: -abs(pair[1]))
    shown = ordered[:MOST_RANKED]
    top = max(abs(number) for _, number in shown) or 1.0
    return Ranked(
        title, tuple((name, figure(number, unit), abs(number) / top) for name, number in shown), len(ordered) - len(shown)
    )


def _fact(value: object, unit: Unit) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return figure(value, "count")
    if isinstance(value, float):
        return figure(value, "number" if abs(value) > 1 else "share" if unit == "count" else unit)
    if isinstance(value, list | tuple):
        return "; ".join(_fact(item, unit) for item in value[:MOST_RANKED]) + (" …" if len(value) > MOST_RANKED else "")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_fact(item, unit)}" for key, item in [*value.items()][:MOST_RANKED])
    return MISSING if value is None else clip(_titled(str(value)), 200)


def _titled(text: str) -> str:
    """The title of a metric where the text is one's name."""
    return describe(text).title if describe(text).what or text.endswith(RATE) else text
