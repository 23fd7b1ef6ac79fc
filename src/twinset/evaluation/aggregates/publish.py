"""Aggregates of real rows that may be published: no cell, label or range of fewer than K entities, and counts rounded.

A suppressed cell could be found again from a total and the cells beside it. So in each line of a table the suppressed cells
stand for none or for at least K entities together (else the next smallest is suppressed, too), and all counts are rounded to
multiples of ``rounding``, so that totals of different tables do not give them away. An empty cell is suppressed like a small
one: that a combination never occurs may be telling. Means and spreads are of values cut where K entities lie beyond.

This is suppression and rounding, as statistics offices do it, and no differential privacy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from twinset.core.dataset import Dataset
from twinset.core.schema import Table
from twinset.core.score import Comparison
from twinset.errors import DataError, PlanError
from twinset.evaluation.aggregates.model import Aggregates, ColumnFigures, Correlation, CrossTable, Histogram
from twinset.evaluation.arrays import Flags, Rows
from twinset.evaluation.auc import midranks
from twinset.evaluation.baseline import entities
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.evaluation.profile import Bins, bins_of, entities_in
from twinset.privacy import K

ROUNDING = 5
MOST_PAIRED = 12
"""Columns whose pairs are tabled; of more, the first."""
TABLE_RANGES = 5


def publishable(data: Dataset, *, rounding: int = ROUNDING, source: str = "") -> Aggregates:
    """What may be published of a dataset of one table.

    Raises DataError where it has fewer than 2 K entities, or no column that can be counted.
    """
    if not 0 < rounding <= K:
        raise PlanError(f"rounding is a whole number from 1 to {K}, not {rounding}")
    comparison = Comparison(data, data)
    table, whose = data.schema.only, entities(comparison, "train")
    columns = encoded(comparison).columns
    n = data.count(table.name)
    n_entities = n if whose is None else len(np.unique(whose))
    if n_entities < 2 * K or not columns:
        raise DataError(
            f"{n_entities} entities and {len(columns)} columns that can be counted: too few to publish anything of"
        )
    binned = {column.name: bins_of(column, table[column.name].type, whose) for column in columns}
    figures = {column.name: _column(column, binned[column.name], whose, rounding) for column in columns}
    return Aggregates(
        name=table.name,
        source=source,
        rows=_rounded(n, rounding),
        entities=None if whose is None else _rounded(n_entities, rounding),
        k=K,
        rounding=rounding,
        columns={name: said for name, said in figures.items() if said is not None},
        correlations=tuple(_correlations(columns, rounding)),
        tables=tuple(_tables(columns[:MOST_PAIRED], binned, whose, rounding)),
    )


def left_out(data: Dataset, found: Aggregates) -> tuple[str, ...]:
    """The columns of which nothing is published."""
    table: Table = data.schema.only
    return tuple(name for name in table.names if name not in found.columns)


def _rounded(count: float, rounding: int) -> int:
    return round(float(count) / rounding) * rounding


def _column(column: EncodedColumn, bins: Bins, whose: Rows | None, rounding: int) -> ColumnFigures | None:
    n_bins = len(bins.labels)
    counts = np.bincount(bins.train + 1, minlength=n_bins + 1)
    held = entities_in(bins.train + 1, n_bins + 1, whose)
    n_known, missing = int(counts[1:].sum()), None
    if held[0] >= K:
        missing = round(float(counts[0]) / len(bins.train), 3)
    n = _rounded(n_known if missing is not None else len(bins.train), rounding)
    if column.kind == "label":
        is_named = list(range(n_bins - bins.has_rest))
        shown = _shown(held[1:], is_named)
        labels = {bins.labels[place]: _rounded(counts[place + 1], rounding) for place in is_named if shown[place]}
        return ColumnFigures(n=n, missing=missing, labels=labels) if labels else None  # type: ignore[arg-type]
    if len(bins.edges) < 3:
        return None
    shown = _shown(held[1:], list(range(n_bins)))
    figures = tuple(_rounded(count, rounding) if seen else None for count, seen in zip(counts[1:], shown, strict=True))
    values = np.asarray(column.train, np.float64)
    inside = np.clip(values[np.isfinite(values)], bins.edges[0], bins.edges[-1])
    spread = _four_digits(float(inside.std(ddof=1)))
    return ColumnFigures(
        n=n, missing=missing, histogram=Histogram(edges=bins.edges, figures=figures),
        mean=_four_digits(float(inside.mean())), sd=spread or None, cut=(bins.edges[0], bins.edges[-1]),
    )  # fmt: skip


def _shown(held: Rows, named: list[int]) -> Flags:
    """Which cells of one line may be shown."""
    is_shown = np.zeros(len(held), dtype=bool)
    is_shown[named] = held[named] >= K
    return protected(held, is_shown)


def protected(held: Rows, is_shown: Flags) -> Flags:
    """What may be shown when no line's suppressed cells stand for 1 to K - 1 entities; ``held`` are entities by cell."""
    shown = is_shown.copy()
    is_settled = False
    while not is_settled:
        is_settled = True
        for axis in range(held.ndim):
            lines, seen = np.moveaxis(held, axis, -1), np.moveaxis(shown, axis, -1)
            hidden = np.where(seen, 0, lines).sum(axis=-1)
            for place in np.argwhere((hidden > 0) & (hidden < K)):
                line = tuple(place)
                if seen[line].any():
                    smallest = int(np.argmin(np.where(seen[line], lines[line], np.iinfo(np.int64).max)))
                    seen[(*line, smallest)] = False
                    is_settled = False
    return shown


