"""Does somebody come back with all that is theirs? Attacks on whole subjects: a root row and the rows that belong to it.

Each subject becomes one row: its own columns, and of each table that is theirs the count, means and spreads. On these rows
run the attacks of :mod:`twinset.evaluation.attacks` that need no more than rows, with near-copies of subjects planted in
their control. What sums can't show is looked for apart (:mod:`twinset.evaluation.relational.reunion`): rows that stand
together in one twin subject as they did in a real one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.attacks.domias import Domias
from twinset.evaluation.attacks.near_replay import NearReplay
from twinset.evaluation.attacks.nearest import Nearest
from twinset.evaluation.attacks.suite import THOROUGH, Attack, Attacks
from twinset.evaluation.encode import Side as Name
from twinset.evaluation.encode import encoded
from twinset.evaluation.relational.reunion import reunions
from twinset.evaluation.relational.sides import Family, Link
from twinset.evaluation.relational.views import Feature, alone, compared, summed

ATTACKS: tuple[Attack, ...] = (NearReplay(), Nearest(), Domias())


def attacked(family: Family, seed: Seed, *, is_thorough: bool = False) -> dict[str, tuple[Score, ...]]:
    """For each root table to whose rows others belong: the scores of the attacks on its subjects."""
    found = {}
    for table in family.made():
        if family.owner(table.name) is None and not table.is_reference and family.owned(table.name):
            found[table.name] = tuple(_of_root(family, table.name, seed.child("subjects", table.name), is_thorough))
    return found


def descendants(family: Family, table: str) -> tuple[Link, ...]:
    """The owning keys that lead to a table, near ones first."""
    near = family.owned(table)
    return near + tuple(link for one in near for link in descendants(family, one.table))


def _of_root(family: Family, table: str, seed: Seed, is_thorough: bool) -> Iterator[Score]:
    suite = Attacks(ATTACKS, is_thorough)
    if reason := _why_not(family, table):
        unknown = [name for attack in ATTACKS for name in attack.metrics] + ["privacy.reunion"]
        yield from (Score(name, None, None, "lower", reason=reason) for name in [*unknown, "privacy.control"])
        return
    drawn: dict[Name, np.ndarray] = {side: np.arange(family.side(side).n(table)) for side in family.sides}
    comparison, _ = alone(family, table)
    features = [
        Feature(column.name, column.kind, column.labels, {side: column.side(side) for side in drawn}, column.name)
        for column in encoded(comparison).columns
    ]
    for link in family.owned(table):
        features += summed(family, link, drawn, f"{link.table} per {table}")
    yield from suite.measure(compared(family, table, drawn, features), seed=seed)
    yield from reunions(family, table, descendants(family, table), seed.child("reunion"), THOROUGH if is_thorough else 1)


def _why_not(family: Family, table: str) -> str:
    if family.holdout is None:
        return "there is no holdout: without subjects that were not learned from, a leak can't be told from knowledge"
    if table in family.shared:
        return f"the rows of {table} are the same in train and in the holdout: nobody is unseen"
    tables = [table, *(link.table for link in descendants(family, table))]
    empty = [name for name in tables if min(family.side(side).n(name) for side in family.sides) == 0]
    return f"no rows on one side: {', '.join(empty)}" if empty else ""
