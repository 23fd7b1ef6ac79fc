"""Evaluate a twin of linked tables: each table by itself, the keys between them, and whole subjects.

Every table that was made gets the evaluation of :mod:`twinset.evaluation.measure`, its rows counted by whose they are. A
reference that the twin has as it is gets none: nothing was made there, and nobody's rows are in it.
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from twinset.core.dataset import Dataset
from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation import measure as single
from twinset.evaluation.measure import Progress
from twinset.evaluation.relational.associations import associations
from twinset.evaluation.relational.c2st import told_apart
from twinset.evaluation.relational.degrees import degrees
from twinset.evaluation.relational.keys import integrity
from twinset.evaluation.relational.likeness import likeness
from twinset.evaluation.relational.result import KeyPart, LinkedEvaluation, Standing, TablePart
from twinset.evaluation.relational.sides import Family, family
from twinset.evaluation.relational.subjects import attacked
from twinset.evaluation.relational.utility import across_joins
from twinset.evaluation.relational.views import WHOSE, alone
from twinset.evaluation.result import Evaluation

UNSEEN_NOWHERE = "train and the holdout have the same rows of this table, so that whether any leaked can't be told"
Target = tuple[str, str]
T = TypeVar("T")


def evaluate(
    train: Dataset,
    synthetic: Dataset,
    *,
    holdout: Dataset | None = None,
    target: Target | None = None,
    seed: Seed,
    is_thorough: bool = False,
    progress: Progress = lambda done, what: None,
) -> LinkedEvaluation:
    """Everything there is to measure about a twin of linked tables.

    Train's schema says what the keys are and who owns what (:func:`twinset.privacy.kinship.settled` where it does not);
    ``holdout`` are the rows of other subjects, split by root. ``target`` is a table and its column that models will predict.

    Raises DataError where a side lacks a table or a column of its keys, or where there is no such target.
    """
    _check_target(train, target)
    progress(0.0, "following keys")
    whole = family(train, synthetic, holdout)
    clock = _Clock(progress, 7 + len(whole.made()))
    scores: list[Score] = []
    steps: dict[str, Callable[[], Iterable[Score]]] = {
        "keys": lambda: integrity(whole, seed),
        "degrees": lambda: degrees(whole, seed),
        "likeness": lambda: likeness(whole, seed),
        "associations": lambda: associations(whole, seed),
        "joined c2st": lambda: told_apart(whole, seed, is_thorough=is_thorough),
        "across joins": lambda: across_joins(whole, target, seed),
    }
    for name, measure in steps.items():
        scores += clock.timed(name, functools.partial(_all, measure))
    subjects = clock.timed("subjects", lambda: attacked(whole, seed, is_thorough=is_thorough))
    tables: dict[str, Evaluation] = {}
    for table in whole.made():
        if _has_rows(whole, table.name):
            wanted = target[1] if target and target[0] == table.name else None
            by_itself = functools.partial(_by_itself, whole, table.name, wanted, seed, is_thorough)
            tables[table.name] = clock.timed(table.name, by_itself)
    progress(1.0, "done")
    parts = tuple(_part(whole, table.name) for table in whole.schema)
    return LinkedEvaluation(
        parts, _keys(whole), tables, tuple(scores), subjects, whole.notes, _rows(whole), target, clock.spent
    )  # fmt: skip


def _all(measure: Callable[[], Iterable[Score]]) -> tuple[Score, ...]:
    return tuple(measure())


@dataclass(slots=True)
class _Clock:
    """Says how far it is, and keeps what each step cost."""

    progress: Progress
    n_steps: int
    spent: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, make: Callable[[], T]) -> T:
        self.progress((len(self.spent) + 0.5) / (self.n_steps + 1), name)
        started = time.process_time()
        made = make()
        self.spent[name] = time.process_time() - started
        return made


def _check_target(train: Dataset, target: Target | None) -> None:
    if target is None:
        return
    table, column = target
    known = {one.name: one.names for one in train.schema}
    if table not in known:
        raise DataError(f"there is no table {table!r} with a target; tables: {', '.join(map(repr, known))}")
    if column not in known[table]:
        raise DataError(f"table {table!r} has no column {column!r} to be the target; it has: {', '.join(known[table][:30])}")


def _has_rows(whole: Family, table: str) -> bool:
    return min(whole.side(side).n(table) for side in whole.sides) > 0


def _by_itself(whole: Family, table: str, target: str | None, seed: Seed, is_thorough: bool) -> Evaluation:
    comparison, notes = alone(whole, table)
    if target is not None and target not in comparison.train.schema.only.names:
        raise DataError(f"{table}.{target} is a key and can't be the target")
    measured = single.evaluate(
        comparison.train, comparison.synthetic, holdout=comparison.holdout, target=target, seed=seed.child("table", table),
        is_thorough=is_thorough,
    )  # fmt: skip
    is_shared = table in whole.shared
    scores = tuple(_said(score, is_shared) for score in measured.scores if score.subject != WHOSE)
    kept = tuple(note for note in (*notes, *measured.notes) if note.column != WHOSE)
    return dataclasses.replace(measured, scores=scores, notes=tuple(dict.fromkeys(kept)))


def _said(score: Score, is_shared: bool) -> Score:
    """Why there is nothing unseen of a table that is the same on both sides of the split."""
    is_unknown = score.value is None and score.family in ("privacy", "utility")
    return dataclasses.replace(score, reason=UNSEEN_NOWHERE) if is_shared and is_unknown else score


def _part(whole: Family, table: str) -> TablePart:
    own = whole.schema[table]
    standing: Standing = "as it is" if table in whole.standing else "made" if _has_rows(whole, table) else "too small"
    rows: dict[str, int] = {side: whole.side(side).n(table) for side in whole.sides}
    return TablePart(table, own.primary_key, whole.root(table), own.is_reference, standing, table in whole.shared, rows)


def _keys(whole: Family) -> tuple[KeyPart, ...]:
    return tuple(
        KeyPart(link.label, link.table, link.key.columns, link.key.table, link.key.references, link.key.owns)
        for link in whole.links
    )


def _rows(whole: Family) -> dict[str, int]:
    return {side: sum(whole.side(side).n(table.name) for table in whole.schema) for side in whole.sides}
