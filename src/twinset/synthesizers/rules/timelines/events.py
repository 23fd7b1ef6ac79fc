"""Streams of events: what happens to each parent, in which order and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.registry import nearest
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.moments import SECOND, span
from twinset.synthesizers.rules.records import field_of
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.timelines.chain import Chain, chain_from, funnel
from twinset.synthesizers.rules.timelines.chances import Floats, common_seed, waits
from twinset.synthesizers.rules.timelines.families import Families, check_dated, moments_array, moments_of

UNITS = {"us": 1, "ms": 1_000, "s": SECOND, "min": 60 * SECOND}


@dataclass(frozen=True, slots=True, kw_only=True)
class Events(Options):
    """How many events a parent has: as many as its chain of them takes steps.

    The chain is said by ``start`` and ``steps``, or by a ``funnel``. The first event is at the parent's moment ``from``;
    before each later one there is a ``wait``, a mean length of time (or one for each event), exponentially distributed.
    """

    word: ClassVar[str] = "events"
    noun: ClassVar[str] = "word"
    from_: str
    start: Any = None
    steps: Any = None
    funnel: Any = None
    wait: Any = "30 s"
    unit: str = "ms"
    most: int = 1_000

    def __post_init__(self) -> None:
        options.text(self.from_, "from")
        options.choice(self.unit, "unit", UNITS)
        options.whole(self.most, "most", 1, 100_000)
        if (self.funnel is None) == (self.steps is None):
            raise PlanError("say start and steps, or a funnel: {visit: 1, cart: 0.3, pay: 0.5}")
        self.means(self.chain())

    def chain(self) -> Chain:
        """The chain of events."""
        if self.funnel is not None:
            return chain_from(*funnel(self.funnel), self.most)
        if self.start is None:
            raise PlanError("start is the event that comes first, or some with their weights")
        return chain_from(self.start, self.steps, self.most)

    def means(self, chain: Chain) -> Floats:
        """Microseconds before each event, on average."""
        said = self.wait if isinstance(self.wait, dict) else dict.fromkeys(chain.states, self.wait)
        if unknown := [name for name in said if name not in chain.states]:
            raise PlanError(f"there is a wait for {unknown[0]!r}, which is no event{nearest(unknown[0], chain.states)}")
        return np.array([span(said.get(name, "30 s"), f"the wait for {name!r}") for name in chain.states], dtype=np.float64)

    def reads(self) -> tuple[str, ...]:
        return (self.from_,)

    def column(self, name: str, scope: Scope) -> Column:
        check_dated(scope.of(self.from_).storage, self.from_)
        return Column(name, types.Integer(), pa.int64(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        owners = np.arange(rows.start, rows.start + rows.n, dtype=np.int64)
        lengths, _ = self.chain().walk(owners, common_seed(rows.common))
        is_there = rows.of(self.from_).is_valid().to_numpy(zero_copy_only=False)
        return pa.array(np.where(is_there, lengths, 0))


@dataclass(frozen=True, slots=True)
class EventsRecord(Options):
    """Each event: its ``type``, when it happens (``at``), and its ``number`` among those of its parent, from 1."""

    word: ClassVar[str] = "events"
    events: Events

    @property
    def path(self) -> str:
        return f"parent.{self.events.from_}"

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Nested(), self._storage(scope.of(self.path).storage), origin="declared", nullable=False)

    def _storage(self, begin: pa.DataType) -> pa.DataType:
        check_dated(begin, self.events.from_)
        moment = pa.timestamp("us", getattr(begin, "tz", None))
        kinds = (("type", pa.string(), types.Categorical()), ("at", moment, types.DateTime(zone=moment.tz)),
                 ("number", pa.int64(), types.Integer()))  # fmt: skip
        return pa.struct([field_of(*kind) for kind in kinds])

    def make(self, rows: Rows) -> pa.Array:
        begin = rows.of(self.path)
        chain, families, seed = self.events.chain(), Families.of_rows(rows), common_seed(rows.common)
        lengths, states = chain.walk(families.owners, seed)
        if not np.array_equal(lengths, families.wanted):
            lengths, states = chain.walk(families.owners, seed, families.wanted)
        place = families.place(rows)
        times = self._times(families, lengths, states, seed, chain)
        at = moments_of(begin, 0) + times[place]
        storage = self._storage(begin.type)
        arrays = [
            pa.array(chain.states).take(pa.array(states[place])),
            moments_array(at, storage.field("at").type),
            pa.array(rows.position() + 1),
        ]
        return pa.StructArray.from_arrays(arrays, fields=list(storage))

    def _times(self, families: Families, lengths: Index, states: Index, seed: Seed, chain: Chain) -> Index:
        """Microseconds since the first event of the parent; each event is at least one unit later than the one before."""
        unit = UNITS[self.events.unit]
        starts = np.cumsum(lengths) - lengths
        owner = np.repeat(np.arange(len(lengths)), lengths)
        step = np.arange(len(owner)) - starts[owner]
        means = self.events.means(chain)[states]
        gaps = np.zeros(len(owner), dtype=np.int64)
        order = np.argsort(step, kind="stable")
        ends = np.searchsorted(step[order], np.arange(1, (int(lengths.max()) if len(lengths) else 0) + 1))
        for number, rows in enumerate(np.split(order, ends[:-1]) if len(order) else []):
            if number:
                drawn = waits(families.owners[owner[rows]], number, seed.child("wait"), means[rows])
                gaps[rows] = np.maximum(np.rint(drawn / unit), 1).astype(np.int64) * unit
        total = np.cumsum(gaps)
        return np.asarray(total - total[starts][owner]) if len(owner) else total
