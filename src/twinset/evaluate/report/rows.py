"""Scores made ready to be read: each with its words, its strip, its detail and the control that was run beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluate.report.figures import MISSING, Unit, clip, figure, interval
from twinset.evaluate.report.strip import strip
from twinset.evaluate.report.words import Metric, describe

MOST_RANKED = 12
"""Entries of a ranking (which columns gave it away) that are shown."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking found in a score's detail: names with figures, the largest first, and how many are not shown."""

    title: str
    entries: tuple[tuple[str, str, float], ...]
    n_more: int


@dataclass(frozen=True, slots=True)
class Row:
    """One score as it is shown."""

    score: Score
    metric: Metric
    value: str
    interval: str
    baseline: str
    baseline_interval: str
    strip: Markup
    control: str
    facts: tuple[tuple[str, str], ...]
    rankings: tuple[Ranked, ...]

    @property
    def subject(self) -> str:
        return self.score.subject


def row(score: Score) -> Row:
    """The score with its words."""
    metric = describe(score.metric)
    control, facts, rankings = _detail(score.detail, metric)
    return Row(
        score,
        metric,
        figure(score.value, metric.unit),
        interval(score.interval, metric.unit),
        figure(score.baseline, metric.unit),
        interval(score.baseline_interval, metric.unit),
        strip(score, metric),
        control,
        facts,
        rankings,
    )


def excess(score: Score) -> float:
    """How much worse than the baseline; 0 where nothing was measured. For ordering the worst first."""
    if score.value is None:
        return 0.0
    gap = score.value - (score.baseline or 0.0)
    return -gap if score.better == "higher" else abs(gap) if score.better == "baseline" else gap


def _detail(detail: Mapping[str, object], metric: Metric) -> tuple[str, tuple[tuple[str, str], ...], tuple[Ranked, ...]]:
    """A score's detail as (what the control got, facts, rankings)."""
    control = ""
    facts: list[tuple[str, str]] = []
    rankings: list[Ranked] = []
    for key, value in detail.items():
        title = str(key).replace("_", " ")
        if key == "control" and isinstance(value, Mapping):
            control = _control(value, metric.unit)
        elif pairs := _named_numbers(value):
            rankings.append(_ranked(title, pairs))
        else:
            facts.append((title, _fact(value, metric.unit)))
    return control, tuple(facts), tuple(rankings)


def _control(planted: Mapping[str, object], unit: Unit) -> str:
    value, bounds = planted.get("value"), planted.get("interval")
    text = figure(value if isinstance(value, int | float) else None, unit)
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        text += f" ({interval((bounds[0], bounds[1]), unit)})"
    return text


def _named_numbers(value: object) -> list[tuple[str, float]]:
    """Names with numbers, from a mapping, a list of pairs, or a list of objects with one name and one number."""
    if isinstance(value, Mapping):
        items: Iterable[object] = value.items()
    elif isinstance(value, list | tuple):
        items = [tuple(item.values()) if isinstance(item, Mapping) else item for item in value]
    else:
        return []
    pairs = [item for item in items if isinstance(item, list | tuple) and len(item) == 2]
    named = [(str(name), float(number)) for name, number in pairs if isinstance(name, str) and _is_number(number)]
    return named if named and len(named) == len(list(items)) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ranked(title: str, pairs: list[tuple[str, float]]) -> Ranked:
    ordered = sorted(pairs, key=lambda pair: -abs(pair[1]))
    shown = ordered[:MOST_RANKED]
    top = max((abs(number) for _, number in shown), default=0.0) or 1.0
    entries = tuple((name, figure(number), abs(number) / top) for name, number in shown)
    return Ranked(title, entries, len(ordered) - len(shown))


def _fact(value: object, unit: Unit) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return figure(value, "count")
    if isinstance(value, float):
        return figure(value, unit)
    if isinstance(value, list | tuple):
        return ", ".join(_fact(item, unit) for item in value[:MOST_RANKED]) + (" …" if len(value) > MOST_RANKED else "")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_fact(item, unit)}" for key, item in list(value.items())[:MOST_RANKED])
    return MISSING if value is None else clip(str(value), 200)
