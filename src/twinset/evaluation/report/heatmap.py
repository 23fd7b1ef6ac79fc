"""Association heatmaps: real, synthetic, and their difference, as squares of shaded cells.

Cells of one shade are one path, so that forty columns cost a few kilobytes and not five thousand elements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from twinset.evaluation.report.figures import clip
from twinset.evaluation.report.svg import drawing, element
from twinset.evaluation.result import Associations

MOST_COLUMNS = 40
SHADES = 9
_SIDE, _LARGEST_CELL, _GUTTER = 240.0, 24.0, 100.0
_MOST_NAMED = 24
"""Columns whose names are written beside the cells; of more, the names would be too small to read."""
_FULL_DIFFERENCE = 0.3
"""The difference that gets the darkest shade; anything larger looks the same and is read off the figures."""

Matrix = Sequence[Sequence[float]]


def chosen(associations: Associations) -> list[int]:
    """The columns to draw: all, or those with the largest differences, in their order."""
    n_columns = len(associations.columns)
    if n_columns <= MOST_COLUMNS:
        return list(range(n_columns))
    gaps = [sum(map(abs, row)) for row in difference(associations, range(n_columns))]
    worst = sorted(range(n_columns), key=lambda index: -gaps[index])[:MOST_COLUMNS]
    return sorted(worst)


def difference(associations: Associations, places: Sequence[int]) -> list[list[float]]:
    """Synthetic less real, for the given columns."""
    return [[associations.synthetic[i][j] - associations.train[i][j] for j in places] for i in places]


def select(matrix: Matrix, places: Sequence[int]) -> list[list[float]]:
    """The rows and columns at the given places."""
    return [[matrix[i][j] for j in places] for i in places]


def strength(names: Sequence[str], matrix: Matrix, label: str) -> Markup:
    """A heatmap of strengths from 0 to 1."""
    return _draw(names, matrix, label, lambda value: f"s{_shade(value)}")


def change(names: Sequence[str], matrix: Matrix, label: str) -> Markup:
    """A heatmap of differences: one hue for too strong, another for too weak."""
    return _draw(names, matrix, label, _hue)


def _hue(value: float) -> str:
    return f"{'up' if value > 0 else 'down'}{_shade(abs(value) / _FULL_DIFFERENCE)}"


def _shade(value: float) -> int:
    return min(SHADES - 1, max(0, round(value * (SHADES - 1))))


def _draw(names: Sequence[str], matrix: Matrix, label: str, class_of: Callable[[float], str]) -> Markup:
    cells: dict[str, list[str]] = {}
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            if i != j:
                cells.setdefault(class_of(value), []).append(f"M{j} {i}h1v1h-1z")
    paths = [element("path", d="".join(cells[name]), class_=name) for name in sorted(cells)]
    cell = min(_LARGEST_CELL, _SIDE / max(len(names), 1))
    is_named = len(names) <= _MOST_NAMED
    left = _GUTTER if is_named else 0.0
    words = [
        element("text", clip(name, 16), x=left - 5, y=(place + 0.5) * cell + 3.5, class_="heat-name")
        for place, name in enumerate(names if is_named else ())
    ]
    field = element("g", *paths, transform=f"translate({left:g} 0) scale({cell:.3f})", class_="cells")
    return drawing(left + cell * len(names), cell * len(names), *words, field, label=label, class_="heat")
