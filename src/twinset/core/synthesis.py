"""The contract of engines: a synthesizer is fitted on data and gives a sampler; a sampler describes pure parts.

A rule set, a prompt or a simulator has nothing to fit: it is a sampler. The pipeline alone runs either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.dataset import Dataset
from twinset.core.media import MediaRef
from twinset.core.request import KeyRange, Made, Part, Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed

GivenKind = Literal["fixed", "seed_rows", "shares"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What an engine can do: what it conditions on, whether it is differentially private, which extra it needs.

    ``has_context``: it draws a table's other columns given those that the table names as its context.
    """

    given: frozenset[GivenKind] = frozenset()
    has_context: bool = False
    is_private: bool = False
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected cost before a run: CPU seconds to learn, bytes of memory at the peak, money in US dollars.

    ``making`` are the CPU seconds to make as many rows as are learned from.
    """

    seconds: float
    bytes: int
    money: float = 0.0
    making: float = 0.0


class FitContext(Protocol):
    """What ``fit`` may ask of its surroundings."""

    def progress(self, done: float, what: str) -> None:
        """Say how far the fit is (0 to 1) and at what; also the place where an interrupt is noticed."""

    def note(self, what: str, column: str | None = None, count: int = 1) -> None:
        """Put something into the report that must not be silent: a column left out, rare values protected, rows dropped."""


class MakeContext(Protocol):
    """What ``make`` may ask of its surroundings."""

    def rows_of(self, part: str) -> pa.Table:
        """The rows of a part named in ``needs``."""

    def state_of(self, part: str) -> bytes:
        """The state that a part named in ``needs`` left."""

    def put(self, content: bytes, media_type: str) -> MediaRef:
        """Store a blob under its hash; storing it twice is storing it once."""


@runtime_checkable
class KeepsContext(MakeContext, Protocol):
    """A context whose surroundings outlive a fault."""

    @property
    def keeping(self) -> Path:
        """A folder of the stage: what was put there is there again when a broken run goes on, or a changed one begins."""


@runtime_checkable
class Sampler(Protocol):
    """Makes rows, part by part.

    Contract: ``parts`` is deterministic and cheap beside ``make``; ``make`` is a pure function of (sampler, part, request);
    ``save`` writes JSON, Arrow or npz files into an empty folder, never code or pickles, and the ``load`` of the engine
    named by ``engine`` reads them back into a sampler that makes the same rows.
    """

    @property
    def engine(self) -> str:
        """Name of the engine in the registry that can ``load`` this sampler."""

    @property
    def schema(self) -> Schema: ...

    def parts(self, request: Request) -> Iterable[Part]: ...

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]: ...

    def save(self, folder: Path) -> None: ...


Function = Callable[[pa.RecordBatch], object]
"""A predicate of the caller's: a record batch of its columns in, a boolean for each row out."""


@runtime_checkable
class KnowsPredicates(Protocol):
    """A sampler that may hold predicates of the caller's, by name alone: functions are never saved."""

    def bind(self, functions: Mapping[str, Function]) -> Sampler:
        """The same with the functions of its predicates; PlanError where one is missing, or none of that name is held."""


@runtime_checkable
class Remarking(Protocol):
    """A sampler that has something to say about a request before it is made: given values that it never learned."""

    def remarks(self, request: Request) -> Iterable[str]:
        """One sentence each, with counts; none of them is an error."""


@runtime_checkable
class Contextual(Protocol):
    """A sampler of one table that draws rows given the table's context columns: what another kind builds on."""

    def rows(self, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table | None = None) -> pa.RecordBatch:
        """The rows of these places among ``n_total``, all columns but the context; one row of ``context`` for each.

        What is missing in the context is known to be missing. Other columns of ``context`` are not looked at.
        """


@runtime_checkable
class Completing(Contextual, Protocol):
    """A contextual sampler whose rows may be given cells of their own: what rows of linked tables are completed by."""

    def completed(self, keys: KeyRange, n_total: int, seed: Seed, context: pa.Table, given: pa.Table) -> pa.RecordBatch:
        """Rows as :meth:`rows` makes them, with what ``given`` has of each; a missing cell is free to be drawn."""

    def evidence(self, seed: Seed, context: pa.Table, given: pa.Table) -> npt.NDArray[np.float64]:
        """The logarithm of how likely each row's given cells are in its context; its exponential is right on average."""


@runtime_checkable
class Sizing(Protocol):
    """A sampler that knows how many rows its tables have, where a request does not say."""

    def sized(self, request: Request) -> Request:
        """The request with the rows of every table."""


@runtime_checkable
class Waiting(Protocol):
    """A sampler whose parts mostly wait for others: some are made at once, in threads of one process, by one object."""

    @property
    def n_at_once(self) -> int: ...

    def opened(self) -> AbstractContextManager[None]:
        """What it waits for is held open while this is entered, from part to part, and let go when it is left."""

    def give_up(self) -> None:
        """End all waiting at once, with errors in the parts that wait: another part has failed, or the run is
        interrupted."""


@runtime_checkable
class Selecting(Protocol):
    """A sampler that may leave out rows which it can't make as they should be; each of them is a reject."""

    @property
    def may_fall_short(self) -> bool: ...


@runtime_checkable
class Telling(Protocol):
    """A sampler that has more to tell of its rows' making than their number."""

    def told(self, used: Mapping[str, int]) -> Mapping[str, Any]:
        """Plain data for the manifest; ``used`` are the sums of the parts' tallies."""


@runtime_checkable
class Synthesizer(Protocol):
    """Learns from data. One frozen dataclass of options, never fitted state.

    ``fit`` is deterministic in (options, data, schema, seed). ``load`` reads what a sampler of this engine saved and checks
    it: a damaged or hostile file is a DataError, and nothing of it is ever run.
    """

    @property
    def traits(self) -> Traits: ...

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast: ...

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler: ...

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler: ...
