"""A part of a dataset with whole joins: some of the subjects, all that is theirs, and all that those rows point to.

No row loses what it points to, and no subject loses any of its rows. Tables that many share stay whole.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.privacy import kinship
from twinset.sources.spool import mapped

Part = float | int
Numbers = npt.NDArray[np.int64]
_SEED = Seed(0).child("sources", "subset")


def subset_of(data: Dataset, part: Part) -> Tables:
    """A share of the subjects (a fraction below 1), or so many of them (a whole number); always the same ones.

    A number counts the subjects with most rows, such as the customers of a shop; of other subjects the same share stays.
    """
    if isinstance(part, bool) or not part > 0 or (isinstance(part, float) and not part < 1):
        raise PlanError(f"a subset is a share between 0 and 1, or a whole number of subjects, not {part!r}")
    schema = kinship.settled(data)
    rows = {table.name: whole(data, table.name) for table in schema}
    settled = Tables(schema, rows, data.role, data.dialect, data.repairs)
    owners = kinship.roots(settled)
    root_of = {table.name: kinship.root_of(schema, table.name) for table in schema}
    kept = _drawn(
        part, {root: _tables_of(root, root_of, owners) for root in root_of.values() if not schema[root].is_reference}
    )
    stays = {
        name: kept[root][owners[name]] if root in kept else np.ones(len(owners[name]), dtype=np.bool_)
        for name, root in root_of.items()
    }
    _with_parents(settled, stays)
    left = {name: _filtered(rows[name], stays[name]) for name in stays}
    return Tables(data.schema, left, data.role, data.dialect, data.repairs)


def _tables_of(root: str, root_of: Mapping[str, str], owners: Mapping[str, Numbers]) -> list[Numbers]:
    return [owners[name] for name, its in root_of.items() if its == root]


def _drawn(part: Part, families: Mapping[str, list[Numbers]]) -> dict[str, npt.NDArray[np.bool_]]:
    """Which subjects of each root stay."""
    sizes = {root: max(int(one.max(initial=-1)) + 1 for one in family) for root, family in families.items()}
    main = max(families, key=lambda root: (sum(map(len, families[root])), root), default="")
    share = part if isinstance(part, float) else min(1.0, part / max(sizes.get(main, 1), 1))
    kept = {}
    for root, size in sizes.items():
        kept[root] = np.zeros(size, dtype=np.bool_)
        kept[root][_SEED.child(root).generator().permutation(size)[: max(1, round(share * size))]] = True
    return kept


def _with_parents(data: Tables, stays: dict[str, npt.NDArray[np.bool_]]) -> None:
    """Keep also what kept rows point to, and what that points to."""
    links = {table.name: kinship.links(data, table.name) for table in data.schema}
    is_changed = True
    while is_changed:
        is_changed = False
        for name, found in links.items():
            for key, places in found.items():
                needed = places[stays[name] & (places >= 0)]
                if not stays[key.table][needed].all():
                    stays[key.table][needed] = True
                    is_changed = True


def _filtered(rows: pa.Table, stays: npt.NDArray[np.bool_]) -> pa.Table:
    if stays.all():
        return rows
    starts = np.cumsum([0, *(batch.num_rows for batch in rows.to_batches())])
    batches = (
        batch.filter(pa.array(stays[start : start + batch.num_rows]))
        for start, batch in zip(starts, rows.to_batches(), strict=False)
    )
    return mapped(batches, rows.schema)
