"""Whole numbers, and truths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Range
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.keys import Permutation
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.weights import zipf_ranks

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Options):
    """Any whole number from ``low`` to ``high`` (both included), in steps of ``step``."""

    word: ClassVar[str] = "integer"
    low: int = 0
    high: int = 100
    step: int = 1

    def __post_init__(self) -> None:
        options.whole(self.low, "low", -(2**61), 2**61)
        options.whole(self.high, "high", -(2**61), 2**61)
        options.whole(self.step, "step", 1)
        if self.low > self.high:
            raise PlanError(f"low is at most high, unlike {self.low:,} and {self.high:,}")

    def n_values(self) -> int | None:
        return (self.high - self.low) // self.step + 1

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Integer(), pa.int64(), Range(self.low, self.high), origin="declared")

    def at(self, rows: Index, common: Seed) -> pa.Array:
        return pa.array(Permutation((self.high - self.low) // self.step + 1, common).at(rows) * self.step + self.low)

    def make(self, rows: Rows) -> pa.Array:
        size = (self.high - self.low) // self.step + 1
        return pa.array(rows.seed.generator().integers(0, size, rows.n, dtype=np.int64) * self.step + self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Options):
    """What distributions of whole numbers share: what lies beyond ``low`` and ``high`` becomes these."""

    low: int = 0
    high: int | None = None

    def __post_init__(self) -> None:
        options.whole(self.low, "low")
        if self.high is not None:
            options.whole(self.high, "high", self.low)

    def draw(self, n: int, rng: np.random.Generator) -> Counts:
        """So many numbers of the whole distribution."""
        raise NotImplementedError

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Integer(), pa.int64(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        counts = self.draw(rows.n, rows.seed.generator())
        return pa.array(np.clip(counts, self.low, self.high).astype(np.int64, copy=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(Counting):
    """How often something happens that happens ``mean`` times on average."""

    word: ClassVar[str] = "poisson"
    mean: float

    def __post_init__(self) -> None:
        options.number(self.mean, "mean", 0, 1e9)
        Counting.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Counts:
        return rng.poisson(self.mean, n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometric(Counting):
    """1, 2, 3 ... each less often than the one before by the same factor; ``mean`` is at least 1."""

    word: ClassVar[str] = "geometric"
    mean: float

    def __post_init__(self) -> None:
        options.number(self.mean, "mean", 1, 1e9)
        Counting.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Counts:
        return rng.geometric(1 / self.mean, n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binomial(Counting):
    """How many of ``n`` tries succeed, each with probability ``share``."""

    word: ClassVar[str] = "binomial"
    n: int
    share: float = 0.5

    def __post_init__(self) -> None:
        options.whole(self.n, "n", 0, 2**40)
        options.number(self.share, "share", 0, 1)
        Counting.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Counts:
        return rng.binomial(self.n, self.share, n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdispersed(Counting):
    """The negative binomial distribution of ``mean``: the smaller ``shape``, the more it varies."""

    word: ClassVar[str] = "negative_binomial"
    mean: float
    shape: float = 1.0

    def __post_init__(self) -> None:
        options.number(self.mean, "mean", 0, 1e9)
        options.number(self.shape, "shape", 0, 1e9, above=True)
        Counting.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Counts:
        return rng.poisson(rng.standard_gamma(self.shape, n) * (self.mean / self.shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Zipf(Counting):
    """1 to ``n``, of which k comes about as often as 1/k to the power of ``exponent``."""

    word: ClassVar[str] = "zipf"
    low: int = 1
    n: int = 1_000
    exponent: float = 1.0

    def __post_init__(self) -> None:
        options.whole(self.n, "n", 1, 2**40)
        options.number(self.exponent, "exponent", 0, 20)
        Counting.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Counts:
        return zipf_ranks(n, self.n, self.exponent, rng) + 1


@dataclass(frozen=True, slots=True)
class Boolean(Options):
    """True in a ``share`` of the rows."""

    word: ClassVar[str] = "boolean"
    share: float = 0.5

    def __post_init__(self) -> None:
        options.number(self.share, "share", 0, 1)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Boolean(), pa.bool_(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        return pa.array(rows.seed.generator().random(rows.n) < self.share)
