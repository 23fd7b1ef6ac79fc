"""Rows of a table drawn given cells of theirs, through all the engines that draw its columns one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.keys import Places, plain
from twinset.core.request import KeyRange
from twinset.core.seed import Seed
from twinset.core.synthesis import Completing
from twinset.errors import InternalError
from twinset.synthesizers.relational.alike import Floats
from twinset.synthesizers.relational.combos import are_shared
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.wide import beside

N_TRIES = 8
"""Tries at each row where something is given that is drawn only after other engines have drawn theirs."""

_UNSHARED = 30.0
"""The logarithm of how much rather a try is taken whose labels go together in reality."""


def complete(
    known: Known, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table, given: pa.Table, *, n_owners: int
) -> pa.Table:
    """The columns that engines draw, with what ``given`` has of them; a missing cell of it is free.

    One engine does it alone. Where a later one is given something, there are several tries, and of them each row has the one
    that makes it likely. Keys are those that the rows have where nothing is given.
    """
    own = seed.child("table", known.table.name)
    if known.own is not None and known.own.is_checked and n_owners:
        own = own.child("try", 0)
    later = bool(known.combos) or any(_cells(stage, given).num_columns for stage in known.stages[1:])
    tries = [_try(known, keys, n_total, own if not number else own.child("again", number), context, given)
             for number in range(N_TRIES if later else 1)]  # fmt: skip
    rows = [rows for rows, _ in tries]
    best = chosen(np.stack([logs for _, logs in tries]), own.child("chosen", keys.start))
    return picked(known, rows, best)


def chosen(logs: Floats, seed: Seed) -> Places:
    """Of several tries (tries x rows, logarithms of weights) one for each row."""
    if len(logs) == 1:
        return np.zeros(logs.shape[1], dtype=np.int64)
    draws = seed.generator().gumbel(size=logs.shape)
    return np.asarray((logs + draws).argmax(axis=0), dtype=np.int64)


def picked(known: Known, tries: Sequence[pa.Table], best: Places) -> pa.Table:
    """Each row from the try that is its best, but with the keys of the first."""
    if len(tries) == 1:
        return tries[0]
    spots = pa.array(best * len(best) + np.arange(len(best)))
    kept = {column.name for column in known.drawn if isinstance(column.type, types.Identifier)}
    arrays = [
        plain(tries[0].column(name)) if name in kept else
        pa.concat_arrays([plain(rows.column(name)) for rows in tries]).take(spots)
        for name in tries[0].column_names
    ]  # fmt: skip
    return pa.table(arrays, names=tries[0].column_names)


def evidence(known: Known, seed: Seed, context: pa.Table, given: pa.Table) -> Floats:
    """The logarithm of how likely each row's given cells are in its context."""
    _, logs = _try(known, KeyRange(0, given.num_rows), given.num_rows, seed, context, given, is_weighed=True)
    return logs


def _try(
    known: Known, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table, given: pa.Table, is_weighed: bool = False
) -> tuple[pa.Table, Floats]:
    """The rows, and the logarithm of how likely what later engines are given is; with ``is_weighed`` the first's as well."""
    made, logs = pa.table({}), np.zeros(len(keys))
    last = max((place for place, stage in enumerate(known.stages) if _cells(stage, given).num_columns), default=-1)
    for number, stage in enumerate(known.stages):
        place, told, cells = seed.child("stage", number), beside(context, made), _cells(stage, given)
        if not isinstance(stage, Completing):
            raise InternalError("the engine can't be given rows, which is asked before any are made")
        if cells.num_columns and (number or is_weighed):
            logs = logs + stage.evidence(place, told, cells)
        if is_weighed and number >= last:
            break
        rows = (stage.completed(keys, n_total, place, told, cells) if cells.num_columns
                else stage.rows(keys, n_total, place, told))  # fmt: skip
        made = beside(made, pa.Table.from_batches([rows]))
    for combos in () if is_weighed else known.combos:
        logs = logs - np.where(are_shared(made, combos), 0.0, _UNSHARED)
    return made, logs


def _cells(stage: object, given: pa.Table) -> pa.Table:
    """What is given of the columns that an engine draws."""
    table = getattr(stage, "schema").only  # noqa: B009 - see Known: stages are samplers
    names = [name for name in given.column_names if name in table.names and name not in table.context]
    return given.select(names)
