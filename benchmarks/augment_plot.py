"""The plot of ``benchmarks/augment.py`` as SVG: change in average precision against the number of rare rows.

One panel for each learner, a line for each method, an upright bar for each interval. Knows nothing of what it draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH, HEIGHT, LEFT, TOP, GAP = 380, 300, 56, 44, 30
COLOURS = ("#0072b2", "#56b4e9", "#e69f00", "#d55e00", "#cc79a7", "#009e73", "#555555", "#b0a000", "#7a3db8", "#8c564b")
_STYLE = "text { font: 12px sans-serif; fill: #222 } .small { font-size: 11px } .title { font-weight: bold }"


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
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<style>{_STYLE}</style><rect width="{width}" height="{height}" fill="white"/>',
    ]
    for place, panel in enumerate(panels):
        frame = Frame(LEFT + place * (WIDTH + GAP), rows, low - margin, high + margin)
        parts += [*_axes(frame, panel.title, is_first=place == 0), *_curves(frame, panel.lines)]
    return "\n".join([*parts, *_legend(names), "</svg>"]) + "\n"


def _axes(frame: Frame, title: str, is_first: bool) -> Iterator[str]:
    right, bottom = frame.left + WIDTH, TOP + HEIGHT
    yield f'<text x="{frame.left}" y="{TOP - 12}" class="title">{escape(title)}</text>'
    for value in _ticks(frame.low, frame.high):
        y = frame.y(value)
        colour = "#555" if value == 0 else "#e4e4e4"
        yield f'<line x1="{frame.left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"/>'
        if is_first:
            said = f"{value:+g}" if value else "0"
            yield f'<text class="small" x="{frame.left - 6}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
    for rows in frame.rows:
        yield f'<text class="small" x="{frame.x(rows):.1f}" y="{bottom + 16}" text-anchor="middle">{rows}</text>'
    yield f'<text x="{frame.left + WIDTH / 2}" y="{bottom + 34}" text-anchor="middle">rare rows to learn from</text>'
    if is_first:
        middle = TOP + HEIGHT / 2
        said = "change in average precision × 100"
        yield f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">{said}</text>'


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 6
    unit = 10.0 ** np.floor(np.log10(rough))
    step = unit * next(factor for factor in (1, 2, 5, 10) if factor * unit >= rough)
    return [float(round(i * step, 9)) for i in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _curves(frame: Frame, lines: list[Line]) -> Iterator[str]:
    for place, line in enumerate(lines):
        colour, width = COLOURS[place % len(COLOURS)], 3 if line.is_bold else 1.5
        aside = 3.5 * (place - (len(lines) - 1) / 2)
        spots = [(frame.x(rows) + aside, *map(frame.y, values)) for rows, *values in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in spots)
        yield f'<g stroke="{colour}" stroke-width="{width}" fill="none"><polyline points="{path}"/>'
        for x, y, low, high in spots:
            yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{width}" fill="{colour}" stroke="none"/>'
        yield "</g>"


def _legend(names: list[str]) -> Iterator[str]:
    for place, name in enumerate(names):
        x, y = LEFT + 250 * (place % 3), TOP + HEIGHT + 62 + 20 * (place // 3)
        colour = COLOURS[place % len(COLOURS)]
        yield f'<line x1="{x}" x2="{x + 22}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" stroke-width="3"/>'
        yield f'<text x="{x + 28}" y="{y}">{escape(name)}</text>'
