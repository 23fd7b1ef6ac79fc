"""Association heatmaps: real, synthetic, and their difference, as squares of shaded cells.

Cells of one shade are one path, so that forty columns cost a few kilobytes and not five thousand elements.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from twinset.evaluate.report.figures import clip
from twinset.evaluate.report.svg import drawing, element
from twinset.evaluate.result import Associations

MOST_COLUMNS = 40
SHADES = 9
_CELL, _GUTTER = 10.0, 92.0
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
    return _draw(
        names, matrix, label, lambda value: f"{'up' if value > 0 else 'down'}{_shade(abs(value) / _FULL_DIFFERENCE)}"
    )


def _shade(value: float) -> int:
    return min(SHADES - 1, max(0, round(value * (SHADES - 1))))


def _draw(names: Sequence[str], matrix: Matrix, label: str, class_of: object) -> Markup:
    assert callable(class_of)
    cells: dict[str, list[str]] = {}
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            if i != j:
                cells.setdefault(class_of(value), []).append(f"M{j} {i}h1v1h-1z")
    paths = [element("path", d="".join(cells[name]), class_=name) for name in sorted(cells)]
    side = _CELL * len(names)
    size = min(7.5, _CELL)
    words = [
        element("text", clip(name, 18), x=_GUTTER - 4, y=index * _CELL + _CELL / 2 + size / 3, class_="heat-name")
        for index, name in enumerate(names)
    ]
    field = element("g", *paths, transform=f"translate({_GUTTER:g} 0) scale({_CELL:g})", class_="cells")
    return drawing(_GUTTER + side, side, *words, field, label=label, class_="heat")
