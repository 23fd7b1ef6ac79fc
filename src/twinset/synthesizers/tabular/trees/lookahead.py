"""Looking ahead: how well a field's class agrees with what is given of fields that come later in the chain.

Tables of pairs of classes, counted in rows drawn from the chain itself. They only steer draws towards what is given; the
weights of :mod:`twinset.synthesizers.tabular.trees.condition` undo whatever they get wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Field, Symbols
from twinset.synthesizers.tabular.trees.codes import MOST_CLASSES, Codes, Floats, binned
from twinset.synthesizers.tabular.trees.order import mutual_information

POOL_ROWS, _POOL_CELLS, _FEWEST = 50_000, 2_000_000, 2_000
_SURE, _ADDED = 3.0, 2.0
"""Standard errors above chance from which on a pair of fields shares something; rows added to each pair of classes."""


def n_pool(n_fields: int) -> int:
    """How many rows to draw for the tables."""
    return min(POOL_ROWS, max(_FEWEST, _POOL_CELLS // max(n_fields, 1)))


@dataclass(frozen=True, slots=True)
class Lookahead:
    """``tables`` go from each field's symbols to at most 32 classes, 0 being missing alone; ``pool`` has those of rows."""

    tables: tuple[Codes, ...]
    pool: tuple[Codes, ...]
    _shared: dict[tuple[int, int], float] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, fields: tuple[Field, ...], drawn: list[Symbols]) -> Lookahead:
        tables = tuple(
            _classes(one, np.bincount(own, minlength=one.n_symbols)) for one, own in zip(fields, drawn, strict=True)
        )
        return cls(tables, tuple(table[own] for table, own in zip(tables, drawn, strict=True)))

    def shared(self, one: int, other: int) -> float:
        """Nats that two fields share; 0 where chance alone may be what they have in common."""
        pair = (min(one, other), max(one, other))
        if pair not in self._shared:
            classes = [self.pool[number].astype(np.int64) for number in pair]
            nats = float(mutual_information(classes)[0, 1])
            freedom = (len(np.unique(classes[0])) - 1) * (len(np.unique(classes[1])) - 1)
            self._shared[pair] = nats if nats > _SURE * np.sqrt(2 * freedom) / (2 * len(classes[0])) else 0.0
        return self._shared[pair]

    def agreement(self, later: int, earlier: int) -> Floats:
        """How often classes of the later field (rows) go with those of the earlier one (columns), as multiples of chance.

        A few rows as by chance are added to each pair, so that a rare pair is not taken for an impossible one.
        """
        height, width = (int(self.tables[number].max()) + 1 for number in (later, earlier))
        cell = self.pool[later].astype(np.int64) * width + self.pool[earlier]
        counts = np.bincount(cell, minlength=height * width).reshape(height, width)
        expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / len(cell)
        return np.asarray((counts + _ADDED) / (expected + _ADDED))

    def guides(self, earlier: int, given: list[int], best: dict[int, float]) -> list[int]:
        """The given later fields to steer an earlier one by: each says more than ``best`` so far, and something of its own.

        ``best`` holds what the best field before shares with each, and is brought up to date.
        """
        chosen: list[int] = []
        for later in sorted(given, key=lambda number: (-self.shared(earlier, number), number)):
            says = self.shared(earlier, later)
            is_news = says > best.get(later, 0.0)
            if is_news and all(self.shared(later, one) < says for one in chosen):
                chosen.append(later)
                best[later] = says
        return chosen


def _classes(own: Field, counts: Numbers) -> Codes:
    """Classes of a field's symbols that have these counts."""
    there = np.concatenate([[0], counts[1:]])
    if own.is_ordered:
        codes = 1 + binned(there, MOST_CLASSES - 1)
    else:
        rank = np.empty(len(there), dtype=np.int64)
        rank[np.argsort(-there, kind="stable")] = np.arange(len(there))
        codes = 1 + np.minimum(rank, MOST_CLASSES - 2)
    codes[0] = 0
    return codes.astype(np.uint8)
