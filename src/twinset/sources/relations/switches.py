"""Columns that point to one table or another, as a column beside them says: ``commentable_id`` and ``commentable_type``.

A value of the type may name a table (``Post``, ``app.models.Post``), or its ids may be keys of one table as by no chance.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.keys import plain
from twinset.core.schema import ForeignKey, Schema
from twinset.sources.relations import evidence
from twinset.sources.relations.codes import Coded, coverage

NAMED, UNNAMED = 0.7, 0.95
"""The share of a type's different ids that have to be keys there: where its value names the table, and where it does not."""

_MOST_TYPES = 30

Said = tuple[str, ForeignKey, str]


def switched(
    schema: Schema, rows: Mapping[str, pa.Table], columns: Sequence[Coded], targets: Sequence[Coded]
) -> Iterator[Said]:
    """All such keys, with the reason for each."""
    for table in schema:
        own = [one for one in columns if one.table == table.name]
        kinds = {one.name: one for one in own if 1 <= len(one.distinct) <= _MOST_TYPES and one.sort != "moment"}
        for one in own:
            if table.primary_key == (one.name,) or one.sort == "moment":
                continue
            beside = [kind for kind in kinds.values() if evidence.is_type_of(kind, one)]
            tried = beside or [kind for kind in kinds.values() if kind is not one]
            found = [list(_by(kind, one, rows[table.name], targets)) for kind in tried]
            yield from max(found, key=len, default=[])


def _by(kind: Coded, own: Coded, rows: pa.Table, targets: Sequence[Coded]) -> Iterator[Said]:
    """The keys of a column by the values of another; none where too little speaks for them."""
    is_beside = evidence.is_type_of(kind, own)
    types = plain(rows.column(kind.name))
    found: list[tuple[Said, bool]] = []
    for value in types.unique().drop_null().to_pylist():
        some = _of(own, np.asarray(pc.fill_null(pc.equal(types, pa.scalar(value, types.type)), False)))
        if some.n_missing < len(some.is_present) and (said := _led(some, value, kind, targets, is_beside)):
            found.append(said)
    n_named = sum(is_named for _, is_named in found)
    if found and (is_beside or (n_named > 1 and evidence.is_any_key(own, targets))):
        yield from (said for said, _ in found)


def _of(own: Coded, among: np.typing.NDArray[np.bool_]) -> Coded:
    """The column in some of its rows."""
    return dataclasses.replace(own, rows=own.rows[among[own.is_present]], is_present=own.is_present[among])


def _led(own: Coded, value: object, kind: Coded, targets: Sequence[Coded], is_beside: bool) -> tuple[Said, bool] | None:
    """To which table's rows the ids of one type lead, and whether its value names that table."""
    best: tuple[float, Said, bool] | None = None
    for other in targets:
        if other.sort != own.sort or (other.table == own.table and other.name == own.name):
            continue
        is_named = isinstance(value, str) and evidence.names_table(re.split(r"::|[.\\/]", value)[-1], other.table)
        share = coverage(own.distinct, other.distinct)
        reason = f"{value} names that table" if is_named and share >= NAMED else ""
        if not reason and is_beside and share >= UNNAMED:
            reason = evidence.by_values(own, other, share)
        if reason and (best is None or (is_named, share) > (best[2], best[0])):
            assert isinstance(value, str | int | float | bool)
            key = ForeignKey((own.name,), other.table, (other.name,), when=(kind.name, value))
            best = (
                share,
                (own.table, key, f"where {kind.name} is {value}: {reason}, {share:.0%} of its values are there"),
                is_named,
            )
    return None if best is None else (best[1], best[2])
