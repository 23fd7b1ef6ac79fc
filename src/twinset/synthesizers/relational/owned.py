"""Who owns the rows of a table in a block, how many rows each owner has, and what rows are told of their owner.

Owners that are not there (orphans' keys, and rows without a key) come after those that are. Of a slice all owners' rows are
counted, the same in every block, and those of the slice are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from twinset.core.keys import MISSING, Places, at, plain
from twinset.core.request import KeyRange
from twinset.core.seed import Seed
from twinset.errors import GenerationError
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.blocks import Span
from twinset.synthesizers.relational.counts import ordinals, part_of, places_of, settle
from twinset.synthesizers.relational.junction import junction_of, within
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.shape import rows_of
from twinset.synthesizers.relational.wide import GHOST, below, beside, blank, told

if TYPE_CHECKING:
    from twinset.synthesizers.relational.block import Block


@dataclass(frozen=True, slots=True)
class Owners:
    """Who owns the rows of a table: the place of each row's owner, those who are not there after the last that is."""

    places: Places
    context: pa.Table
    keys: pa.Table


def owned(block: Block, name: str) -> Owners:
    """Who owns the rows of a table, once the table above it is made."""
    known, span = block.known[name], block.spans[name]
    tie = known.shape.owner
    if tie is None:
        return Owners(np.zeros(0, dtype=np.int64), blank(span.n_rows), pa.table({}))
    parent = tie.key.table
    above, keys = block.wides[parent], block.rows[parent].select(list(tie.key.references))
    there, lost, missing = _shares(block, known, is_anyone=keys.num_rows > 0)
    counts, before = part_of(_counts(block, known, above, there.total), there.start, there.stop)
    if lost.total or missing.total:
        above, keys, more = _with_ghosts(block, known, (above, keys), lost, missing)
        counts, before = np.append(counts, more[0]), np.append(before, more[1])
    places = places_of(counts)
    context = beside(blank(span.n_rows), told(parent, above, known.context, places, name))
    filled = {
        own: plain(keys.column(theirs)).take(pa.array(places))
        for own, theirs in zip(tie.key.columns, tie.key.references, strict=True)
        if own in tie.fills
    }
    for own, theirs in known.mirrors.items():
        values = plain(block.rows[parent].column(theirs))
        filled[own] = at(values, np.where(places < len(values), places, MISSING))
    if known.ordinal is not None:
        filled[known.ordinal] = pa.array(ordinals(counts) + before[places])
    return Owners(places, context, pa.table(filled))


def drawn_counts(owners: pa.Table, child: str) -> Places:
    """How many rows in a child table each owner was drawn to have."""
    return np.asarray(plain(owners.column(rows_of(child))).fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)


def _shares(block: Block, known: Known, *, is_anyone: bool) -> list[Span]:
    """How many rows belong to owners that are there, have an orphan's key, and have none: what of all these is the block's.

    All slices together have as many of each as there are to be.
    """
    span = block.spans[known.table.name]
    has_ghosts = known.ghosts is not None and (block.giving is None or block.giving.owned != known.table.name)
    ends = np.array([span.start, span.stop, span.total] if span.is_slice else [0, span.n_rows, span.n_rows])
    missing = np.rint(known.missing * ends) if has_ghosts else 0 * ends
    lost = np.rint(known.orphans / max(1 - known.missing, 1e-9) * (ends - missing)) if has_ghosts else 0 * ends
    lost = lost if is_anyone else ends - missing
    return [Span(int(one[0]), int(one[1]), int(one[2])) for one in (ends - missing - lost, lost, missing)]


def _counts(block: Block, known: Known, above: pa.Table, wanted: int) -> Numbers:
    """How many rows each owner that is there has, of ``wanted`` rows."""
    name = known.table.name
    rng = block.seed_of_owners(name).child("counts").generator()
    counts = settle(drawn_counts(above, name), wanted, rng)
    if (junction := junction_of(known.shape)) is None:
        return counts
    n_rows = {one: rows.num_rows for one, rows in block.lists.items()} | {n: one.n_rows for n, one in block.spans.items()}
    counts = within(counts, junction.most_each(n_rows), rng)
    if counts.sum() < wanted:
        raise GenerationError(f"rows of {name!r} can't all have different keys: there are fewer than {wanted:,}")
    return counts


def _with_ghosts(
    block: Block, known: Known, there: tuple[pa.Table, pa.Table], lost: Span, missing: Span
) -> tuple[pa.Table, pa.Table, tuple[Numbers, Numbers]]:
    """Owners who are not there below those who are, with keys that nobody has or with none; their rows, and those before."""
    above, keys = there
    seed = block.seed_of_owners(known.table.name)
    n_orphans = max(1, round(known.n_ghosts * keys.num_rows)) if lost.total else 0
    found = _ghost_keys(block, known, n_orphans)
    counts = before = np.zeros(0, dtype=np.int64)
    if n_orphans:
        orphans = _drawn(known, KeyRange(0, n_orphans), "orphan", seed)
        drawn = settle(drawn_counts(orphans, known.table.name), lost.total, seed.child("ghost counts").generator())
        counts, before = part_of(drawn, lost.start, lost.stop)
        above, keys = below(above, orphans), below(keys, found)
    if n := missing.n_rows:
        above = below(above, _drawn(known, KeyRange(n_orphans + missing.start, n_orphans + missing.stop), "none", seed))
        keys = below(keys, pa.table({field.name: pa.nulls(n, field.type) for field in found.schema}))
    rest = np.ones(n, dtype=np.int64)
    return above, keys, (np.append(counts, rest), np.append(before, rest * 0))


def _drawn(known: Known, keys: KeyRange, kind: str, seed: Seed) -> pa.Table:
    """Summaries of owners that are not there."""
    assert known.ghosts is not None
    told_of = beside(blank(len(keys)), pa.table({GHOST: pa.array([kind] * len(keys), pa.string())}))
    return pa.Table.from_batches([known.ghosts.rows(keys, len(keys), seed.child("ghosts"), told_of)])


def _ghost_keys(block: Block, known: Known, n_ghosts: int) -> pa.Table:
    """Keys that no row of the owner's table has: those of rows after its last one."""
    assert known.shape.owner is not None
    parent = block.known[known.shape.owner.key.table]
    span = block.spans[parent.table.name]
    first = span.total + round(known.n_ghosts * span.start)
    context = {column.name: pa.nulls(n_ghosts, column.storage) for column in parent.context}
    keys = KeyRange(first, first + n_ghosts)
    whole = parent.draw(keys, span.total, block.seed, beside(blank(n_ghosts), pa.table(context)), np.arange(n_ghosts))
    names = known.shape.owner.key.references
    storage = parent.table.arrow
    return pa.table(
        {
            name: whole.column(name) if name in whole.column_names else pa.nulls(n_ghosts, storage.field(name).type)
            for name in names
        }
    )
