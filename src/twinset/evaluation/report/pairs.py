"""Columns together: three heatmaps, the figures behind them for picking a pair, and the pairs that differ most."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluation.report import heatmap
from twinset.evaluation.report.details import excess
from twinset.evaluation.report.rows import Row, row, rows
from twinset.evaluation.result import Associations

MOST_WORST = 12
"""Pairs that are listed."""

SEPARATOR = " × "
_OF_PAIR = "fidelity.pair"


@dataclass(frozen=True, slots=True)
class Pairs:
    """What the section shows. ``data`` is JSON that is safe in a script; ``n_columns`` counts those with associations."""

    columns: tuple[str, ...]
    n_columns: int
    real: Markup
    synthetic: Markup
    difference: Markup
    data: Markup
    means: tuple[Row, ...]
    worst: tuple[Row, ...]
    n_scores: int


def pairs(associations: Associations | None, scores: list[Score], means: list[Score]) -> Pairs | None:
    """The section, or None where nothing was measured on several columns together."""
    held = associations or Associations((), (), ())
    if not scores and not means and len(held.columns) < 2:
        return None
    places = heatmap.chosen(held)
    names = [held.columns[i] for i in places]
    real, made = heatmap.select(held.train, places), heatmap.select(held.synthetic, places)
    worst = sorted((score for score in scores if score.value is not None), key=excess, reverse=True)
    leading = [score for score in worst if score.metric == _OF_PAIR] or worst
    return Pairs(
        tuple(names),
        len(held.columns),
        heatmap.strength(names, real, "How strongly each pair of columns hangs together in the real rows"),
        heatmap.strength(names, made, "How strongly each pair of columns hangs together in the synthetic rows"),
        heatmap.change(names, heatmap.difference(held, places), "Synthetic less real, for each pair of columns"),
        in_script({"names": names, "real": _rounded(real), "synthetic": _rounded(made), "scores": _figures(names, scores)}),
        rows(means),
        tuple(row(score) for score in leading[:MOST_WORST]),
        len(leading),
    )


def _figures(names: list[str], scores: list[Score]) -> dict[str, list[float | None]]:
    """The pair score and its baseline by "place,place", the lower place first."""
    place = {f"{a}{SEPARATOR}{b}": f"{min(i, j)},{max(i, j)}" for i, a in enumerate(names) for j, b in enumerate(names)}
    return {
        place[score.subject]: [_short(score.value), _short(score.baseline)]
        for score in scores
        if score.metric == _OF_PAIR and score.subject in place
    }


def in_script(content: object) -> Markup:
    """JSON that can stand in a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _rounded(matrix: list[list[float]]) -> list[list[float]]:
    return [[round(value, 3) for value in line] for line in matrix]


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
