"""What it costs to learn trees and to draw from them, by a table's rows and columns alone.

A model of where the time goes, whose constants were measured on one core of a server of 2023 (tables of 10 to 2,000 columns
and 1,000 to 1,000,000 rows, five linked tables of 300,000 and sixty of 100,000 to 10,000,000). Within a factor of two there.
"""

from __future__ import annotations

from collections.abc import Collection

from twinset.core import types
from twinset.core.schema import Table
from twinset.core.synthesis import Forecast
from twinset.synthesizers.tabular.nested import is_learned
from twinset.synthesizers.tabular.trees.forest import MOST_SHAPING
from twinset.synthesizers.tabular.trees.refine import MOST_ROWS
from twinset.synthesizers.tabular.trees.scores import MOST_SCORED

_TABLE, _FIELD, _PREDICTOR = 0.1, 6e-3, 4e-4
"""CPU seconds of a table, of a tree, and of each predictor that a tree is offered, however few rows there are."""
_SHAPED, _ALONE = 2e-7, 7
"""Of a row that shapes a tree, for each predictor and for what costs as much as so many of them."""
_ROUTED, _CELL, _REFINED = 1e-7, 4e-7, 8e-7
"""Of a row that is put into a tree; of a cell that is read and counted, and of one that is held against drawn ones."""
_NUMBERS, _LABELS, _LOOKED_AT = 3.3e-7, 1e-7, 8000
"""Of two numbers and of two labels that may follow from each other, for each of so many rows at most."""
_SCORED = 1.8e-6
"""Of a row and a predictor of boosted trees, where rows are so few that these have a say."""
_COUNTED = 1.7e-9
"""Of any two columns, for each row."""
_DRAWN, _DRAWN_FIELD = 1.7e-7, 5e-4
"""Of a cell that is drawn or is known where others are drawn; of a column that is drawn, however few rows there are."""
_PROCESS, _FIELD_BYTES, _CELL_BYTES = 160_000_000, 50_000, 30
"""Bytes of the program, of the trees of a field, and of a cell while it is learned."""
_OF_LABELS = types.Boolean | types.Categorical | types.Ordinal


def forecast(table: Table, n_rows: int, n_pairs: int, most: int) -> Forecast:
    """Of ``n_pairs`` of trees for each field, which look at ``most`` others."""
    n_context = len(_fields(table, table.context))
    fields = _fields(table, table.context) + _fields(table, [name for name in table.names if name not in table.context])
    n_fields, n_numbers = len(fields), sum(fields)
    seconds = _TABLE + _CELL * n_rows * n_fields + _REFINED * min(n_rows, MOST_ROWS) * n_fields
    seconds += _COUNTED * n_rows * n_fields**2 / 2
    seconds += min(n_rows, _LOOKED_AT) * (_NUMBERS * n_numbers**2 + _LABELS * (n_fields - n_numbers) ** 2) / 2
    seconds += sum(2 * n_pairs * _tree(n_rows, min(place, most)) for place in range(n_context, n_fields))
    if n_rows <= MOST_SCORED:
        seconds += _SCORED * n_rows * sum(min(place, most) for place in range(n_context, n_fields))
    making = _DRAWN * n_rows * n_fields + _DRAWN_FIELD * (n_fields - n_context)
    return Forecast(seconds, _PROCESS + (_FIELD_BYTES + _CELL_BYTES * n_rows) * n_fields, making=making)


def _fields(table: Table, names: Collection[str]) -> list[bool]:
    """For each field of these columns whether it is a number: there is none of what only names rows, two of a moment."""
    unlearned = table.primary_key if len(table.primary_key) == 1 else ()
    learned = [table[name] for name in names if name not in unlearned and is_learned(table[name])]
    fields = [not isinstance(column.type, _OF_LABELS) for column in learned]
    return fields + [True] * sum(isinstance(column.type, types.DateTime) for column in learned)


def _tree(n_rows: int, n_predictors: int) -> float:
    """Seconds of one tree."""
    n_shaping = min(n_rows / 2, MOST_SHAPING)
    return _FIELD + _PREDICTOR * n_predictors + _SHAPED * n_shaping * (n_predictors + _ALONE) + _ROUTED * n_rows
