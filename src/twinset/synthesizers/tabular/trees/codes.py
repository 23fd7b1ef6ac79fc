"""Symbols as trees see them: predictors as at most 256 codes, targets as at most 32 classes and a score.

Codes of a number keep its order; frequent symbols get a code of their own, the rest share one by quantile. Labels without an
order are ordered anew for each target, by how the target goes with them, so that one threshold can part them well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Field, NumberField, Symbols

Codes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
MOST_CODES, MOST_CLASSES = 256, 32


@dataclass(frozen=True, slots=True)
class Coding:
    """Tables from a field's symbols: ``codes`` for predictors, ``classes`` and whole ``scores`` for targets.

    ``views`` are further codes for predictors that order the symbols otherwise: days by their place in month and week.
    """

    codes: Codes
    classes: Codes
    scores: Floats | None
    views: tuple[Codes, ...] = ()

    @property
    def n_classes(self) -> int:
        return int(self.classes.max()) + 1


def n_present(counts: Numbers) -> int:
    """How many of the symbols with these counts there are at all."""
    return int((counts > 0).sum())


def coding_of(field: Field, counts: Numbers, n_classes: int) -> Coding:
    """The coding of a field whose symbols have these counts: ``n_classes``, or one for each where there are not many."""
    n_classes = MOST_CLASSES if n_present(counts) <= MOST_CLASSES else n_classes
    if field.is_ordered:
        views = _calendar(field) if isinstance(field, NumberField) and field.is_day else ()
        return Coding(binned(counts, MOST_CODES), binned(counts, n_classes), _scores(counts), views)
    by_count = np.argsort(-counts, kind="stable")
    rank = np.empty(len(counts), dtype=np.int64)
    rank[by_count] = np.arange(len(counts))
    classes = np.where(rank < n_classes - 1, rank, n_classes - 1)
    return Coding(np.minimum(rank, MOST_CODES - 1).astype(np.uint8), classes.astype(np.uint8), None)


def _calendar(field: NumberField) -> tuple[Codes, ...]:
    """Month, day of the month and weekday of each symbol of days (0 is missing); none where many days are not atoms."""
    if len(field.alphabet.atoms) < 0.9 * len(field.alphabet):
        return ()
    days = np.rint(np.clip(field.alphabet.middle, -1e7, 1e7)).astype(np.int64).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    of_year, of_month = months.astype(np.int64) % 12, (days - months).astype(np.int64)
    of_week = days.astype(np.int64) % 7
    return tuple(np.append(0, 1 + place).astype(np.uint8) for place in (of_year, of_month, of_week))


def binned(counts: Numbers, most: int) -> Codes:
    """Symbols in order into at most ``most`` bins; symbol 0 and the heaviest symbols have a bin of their own."""
    present = counts > 0
    if int(present.sum()) <= most:
        return np.asarray(np.maximum(np.cumsum(present) - 1, 0), dtype=np.uint8)
    total = int(counts.sum())
    alone = counts >= 2 * total / most
    alone[0] = True
    n_alone = int(alone.sum())
    n_left = max(1, most - 2 * n_alone - 1)
    rest = np.where(alone, 0, counts)
    middle = np.cumsum(rest) - rest / 2
    quantile = np.minimum((middle * n_left / max(int(rest.sum()), 1)).astype(np.int64), n_left - 1)
    run = np.cumsum(alone) + np.cumsum(np.concatenate([[False], alone[:-1]]))
    key = run * (n_left + 1) + np.where(alone, 0, quantile)
    return np.asarray(np.minimum(np.cumsum(np.diff(key, prepend=key[0]) != 0), most - 1), dtype=np.uint8)


def _scores(counts: Numbers) -> Floats:
    """Mid-ranks of the symbols, as whole numbers from -1000 to 1000."""
    rank = np.cumsum(counts) - counts / 2
    return np.rint(2000 * rank / max(int(counts.sum()), 1) - 1000)


def ordered_by_target(symbols: Numbers, n_symbols: int, classes: Numbers, n_classes: int) -> Codes:
    """Codes for unordered labels: their rank by the first component of how the target's classes go with them.

    The first axis of a correspondence analysis (Greenacre 1984), by power iteration; small labels lie near the middle.
    """
    table = np.bincount(symbols * n_classes + classes, minlength=n_symbols * n_classes).reshape(n_symbols, n_classes)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    total = table.sum()
    expected = np.outer(rows, columns) / max(total, 1)
    scaled = (table - expected) / np.sqrt(np.maximum(columns, 1)) / np.sqrt(rows + 5.0)[:, None]
    axis = np.cos(np.arange(n_classes) * 2.0 + 1.0)
    for _ in range(20):
        axis = scaled.T @ (scaled @ axis)
        axis /= max(float(np.sqrt((axis**2).sum())), 1e-300)
    place = (scaled @ axis) / np.sqrt(rows + 5.0)
    order = np.argsort(place, kind="stable")
    codes = np.empty(n_symbols, dtype=np.int64)
    heavy = np.cumsum(rows[order]) - rows[order] / 2
    many = n_symbols > MOST_CODES
    codes[order] = np.minimum(heavy * MOST_CODES / max(total, 1), MOST_CODES - 1) if many else np.arange(n_symbols)
    return codes.astype(np.uint8)


def codes_of(tables: tuple[Codes, ...], symbols: list[Symbols], n_rows: int) -> Codes:
    """Rows x predictors; one column of zeros where there are none."""
    codes = np.zeros((n_rows, max(len(tables), 1)), dtype=np.uint8)
    for place, (table, column) in enumerate(zip(tables, symbols, strict=True)):
        codes[:, place] = table[column]
    return codes
