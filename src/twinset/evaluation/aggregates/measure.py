"""A twin measured against published aggregates alone: an :class:`Evaluation` like any other, for the same gate and report.

What needs real rows is there without a value and with the reason: whole rows, usefulness, leaks. It does not know how the
aggregates were made; what they round and suppress, the file says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from twinset.core.chance import widening
from twinset.core.dataset import Dataset
from twinset.core.score import Better, Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation.aggregates.columns import column_scores, profile
from twinset.evaluation.aggregates.model import Aggregates
from twinset.evaluation.aggregates.tables import correlation_score, table_scores
from twinset.evaluation.aggregates.twin import Twin
from twinset.evaluation.attacks.suite import ATTACKS
from twinset.evaluation.report.figures import listing
from twinset.evaluation.result import Evaluation, Note, Profile

NO_ROWS = "there are no real rows, only published aggregates"
_WHOLE_ROWS: tuple[tuple[str, Better], ...] = (("fidelity.c2st", "baseline"), ("fidelity.c2st_strong", "baseline"))
_OTHERS = ("privacy.slipped", "privacy.control")
_DISTANCES = ("fidelity.tvd", "fidelity.pair", "fidelity.triple", "fidelity.cells")
FEWEST_DISTANCES = 5
MOST_CELLS = 300
"""Cells with a score of their own: those furthest from what was published, in units of their doubt."""


def measure_aggregates(published: Sequence[Aggregates], synthetic: Dataset, *, seed: Seed) -> Evaluation:
    """Everything there is to measure about a twin of which only aggregates are known.

    Raises DataError where the twin is empty, or has none of the columns that the aggregates are about.
    """
    twin = Twin(synthetic)
    if twin.n == 0:
        raise DataError("the synthetic data has no rows; there is nothing to compare")
    sorted_out = [_comparable(one, twin) for one in published]
    kept = [one for one, _ in sorted_out if one is not None]
    if not kept:
        names = listing(sorted({name for one in published for name in one.told_of}), 10)
        raise DataError(
            f"no column in common: the aggregates are about {names}; the synthetic data has {listing(list(twin.names), 10)}"
        )
    scores: list[Score] = []
    profiles: dict[str, Profile] = {}
    for one in kept:
        scores += list(_scores(one, twin, seed))
        profiles |= {name: drawn for name, said in one.columns.items() if (drawn := profile(name, said, one, twin))}
    notes = [note for _, each in sorted_out for note in each]
    shown, more = _cells(scores)
    rows = {"synthetic": twin.n, "real": max((one.rows or 0 for one in published), default=0)}
    return Evaluation(
        (*shown, *_means(shown), *_unknown()), tuple(profiles.values()), None, (*_too_close(scores), *notes, *more), rows
    )


def _scores(one: Aggregates, twin: Twin, seed: Seed) -> Iterator[Score]:
    for name, said in one.columns.items():
        yield from column_scores(name, said, one, twin, seed)
    for correlation in one.correlations:
        yield correlation_score(correlation, one, twin)
    for table in one.tables:
        yield from table_scores(table, one, twin, seed)


def _comparable(one: Aggregates, twin: Twin) -> tuple[Aggregates | None, list[Note]]:
    """What the twin has columns for, of a kind that the figures fit."""
    numeric = {name for name, said in one.columns.items() if said.is_numeric}
    several = (each.columns for each in one.correlations)
    numeric |= {name for names in several for name in names} | {name for each in one.tables for name in each.bins}
    lacking = {name: "the twin has no such column: not compared" for name in one.told_of if name not in twin.names}
    lacking |= {
        name: "published as numbers, and no numbers in the twin: not compared"
        for name in numeric if name in twin.names and not twin.is_number(name)
    }  # fmt: skip
    notes = [Note(text, name) for name, text in sorted(lacking.items())]
    columns = {name: said for name, said in one.columns.items() if name not in lacking}
    correlations = tuple(each for each in one.correlations if not lacking.keys() & set(each.columns))
    tables = tuple(each for each in one.tables if not lacking.keys() & set(each.columns))
    n_hidden = sum(cell[len(table.columns)] is None for table in tables for cell in table.cells)
    if n_hidden:
        notes.append(Note("cells were suppressed by the publisher: compared as part of the rest", None, n_hidden))
    if not (columns or correlations or tables):
        return None, notes
    return one.model_copy(update={"columns": columns, "correlations": correlations, "tables": tables}), notes


def _cells(scores: Sequence[Score]) -> tuple[list[Score], list[Note]]:
    """All scores, of cells no more than can be read, with the share of cells that are off; and what was left out."""
    cells = sorted((score for score in scores if score.metric == "fidelity.cell"), key=_doubts, reverse=True)
    others = [score for score in scores if score.metric != "fidelity.cell"]
    if not cells:
        return others, []
    beyond = [score for score in cells if _doubts(score) > widening(len(cells))]
    worst = [[score.subject, score.detail["twin"], score.detail["published"]] for score in beyond[:5]]
    detail = {"cells": len(cells), "beyond chance": len(beyond), **({"worst": worst} if worst else {})}
    share = Score("fidelity.cell", None, len(beyond) / len(cells), "lower", baseline=0.0, n=len(cells), detail=detail)
    text = "cells of tables lie nearer to what was published than those shown"
    notes = [Note(text, None, len(cells) - MOST_CELLS)] if len(cells) > MOST_CELLS else []
    return [*others, *cells[:MOST_CELLS], share], notes


def _too_close(scores: Sequence[Score]) -> list[Note]:
    """What a reader must know of a twin that hits nearly all figures more closely than other real rows do."""
    known = [score for score in scores if score.value is not None and score.baseline_interval is not None]
    closer = [score for score in known if score.metric in _DISTANCES and (score.value or 0.0) < _lowest(score)]
    n = sum(score.metric in _DISTANCES for score in known)
    if n < FEWEST_DISTANCES or len(closer) <= n / 2:
        return []
    text = (
        f"{len(closer)} of {n} distances from what was published are smaller than other real rows would have: the twin may "
        "hold the very rows, or it was made to fit these figures"
    )
    return [Note(text)]


def _lowest(score: Score) -> float:
    return score.baseline_interval[0] if score.baseline_interval else 0.0


def _doubts(score: Score) -> float:
    """How many half intervals a cell is off."""
    if score.value is None or score.interval is None:
        return 0.0
    half = score.value - score.interval[0] if score.value > 0 else score.interval[1] - score.value
    return abs(score.value) / max(half, 1e-12)


def _means(scores: Iterable[Score]) -> Iterator[Score]:
    """Of each metric of several subjects their mean, with the furthest off."""
    by_metric: dict[str, list[Score]] = {}
    for score in scores:
        if score.value is not None and score.metric != "fidelity.cell":
            by_metric.setdefault(score.metric, []).append(score)
    for metric, each in by_metric.items():
        gaps = [(score.value or 0.0) - (score.baseline or 0.0) for score in each]
        order = np.argsort(gaps)[::-1][:5]
        worst = [[each[place].subject, each[place].value, each[place].baseline] for place in order]
        yield Score(
            metric, None, float(np.mean([score.value for score in each if score.value is not None])), "lower",
            baseline=float(np.mean([score.baseline or 0.0 for score in each])), n=min(score.n for score in each),
            detail={"subjects": len(each), "worst": worst},
        )  # fmt: skip


def _unknown() -> Iterator[Score]:
    """What can't be known without real rows."""
    for metric, better in _WHOLE_ROWS:
        yield Score(metric, None, None, better, reason=f"{NO_ROWS}: whole rows can't be set beside each other")
    for metric in ("utility.tstr", "utility.gap"):
        yield Score(metric, None, None, "higher", reason=f"{NO_ROWS}: models can't be tested on real rows")
    for metric in (*(metric for attack in ATTACKS for metric in attack.metrics), *_OTHERS):
        yield replace(Score(metric, None, None, "lower"), reason=f"{NO_ROWS}: leaks can't be looked for")
