"""The plot of ``benchmarks/augment.py`` as SVG: change in average precision against the number of rare rows.

One panel for each learner, a line for each method, an upright bar for each interval. Knows nothing of what it draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from twinset.evaluation.report.svg import drawing, element, path

SPACE = "http://www.w3.org/2000/svg"
WIDTH, HEIGHT, LEFT, TOP, GAP = 380, 300, 56, 44, 30
COLOURS = ("#0072b2", "#56b4e9", "#e69f00", "#d55e00", "#cc79a7", "#009e73", "#555555", "#b0a000", "#7a3db8", "#8c564b")
_STYLE = """
text { font: 12px sans-serif; fill: #222 } .small { font-size: 11px } .title { font-weight: bold }
.middle { text-anchor: middle } .end { text-anchor: end }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """``points`` are (number of rows, value, low, high)."""

    name: str
    points: list[tuple[int, float, float, float]]
    is_bold: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The lines of one learner."""

    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a panel lies, and where its values do: rows on a scale of ratios, changes on a common one."""

    left: float
    rows: tuple[int, ...]
    low: float
    high: float

    def x(self, rows: float) -> float:
        ends = np.log([self.rows[0] * 0.85, self.rows[-1] * 1.18])
        return float(self.left + WIDTH * (np.log(rows) - ends[0]) / (ends[1] - ends[0]))

    def y(self, value: float) -> float:
        return TOP + HEIGHT * (self.high - value) / (self.high - self.low)


def plot(panels: list[Panel]) -> str:
    """The whole drawing, on one scale for all panels."""
    points = [point for panel in panels for line in panel.lines for point in line.points]
    low, high = min(0.0, *(point[2] for point in points)), max(0.0, *(point[3] for point in points))
    margin = 0.04 * (high - low)
    rows = tuple(sorted({point[0] for point in points}))
    names = [line.name for line in panels[0].lines]
    width, height = LEFT + len(panels) * (WIDTH + GAP), TOP + HEIGHT + 62 + 20 * -(-len(names) // 3)
    parts = [element("style", _STYLE), element("rect", width=width, height=height, fill="white")]
    for place, panel in enumerate(panels):
        frame = Frame(LEFT + place * (WIDTH + GAP), rows, low - margin, high + margin)
        parts += [*_axes(frame, panel.title, is_first=place == 0), *_curves(frame, panel.lines)]
    said = "change in average precision by method and number of rare rows"
    return drawing(width, height, *parts, *_legend(names), class_="augment", label=said, xmlns=SPACE) + "\n"


def _axes(frame: Frame, title: str, is_first: bool) -> Iterator[Markup]:
    right, bottom = frame.left + WIDTH, TOP + HEIGHT
    yield element("text", title, x=frame.left, y=TOP - 12, class_="title")
    for value in _ticks(frame.low, frame.high):
        y = frame.y(value)
        yield element("path", d=path([(frame.left, y), (right, y)]), stroke="#555" if value == 0 else "#e4e4e4")
        if is_first:
            said = f"{value:+g}" if value else "0"
            yield element("text", said, x=frame.left - 6, y=y + 4, class_="small end")
    for rows in frame.rows:
        yield element("text", str(rows), x=frame.x(rows), y=bottom + 16, class_="small middle")
    yield element("text", "rare rows to learn from", x=frame.left + WIDTH / 2, y=bottom + 34, class_="middle")
    if is_first:
        middle = TOP + HEIGHT / 2
        turned = f"rotate(-90 14 {middle:g})"
        yield element("text", "change in average precision × 100", x=14, y=middle, transform=turned, class_="middle")


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 6
    unit = 10.0 ** np.floor(np.log10(rough))
    step = unit * next(factor for factor in (1, 2, 5, 10) if factor * unit >= rough)
    return [float(round(i * step, 9)) for i in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _curves(frame: Frame, lines: list[Line]) -> Iterator[Markup]:
    for place, line in enumerate(lines):
        colour, width = _colour(place), 3.0 if line.is_bold else 1.5
        aside = 3.5 * (place - (len(lines) - 1) / 2)
        spots = [(frame.x(rows) + aside, *map(frame.y, values)) for rows, *values in line.points]
        drawn = [element("path", d=path((x, y) for x, y, _, _ in spots))]
        for x, y, low, high in spots:
            drawn.append(element("path", d=path([(x, low), (x, high)])))
            drawn.append(element("circle", cx=x, cy=y, r=width, fill=colour, stroke="none"))
        yield element("g", *drawn, stroke=colour, stroke_width=width, fill="none")


def _legend(names: list[str]) -> Iterator[Markup]:
    for place, name in enumerate(names):
        x, y = LEFT + 250 * (place % 3), TOP + HEIGHT + 62 + 20 * (place // 3)
        yield element("path", d=path([(x, y - 4), (x + 22, y - 4)]), stroke=_colour(place), stroke_width=3)
        yield element("text", name, x=x + 28, y=y)


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]
