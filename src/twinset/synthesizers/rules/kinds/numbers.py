"""Real numbers from distributions.

Draws are NumPy's; those that need logarithms and powers (lognormal, pareto) may differ in the last bit between classes of
CPUs, as may what NumPy itself draws with them (gamma, beta).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Range
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Options, Rows, Scope
from twinset.synthesizers.rules.weights import Weighted

Floats = npt.NDArray[np.float64]
MOST_ROUNDS = 200
_ENDS = {"sigma": (0, 50), "shape": (0.01, 1e6), "a": (0.01, 1e6), "b": (0.01, 1e6)}
"""Beyond these, numbers leave what floating point can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuous(Options):
    """What distributions of real numbers share: ``low`` and ``high`` cut off, ``decimals`` rounds (0: whole numbers)."""

    above: ClassVar[tuple[str, ...]] = ()
    """Options that are above 0."""

    decimals: int | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        options.decimals(self.decimals)
        for name in self.above:
            options.number(getattr(self, name), name, *_ENDS.get(name, (0,)), above=True)
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
        out = np.flatnonzero((numbers < low) | (numbers > high))
        for _ in range(MOST_ROUNDS):
            if not len(out):
                return numbers
            numbers[out] = self._rounded(self.draw(len(out), rng))
            out = out[(numbers[out] < low) | (numbers[out] > high)]
        raise PlanError(f"the rule {self.word!r} hardly ever gives a number from {low:,} to {high:,}; widen low and high")

    def _rounded(self, numbers: Floats) -> Floats:
        return numbers if self.decimals is None else np.round(numbers, self.decimals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform(Continuous):
    """Any number from ``low`` to ``high``, 0 to 1 unless said."""

    word: ClassVar[str] = "uniform"
    low: float | None = 0.0
    high: float | None = 1.0

    def __post_init__(self) -> None:
        if self.low is None or self.high is None:
            raise PlanError("low and high are numbers")
        Continuous.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        assert self.low is not None
        assert self.high is not None
        return rng.random(n) * (self.high - self.low) + self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal(Continuous):
    """The normal distribution."""

    word: ClassVar[str] = "normal"
    above: ClassVar[tuple[str, ...]] = ("sd",)
    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        options.number(self.mean, "mean")
        Continuous.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.standard_normal(n) * self.sd + self.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal(Continuous):
    """``median`` times e to a normal number of standard deviation ``sigma``."""

    word: ClassVar[str] = "lognormal"
    above: ClassVar[tuple[str, ...]] = ("median", "sigma")
    median: float = 1.0
    sigma: float = 1.0

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return np.exp(rng.standard_normal(n) * self.sigma) * self.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma(Continuous):
    """The gamma distribution of ``shape`` and ``mean``."""

    word: ClassVar[str] = "gamma"
    above: ClassVar[tuple[str, ...]] = ("shape", "mean")
    shape: float = 1.0
    mean: float = 1.0

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.standard_gamma(self.shape, n) * (self.mean / self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(Continuous):
    """The exponential distribution of ``mean``."""

    word: ClassVar[str] = "exponential"
    above: ClassVar[tuple[str, ...]] = ("mean",)
    mean: float = 1.0

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.standard_exponential(n) * self.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta(Continuous):
    """The beta distribution of ``a`` and ``b``, stretched from ``begin`` to ``end``."""

    word: ClassVar[str] = "beta"
    above: ClassVar[tuple[str, ...]] = ("a", "b")
    a: float
    b: float
    begin: float = 0.0
    end: float = 1.0

    def __post_init__(self) -> None:
        if options.number(self.begin, "begin") >= options.number(self.end, "end"):
            raise PlanError(f"begin is below end, unlike {self.begin} and {self.end}")
        Continuous.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.beta(self.a, self.b, n) * (self.end - self.begin) + self.begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareto(Continuous):
    """The Pareto distribution: from ``least`` up, the heavier of tail the smaller ``shape`` is."""

    word: ClassVar[str] = "pareto"
    above: ClassVar[tuple[str, ...]] = ("shape", "least")
    shape: float = 1.16
    least: float = 1.0

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return np.exp(rng.standard_exponential(n) / self.shape) * self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangular(Continuous):
    """From ``begin`` to ``end``, most often about ``mode``."""

    word: ClassVar[str] = "triangular"
    begin: float = 0.0
    mode: float = 0.5
    end: float = 1.0

    def __post_init__(self) -> None:
        begin, mode, end = (options.number(getattr(self, name), name) for name in ("begin", "mode", "end"))
        if not begin <= mode <= end or begin == end:
            raise PlanError(f"begin, mode and end rise, unlike {begin}, {mode} and {end}")
        Continuous.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        return rng.triangular(self.begin, self.mode, self.end, n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Continuous):
    """Uniform between each two of the rising ``edges``, with a weight for every such piece."""

    word: ClassVar[str] = "histogram"
    edges: Any
    weights: Any

    def __post_init__(self) -> None:
        edges = [options.number(one, "each of the edges") for one in options.listed(self.edges, "edges", least=2)]
        weights = [options.number(one, "each of the weights", 0) for one in options.listed(self.weights, "weights")]
        if len(weights) != len(edges) - 1 or not sum(weights) > 0 or (np.diff(edges) <= 0).any():
            raise PlanError(
                f"edges rise and have a weight between each two, unlike {len(edges)} edges, {len(weights)} weights"
            )
        object.__setattr__(self, "edges", tuple(edges))
        object.__setattr__(self, "weights", tuple(weights))
        Continuous.__post_init__(self)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        reached = np.concatenate([[0.0], np.cumsum(self.weights)])
        return np.asarray(np.interp(rng.random(n) * reached[-1], reached, self.edges))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture(Options):
    """One of some rules for each row: ``of`` is a list of rules, each with its ``weight`` besides."""

    word: ClassVar[str] = "mixture"
    of: Any

    def __post_init__(self) -> None:
        from twinset.synthesizers.rules.kinds import rule_from

        made = []
        for said in options.listed(self.of, "of", least=2, most=1_000):
            own = options.mapping(said, "each of the rules of a mixture")
            weight = options.number(own.get("weight", 1), "weight", 0, above=True)
            made.append((weight, rule_from({name: value for name, value in own.items() if name != "weight"})))
        object.__setattr__(self, "of", tuple(made))

    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for _, rule in self.of for path in rule.reads()))

    def column(self, name: str, scope: Scope) -> Column:
        columns = [rule.column(name, scope) for _, rule in self.of]
        first, kinds = columns[0], {column.storage for column in columns}
        if kinds == {pa.int64(), pa.float64()}:
            return Column(name, types.Real(), pa.float64(), origin="declared")
        if len(kinds) > 1:
            raise PlanError(f"the rules of a mixture make one kind of values, not {', '.join(map(str, kinds))}")
        return Column(name, first.type, first.storage, origin="declared", nullable=any(one.nullable for one in columns))

    def make(self, rows: Rows) -> pa.Array:
        which = Weighted.of([weight for weight, _ in self.of]).at(rows.seed.generator().random(rows.n))
        owners = [np.flatnonzero(which == number) for number in range(len(self.of))]
        made = [rule.make(rows.inner(str(number), owners[number])) for number, (_, rule) in enumerate(self.of)]
        storage = pa.float64() if len({array.type for array in made}) > 1 else made[0].type
        places = np.empty(rows.n, dtype=np.int64)
        places[np.concatenate(owners)] = np.arange(rows.n)
        return pa.concat_arrays([array.cast(storage) for array in made]).take(pa.array(places))
