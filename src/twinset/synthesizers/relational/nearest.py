"""Of several draws of its rows, for each owner the one that is nearest to what its summary says of them.

Rows are drawn one by one, so that their mean strays from the owner's; in reality the mean is the rows'. Picking among a few
draws brings the two closer, and with it how unlike owners are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from twinset.core.keys import Places, plain
from twinset.synthesizers.relational.alike import Floats, as_numbers
from twinset.synthesizers.relational.summary import Summary


def nearest(summary: Summary, tries: Sequence[pa.Table], context: pa.Table, owners: Places) -> pa.Table:
    """The rows of each owner from one of ``tries``; ``context`` has the summary that each row's owner has."""
    n_owners = int(owners.max()) + 1
    first = np.zeros(n_owners, dtype=np.int64)
    first[owners[::-1]] = np.arange(len(owners))[::-1]
    wanted = context.take(pa.array(first))
    off = np.stack([_off(summary, rows, wanted, owners, n_owners) for rows in tries])
    best = off.argmin(axis=0)[owners]
    spots = pa.array(best * len(owners) + np.arange(len(owners)))
    names = tries[0].column_names
    return pa.table(
        [pa.concat_arrays([plain(rows.column(name)) for rows in tries]).take(spots) for name in names], names=names
    )


def _off(summary: Summary, rows: pa.Table, wanted: pa.Table, owners: Places, n_owners: int) -> Floats:
    """How far each owner's rows are from its summary, in spreads of the owners'."""
    found = summary.of_drawn(rows, owners, n_owners)
    total = np.zeros(n_owners)
    for name in found.column_names:
        own, want = found.column(name), wanted.column(name)
        if pa.types.is_string(own.type):
            same = np.array(plain(own)) == np.array(plain(want))
            total += np.where(same, 0.0, 0.5)
            continue
        theirs = as_numbers(want)
        spread = float(np.nanstd(theirs)) if np.isfinite(theirs).any() else 0.0
        if spread > 0:
            total += np.nan_to_num(((as_numbers(own) - theirs) / spread) ** 2)
    return total
