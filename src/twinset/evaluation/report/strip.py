"""The strip: one score on its scale, with its interval, beside what real rows get against real rows.

The same picture at every size, from a table cell to the gauge of a card, so that a reader learns it once. It is silent: its
figures always stand beside it.
"""

from __future__ import annotations

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluation.report.svg import drawing, element, number
from twinset.evaluation.report.words import Metric

_EDGE = 6.0


def strip(score: Score, metric: Metric, *, width: float = 160, height: float = 20, class_: str = "strip") -> Markup:
    """The score as a dot with its interval as a bar, the baseline as a grey tick with its own; empty without a value."""
    if score.value is None:
        return Markup("")
    low, high = span(score, metric)

    def at(value: float) -> float:
        return _EDGE + (width - 2 * _EDGE) * (value - low) / (high - low)

    middle, half = height / 2, height / 2
    parts = [element("path", d=f"M{_EDGE:g} {middle:g}H{width - _EDGE:g}", class_="track")]
    if score.baseline_interval is not None:
        left, right = map(at, score.baseline_interval)
        parts.append(_bar(left, right, middle, half * 0.9, "base-band"))
    if score.baseline is not None:
        parts.append(
            element(
                "path",
                d=f"M{number(at(score.baseline))} {number(middle - half * 0.7)}v{number(half * 1.4)}",
                class_="base-tick",
            )
        )
    if score.interval is not None:
        left, right = map(at, score.interval)
        parts.append(_bar(left, right, middle, half * 0.42, "whisker"))
    parts.append(element("circle", cx=at(score.value), cy=middle, r=half * 0.44, class_="dot"))
    return drawing(width, height, *parts, class_=class_)


def _bar(left: float, right: float, middle: float, thick: float, class_: str) -> Markup:
    wide = max(right - left, 2.0)
    return element("rect", x=left, y=middle - thick / 2, width=wide, height=thick, rx=min(thick / 2, 3.0), class_=class_)


def span(score: Score, metric: Metric) -> tuple[float, float]:
    """The metric's scale, widened so that nothing falls off it."""
    values = [score.value, score.baseline, *(score.interval or ()), *(score.baseline_interval or ())]
    shown = [value for value in values if value is not None]
    low, high = metric.scale
    if low == high:
        low, high = min(0.0, *shown), 1.15 * max(0.0, *shown)
    low, high = min(low, *shown), max(high, *shown)
    return (low, high) if low < high else (low, low + 1.0)
