"""A field on its own: how many rows have each symbol."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Symbols


@dataclass(frozen=True, slots=True)
class Marginal:
    """Symbols in the shares that the data has them in. ``counts`` has one entry for each symbol."""

    counts: Numbers

    @classmethod
    def of(cls, symbols: Symbols, n_symbols: int) -> Marginal:
        return cls(np.bincount(symbols, minlength=n_symbols))

    def present(self) -> Marginal:
        """The marginal of what is not missing."""
        return Marginal(np.concatenate([[0], self.counts[1:]]))

    def draw(self, n_rows: int, rng: np.random.Generator) -> Symbols:
        """Independent draws; missing where nothing was learned."""
        bounds = np.cumsum(self.counts)
        if bounds[-1] == 0:
            return np.zeros(n_rows, dtype=np.uint16)
        return np.searchsorted(bounds, rng.integers(0, bounds[-1], n_rows), side="right").astype(np.uint16)
