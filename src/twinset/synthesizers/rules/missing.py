"""Missing values."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.seed import Seed


def with_missing(array: pa.Array, share: float, seed: Seed) -> pa.Array:
    """The same array of which a share is missing."""
    if share == 0:
        return array
    is_missing = seed.child("missing").generator().random(len(array)) < share
    return pc.if_else(pa.array(is_missing), pa.scalar(None, array.type), array)
