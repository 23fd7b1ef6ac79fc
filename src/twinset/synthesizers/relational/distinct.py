"""Primary keys of several columns that must differ from row to row, such as a student and a course."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from twinset.core.keys import numbered, plain
from twinset.core.seed import Seed
from twinset.errors import GenerationError
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.junction import junction_of
from twinset.synthesizers.relational.known import Known

_ROUNDS = 200


def made_distinct(rows: pa.Table, known: Known, tables: Mapping[str, pa.Table], seed: Seed) -> pa.Table:
    """The rows with what one of the key's ties fills exchanged among them until no two rows have one key.

    Exchanging keeps how often each value is taken. Where it does not do, rows of ``tables`` that an owner has not yet stand
    in. GenerationError where so many different keys can't be found.
    """
    key = known.table.primary_key
    if len(key) < 2 or known.ordinal in key or rows.num_rows < 2:
        return rows
    movable = [
        (*tie.fills, *([tie.key.when[0]] if tie.key.when else []))  # with the type that says where they lead
        for tie in known.shape.ties
        if tie.kind in ("list", "partner") and set(tie.fills) & set(key)
    ]
    if not movable:
        return rows
    moved = movable[-1]
    fixed = [name for name in key if name not in moved]
    left = numbered([plain(rows.column(name)) for name in fixed]) if fixed else np.zeros(rows.num_rows, np.int64)
    right = numbered([plain(rows.column(name)) for name in moved if name in key])
    order, is_done = exchanged(left, right, seed.generator())
    for name in moved:
        rows = rows.set_column(rows.column_names.index(name), name, plain(rows.column(name)).take(pa.array(order)))
    if is_done:
        return rows
    junction = junction_of(known.shape)
    repaired = None if junction is None else junction.repaired(rows, tables, seed.child("repair").generator())
    if repaired is None:
        raise GenerationError(f"rows of {known.table.name!r} can't all have different keys ({', '.join(key)})")
    return repaired


def exchanged(left: Numbers, right: Numbers, rng: np.random.Generator) -> tuple[Numbers, bool]:
    """From which row each takes its right side, so that all pairs differ, and whether they do."""
    order = np.arange(len(left))
    width = int(right.max(initial=0)) + 1
    for _ in range(_ROUNDS):
        pairs = left * width + right[order]
        _, first = np.unique(pairs, return_index=True)
        again = np.ones(len(pairs), dtype=np.bool_)
        again[first] = False
        doubled = np.flatnonzero(again)
        if not len(doubled):
            return order, True
        others = rng.permutation(len(left))[: len(doubled)]
        is_free = ~np.isin(others, doubled)
        mine, other = doubled[is_free], others[is_free]
        order[mine], order[other] = order[other], order[mine]
        stuck = doubled[~is_free]
        if len(stuck) > 1:
            order[stuck] = order[np.roll(stuck, 1)]
    return order, False
