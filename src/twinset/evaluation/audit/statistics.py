"""What an attacker reads off a twin about one record: a few dozen numbers, from which membership is told later.

Each family looks at one way in which a record can shine through:

- ``exact``    rows that share the record's very values, each agreement worth its surprise (minus the log of its share)
- ``missing``  how many rows equal the record in all columns but none, one, two and three
- ``rare``     rows that hold one of its rare values, and with how many values of its own
- ``value``    for each column: how many rows hold the record's value; one person more or less decides whether a value that
  about as many share as an engine asks for is learned at all
- ``close``    rows that lie close to it in every column, on the scale of :mod:`twinset.evaluation.audit.closeness`
- ``near``     distance to the nearest row, and the density of rows at three scales of the record's own
- ``given``    for each column: how often rows that are close elsewhere are close here too. That is how an engine which
  learns one column given others betrays what it learned

Several windows of the same rows are read at once: a twin, and a control in which some of its rows have made way for others.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from twinset.evaluation.arrays import Flags, Floats
from twinset.evaluation.audit.closeness import Codes, Single
from twinset.evaluation.audit.table import Coded
from twinset.evaluation.audit.targets import Targets

BLOCK_CELLS = 1 << 19
"""Targets times rows that are looked at together: what a processor's cache holds."""
EXACT, CLOSE, GIVEN = (0.3, 0.5, 0.7), (0.3, 0.5, 0.7, 1.0), (0.5, 0.8)
"""How sharply rows are discounted for what they miss: a row weighs exp(-sharpness × surprise missed)."""
SCALES = (0.5, 1.0, 2.0)
MOST_MISSING = 3
SAME = 0.25
"""Close here: a row misses less than this share of the whole surprise."""
PRIOR = 0.02
RARE_BEST = "rare: best"

Windows = tuple[slice, ...]


def names(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the statistics in order, each "family: which"."""
    return (
        *("exact: best", *(f"exact: {sharp}" for sharp in EXACT)),
        *(f"missing: {n}" for n in range(MOST_MISSING + 1)),
        *("rare: count", RARE_BEST, "rare: surprise"),
        *(f"value: {column}" for column in columns),
        *("close: best", *(f"close: {sharp}" for sharp in CLOSE)),
        *("near: best", *(f"near: {scale}" for scale in SCALES)),
        *(f"given {sharp}: {column}" for sharp in GIVEN for column in columns),
    )


def statistics(targets: Targets, rows: Coded, windows: Windows) -> Single:
    """All statistics of all targets in each window of the rows: windows × targets × statistics."""
    step = max(1, BLOCK_CELLS // max(1, rows.codes.shape[1]))
    parts = [targets.part(slice(at, at + step)) for at in range(0, len(targets), step)]
    return np.concatenate([_of_part(part, rows, windows) for part in parts], axis=1)


def _of_part(targets: Targets, rows: Coded, windows: Windows) -> Single:
    close = np.zeros((len(targets), rows.cells.shape[1]), np.float32)
    for closeness, cells in zip(targets.closeness, rows.cells, strict=True):
        close += closeness.missed(cells)
    columns = [
        *_exact(targets, rows, windows),
        *_values(targets.coded.codes, rows.codes, windows),
        *_kernel(close, CLOSE, windows),
        *_near(targets, rows, windows),
        *(column for sharp in GIVEN for column in _given(targets, rows, close, sharp, windows)),
    ]
    return np.stack(columns, axis=2).astype(np.float32)


def _exact(targets: Targets, rows: Coded, windows: Windows) -> list[Floats]:
    """``exact``, ``missing`` and ``rare``: each windows × targets."""
    shape = (len(targets), rows.codes.shape[1])
    missed, n_same, shows_rare = np.zeros(shape, np.float32), np.zeros(shape, np.uint16), np.zeros(shape, np.bool_)
    for mine, theirs, worth, is_rare in zip(targets.coded.codes, rows.codes, targets.surprise, targets.is_rare, strict=True):
        is_same = mine[:, None] == theirs
        missed += worth[:, None] * ~is_same
        n_same += is_same
        shows_rare |= is_same & is_rare[:, None]
    n_columns = len(rows.codes)
    whole = targets.surprise.sum(axis=0)[:, None]
    missing = [_each(windows, n_same >= n_columns - n, _log_count) for n in range(MOST_MISSING + 1)]
    return [
        *_kernel(missed, EXACT, windows),
        *missing,
        _each(windows, shows_rare, _log_count),
        _each(windows, n_same * shows_rare, _largest),
        _each(windows, (whole - missed) * shows_rare, _largest),
    ]


def _values(mine: Codes, theirs: Codes, windows: Windows) -> list[Floats]:
    """How many rows hold each of the targets' values."""
    columns = []
    for own, others in zip(mine, theirs, strict=True):
        size = int(max(own.max(initial=0), others.max(initial=0))) + 2
        counts = [np.bincount(others[window] + 1, minlength=size)[own + 1] for window in windows]
        columns.append(np.log1p(np.stack(counts)))
    return columns


def _kernel(missed: Single, sharpness: tuple[float, ...], windows: Windows) -> list[Floats]:
    """The least that a row misses, and the sum of all rows' weights."""
    sums = [_each(windows, np.exp(missed * np.float32(-sharp)), _log_sum) for sharp in sharpness]
    return [_each(windows, -missed, _largest), *sums]


def _near(targets: Targets, rows: Coded, windows: Windows) -> list[Floats]:
    mine, theirs = targets.coded.points, rows.points
    gaps = (mine * mine).sum(axis=1)[:, None] + (theirs * theirs).sum(axis=1) - 2 * (mine @ theirs.T)
    gaps = np.maximum(gaps, np.float32(0))
    best = _each(windows, -np.log(gaps + np.float32(1e-4)), _largest)
    unit = gaps / (-2 * targets.scale[:, None] ** 2)
    return [best, *(_each(windows, np.exp(unit / np.float32(scale**2)), _log_sum) for scale in SCALES)]


def _given(targets: Targets, rows: Coded, close: Single, sharp: float, windows: Windows) -> list[Floats]:
    """For each column: the log share that is close here, of rows weighed by how close they are in all the others."""
    columns = []
    for closeness, cells in zip(targets.closeness, rows.cells, strict=True):
        here = closeness.missed(cells)
        elsewhere = np.exp((here - close) * np.float32(sharp))
        is_same = here <= SAME * closeness.whole[:, None]
        agreeing, total = (_each(windows, each, _sum) for each in (elsewhere * is_same, elsewhere))
        columns.append(np.log((agreeing + PRIOR / 10) / (total + PRIOR)))
    return columns


def _each(windows: Windows, values: npt.NDArray[np.generic], reduced: Callable[..., Floats]) -> Floats:
    """The values of each window reduced over its rows: windows × targets."""
    return np.stack([reduced(values[:, window]) for window in windows])


def _largest(values: Single) -> Floats:
    return np.asarray(values.max(axis=1), np.float64)


def _sum(values: Single) -> Floats:
    return np.asarray(values.sum(axis=1, dtype=np.float64))


def _log_sum(values: Single) -> Floats:
    return np.asarray(np.log(_sum(values) + 1e-6))


def _log_count(values: Flags) -> Floats:
    return np.asarray(np.log1p(values.sum(axis=1)))
