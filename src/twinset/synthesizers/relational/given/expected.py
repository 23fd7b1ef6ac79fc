"""How many rows tables have whose owners are given: a few of them are made, and asked how many they would have."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from twinset.core.keys import plain
from twinset.core.request import Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.privacy.kinship import root_of
from twinset.synthesizers.relational.alike import codes_of
from twinset.synthesizers.relational.block import Block
from twinset.synthesizers.relational.blocks import Span
from twinset.synthesizers.relational.given.asked import Asked
from twinset.synthesizers.relational.given.giving import Giving
from twinset.synthesizers.relational.junction import junction_of
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.owned import drawn_counts

_LOOKED_AT = 2_000
"""Given rows that are made for it, at most."""


def expected(
    known: Mapping[str, Known], schema: Schema, asked: Asked, size: Mapping[str, int], request: Request
) -> dict[str, int]:
    """The sizes, with as many rows as go with those that are given of each table that nothing is said of."""
    root = root_of(schema, asked.table)
    open_ = [name for name in known if name not in request.size and root_of(schema, name) == root]
    line = {asked.table, *_above(known, asked.table)}
    if not asked.rows.num_rows or not {*open_} - line:
        return dict(size)
    block = _made(known, [name for name in known if root_of(schema, name) == root], _some(asked, known, request.seed), size)
    found = dict(size)
    for name in open_:
        tie = known[name].shape.owner
        if name in line or tie is None:
            continue
        above = block.wides[tie.key.table]
        n_each = drawn_counts(above, name).clip(0).sum() / max(above.num_rows, 1)
        share = 1 - known[name].missing - known[name].orphans
        found[name] = round(found[tie.key.table] * n_each / share) if share > 0 else found[name]
    return found


def _above(known: Mapping[str, Known], name: str) -> list[str]:
    tie = known[name].shape.owner
    return [] if tie is None else [tie.key.table, *_above(known, tie.key.table)]


def _some(asked: Asked, known: Mapping[str, Known], seed: Seed) -> Asked:
    """A few of the given rows, all of an owner's that is given."""
    n_rows, tie = asked.rows.num_rows, known[asked.table].shape.owner
    if n_rows <= _LOOKED_AT:
        return asked
    order = seed.child("looked at").generator().permutation(n_rows)
    if asked.has_owners and tie is not None:
        owners = codes_of(plain(asked.rows.column(tie.key.columns[0])))
        order = np.argsort(order[owners], kind="stable")
    return dataclasses.replace(asked, rows=asked.rows.take(pa.array(order[:_LOOKED_AT])))


def _made(known: Mapping[str, Known], names: list[str], asked: Asked, size: Mapping[str, int]) -> Block:
    """A block of these rows and what goes with them, up to which partners they have."""
    share = asked.rows.num_rows / max(size[asked.table], 1)
    n_rows = {
        name: max(round(size[name] * share), int(name in (asked.table, *_above(known, asked.table)))) for name in names
    }
    if asked.has_owners and (tie := known[asked.table].shape.owner) is not None:
        n_keys = len(plain(asked.rows.column(tie.key.columns[0])).unique())
        n_rows[tie.key.table] = max(n_rows[tie.key.table], n_keys)
    n_rows[asked.table] = asked.rows.num_rows
    lists = {name: one.kept for name, one in known.items() if one.kept is not None}
    for name in names:
        if (junction := junction_of(known[name].shape)) is not None and name != asked.table:
            n_rows[name] = min(n_rows[name], junction.most({**n_rows, **{n: rows.num_rows for n, rows in lists.items()}}))
    spans = {name: Span(0, n, n) for name, n in n_rows.items()}
    block = Block(known, spans, lists, Seed(0).child("looked at"), giving=Giving.of(asked, known, 0, asked.rows.num_rows))
    block.make_tables()
    return block
