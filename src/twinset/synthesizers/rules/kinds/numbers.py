"""Numbers from distributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Range
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Options, Rows, Scope

Floats = npt.NDArray[np.float64]
MOST_ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuous(Options):
    """What distributions of real numbers share: ``low`` and ``high`` cut off, ``decimals`` rounds (0: whole numbers)."""

    decimals: int | None = None
    low: float | None = None
    high: float | None = None

    def _check(self) -> None:
        options.decimals(self.decimals)
        low = -np.inf if self.low is None else options.number(self.low, "low")
        high = np.inf if self.high is None else options.number(self.high, "high")
        if not low < high:
            raise PlanError(f"low is below high, unlike {self.low} and {self.high}")

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """So many numbers of the whole distribution."""
        raise NotImplementedError

    def column(self, name: str, scope: Scope) -> Column:
        both = self.low is not None and self.high is not None
        span = Range(self.low, self.high) if both else None  # type: ignore[arg-type]
        if self.decimals == 0:
            return Column(name, types.Integer(), pa.int64(), span, origin="declared")
        return Column(name, types.Real(self.decimals), pa.float64(), span, origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        numbers = self._within(rows.n, rows.seed.generator())
        return pa.array(np.rint(numbers).astype(np.int64) if self.decimals == 0 else numbers)

    def _within(self, n: int, rng: np.random.Generator) -> Floats:
        """Numbers between the ends, and rounded: those beyond are drawn again."""
        numbers = self._rounded(self.draw(n, rng))
        if self.low is None and self.high is None:
            return numbers
        low, high = (-np.inf if self.low is None else self.low), (np.inf if self.high is None else self.high)
        for _ in range(MOST_ROUNDS):
            out = np.flatnonzero((numbers < low) | (numbers > high))
            if not len(out):
                return numbers
            numbers[out] = self._rounded(self.draw(len(out), rng))
        raise PlanError(f"the rule {self.word!r} hardly ever gives a number from {low:,} to {high:,}; widen low and high")

    def _rounded(self, numbers: Floats) -> Floats:
        return numbers if self.decimals is None else np.round(numbers, self.decimals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal(Continuous):
    """The normal distribution."""

    word: ClassVar[str] = "normal"
    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        options.number(self.mean, "mean")
        options.number(self.sd, "sd", 0)
        self._check()

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.standard_normal(n) * self.sd + self.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(Options):
    """How often something happens that happens ``mean`` times on average; at most ``high`` times."""

    word: ClassVar[str] = "poisson"
    mean: float
    low: int = 0
    high: int | None = None

    def __post_init__(self) -> None:
        options.number(self.mean, "mean", 0, 1e9)
        options.whole(self.low, "low", 0)
        if self.high is not None:
            options.whole(self.high, "high", self.low)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Integer(), pa.int64(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        counts = rows.seed.generator().poisson(self.mean, rows.n)
        return pa.array(np.clip(counts, self.low, self.high))
