"""One column beside what was published about it: shares of labels or ranges, missing values, mean, spread, quantiles."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.aggregates.model import Aggregates, ColumnFigures, Measure
from twinset.evaluation.aggregates.noise import (
    NO_N,
    Published,
    at_most,
    distance_score,
    largest_step,
    share_gap,
    total_variation,
)
from twinset.evaluation.aggregates.twin import Twin
from twinset.evaluation.arrays import Floats
from twinset.evaluation.result import Profile

REST = "not listed"


def column_scores(name: str, said: ColumnFigures, whole: Aggregates, twin: Twin, seed: Seed) -> Iterator[Score]:
    """Every score that the figures of one column allow."""
    n = real_n(said.n, whole)
    if said.labels:
        counts = _counts(twin.codes(name, list(said.labels)), len(said.labels))
        real, counts = with_rest(tuple(said.labels.values()), counts, said.measure or whole.measure, said.n, whole)
        yield distance_score("fidelity.tvd", name, real, counts, total_variation, seed)
    if said.histogram:
        yield from _histogram_scores(name, said, whole, twin, seed)
    elif said.quantiles:
        yield _quantile_score(name, said, n, twin, seed)
    if said.missing is not None:
        yield _missing_score(name, said.missing, whole, twin)
    if said.mean is not None or said.sd is not None:
        yield from _moment_scores(name, said, n, twin)


def real_n(n: int | None, whole: Aggregates) -> int | None:
    """The independent units that figures on n rows (all, if not said) rest on."""
    rows = n if n is not None else whole.rows
    if rows is None or not whole.entities or not whole.rows:
        return rows
    return max(1, round(rows * whole.entities / whole.rows))


def with_rest(
    figures: Sequence[float | None], counts: Floats, measure: Measure, n: int | None, whole: Aggregates
) -> tuple[Published, Floats]:
    """The shown cells and the rest: published shares, and the twin's counts with what it has elsewhere (the last) in it.

    Suppressed cells are part of the rest on both sides. Without an n, counts are shares of their sum.
    """
    is_shown = np.array([figure is not None for figure in figures])
    shown = np.array([figure for figure in figures if figure is not None], np.float64)
    rows = n if n is not None else whole.rows
    total = max(float(rows or 0), float(shown.sum())) if measure == "count" else max(1.0, float(shown.sum()))
    shares = np.append(shown / max(total, 1e-300), max(0.0, 1 - float(shown.sum()) / max(total, 1e-300)))
    made = np.append(counts[:-1][is_shown], counts[-1] + counts[:-1][~is_shown].sum())
    if not shares.sum():
        shares[-1] = 1.0
    step = whole.rounding / max(total, 1.0) if measure == "count" else whole.rounding
    return Published(shares, real_n(n, whole), step), made


def _counts(codes: np.ndarray[tuple[int], np.dtype[np.int64]], n_cells: int) -> Floats:
    """Rows in each cell, and last those in none; missing ones count nowhere."""
    return np.bincount(codes[codes >= 0], minlength=n_cells + 1).astype(np.float64)


def _histogram_scores(name: str, said: ColumnFigures, whole: Aggregates, twin: Twin, seed: Seed) -> Iterator[Score]:
    assert said.histogram is not None
    figures = said.histogram.figures
    counts = _counts(twin.cut(name, said.histogram.edges), len(figures))
    real, made = with_rest(figures, counts, said.measure or whole.measure, said.n, whole)
    yield distance_score("fidelity.tvd", name, real, made, total_variation, seed)
    if None in figures:
        reason = "some ranges were suppressed: the curve of the real values is not known"
        yield Score("fidelity.ks", name, None, "lower", n=int(counts.sum()), reason=reason)
        return
    bare = Published(real.shares[:-1] / max(real.shares[:-1].sum(), 1e-300), real.n, real.step)
    yield _bounded(distance_score("fidelity.ks", name, bare, counts[:-1], largest_step, seed), bare.shares, counts[:-1])


def _bounded(score: Score, shares: Floats, counts: Floats) -> Score:
    """The score with what its figure is at most."""
    if score.value is None:
        return score
    detail = {"at most": at_most(counts / counts.sum(), shares), "at least": "seen at the published edges alone"}
    return dataclasses.replace(score, detail=detail)


def _quantile_score(name: str, said: ColumnFigures, n: int | None, twin: Twin, seed: Seed) -> Score:
    """The share of twin rows below each quantile beside what it should be; ties are read in the twin's favour."""
    shares = {value: share for share, value in sorted(said.quantiles.items())}  # of equal quantiles the highest share holds
    edges = np.array(list(shares))
    values = np.sort(twin.numbers(name))
    known = values[np.isfinite(values)]
    below, upto = (np.searchsorted(known, edges, side=side) / max(len(known), 1) for side in ("left", "right"))
    curve = np.clip(np.array(list(shares.values())), below, upto)
    heights, counts = (np.diff([0.0, *points, 1.0]) for points in (shares.values(), curve))
    real, made = Published(heights, n, 0.0), counts * len(known)
    return _bounded(distance_score("fidelity.ks", name, real, made, largest_step, seed), heights, made)


