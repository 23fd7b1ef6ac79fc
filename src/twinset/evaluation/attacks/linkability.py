"""Linkability: does the twin help to join two files about the same people that share no column?

The columns are cut into two halves. For each record the twin rows nearest to it in the one half and in the other are sought;
where the two lists share a row, the attacker takes the two halves for one person. One cut is tried, drawn from the seed;
other cuts may do better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import Arena
from twinset.evaluation.attacks.gains import gain
from twinset.evaluation.attacks.space import nearest_rows

METRIC = "privacy.linkability"
TARGETS = 500
BASE_ROWS = 20_000
CANDIDATES = 5
"""Twin rows in each list."""


@dataclass(frozen=True, slots=True)
class Linkability:
    """The attack."""

    metrics = (METRIC,)
    has_control = False

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """One score for the table."""
        ground, width = arena.ground, len(arena.ground.columns)
        if width < 2:
            yield Score(METRIC, None, None, "lower", baseline=0.0, reason="a table of one column has no two halves")
            return
        size = min(ground.effort * TARGETS, ground.n_queries)
        targets = ground.members.take(slice(0, size)).beside(ground.strangers.take(slice(0, size)))
        twin = arena.twin.take(slice(0, BASE_ROWS))
        order = seed.generator().permutation(width)
        lists = []
        for half in (order[: width // 2], order[width // 2 :]):
            known, base = (ground.space.embed(rows.values, half.tolist()) for rows in (targets, twin))
            lists.append(nearest_rows(known, base, CANDIDATES))
        is_linked = (lists[0][:, :, None] == lists[1][:, None, :]).any(axis=(1, 2))
        naive = min(1.0, CANDIDATES**2 / max(1, len(twin)))
        yield gain(METRIC, None, is_linked[:size], is_linked[size:], naive)
