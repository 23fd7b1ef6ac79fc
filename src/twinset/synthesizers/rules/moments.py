"""Moments, days and spans as a plan writes them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import PlanError

Moments = npt.NDArray[np.int64]
"""Microseconds since 1970."""

SECOND = 1_000_000
DAY = 86_400 * SECOND
_UNITS = {
    "ms": 1_000, "s": SECOND, "min": 60 * SECOND, "h": 3_600 * SECOND, "d": DAY, "w": 7 * DAY, "y": 31_557_600 * SECOND,
}  # fmt: skip
FIRST, LAST = (int(np.datetime64(day, "us").astype(np.int64)) for day in ("0001-01-01", "9999-12-31T23:59:59.999999"))
"""The first and the last moment that calendars of programs have."""
_LONGEST = 10_000 * _UNITS["y"]


def moment(said: Any, name: str) -> int:
    """Microseconds since 1970 of an ISO 8601 day or time without a zone."""
    return _moment(said if isinstance(said, str) else repr(said), name)


@lru_cache(maxsize=1024)
def _moment(said: str, name: str) -> int:
    try:
        found = datetime.fromisoformat(said)
        if found.tzinfo is not None:
            raise ValueError
        return int(np.datetime64(found, "us").astype(np.int64))
    except (TypeError, ValueError):
        raise PlanError(
            f"{name} is a day or time without a zone, such as 2024-02-29 or 2024-02-29T12:30:00, not {said!r:.60}"
        ) from None


def milliseconds(said: Any, name: str) -> int:
    """The same in milliseconds."""
    return moment(said, name) // 1_000


def span(said: Any, name: str) -> int:
    """Microseconds of a length of time: ``90 d``, ``36 h``, ``1.5 y``; a bare number is days."""
    if isinstance(said, int | float) and not isinstance(said, bool):
        said = f"{said} d"
    found = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+)\s*", said) if isinstance(said, str) else None
    unit = _unit(found[2]) if found else None
    if found is None or unit is None or float(found[1]) * unit > _LONGEST:
        raise PlanError(f"{name} is a length of time such as 90 d, 36 h, 15 min or 1.5 y, to 10,000 y, not {said!r:.60}")
    return round(float(found[1]) * unit)


def _unit(word: str) -> int | None:
    """A unit by its short or long name, in the singular or the plural."""
    long = {"second": "s", "sec": "s", "minute": "min", "hour": "h", "day": "d", "week": "w", "year": "y"}
    return _UNITS.get(word) or _UNITS.get(long.get(word.removesuffix("s"), ""))