def _four_digits(value: float) -> float:
    return float(f"{value:.4g}")


def _correlations(columns: tuple[EncodedColumn, ...], rounding: int) -> Iterator[Correlation]:
    """Spearman's, which no single extreme moves, of pairs of numbers and times."""
    numeric = [column for column in columns if column.kind != "label"][:MOST_PAIRED]
    for one, other in itertools.combinations(numeric, 2):
        sides = [np.asarray(column.train, np.float64) for column in (one, other)]
        is_known = np.isfinite(sides[0]) & np.isfinite(sides[1])
        ranks = [midranks(side[is_known]) for side in sides]
        if is_known.sum() >= 10 * K and all(float(rank.std()) > 0 for rank in ranks):
            value = round(float(np.corrcoef(ranks[0], ranks[1])[0, 1]), 3)
            n = _rounded(int(is_known.sum()), rounding)
            yield Correlation(columns=(one.name, other.name), value=value, kind="spearman", n=n)


def _tables(
    columns: tuple[EncodedColumn, ...], binned: dict[str, Bins], whose: Rows | None, rounding: int
) -> Iterator[CrossTable]:
    usable = [
        column
        for column in columns
        if len(binned[column.name].labels) > 1 and (column.kind == "label" or binned[column.name].edges)
    ]
    cut = {column.name: _coarse(column, binned[column.name]) for column in usable}
    for one, other in itertools.combinations(usable, 2):
        table = _table([one, other], [cut[one.name], cut[other.name]], whose, rounding)
        if table is not None:
            yield table


def _coarse(column: EncodedColumn, bins: Bins) -> tuple[Rows, list[object], tuple[float, ...]]:
    """Codes, what names each cell (the rest: None), and edges: ranges are gathered into a few of about equal share."""
    if not bins.edges:
        names: list[object] = list(bins.labels)
        return bins.train, [*names[:-1], None] if bins.has_rest else names, ()
    counts = np.bincount(bins.train[bins.train >= 0], minlength=len(bins.labels))
    before = np.concatenate([[0.0], np.cumsum(counts)[:-1]]) / max(counts.sum(), 1)
    group = np.minimum((before * TABLE_RANGES).astype(np.int64), TABLE_RANGES - 1)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    edges = (*(bins.edges[place] for place in starts), bins.edges[-1])
    place = np.append(np.searchsorted(starts, np.arange(len(group)), side="right") - 1, -1)
    return place[bins.train], list(edges[:-1]), edges


def _table(
    columns: list[EncodedColumn], cut: list[tuple[Rows, list[object], tuple[float, ...]]], whose: Rows | None, rounding: int
) -> CrossTable | None:
    shape = tuple(len(names) for _, names, _ in cut)
    is_known = (cut[0][0] >= 0) & (cut[1][0] >= 0)
    codes = cut[0][0][is_known] * shape[1] + cut[1][0][is_known]
    counts = np.bincount(codes, minlength=shape[0] * shape[1]).reshape(shape)
    held = entities_in(codes, shape[0] * shape[1], None if whose is None else whose[is_known]).reshape(shape)
    one, other = (np.array([name is not None for name in names]) for _, names, _ in cut)
    is_named = one[:, None] & other[None, :]
    shown = protected(held, (held >= K) & is_named)
    cells = tuple((cut[0][1][i], cut[1][1][j], _rounded(counts[i, j], rounding)) for i, j in np.argwhere(shown))
    if not cells:
        return None
    bins = {column.name: edges for column, (_, _, edges) in zip(columns, cut, strict=True) if edges}
    n = _rounded(int(is_known.sum()), rounding)
    return CrossTable(columns=tuple(column.name for column in columns), n=n, bins=bins, cells=cells)
