"""Distances to the closest record, and exact matches: shown because readers ask for them, and deciding nothing.

A twin can give every rare value away and still lie as near to strangers as to members (Yao et al., The DCR Delusion,
arXiv:2505.01524, 2025), and whole rows of common values match by coincidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import Arena, Records
from twinset.evaluation.attacks.intervals import wilson
from twinset.evaluation.attacks.space import Points, nearest
from twinset.evaluation.attacks.words import may_be_in, words

DCR, EXACT = "privacy.dcr_share", "privacy.exact_match"
TWIN_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Closest:
    """Both figures."""

    metrics = (DCR, EXACT)
    has_control = False

    def attack(self, arena: Arena, *, seed: Seed) -> Iterable[Score]:
        """The share of twin rows nearer to members than to strangers (ties count half), and that of copies of train rows."""
        ground = arena.ground
        rows = arena.twin_points[:TWIN_ROWS]
        members, strangers = (self._gaps(arena, rows, side) for side in (ground.members, ground.strangers))
        share = float(np.mean(members < strangers) + np.mean(members == strangers) / 2)
        # Chance enters with the draw of twin rows and with that of real ones, and fewer of either mean more of it.
        n_free = round(1 / (1 / max(1, len(rows)) + 1 / max(1, len(ground.members))))
        interval = wilson(round(share * n_free), n_free)
        yield Score(DCR, None, share, "baseline", interval, 0.5, n=len(rows), reason="shown only: it misses most leaks")
        known = words(ground.train).keys()
        twin, unseen = (words(side).keys() for side in (arena.twin, ground.strangers))
        hits, by_nature = (int(np.isin(keys, known[may_be_in(known, keys)]).sum()) for keys in (twin, unseen))
        yield Score(
            EXACT,
            None,
            hits / max(1, len(twin)),
            "baseline",
            wilson(hits, len(twin)),
            by_nature / max(1, len(unseen)),
            wilson(by_nature, len(unseen)),
            n=len(twin),
            reason="shown only: rows of common values match by coincidence",
        )

    def _gaps(self, arena: Arena, rows: Points, side: Records) -> Points:
        return nearest(rows, arena.ground.space.embed(side.values), 1)[:, 0]
