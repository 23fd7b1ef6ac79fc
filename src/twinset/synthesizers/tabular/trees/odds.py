"""One of two symbols given the fields before it.

What models are taught to predict most often has two values. How likely each is follows smoothly from many other fields at
once, which boosted trees say better than what lies in the leaf of one tree. Two of them, each learned from four fifths of
the entities for as long as the last fifth bears it out, are taken together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.synthesizers.tabular.draws import systematic
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.trees.boost import (
    ROUNDS,
    Bins,
    Boosted,
    Kin,
    Pace,
    boost,
    boosted_from_data,
    boosted_to_data,
)
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.law import choose

_PACE = Pace(ROUNDS, 0.3)


@dataclass(frozen=True, slots=True)
class Odds:
    """``symbols`` are the two, ``shares`` their shares of all rows."""

    symbols: tuple[int, int]
    shares: Floats
    parts: tuple[Boosted, ...]

    def law(self, predictors: Codes) -> Floats:
        """The probability of each of the two for each row (rows x predictors)."""
        second = self._second(np.ascontiguousarray(predictors.T))
        return np.stack([1 - second, second], axis=1)

    def _second(self, columns: Codes) -> Floats:
        logit = sum(part.logit(columns) for part in self.parts) / len(self.parts)
        return np.asarray(1 / (1 + np.exp(-logit)))

    def draw(self, predictors: Codes, rng: np.random.Generator) -> Symbols:
        """A symbol for each row, spread evenly over rows that are alike: less noise for a model that learns from them."""
        columns = np.ascontiguousarray(predictors.T)
        chance = self._second(columns)
        is_second = systematic(chance, np.lexsort((chance, self.parts[0].region(columns))), rng)
        return np.where(is_second, *reversed(self.symbols)).astype(np.uint16)

    def likelihood(self, predictors: Codes, symbols: Symbols) -> Floats:
        """The probability that a draw for each row gives the row's symbol."""
        return np.asarray((self.law(predictors) * (symbols[:, None] == np.array(self.symbols))).sum(axis=1))

    def classed(self, classes: Codes) -> ClassedOdds:
        """The law over classes of symbols; ``classes`` is a table from symbols."""
        return ClassedOdds(self, classes[list(self.symbols)], int(classes.max()) + 1)

    def to_data(self, writer: Writer) -> dict[str, Any]:
        parts = [boosted_to_data(part, writer) for part in self.parts]
        return {"symbols": list(self.symbols), "shares": writer.put(self.shares), "parts": parts}


@dataclass(frozen=True, slots=True)
class ClassedOdds:
    """Two symbols that fall into classes: the law over classes, and draws within one."""

    odds: Odds
    classes: Codes
    n_classes: int

    @property
    def marginal(self) -> Floats:
        """The law over the classes, whatever the predictors."""
        shares: Floats = np.bincount(self.classes, weights=self.odds.shares, minlength=self.n_classes).astype(np.float64)
        return shares

    def draw(self, predictors: Codes, tilt: Floats, rng: np.random.Generator) -> tuple[Symbols, Floats]:
        """Symbols by the law times ``tilt``, and what that product sums to; see :class:`.law.Classed`."""
        own = tilt[:, self.classes]
        weighed = self.odds.law(predictors) * own
        total = weighed.sum(axis=1)
        picked = choose(np.where((total <= 0)[:, None], self.odds.shares * own, weighed), rng.random(len(total)))
        return np.array(self.odds.symbols, dtype=np.uint16)[picked], total


def learn_odds(predictors: Codes, symbols: Symbols, checks: Sequence[npt.NDArray[np.bool_]], kin: Kin | None = None) -> Odds:
    """The odds of a field with two symbols, from rows with these codes (rows x predictors).

    Each of the ``checks`` are rows that say how long trees are grown on the others; no entity (``kin``) is in both.
    """
    pair = np.unique(symbols)
    is_second = symbols == pair[1]
    bins = Bins.of(np.ascontiguousarray(predictors.T))
    parts = tuple(boost(bins, is_second, np.flatnonzero(~asked), np.flatnonzero(asked), _PACE, kin) for asked in checks)
    share = float(is_second.mean())
    return Odds((int(pair[0]), int(pair[1])), np.array([1 - share, share]), parts)


def odds_from_data(data: Any, n_predictors: int, n_symbols: int, reader: Reader) -> Odds:
    """The odds over that many predictors; DataError where they are not some."""
    own = expect(data, dict, "odds")
    symbols = [whole(one, 0, n_symbols - 1, "symbol") for one in expect(own.get("symbols"), list, "symbols")]
    shares = reader.get(own.get("shares"), np.float64, length=2)
    parts = [boosted_from_data(part, n_predictors, reader) for part in expect(own.get("parts"), list, "parts")]
    if len(symbols) != 2 or symbols[0] == symbols[1] or not 1 <= len(parts) <= 1000 or (shares <= 0).any():
        raise DataError("the odds of the sampler are not as they were saved")
    return Odds((symbols[0], symbols[1]), shares, tuple(parts))
