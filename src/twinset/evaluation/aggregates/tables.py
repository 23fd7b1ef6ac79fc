"""Cross tables and correlations beside the twin's: cell by cell, and as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.aggregates.columns import real_n, with_rest
from twinset.evaluation.aggregates.model import Aggregates, Correlation, CrossTable, label_text
from twinset.evaluation.aggregates.noise import NO_N, distance_score, share_gap, total_variation
from twinset.evaluation.aggregates.twin import Twin
from twinset.evaluation.arrays import Floats, Rows, divided
from twinset.evaluation.auc import midranks

BETWEEN = " × "
_METRICS = {1: "fidelity.tvd", 2: "fidelity.pair", 3: "fidelity.triple"}


def table_scores(table: CrossTable, whole: Aggregates, twin: Twin, seed: Seed) -> Iterator[Score]:
    """The distance of the whole table, and the gap of each cell that was shown.

    Within groups there is no whole: each cell's share is one of its group's rows.
    """
    counts, groups = _counts(table, twin)
    width, measure = len(table.columns), table.measure or whole.measure
    figures = [cell[width] for cell in table.cells]
    if not table.within:
        metric = _METRICS.get(width, "fidelity.cells")
        real, made = with_rest(figures, counts, measure, table.n, whole)
        yield distance_score(metric, BETWEEN.join(table.columns), real, made, total_variation, seed)
    shares, ns, steps = _shares(table, figures, whole)
    for place, cell in enumerate(table.cells):
        if figures[place] is not None:
            yield _cell_score(
                _name(table, cell), float(counts[place]), groups[place], shares[place], ns[place], steps[place]
            )


def _shares(
    table: CrossTable, figures: Sequence[float | None], whole: Aggregates
) -> tuple[Floats, list[int | None], Floats]:
    """Of each cell: its share (of its group), the n behind it, and the rounding step in shares."""
    width, is_count = len(table.columns), (table.measure or whole.measure) == "count"
    plain = np.array([math.nan if figure is None else figure for figure in figures], np.float64)
    own = [cell[width + 1] if len(cell) > width + 1 else None for cell in table.cells]
    if not is_count:
        rows = [n if n is not None else None if table.within else table.n for n in own]
        return plain, [_n(n, table, whole) for n in rows], np.full(len(plain), float(whole.rounding))
    keys = [_group(table, cell) for cell in table.cells]
    sums = {key: np.nansum(plain[[other == key for other in keys]]) for key in set(keys)}
    stated = None if table.within else (table.n if table.n is not None else whole.rows)
    totals = np.array([float(n or max(stated or 0, sums[key])) for n, key in zip(own, keys, strict=True)])
    return divided(plain, totals, 0.0), [_n(int(n), table, whole) for n in totals], divided(whole.rounding, totals, 0.0)


def _n(rows: float | None, table: CrossTable, whole: Aggregates) -> int | None:
    return None if rows is None and table.within else real_n(None if rows is None else int(rows), whole)


def _cell_score(name: str, count: float, group: float, share: float, n_real: int | None, step: float) -> Score:
    if group == 0:
        return Score("fidelity.cell", name, None, "baseline", reason="the twin has no row of this group")
    made = count / group
    interval = share_gap(made, int(group), share, n_real, step)
    detail = {"twin": made, "published": share}
    reason = "" if n_real else NO_N
    return Score(
        "fidelity.cell", name, made - share, "baseline", interval, 0.0, None, int(group), reason=reason, detail=detail
    )


def _name(table: CrossTable, cell: Sequence[object]) -> str:
    return BETWEEN.join(f"{name}: {_said(value)}" for name, value in zip(table.columns, cell, strict=False))


def _said(value: object) -> str:
    return label_text(value)


def _group(table: CrossTable, cell: Sequence[object]) -> tuple[str, ...]:
    return tuple(_said(cell[table.columns.index(name)]) for name in table.within)


def _counts(table: CrossTable, twin: Twin) -> tuple[Floats, Floats]:
    """The twin's rows in each cell (and, last, in none), and in each cell's group; rows that miss a value count nowhere."""
    codes = [_codes(name, place, table, twin) for place, name in enumerate(table.columns)]
    is_known = np.all([each >= 0 for each in codes], axis=0)
    places = [_places(name, place, table) for place, name in enumerate(table.columns)]
    keys = np.zeros(int(is_known.sum()), np.int64)
    groups = np.zeros(len(keys), np.int64)
    cell_keys, group_keys = np.zeros(len(table.cells), np.int64), np.zeros(len(table.cells), np.int64)
    for name, held, cells in zip(table.columns, codes, places, strict=True):
        base = int(max(held.max(initial=0), cells.max())) + 1
        keys, cell_keys = keys * base + held[is_known], cell_keys * base + cells
        if name in table.within:
            groups, group_keys = groups * base + held[is_known], group_keys * base + cells
    counts = _tally(keys, cell_keys)
    return np.append(counts, len(keys) - counts.sum()), _tally(groups, group_keys)


def _tally(keys: Rows, wanted: Rows) -> Floats:
    """How often each wanted key occurs."""
    held, counts = np.unique(np.append(keys, -1), return_counts=True)
    place = np.searchsorted(held, wanted).clip(max=len(held) - 1)
    return np.where(held[place] == wanted, counts[place], 0).astype(np.float64)


def _values(place: int, table: CrossTable) -> list[str]:
    return list(dict.fromkeys(label_text(cell[place]) for cell in table.cells))


def _codes(name: str, place: int, table: CrossTable, twin: Twin) -> Rows:
    if name in table.bins:
        return twin.cut(name, table.bins[name])
    return twin.codes(name, _values(place, table))


def _places(name: str, place: int, table: CrossTable) -> Rows:
    """Each cell's place among the column's values; of ranges, by the lower edge that names them (-1: of none)."""
    if name not in table.bins:
        values = _values(place, table)
        return np.array([values.index(label_text(cell[place])) for cell in table.cells], np.int64)
    lower = [label_text(edge) for edge in table.bins[name][:-1]]
    named = [label_text(float(cell[place])) for cell in table.cells]
    return np.array([lower.index(text) if text in lower else 10**6 for text in named], np.int64)


def correlation_score(said: Correlation, whole: Aggregates, twin: Twin) -> Score:
    """How far two columns' correlation is from the published one; its error is from the spread of influences."""
    subject = BETWEEN.join(said.columns)
    sides = [twin.numbers(name) for name in said.columns]
    is_known = np.isfinite(sides[0]) & np.isfinite(sides[1])
    x, y = (_standard(side[is_known], said, whole, name) for side, name in zip(sides, said.columns, strict=True))
    n, n_real = len(x), real_n(said.n, whole)
    if n < 3 or not x.any() or not y.any():
        return Score(
            "fidelity.correlation", subject, None, "lower", n=n, reason="the twin is constant here, or nearly empty"
        )
    made = float((x * y).mean())
    influence = float((x * y - made / 2 * (x**2 + y**2)).std())
    error = influence * math.sqrt(1 / n + (1 / n_real if n_real else 0))
    gap, half, chance = abs(made - said.value), 1.96 * error, math.sqrt(2 / math.pi) * error
    return Score(
        "fidelity.correlation", subject, gap, "lower", (max(0.0, gap - half), gap + half), chance, (0.0, half), n,
        reason="" if n_real else NO_N, detail={"twin": made, "published": said.value},
    )  # fmt: skip


def _standard(values: Floats, said: Correlation, whole: Aggregates, name: str) -> Floats:
    """Values (or their ranks) of mean 0 and spread 1; all 0 where there is no spread."""
    cut = whole.columns[name].cut if name in whole.columns else None
    held = midranks(values) if said.kind == "spearman" else values if cut is None else np.clip(values, *cut)
    spread = float(held.std()) if len(held) else 0.0
    return (held - held.mean()) / spread if spread > 0 else np.zeros(len(held))
