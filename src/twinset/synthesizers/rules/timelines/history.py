"""Histories: the versions of each parent, from when to when each was valid, and which of its columns changed (type 2 of
slowly changing dimensions).

Each column changes by chance, ``changes`` times a year on average (a Poisson process); every change begins a version in
which exactly one column is new. Versions are half-open: one ends where the next begins, without gaps and overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.moments import DAY, SECOND, Moments, moment
from twinset.synthesizers.rules.records import field_of
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.timelines.chances import Floats, chances, common_seed, waits
from twinset.synthesizers.rules.timelines.families import Families, check_dated, flat, moments_array, moments_of

_YEAR = 365.25 * DAY
_UNITS = {"s": SECOND, "min": 60 * SECOND, "h": 3_600 * SECOND, "d": DAY}
_NEVER = -(2**62)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The versions of some parents, one after the other: when each began, and the number of the column that changed."""

    lengths: Index
    begins: Moments
    changed: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Options):
    """How many versions a parent has.

    The first begins at ``from``, a column of the parent; nothing changes any more after ``until`` (a day or moment, or a
    column of the parent). ``changes`` are times a year: of each column by name, or of the whole row. Versions begin at a
    whole ``unit`` (d, h, min, s; by default days where ``from`` is one). ``last`` is where the current version ends: missing
    unless said. A parent without ``from`` has no version.
    """

    word: ClassVar[str] = "history"
    noun: ClassVar[str] = "word"
    from_: str
    until: str
    changes: Any
    unit: str | None = None
    last: str | None = None
    most: int = 1_000

    def __post_init__(self) -> None:
        options.text(self.from_, "from")
        options.text(self.until, "until")
        options.whole(self.most, "most", 1, 100_000)
        if self.unit is not None:
            options.choice(self.unit, "unit", _UNITS)
        if self.last is not None:
            moment(self.last, "last")
        if not self.columns:
            options.number(self.changes, "changes", 0, 1e6)
        for name in self.columns:
            options.number(self.changes[name], f"the changes of {name!r}", 0, 1e6)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that change."""
        return tuple(self.changes) if isinstance(self.changes, dict) else ()

    @property
    def _rates(self) -> list[float]:
        return [float(rate) for rate in self.changes.values()] if isinstance(self.changes, dict) else [float(self.changes)]

    @property
    def paths(self) -> tuple[str, ...]:
        """The columns of the parent that it reads."""
        return (self.from_, self.until) if self._fixed_end is None else (self.from_,)

    @property
    def _fixed_end(self) -> int | None:
        try:
            return moment(self.until, "until")
        except PlanError:
            return None

    def reads(self) -> tuple[str, ...]:
        return self.paths

    def column(self, name: str, scope: Scope) -> Column:
        for path in self.paths:
            check_dated(scope.of(path).storage, path)
        return Column(name, types.Integer(), pa.int64(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        owners = np.arange(rows.start, rows.start + rows.n, dtype=np.int64)
        begin = rows.of(self.from_)
        ends = self._ends(None if self._fixed_end is not None else rows.of(self.until), rows.n)
        drawn = self.drawn(owners, moments_of(begin, 0), ends, self.step(begin.type), common_seed(rows.common))
        is_there = begin.is_valid().to_numpy(zero_copy_only=False)
        return pa.array(np.where(is_there, drawn.lengths, 0))

    def step(self, storage: pa.DataType) -> int:
        """The unit in microseconds."""
        return _UNITS[self.unit or ("d" if pa.types.is_date(storage) else "s")]

    def _ends(self, until: pa.Array | None, n: int) -> Moments:
        return np.full(n, self._fixed_end) if until is None else moments_of(until, _NEVER)

    def of_rows(self, rows: Rows, families: Families) -> Drawn:
        """The versions of the parents of some rows."""
        first = pa.array(families.first)
        begin = rows.of(f"parent.{self.from_}").take(first)
        until = None if self._fixed_end is not None else rows.of(f"parent.{self.until}").take(first)
        ends = self._ends(until, len(families.owners))
        known = families.owners, moments_of(begin, 0), ends, self.step(begin.type), common_seed(rows.common)
        drawn = self.drawn(*known)
        is_stated = not np.array_equal(drawn.lengths, families.wanted)
        return self._fitted(*known, families.wanted) if is_stated else drawn

    def _fitted(self, owners: Index, begins: Moments, ends: Moments, unit: int, seed: Seed, wanted: Index) -> Drawn:
        """A stated number of versions of each parent, spread over its time."""
        shares = self._shares
        at, last = np.arange(len(owners)), begins.copy()
        room = np.maximum(ends - begins, 0) / np.maximum(wanted - 1, 1)
        pieces, changed = [(at, 0, begins)], [(at, 0, np.full(len(owners), -1))]
        for step in range(1, int(wanted.max(initial=0))):
            at = at[wanted[at] > step]
            exact = begins[at] + room[at] * (step - 1 + chances(owners[at], step, seed))
            last[at] = np.maximum((exact // unit).astype(np.int64) * unit, last[at] + unit)
            pieces.append((at, step, last[at]))
            which = np.searchsorted(shares, chances(owners[at], step, seed.child("which")))
            changed.append((at, step, np.minimum(which, len(shares) - 1)))
        return Drawn(wanted, flat(pieces, wanted), flat(changed, wanted))

    @property
    def _shares(self) -> Floats:
        """Of all changes, those of each column, cumulated."""
        total = sum(self._rates)
        return np.cumsum(self._rates) / total if total else np.ones(1)

    def drawn(self, owners: Index, begins: Moments, ends: Moments, unit: int, seed: Seed) -> Drawn:
        """The versions of these parents, which begin and end then."""
        total, shares = sum(self._rates), self._shares
        lengths, at, exact = np.ones(len(owners), dtype=np.int64), np.arange(len(owners)), begins.astype(np.float64)
        last = begins.copy()
        pieces, changed = [(at, 0, begins)], [(at, 0, np.full(len(owners), -1))]
        for step in range(1, self.most if total else 0):
            exact = exact + waits(owners[at], step, seed, _YEAR / total)
            times = np.maximum((exact // unit).astype(np.int64) * unit, last + unit)
            goes_on = times < ends[at]
            at, exact, last = at[goes_on], exact[goes_on], times[goes_on]
            if not len(at):
                break
            lengths[at] += 1
            pieces.append((at, step, last))
            which = np.searchsorted(shares, chances(owners[at], step, seed.child("which")))
            changed.append((at, step, np.minimum(which, len(shares) - 1)))
        return Drawn(lengths, flat(pieces, lengths), flat(changed, lengths))


@dataclass(frozen=True, slots=True)
class HistoryRecord(Options):
    """Each version: its number (``version``, from 1), ``valid_from``, ``valid_to`` (the next one's ``valid_from``),
    ``is_current``, and the column that ``changed``, missing in the first version.
    """

    word: ClassVar[str] = "history"
    history: History

    @property
    def path(self) -> str:
        return f"parent.{self.history.from_}"

    def reads(self) -> tuple[str, ...]:
        return tuple(f"parent.{path}" for path in self.history.paths)

    def column(self, name: str, scope: Scope) -> Column:
        for path, own in zip(self.history.paths, self.reads(), strict=True):
            check_dated(scope.of(own).storage, path)
        return Column(name, types.Nested(), self._storage(scope.of(self.path).storage), origin="declared", nullable=False)

    def _storage(self, begin: pa.DataType) -> pa.DataType:
        is_day = pa.types.is_date(begin) and self.history.step(begin) == DAY
        storage = pa.date32() if is_day else pa.timestamp("us", getattr(begin, "tz", None))
        kind: types.Type = types.Date() if is_day else types.DateTime(zone=storage.tz)
        return pa.struct([
            field_of("version", pa.int64(), types.Integer()), field_of("valid_from", storage, kind),
            field_of("valid_to", storage, kind), field_of("is_current", pa.bool_(), types.Boolean()),
            field_of("changed", pa.string(), types.Categorical()),
        ])  # fmt: skip

    def make(self, rows: Rows) -> pa.Array:
        families = Families.of_rows(rows)
        drawn = self.history.of_rows(rows, families)
        place, position = families.place(rows), rows.position()
        is_current = position == rows.siblings() - 1
        following = drawn.begins[np.minimum(place + 1, len(drawn.begins) - 1)]
        if self.history.last is not None:
            following = np.where(is_current, moment(self.history.last, "last"), following)
        storage = self._storage(rows.of(self.path).type)
        dated, changed = storage.field("valid_from").type, drawn.changed[place]
        arrays = [
            pa.array(position + 1),
            moments_array(drawn.begins[place], dated),
            moments_array(following, dated, is_current if self.history.last is None else None),
            pa.array(is_current),
            self._names(changed),
        ]
        return pa.StructArray.from_arrays(arrays, fields=list(storage))

    def _names(self, changed: Index) -> pa.Array:
        names = pa.array(self.history.columns or ("row",), pa.string())
        return names.take(pa.array(np.maximum(changed, 0), mask=changed < 0))
