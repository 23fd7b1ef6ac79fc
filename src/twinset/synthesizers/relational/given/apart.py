"""Keys that are given, among keys that are made: the made ones give way."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.keys import plain
from twinset.core.request import KeyRange
from twinset.core.seed import Seed
from twinset.errors import GenerationError
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.wide import beside, blank

_ROUNDS = 20


def apart(
    known: Known, column: str, drawn: pa.Table, given: pa.Array, taken: pa.Array, keys: KeyRange, n_total: int, seed: Seed
) -> pa.Table:
    """The drawn rows with the given keys, one cell of ``given`` for each; others have keys that are not ``taken``.

    A key that is taken becomes one of a row after the last, so that all parts go on to have keys of their own.
    """
    own, context = plain(drawn.column(column)), {one.name: pa.nulls(len(keys), one.storage) for one in known.context}
    free = np.asarray(given.is_null().to_numpy(zero_copy_only=False))
    for number in range(1, _ROUNDS + 1):
        wrong = np.flatnonzero(free & np.asarray(pc.is_in(own, taken).to_numpy(zero_copy_only=False)))
        if not len(wrong):
            rows = _over(own, given.cast(own.type), ~free)
            return drawn.set_column(drawn.column_names.index(column), column, rows)
        beyond = KeyRange(keys.start + number * n_total, keys.stop + number * n_total)
        more = known.draw(beyond, n_total, seed, beside(blank(len(keys)), pa.table(context)), np.arange(len(keys)))
        own = _over(own, plain(more.column(column)), np.isin(np.arange(len(own)), wrong))
    raise GenerationError(f"the keys of {known.table.name!r} have too few forms for as many as differ from those given")


def _over(own: pa.Array, other: pa.Array, where: np.typing.NDArray[np.bool_]) -> pa.Array:
    """The other's values where that is so."""
    picks = np.where(where, len(own), 0) + np.arange(len(own))
    return pa.concat_arrays([own, other]).take(pa.array(picks))
