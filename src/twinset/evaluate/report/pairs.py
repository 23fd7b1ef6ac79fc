"""Pairs of columns: three heatmaps, the figures behind them for picking a pair, and the pairs that differ most."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluate.report import heatmap
from twinset.evaluate.report.rows import Row, excess, row
from twinset.evaluate.result import Associations, Evaluation

MOST_WORST = 12
"""Pairs that are listed."""

SEPARATOR = " × "


@dataclass(frozen=True, slots=True)
class Pairs:
    """What the section shows. ``subjects`` are all pairs' names in scores, ``data`` is JSON that is safe in a script."""

    columns: tuple[str, ...]
    n_columns: int
    real: Markup
    synthetic: Markup
    difference: Markup
    data: Markup
    worst: tuple[Row, ...]
    n_scores: int
    subjects: set[str]


def pairs(evaluation: Evaluation) -> Pairs | None:
    """The section, or None where no pair was measured."""
    scores = [score for score in evaluation.scores if SEPARATOR in score.subject and score.family == "fidelity"]
    associations = evaluation.associations or Associations((), (), ())
    if not scores and len(associations.columns) < 2:
        return None
    places = heatmap.chosen(associations)
    names = [associations.columns[i] for i in places]
    real, made = heatmap.select(associations.train, places), heatmap.select(associations.synthetic, places)
    change = heatmap.difference(associations, places)
    worst = sorted((score for score in scores if score.value is not None), key=excess, reverse=True)
    return Pairs(
        tuple(names),
        len(associations.columns),
        heatmap.strength(names, real, "How strongly each pair of columns hangs together in the real rows"),
        heatmap.strength(names, made, "How strongly each pair of columns hangs together in the synthetic rows"),
        heatmap.change(names, change, "Synthetic less real, for each pair of columns"),
        _data(names, real, made, scores),
        tuple(row(score) for score in worst[:MOST_WORST]),
        len(scores),
        {score.subject for score in scores},
    )


def _data(names: list[str], real: list[list[float]], made: list[list[float]], scores: list[Score]) -> Markup:
    """What the picker needs: both matrices to three decimals, and each pair's score with its baseline."""
    known = {
        f"{a}{SEPARATOR}{b}": f"{min(i, j)},{max(i, j)}" for i, a in enumerate(names) for j, b in enumerate(names) if i != j
    }
    figures = {
        known[score.subject]: [_short(score.value), _short(score.baseline)]
        for score in scores
        if score.metric == "fidelity.pair" and score.subject in known
    }
    content = {"names": names, "real": _rounded(real), "synthetic": _rounded(made), "scores": figures}
    return in_script(content)


def in_script(content: object) -> Markup:
    """JSON that can stand in a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _rounded(matrix: list[list[float]]) -> list[list[float]]:
    return [[round(value, 3) for value in line] for line in matrix]


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
