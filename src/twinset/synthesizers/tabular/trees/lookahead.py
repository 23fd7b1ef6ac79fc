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
_LEAST_SHARED = 0.002
"""Nats below which a pair of fields says nothing worth steering by."""


def n_pool(n_fields: int) -> int:
    """How many rows to draw for the tables."""
    return min(POOL_ROWS, max(_FEWEST, _POOL_CELLS // max(n_fields, 1)))


@dataclass(frozen=True, slots=True)
class Lookahead:
    """``tables`` go from each field's symbols to at most 32 classes, 0 being missing alone; ``pool`` has those of rows."""

    tables: tuple[Codes, ...]
    pool: tuple[Codes, ...]
    _shared: dict[tuple[int, int], float] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: tuple[Field, ...], drawn: list[Symbols]) -> Lookahead:
        tables = tuple(
            _classes(one, np.bincount(own, minlength=one.n_symbols)) for one, own in zip(fields, drawn, strict=True)
        )
        return cls(tables, tuple(table[own] for table, own in zip(tables, drawn, strict=True)))

    def shared(self, one: int, other: int) -> float:
        """Nats that two fields share."""
        pair = (min(one, other), max(one, other))
        if pair not in self._shared:
            self._shared[pair] = float(mutual_information([self.pool[number].astype(np.int64) for number in pair])[0, 1])
        return self._shared[pair]

    def agreement(self, later: int, earlier: int) -> Floats:
        """The probability of each class of the later field (rows) given each class of the earlier one (columns)."""
        height, width = (int(self.tables[number].max()) + 1 for number in (later, earlier))
        cell = self.pool[later].astype(np.int64) * width + self.pool[earlier]
        counts = np.bincount(cell, minlength=height * width).reshape(height, width) + 0.0
        alone = (counts.sum(axis=1, keepdims=True) + 1) / (counts.sum() + height)
        return np.asarray((counts + alone) / (counts.sum(axis=0) + 1))

    def guides(self, earlier: int, given: list[int], best: dict[int, float]) -> list[int]:
        """The given later fields to steer an earlier one by: each says more than ``best`` so far, and something of its own.

        ``best`` holds what the best field before shares with each, and is brought up to date.
        """
        chosen: list[int] = []
        for later in sorted(given, key=lambda number: (-self.shared(earlier, number), number)):
            says = self.shared(earlier, later)
            is_news = says > max(best.get(later, 0.0), _LEAST_SHARED)
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
