"""Pairs of columns that together name the rows of a table which no column names alone."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from twinset.core import types
from twinset.core.schema import Schema
from twinset.sources.inference import hints
from twinset.sources.relations.codes import Coded

_MOST = 16  # columns of a table that are tried
_LOOK = 4096  # rows in which two alike rule a pair out


def primary_pairs(schema: Schema, columns: Sequence[Coded]) -> dict[str, tuple[str, ...]]:
    """For each table without a key the pair of columns that is one; the likeliest where there are several."""
    found = {}
    for table in schema:
        own = [one for one in columns if one.table == table.name]
        if table.primary_key or any(one.is_unique and _names_rows(one) for one in own):
            continue
        fit = [one for one in own if _may_be_part(one)][:_MOST]
        others = {one.name for one in columns if one.table != table.name}
        tried = sorted(itertools.combinations(fit, 2), key=lambda pair: -_likeness(pair, others))
        if pair := next((pair for pair in tried if _is_key(*pair)), None):
            found[table.name] = tuple(one.name for one in pair)
    return found


def _names_rows(one: Coded) -> bool:
    return one.sort != "moment" and not isinstance(one.column.type, types.Personal | types.Text)


def _may_be_part(one: Coded) -> bool:
    """Whether a column has a value in every row, and names something: a thing, a kind, a number of a line, a moment."""
    if one.n_missing or isinstance(one.column.type, types.Personal | types.Text) or len(one.distinct) < 2:
        return False
    is_quantity = isinstance(one.column.type, types.Integer) and not hints.is_code(one.name) and not _is_line(one.name)
    return not is_quantity


def _is_line(name: str) -> bool:
    return hints.is_key(name) or any(word in name.casefold() for word in ("line", "seq", "pos", "item", "number", "version"))


def _likeness(pair: tuple[Coded, Coded], others: set[str]) -> float:
    return sum((one.name in others) + hints.is_key(one.name) + (one.sort == "moment") for one in pair)


def _is_key(first: Coded, second: Coded) -> bool:
    """Whether no two rows have the same values in both."""
    n_rows = len(first.rows)
    if len(first.distinct) * len(second.distinct) < n_rows:
        return False
    return _differ(first.rows[:_LOOK], second.rows[:_LOOK]) and _differ(first.rows, second.rows)


def _differ(first: np.typing.NDArray[np.int64], second: np.typing.NDArray[np.int64]) -> bool:
    places = [np.unique(rows, return_inverse=True)[1].astype(np.int64) for rows in (first, second)]
    together = places[0] * (int(places[1].max(initial=0)) + 1) + places[1]
    return len(np.unique(together)) == len(together)
