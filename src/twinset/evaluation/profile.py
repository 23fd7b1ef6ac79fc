"""Histograms of each column side by side, safe to be shown.

Real cells that stand for fewer than ``privacy.K`` entities (rows, where the table names no entity) are None, labels that
so few hold go into "other", and train's shares are rounded to a thousandth. Bin edges are round numbers: between the K-th
smallest and the K-th largest value at most, never an extreme.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from twinset.core import types
from twinset.core.score import Comparison
from twinset.core.types import Type
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.baseline import entities
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.evaluation.result import Profile
from twinset.privacy import K

N_BINS = 20
MOST_LABELS = 20
_STEPS = {
    "seconds": (1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 7 * 86400, 30 * 86400, 91 * 86400),
    "days": (1, 7, 14, 30, 61, 91, 182, 365),
}


@dataclass(frozen=True, slots=True)
class Bins:
    """Codes of both sides (missing: -1), the bins' names, and their edges where there are any.

    ``has_rest``: the last bin gathers what no other bin is for.
    """

    train: Rows
    synthetic: Rows
    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()
    has_rest: bool = False


def profiles(comparison: Comparison) -> Iterator[Profile]:
    """The profile of each comparable column, in order."""
    whose = entities(comparison, "train")
    table = comparison.train.schema.only
    for column in encoded(comparison).columns:
        kind = table[column.name].type
        yield _profile(column, kind, bins_of(column, kind, whose), whose)


def bins_of(column: EncodedColumn, kind: Type, whose: Rows | None) -> Bins:
    """The bins of one column, of which none is named after fewer than K entities."""
    return _label_bins(column, whose) if column.kind == "label" else _range_bins(column, kind, whose)


def _profile(column: EncodedColumn, kind: Type, bins: Bins, whose: Rows | None) -> Profile:
    n = len(bins.labels)
    rows = np.bincount(bins.train + 1, minlength=n + 1)
    twin = np.bincount(bins.synthetic + 1, minlength=n + 1)
    held = entities_in(bins.train + 1, n + 1, whose)
    known, made = max(int(rows[1:].sum()), 1), max(int(twin[1:].sum()), 1)
    missing = round(float(rows[0]) / max(len(bins.train), 1), 3) if held[0] >= K else 0.0
    shown = tuple(round(float(count) / known, 3) if of >= K else None for count, of in zip(rows[1:], held[1:], strict=True))
    return Profile(
        column.name, kind.word, column.kind, bins.labels, bins.edges, shown,
        tuple((twin[1:] / made).tolist()), missing, float(twin[0]) / max(len(bins.synthetic), 1),
    )  # fmt: skip


def entities_in(codes: Rows, n_codes: int, whose: Rows | None) -> Rows:
    """How many entities stand behind each code; rows, where nobody says whose they are."""
    if whose is None:
        return np.bincount(codes, minlength=n_codes)
    pairs = np.unique(codes.astype(np.int64) * (int(whose.max(initial=0)) + 1) + whose)
    return np.bincount(pairs // (int(whose.max(initial=0)) + 1), minlength=n_codes)


def _label_bins(column: EncodedColumn, whose: Rows | None) -> Bins:
    n = len(column.labels)
    codes = [np.asarray(side, np.int64) for side in (column.train, column.synthetic)]
    held = entities_in(codes[0] + 1, n + 1, whose)[1:]
    rows = np.bincount(codes[0] + 1, minlength=n + 1)[1:]
    kept = np.array([place for place in np.argsort(-rows, kind="stable")[:MOST_LABELS] if held[place] >= K], np.int64)
    place = np.full(n + 1, len(kept), np.int64)
    place[kept], place[-1] = np.arange(len(kept)), -1
    binned = [place[side] for side in codes]
    labels = [column.labels[code] for code in kept]
    has_rest = any((side == len(kept)).any() for side in binned)
    return Bins(binned[0], binned[1], (*labels, "other") if has_rest else tuple(labels), has_rest=has_rest)


def _range_bins(column: EncodedColumn, kind: Type, whose: Rows | None) -> Bins:
    sides = [np.asarray(side, np.float64) for side in (column.train, column.synthetic)]
    low, high = _reach(sides[0], whose)
    if math.isnan(low):
        codes = [np.where(np.isfinite(side), 0, -1) for side in sides]
        return Bins(codes[0], codes[1], ("all values",))
    if low == high:
        codes = [np.where(np.isfinite(side), (side != low).astype(np.int64), -1) for side in sides]
        return Bins(codes[0], codes[1], (_say(low, kind), "other values"), has_rest=True)
    step = _step((high - low) / N_BINS, kind)
    edges = np.round(np.arange(math.floor(low / step), math.floor(high / step) + 2) * float(step), 9)
    inner = edges[1:-1]
    codes = [np.where(np.isfinite(side), np.searchsorted(inner, side, side="right"), -1) for side in sides]
    return Bins(codes[0], codes[1], _names(edges, kind), tuple(edges.tolist()))


def _names(edges: Floats, kind: Type) -> tuple[str, ...]:
    """What the bins hold, in words: the first and the last take in all that lies beyond."""
    if len(edges) == 2:
        return ("all values",)
    last = edges[1:] - 1 if isinstance(kind, types.Integer) else edges[1:]
    ends = [(_say(low, kind), _say(high, kind)) for low, high in zip(edges.tolist(), last.tolist(), strict=False)]
    middle = [low if low == high else f"{low} to {high}" for low, high in ends[1:-1]]
    first = f"up to {ends[0][1]}" if isinstance(kind, types.Integer) else f"below {ends[0][1]}"
    return (first, *middle, f"{ends[-1][0]} and more")


def _reach(values: Floats, whose: Rows | None) -> tuple[float, float]:
    """The 1st and the 99th percentile, or further in, so that at least K entities lie at or beyond each; NaN: too few."""
    inside = np.sort(values[np.isfinite(values)])
    k = max(K if whose is None else _rows_of_k_entities(values, whose), len(inside) // 100)
    if len(inside) < 2 * k:
        return math.nan, math.nan
    return float(inside[k - 1]), float(inside[-k])


def _rows_of_k_entities(values: Floats, whose: Rows) -> int:
    """How many of the lowest and of the highest rows it takes until K entities stand behind either."""
    order = np.argsort(values, kind="stable")[: int(np.isfinite(values).sum())]
    reach = 1
    for rows in (order, order[::-1]):
        firsts = np.sort(np.unique(whose[rows], return_index=True)[1])
        reach = max(reach, int(firsts[K - 1]) + 1 if len(firsts) >= K else len(rows))
    return reach


def _step(rough: float, kind: Type) -> float:
    """The nearest round step that is at least as wide."""
    if isinstance(kind, types.Date | types.DateTime | types.Time | types.Duration):
        steps = _STEPS["days" if isinstance(kind, types.Date) else "seconds"]
        if rough <= steps[-1]:
            return float(next(step for step in steps if rough <= step))
        year = 365.25 if isinstance(kind, types.Date) else 365.25 * 86400
        return year * math.ceil(rough / year)
    if isinstance(kind, types.Integer):
        rough = max(rough, 1.0)
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next(times * power for times in (1, 2, 5, 10) if rough <= times * power * (1 + 1e-9))


def _say(value: float, kind: Type) -> str:
    if isinstance(kind, types.Date):
        return str(dt.date(1970, 1, 1) + dt.timedelta(days=math.floor(value)))
    if isinstance(kind, types.DateTime):
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=value)
        return moment.isoformat(" ", "minutes") if value % 86400 else str(moment.date())
    if isinstance(kind, types.Time):
        return f"{int(value // 3600):02d}:{int(value // 60) % 60:02d}"
    return f"{value:,.10g}"
