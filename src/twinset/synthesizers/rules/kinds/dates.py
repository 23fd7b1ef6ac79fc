"""Days and moments: between two, or after (and before) those of other columns, by hour, weekday, month and growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column, Range
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.calendar import Calendar, hours_of, months_of, weekdays_of
from twinset.synthesizers.rules.moments import DAY, FIRST, LAST, SECOND, Moments, moment, span
from twinset.synthesizers.rules.rule import Options, Rows, Scope

_WHOLE = "%Y-%m-%dT%H:%M:%S"
"""Whole seconds as text files write them."""

_UNITS = {"us": 1, "ms": 1_000, "s": SECOND, "min": 60 * SECOND, "h": 3_600 * SECOND}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated(Options):
    """``between`` two days; or ``after`` a moment or a column, ``within`` a length of time (and ``before`` another).

    ``least`` lies between ``after`` and any value. ``weekdays``, ``months`` and ``hours`` are weights, ``growth`` is the
    factor by which there are more in each year than in the one before. ``ordered``: the rows of one parent come in order.
    """

    between: Any = None
    after: str | None = None
    before: str | None = None
    within: Any = None
    least: Any = 0
    weekdays: Any = None
    months: Any = None
    growth: float = 1.0
    ordered: bool = False

    def __post_init__(self) -> None:
        self._check_ends()
        options.number(self.growth, "growth", 0, 1_000, above=True)
        options.flag(self.ordered, "ordered")
        span(self.least, "least")
        self._calendar()

    def _check_ends(self) -> None:
        if (self.between is None) == (self.after is None):
            raise PlanError("say between: [first, last], or after: a column, with within: 30 d")
        if self.between is not None:
            if self.before is not None or self.within is not None:
                raise PlanError("before and within go with after, not with between")
            first, last = options.listed(self.between, "between", least=2, most=2)
            if moment(first, "the first of between") > moment(last, "the last of between"):
                raise PlanError(f"between goes from the earlier to the later, unlike {first} and {last}")
        elif self.within is None and self.before is None:
            raise PlanError("after needs within (such as 30 d) or before (a column or a moment)")
        if self.within is not None:
            span(self.within, "within")
        for name in ("after", "before"):
            if getattr(self, name) is not None:
                options.text(getattr(self, name), name)

    def _calendar(self) -> Calendar:
        return Calendar(weekdays_of(self.weekdays), months_of(self.months), (), float(self.growth))

    def reads(self) -> tuple[str, ...]:
        return tuple(path for path in (self.after, self.before) if path is not None and not _is_moment(path))

    def _ends(self, rows: Rows) -> tuple[Moments, Moments, pa.Array | None]:
        """For each row the first moment and the one after the last, and where these are there."""
        if self.between is not None:
            first, last = self.between
            end = moment(last, "between") + (DAY if len(last) == 10 else _UNITS["s"])
            return np.array([moment(first, "between")]), np.array([end]), None
        after, is_after = _moments(self.after or "", rows)
        low = after + span(self.least, "least")
        high = after + span(self.within, "within") + 1 if self.within is not None else low
        is_there = is_after
        if self.before is not None:
            before, is_before = _moments(self.before, rows)
            high = before if self.within is None else np.minimum(high, before)
            is_there = is_before if is_there is None else is_there if is_before is None else pc.and_(is_there, is_before)
        return low, high, is_there

    def _drawn(self, rows: Rows, unit: int) -> tuple[Moments, pa.Array | None]:
        """A moment for each row, in whole units, and where there is one."""
        low, high, is_there = self._ends(rows)
        first, last = -(-low // unit), (high - 1) // unit
        self._check_room(rows.n, first, last, is_there)
        if int(low.min(initial=0)) < FIRST or int(high.max(initial=0)) > LAST + 1:
            raise PlanError("some rows may lie before the year 1 or after the year 9999; say a smaller within")
        draws = rows.seed.generator().random(rows.n)
        if self.ordered:
            draws = (rows.position() + draws) / rows.siblings()
        found = self._calendar().at(draws, first * unit, (np.maximum(last, first) + 1) * unit)
        return np.clip(found // unit, first, np.maximum(last, first)), is_there

    def _check_room(self, n: int, first: Moments, last: Moments, is_there: pa.Array | None) -> None:
        tight = last < first
        if is_there is not None:
            tight = tight & np.asarray(is_there.to_numpy(zero_copy_only=False))
        if n_tight := int(np.count_nonzero(np.broadcast_to(tight, n))):
            raise PlanError(f"{n_tight:,} rows leave no room after {self.after!r}; widen within, or move before")


def _is_moment(said: str) -> bool:
    try:
        moment(said, "")
    except PlanError:
        return False
    return True


def _moments(said: str, rows: Rows) -> tuple[Moments, pa.Array | None]:
    """The moments of a column, or one for all rows."""
    if _is_moment(said):
        return np.array([moment(said, "")]), None
    array = rows.of(said)
    if not (pa.types.is_timestamp(array.type) or pa.types.is_date(array.type)):
        raise PlanError(f"{said!r} is no column of days or moments, but of {array.type}")
    numbers = pc.cast(array, pa.timestamp("us"), safe=False).cast(pa.int64())
    if not numbers.null_count:
        return np.asarray(numbers.to_numpy()), None
    stand_in = pc.min(numbers).as_py() or 0
    return np.asarray(pc.fill_null(numbers, stand_in).to_numpy()), numbers.is_valid()


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(_Dated):
    """A day."""

    word: ClassVar[str] = "date"

    def column(self, name: str, scope: Scope) -> Column:
        ends = None if self.between is None else Range(self.between[0][:10], self.between[1][:10])
        return Column(name, types.Date(), pa.date32(), ends, origin="declared", nullable=bool(self.reads()))

    def make(self, rows: Rows) -> pa.Array:
        days, is_there = self._drawn(rows, DAY)
        return _where(is_there, pa.array(days.astype(np.int32)).view(pa.date32()))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTime(_Dated):
    """A moment, in whole ``unit`` (us, ms, s, min, h); local time of the time zone ``zone``, or without one.

    ``hours`` are weights by hour, or ``office``: 9 to 17 on working days, and a little besides.
    """

    word: ClassVar[str] = "datetime"
    hours: Any = None
    unit: str = "s"
    zone: str | None = None

    def __post_init__(self) -> None:
        options.choice(self.unit, "unit", _UNITS)
        _Dated.__post_init__(self)
        if self.zone is not None:
            _check_zone(options.text(self.zone, "zone"))

    def _calendar(self) -> Calendar:
        weekdays = "office" if self.weekdays is None and self.hours == "office" else self.weekdays
        return Calendar(weekdays_of(weekdays), months_of(self.months), hours_of(self.hours), float(self.growth))

    def column(self, name: str, scope: Scope) -> Column:
        storage = pa.timestamp("us", self.zone)
        is_whole = self.zone is None and self.unit in ("s", "min", "h")
        kind = types.DateTime(zone=self.zone, format=_WHOLE if is_whole else None)
        return Column(name, kind, storage, origin="declared", nullable=bool(self.reads()))

    def make(self, rows: Rows) -> pa.Array:
        moments, is_there = self._drawn(rows, _UNITS[self.unit])
        array = pa.array(moments * _UNITS[self.unit]).view(pa.timestamp("us"))
        if self.zone is not None:
            array = pc.assume_timezone(array, self.zone, ambiguous="earliest", nonexistent="latest")
        return _where(is_there, array)


def _check_zone(zone: str) -> None:
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("us")), zone)
    except pa.ArrowException:
        raise PlanError(f"zone is the name of a time zone such as Europe/Berlin or UTC, not {zone!r:.60}") from None


def _where(is_there: pa.Array | None, array: pa.Array) -> pa.Array:
    return array if is_there is None else pc.if_else(is_there, array, pa.scalar(None, array.type))
