"""Parts of days and of times of day that stand in columns of their own: the hour of a time, the month of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from twinset.errors import DataError
from twinset.privacy.alphabet import Ticks
from twinset.synthesizers.tabular.fields import NumberField
from twinset.synthesizers.tabular.store import expect

_OF_CLOCK = {"hour": (24, 25), "minute": (1440, 60), "second": (86400, 60)}
"""Into how many a day is cut, from coarse to fine, and after how many they begin anew; the hour of 2400 is 24."""
_OF_DAY = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class Part:
    """``kind`` is the part; ``turn`` are the ticks of a day where it is one of a time of day, else 0."""

    kind: str
    turn: float

    @property
    def width(self) -> float:
        """Ticks of a time of day that make one."""
        return self.turn / _OF_CLOCK[self.kind][0]

    def of(self, ticks: Ticks) -> Ticks:
        """The part of each of these ticks, none of which is missing."""
        if self.turn:
            return np.asarray(np.mod(np.floor(ticks / self.width), _OF_CLOCK[self.kind][1]))
        days = np.rint(np.clip(ticks, -1e7, 1e7)).astype(np.int64).astype("datetime64[D]")
        months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
        if self.kind == "day":
            place = (days - months).astype(np.int64) + 1
        else:
            place = years.astype(np.int64) + 1970 if self.kind == "year" else months.astype(np.int64) % 12 + 1
        return np.asarray(place, dtype=np.float64)


def parts_of(field: NumberField) -> tuple[Part, ...]:
    """What there may be columns of, from coarse to fine."""
    if field.turn:
        return tuple(Part(kind, field.turn) for kind in _OF_CLOCK)
    return tuple(Part(kind, 0.0) for kind in _OF_DAY) if field.is_day else ()


def part_to_data(part: Part | None) -> dict[str, Any] | None:
    """Plain data for a part."""
    return None if part is None else {"kind": part.kind, "turn": part.turn}


def part_from_data(data: Any) -> Part | None:
    """The part; DataError where it is none."""
    if data is None:
        return None
    own = expect(data, dict, "part")
    part = Part(expect(own.get("kind"), str, "part"), expect(own.get("turn"), float, "turn"))
    if part.kind not in (_OF_CLOCK if part.turn else _OF_DAY) or not 0 <= part.turn <= 1e18:
        raise DataError("a part of the sampler is not as it was saved")
    return part