def _missing_score(name: str, missing: float, whole: Aggregates, twin: Twin) -> Score:
    n, made = twin.n, twin.missing(name)
    n_real = real_n(None, whole)
    step = whole.rounding if whole.measure == "share" else whole.rounding / max(whole.rows or 1, 1)
    low, high = share_gap(made, n, missing, n_real, step)
    gap = abs(made - missing)
    interval = (0.0 if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high)))
    chance = math.sqrt(2 / math.pi * missing * (1 - missing) * (1 / n + (1 / n_real if n_real else 0)))
    return Score(
        "fidelity.missing", name, gap, "lower", interval, chance, None, n, reason="" if n_real else NO_N,
        detail={"twin": made, "published": missing},
    )  # fmt: skip


def _moment_scores(name: str, said: ColumnFigures, n_real: int | None, twin: Twin) -> Iterator[Score]:
    values = twin.numbers(name)
    known = values[np.isfinite(values)]
    if said.cut:
        known = np.clip(known, *said.cut)
    n = len(known)
    if n < 2:
        yield Score("fidelity.mean", name, None, "lower", n=n, reason="the twin has fewer than two values here")
        return
    spread = float(known.std(ddof=1))
    reason = "" if n_real else NO_N
    unit = said.sd or spread
    each = 1 / n + (1 / n_real if n_real else 0)
    if said.mean is not None and unit > 0:
        error = math.sqrt((spread / unit) ** 2 / n + (1 / n_real if n_real else 0))
        detail = {"twin": float(known.mean()), "published": said.mean}
        yield _folded(
            "fidelity.mean", name, (float(known.mean()) - said.mean) / unit, (error, math.sqrt(each)), n, reason, detail
        )
    if said.sd is not None and spread > 0:
        standard = (known - known.mean()) / spread
        error = math.sqrt(max(float((standard**4).mean()) - 1, 0.0) / 4 * each)
        detail = {"twin": spread, "published": said.sd}
        yield _folded("fidelity.spread", name, math.log(spread / said.sd), (error, error), n, reason, detail)


def _folded(
    metric: str, name: str, gap: float, errors: tuple[float, float], n: int, reason: str, detail: Mapping[str, object]
) -> Score:
    """The size of a gap whose own standard error, and that of fresh real rows, are given."""
    half, chance = 1.96 * errors[0], math.sqrt(2 / math.pi) * errors[1]
    interval = (max(0.0, abs(gap) - half), abs(gap) + half)
    return Score(metric, name, abs(gap), "lower", interval, chance, (0.0, 1.96 * errors[1]), n, reason=reason, detail=detail)


def profile(name: str, said: ColumnFigures, whole: Aggregates, twin: Twin) -> Profile | None:
    """The column side by side for a chart; None where no shares were published."""
    kind: Literal["number", "label"] = "label" if said.labels else "number"
    edges: tuple[float, ...] = ()
    if said.labels:
        labels, figures = tuple(said.labels), tuple(said.labels.values())
        counts = _counts(twin.codes(name, labels), len(labels))
    elif said.histogram:
        edges, figures = said.histogram.edges, said.histogram.figures
        labels = tuple(map(_range_text, edges, edges[1:]))
        counts = _counts(twin.cut(name, edges), len(figures))
    else:
        return None
    real, _ = with_rest(figures, counts, said.measure or whole.measure, said.n, whole)
    listed = iter(real.shares.tolist())
    shown = tuple(None if figure is None else float(next(listed)) for figure in figures)
    if said.labels:
        labels, shown = (*labels, REST), (*shown, None if None in figures else float(real.shares[-1]))
    made = (counts / max(counts.sum(), 1.0))[: len(labels)]
    return Profile(
        name, twin.data.schema.only[name].type.word, kind, labels, edges, shown, tuple(made.tolist()), said.missing or 0.0,
        twin.missing(name),
    )  # fmt: skip


def _range_text(low: float, high: float) -> str:
    return f"{low:,.10g} to {high:,.10g}"
