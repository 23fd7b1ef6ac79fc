"""Scores made ready to be read: each with its words, its strip, its detail, and the same figure by model if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from twinset.core.chance import widening
from twinset.core.score import Score
from twinset.evaluation.report.details import LEARNERS, Detail, detail, is_number
from twinset.evaluation.report.figures import figure, interval
from twinset.evaluation.report.strip import strip
from twinset.evaluation.report.words import Metric, describe, place


@dataclass(frozen=True, slots=True)
class Row:
    """One score as it is shown; ``learners`` are the same figure by model."""

    score: Score
    metric: Metric
    detail: Detail = field(default_factory=Detail)
    learners: tuple[Row, ...] = ()

    @property
    def subject(self) -> str | None:
        """None: the whole table."""
        return self.score.subject

    @property
    def strip(self) -> Markup:
        return strip(self.score, self.metric)

    @property
    def value(self) -> str:
        return figure(self.score.value, self.metric.unit)

    @property
    def interval(self) -> str:
        return interval(self.score.interval, self.metric.unit)

    @property
    def baseline(self) -> str:
        return figure(self.score.baseline, self.metric.unit)

    @property
    def baseline_interval(self) -> str:
        return interval(self.score.baseline_interval, self.metric.unit)

    @staticmethod
    def raw(number: float | None) -> str:
        """A number for sorting; empty where there is none."""
        return "" if number is None else f"{number:.6g}"


def row(score: Score, metric: Metric | None = None) -> Row:
    """The score with its words, which may be given (with another scale)."""
    metric = metric or describe(score.metric)
    return Row(score, metric, detail(score, metric), tuple(_learners(score)))


def rows(scores: Iterable[Score]) -> tuple[Row, ...]:
    """Scores with their words: known metrics in the order in which they are explained, then the others."""
    return tuple(row(score) for score in sorted(scores, key=lambda score: place(score.metric)))


def is_beyond_chance(score: Score, n_figures: int = 1) -> bool:
    """An attack's interval lies beyond its baseline, widened for how many figures were looked at (Bonferroni)."""
    if score.value is None or score.interval is None or score.baseline is None:
        return False
    wider = widening(n_figures)
    if score.better == "higher":
        return score.baseline - score.value > wider * (score.interval[1] - score.value)
    return score.value - score.baseline > wider * (score.value - score.interval[0])


def _learners(score: Score) -> Iterable[Row]:
    """The figures of single models: what was trained on synthetic rows, beside what was trained on real ones."""
    models = score.detail.get(LEARNERS)
    if score.metric != "utility.tstr" or not isinstance(models, Mapping):
        return
    for name, figures in models.items():
        if isinstance(figures, Mapping) and is_number(figures.get("tstr")) and is_number(figures.get("trtr")):
            model = Score(score.metric, str(name), figures["tstr"], "higher", baseline=figures["trtr"], n=score.n)
            yield Row(model, describe(score.metric))
