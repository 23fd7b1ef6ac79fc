"""Constraints that hold in every real row, proposed with the reason for each.

Proposed is what at least k entities bear out and chance would have broken, and nothing that few hold stands in a proposal:
values and ends of ranges are shared by k entities, constants come from a list of ours. One proposal is not repeated by
another that follows from it. What a proposal means is for its reader to judge: a plan is read and mended.
"""

from __future__ import annotations

import pyarrow as pa

from twinset.constraints.propose.combinations import combinations
from twinset.constraints.propose.formulas import formulas
from twinset.constraints.propose.look import Look
from twinset.constraints.propose.orders import orders
from twinset.constraints.propose.presences import presences
from twinset.constraints.propose.ranges import ranges, uniques
from twinset.core.constraints import Constraint
from twinset.core.schema import Table
from twinset.privacy import K
from twinset.privacy.values import n_owners, owners_of


def propose(table: Table, rows: pa.Table, k: int = K) -> tuple[Constraint, ...]:
    """Constraints that all rows hold; none of fewer than ``10 * k`` entities, which bear out nothing."""
    owners = owners_of(table, rows)
    if n_owners(owners, rows.num_rows) < 10 * k:
        return ()
    look = Look.at(table, rows, owners, k)
    found = formulas(look)
    left = look.without({one.column for one in found})
    return (*uniques(left), *ranges(left), *orders(left), *found, *presences(look), *combinations(left))


__all__ = ["propose"]
