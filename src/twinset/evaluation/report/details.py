"""What a score's detail holds, made ready to be read, whatever its shape.

Numbers by name become a ranking; (name, figure, baseline) become the subjects that are furthest off; what an attack got
where a leak was planted stands apart; everything else is a fact. The keys that metrics use are words already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from twinset.core.score import Score
from twinset.evaluation.report.figures import MISSING, Unit, clip, figure, interval
from twinset.evaluation.report.words import Metric, title

MOST_SHOWN = 10
"""Entries of a ranking, or of a list, that are shown."""

WITH_CONTROL, LEARNERS = "control", "learners"
"""The keys of what a planted leak got, and of figures by model; the latter are rows of their own."""

Named = tuple[str, Sequence[float]]

_TITLES = {"columns": "Columns that gave it away"}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Names with figures, the largest first, as (name, figure, length of its bar from 0 to 1)."""

    title: str
    entries: tuple[tuple[str, str, float], ...]
    n_more: int


@dataclass(frozen=True, slots=True)
class Planted:
    """What an attack got where a leak was planted, in words."""

    value: str
    interval: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.interval})" if self.interval else self.value


@dataclass(frozen=True, slots=True)
class Detail:
    """A detail in parts; ``furthest`` are (subject, its figure, its baseline), the worst first."""

    control: Planted | None = None
    facts: tuple[tuple[str, str], ...] = ()
    rankings: tuple[Ranked, ...] = ()
    furthest: tuple[tuple[str, str, str], ...] = ()


def detail(score: Score, metric: Metric) -> Detail:
    """The score's detail in parts."""
    control: Planted | None = None
    facts: list[tuple[str, str]] = []
    rankings: list[Ranked] = []
    furthest: list[tuple[str, str, str]] = []
    for key, value in score.detail.items():
        name = str(key).replace("_", " ")
        if key == WITH_CONTROL and isinstance(value, Mapping):
            control = _planted(value, metric.unit)
        elif triples := _tuples(value, 3):
            furthest += _furthest(triples, score, metric)
        elif pairs := _tuples(value, 2):
            rankings.append(_ranked(_TITLES.get(name, name.capitalize()), pairs, metric.unit))
        elif key == "subjects" and isinstance(value, int):
            facts.append(("measured on", _some_of(value, score.detail.get("of"))))
        elif key != LEARNERS and not (key == "of" and "subjects" in score.detail):
            facts.append((name, _fact(value, metric.unit)))
    return Detail(control, tuple(facts), tuple(rankings), tuple(furthest))


def excess(score: Score) -> float:
    """How much worse than the baseline; 0 where nothing was measured. For ordering the worst first."""
    if score.value is None:
        return 0.0
    gap = score.value - (score.baseline or 0.0)
    return -gap if score.better == "higher" else abs(gap) if score.better == "baseline" else gap


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is an int or a float; True and False are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _some_of(number: int, total: object) -> str:
    """ "5 of 105", "all 105", and the bare number where nobody says how many there are."""
    if not isinstance(total, int):
        return figure(number, "count")
    return f"all {number:,}" if number == total else f"{number:,} of {total:,}"


def _tuples(value: object, length: int) -> list[Named]:
    """A mapping or a list of (name, number ...) of that length as (name, numbers); empty for anything else."""
    items: list[object] = []
    if isinstance(value, Mapping | list | tuple):
        items = [*value.items()] if isinstance(value, Mapping) else [*value]
    found: list[Named] = []
    for item in items:
        if isinstance(item, list | tuple) and len(item) == length and isinstance(item[0], str):
            found.append((item[0], item[1:]))
    return found if len(found) == len(items) and all(is_number(each) for _, numbers in found for each in numbers) else []


def _ranked(name: str, pairs: Iterable[Named], unit: Unit) -> Ranked:
    ordered = sorted(((subject, number) for subject, (number,) in pairs), key=lambda pair: -abs(pair[1]))
    shown = ordered[:MOST_SHOWN]
    top = max(abs(number) for _, number in shown) or 1.0
    entries = tuple((subject, figure(number, unit), abs(number) / top) for subject, number in shown)
    return Ranked(name, entries, len(ordered) - len(shown))


def _furthest(triples: Iterable[Named], score: Score, metric: Metric) -> Iterable[tuple[str, str, str]]:
    """Those that are visibly worse than their baseline, in the metric's own order."""
    for subject, (value, baseline) in triples:
        said = figure(value, metric.unit), figure(baseline, metric.unit)
        if excess(Score(score.metric, subject, value, score.better, baseline=baseline)) > 0 and said[0] != said[1]:
            yield subject, *said


def _planted(planted: Mapping[str, object], unit: Unit) -> Planted:
    value, bounds = planted.get("value"), planted.get("interval")
    is_pair = isinstance(bounds, list | tuple) and len(bounds) == 2 and all(map(is_number, bounds))
    said = interval((bounds[0], bounds[1]), unit) if is_pair and isinstance(bounds, list | tuple) else ""
    return Planted(figure(value if is_number(value) else None, unit), said)


def _fact(value: object, unit: Unit) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return figure(value, "count")
    if isinstance(value, float):
        return figure(value, "number" if abs(value) > 1 else "share" if unit == "count" else unit)
    if isinstance(value, list | tuple) and value:
        return "; ".join(_fact(item, unit) for item in value[:MOST_SHOWN]) + (" …" if len(value) > MOST_SHOWN else "")
    if isinstance(value, Mapping) and value:
        return "; ".join(f"{key}: {_fact(item, unit)}" for key, item in [*value.items()][:MOST_SHOWN])
    return clip(title(value), 200) if isinstance(value, str) else MISSING
