"""Protected values that slipped through: text, personal data and identifiers of real records that stand in the twin.

Such columns are never learned, so a value of theirs comes back by coincidence only (a made-up name that somebody bears, the
number 17 as an identifier). The share of training records whose value stands in the twin is therefore set beside the same
share of unseen records; case and outer blanks are ignored. Values that K real records share belong to nobody and are left
out. What this does not see: a value that comes back in part, or in another column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Dataset, whole
from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Rows
from twinset.evaluation.attacks.arena import one_row_each
from twinset.evaluation.attacks.intervals import wilson
from twinset.privacy import K

METRIC = "privacy.slipped"


@dataclass(frozen=True, slots=True)
class Slipped:
    """The metric, over the columns that are never copied."""

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        """One score a column: the share of training records whose value stands in the twin, beside that of unseen ones."""
        seed = seed.child("slipped")
        columns = [column for column in comparison.train.schema.only.columns if is_protected(column.type)]
        if not columns:
            return
        train = one_row_each(comparison, "train", seed)
        holdout = None if comparison.holdout is None else one_row_each(comparison, "holdout", seed)
        for column in columns:
            yield _score(comparison, column.name, column.type, train, holdout)


def is_protected(kind: types.Type) -> bool:
    """Whether values of this type are never to be copied, and can be compared as text."""
    if isinstance(kind, types.Text) and kind.keep:
        return False  # the plan lets them pass
    is_point = isinstance(kind, types.Geo) and kind.axis == "point"
    return is_point or isinstance(kind, types.Text | types.Personal | types.Identifier | types.Json)


def can_coincide(kind: types.Type) -> bool:
    """Whether values of this type can be equal by chance: names, places, and identifiers that are counted or short."""
    if isinstance(kind, types.Identifier):
        return kind.form != "uuid"
    return isinstance(kind, types.Geo) or (isinstance(kind, types.Personal) and kind.kind in ("name", "address"))


def _score(comparison: Comparison, name: str, kind: types.Type, train: Rows, holdout: Rows | None) -> Score:
    known = _texts(comparison.train, name).take(pa.array(train))
    unseen = known.slice(0, 0)
    if comparison.holdout is not None and holdout is not None:
        unseen = _texts(comparison.holdout, name).take(pa.array(holdout))
    shared = _shared(pa.concat_arrays([known, unseen]))
    twin = _texts(comparison.synthetic, name)
    hits, n = _found(known, twin, shared)
    by_chance, n_unseen = _found(unseen, twin, shared)
    if n == 0:
        return Score(METRIC, name, None, "lower", reason=f"every value is missing, or shared by {K} records or more")
    if n_unseen == 0 and (holdout is not None or can_coincide(kind)):
        reason = f"{hits:,} of {n:,} records have their value in the twin; without unseen records it may be by chance"
        return Score(METRIC, name, None, "lower", n=n, reason=reason)
    beside = wilson(by_chance, n_unseen) if n_unseen else (0.0, 0.0)
    reason = "" if n_unseen else "there is no holdout: such values are taken never to be equal by chance"
    return Score(
        METRIC, name, hits / n, "lower", wilson(hits, n), by_chance / max(1, n_unseen), beside, n=n, reason=reason,
        detail={"records whose value stands in the twin": hits},
    )  # fmt: skip


def _texts(data: Dataset, name: str) -> pa.Array:
    column = whole(data, columns=[name]).column(0)
    if pa.types.is_binary(column.type) or pa.types.is_fixed_size_binary(column.type):
        return column.cast(pa.binary()).combine_chunks()
    return pc.utf8_lower(pc.utf8_trim_whitespace(column.cast(pa.string()).combine_chunks()))


def _shared(values: pa.Array) -> pa.Array:
    """The values that K records or more hold."""
    counts = pc.value_counts(values)
    return counts.field("values").filter(pc.greater_equal(counts.field("counts"), K))


def _found(values: pa.Array, twin: pa.Array, shared: pa.Array) -> tuple[int, int]:
    """How many of the records have their own value in the twin, and how many have a value of their own."""
    is_own = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=shared, skip_nulls=True)))
    is_found = pc.and_(is_own, pc.is_in(values, value_set=twin, skip_nulls=True))
    own, found = (int(np.count_nonzero(mask.to_numpy(zero_copy_only=False))) for mask in (is_own, is_found))
    return found, own
