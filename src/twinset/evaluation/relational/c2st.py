"""Can a classifier tell the twin's rows from real ones when it sees their relatives too?

``relational.c2st`` of each table: the classifier two-sample test of :mod:`twinset.evaluation.fidelity.c2st` on the joined
rows; rows of one subject share a fold, so that nobody is told apart by knowing a relative. Keys never enter. The baseline is
train against the same unseen rows. It is what a broken key can't hide from: each table may be right by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.encode import encoded
from twinset.evaluation.fidelity.c2st import FEWEST_ROWS, MOST_COLUMNS, REAL_FOLDS, draws_of
from twinset.evaluation.fidelity.discriminator import Discriminator
from twinset.evaluation.matrix import some_columns
from twinset.evaluation.relational.sides import Family
from twinset.evaluation.relational.views import joined

MOST_ROWS, N_FOLDS, N_ROUNDS = 6_000, 3, 50


def told_apart(family: Family, seed: Seed, *, is_thorough: bool = False) -> Iterator[Score]:
    """One score for each table that was made and has relatives."""
    for table in family.made():
        if any(link.table == table.name for link in family.links) or family.owned(table.name):
            yield _score(family, table.name, seed, is_thorough)


def _score(family: Family, table: str, seed: Seed, is_thorough: bool) -> Score:
    if min(family.side(side).n(table) for side in family.sides) == 0:
        return _unknown(table, "the table has no rows on one side")
    comparison, _ = joined(family, table, seed)
    own = seed.child("c2st", table)
    columns = some_columns(encoded(comparison).columns, MOST_COLUMNS, own.child("columns"))
    draws = draws_of(comparison, own.child("draws"), (3 if is_thorough else 1) * MOST_ROWS)
    n, n_units = len(draws.unseen), draws.fewest_units(comparison)
    if n_units < FEWEST_ROWS or not columns:
        return _unknown(table, f"{n_units} subjects a side: a classifier needs at least {FEWEST_ROWS}", n)
    test = Discriminator(comparison, columns, draws.others, N_FOLDS, (4 if is_thorough else 1) * N_ROUNDS, own)
    value = test.told("c2st", draws.synthetic, draws.unseen)
    baseline = replace(test, n_folds=min(N_FOLDS, REAL_FOLDS)).told("c2st", draws.train, draws.unseen)
    is_seen = comparison.holdout is None
    return Score(
        "relational.c2st", table, value.area, "baseline", value.interval, baseline.area, baseline.interval, n,
        reason="nothing of this table is unseen: measured against rows that were learned from" if is_seen else "",
        detail={"table": table, "columns": [list(each) for each in value.columns]},
    )  # fmt: skip


def _unknown(table: str, reason: str, n: int = 0) -> Score:
    return Score("relational.c2st", table, None, "baseline", n=n, reason=reason, detail={"table": table})
