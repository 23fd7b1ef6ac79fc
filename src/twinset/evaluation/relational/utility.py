"""Does a model learned across the twin's joins do what one learned across the real ones does?

One column of each table with relatives is predicted from what its relatives say alone (parents' columns, siblings' and
children's sums), never from the row's own columns: what is learned is the tie between tables. As in
:mod:`twinset.evaluation.utility.tstr`, models of train's rows and of the twin's are tested on the same unseen rows. Without
a target the column that its relatives tell best in train is taken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.encode import Encoded, encoded
from twinset.evaluation.relational.sides import Family
from twinset.evaluation.relational.views import Feature, joined
from twinset.evaluation.utility.targets import skill
from twinset.evaluation.utility.tstr import TrainOnTwin

MOST_FIT, MOST_TEST, FEWEST_SKILL, MOST_SCREENED = 8_000, 4_000, 0.1, 20
_RENAMED = {"utility.tstr": "utility.join_tstr", "utility.gap": "utility.join_gap"}


def across_joins(family: Family, target: tuple[str, str] | None, seed: Seed) -> Iterator[Score]:
    """``utility.join_tstr`` and ``utility.join_gap`` of each table; with a target, of that column alone."""
    tables = [table.name for table in family.made() if target is None or table.name == target[0]]
    for table in tables:
        if min(family.side(side).n(table) for side in family.sides) > 0:
            yield from _of_table(family, table, target[1] if target else None, seed.child("join", table))


def _of_table(family: Family, table: str, target: str | None, seed: Seed) -> Iterator[Score]:
    comparison, features = joined(family, table, seed)
    own = {feature.name for feature in features if feature.name == feature.of}
    if len(own) == len(features):
        return
    wanted = target if target is not None else _best(comparison, features, own, seed)
    if wanted is None or comparison.holdout is None:
        return
    view = _only_relatives(comparison, features, wanted)
    for score in TrainOnTwin(MOST_FIT, MOST_TEST).measure(view, seed=seed):
        if score.metric in _RENAMED:
            detail = {**score.detail, "table": table, "column": wanted}
            subject = f"{table}.{wanted} from its relatives"
            yield dataclasses.replace(score, metric=_RENAMED[score.metric], subject=subject, detail=detail)


def _only_relatives(comparison: Comparison, features: tuple[Feature, ...], target: str) -> Comparison:
    """The target beside what relatives say, without sums that the row's own value is part of."""
    siblings = {feature.name for feature in features if feature.name.startswith("siblings") and feature.of == target}
    own = {feature.name for feature in features if feature.name == feature.of}
    kept = tuple(
        column for column in encoded(comparison).columns
        if column.name == target or (column.name not in own and column.name not in siblings)
    )  # fmt: skip
    cache = {**{key: value for key, value in comparison.cache.items() if key.startswith("entities")},
             "encoded": Encoded(kept, ())}  # fmt: skip
    return dataclasses.replace(comparison, target=target, cache=cache)


def _best(comparison: Comparison, features: tuple[Feature, ...], own: set[str], seed: Seed) -> str | None:
    """The column that a quick tree learns best from relatives alone."""
    names = sorted(own)
    chosen = [names[place] for place in np.sort(seed.generator().permutation(len(names))[:MOST_SCREENED])]
    found = {name: skill(_only_relatives(comparison, features, name), name, seed) for name in chosen}
    best = max(found, key=lambda name: found[name], default=None)
    return best if best is not None and found[best] >= FEWEST_SKILL else None
