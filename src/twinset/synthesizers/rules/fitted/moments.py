"""Columns of days and moments: a span of whole months, and how weekdays, months and hours differ within it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.rules.fitted.found import Found, figures

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 390 * 365
"""Days within which weekdays, months and hours are looked at."""
_UNITS = {"h": 3_600 * 10**6, "min": 60 * 10**6, "s": 10**6, "ms": 10**3}
Counts = npt.NDArray[np.int64]


def of_moments(values: pa.Array, zone: str | None, k: int) -> Found:
    """A rule for days or moments of which none is missing."""
    local = pc.local_timestamp(values) if pa.types.is_timestamp(values.type) and values.type.tz else values
    ticks = np.sort(np.asarray(local.cast(pa.timestamp("us"), safe=False).cast(pa.int64())))
    months = ticks[[min(k, len(ticks)) - 1, -min(k, len(ticks))]].astype("datetime64[us]").astype("datetime64[M]")
    first = months[0].astype("datetime64[D]")
    last = (months[1] + 1).astype("datetime64[D]") - 1
    inside = ticks[(ticks >= first.astype("datetime64[us]").astype(np.int64))]
    inside = inside[inside < (last + 1).astype("datetime64[us]").astype(np.int64)]
    rule: dict[str, Any] = {"rule": "date" if pa.types.is_date(values.type) else "datetime"}
    rule["between"] = [str(first), str(last)]
    days = inside // (86_400 * 10**6)
    if last - first > np.timedelta64(LONGEST, "D"):
        return Found(rule, "whole months", ranked=True)
    span = np.arange(int(first.astype(int)), int(last.astype(int)) + 1)
    rule |= _weights("weekdays", _WEEKDAYS, (days + 3) % 7, _spread((span + 3) % 7, 7), k)
    rule |= _months(days, first, last, k)
    if rule["rule"] == "datetime":
        hours = inside // (3_600 * 10**6) % 24
        rule |= _weights("hours", tuple(range(24)), hours, np.ones(24), k)
        rule |= {"unit": next((unit for unit, size in _UNITS.items() if not (inside % size).any()), "us")}
        rule |= {} if zone is None else {"zone": zone}
    differ = [word for word in ("weekdays", "months", "hours") if word in rule]
    return Found(rule, "whole months" + (f"; {', '.join(differ)} differ" if differ else ""), ranked=not differ)


def _months(days: Counts, first: np.datetime64, last: np.datetime64, k: int) -> dict[str, Any]:
    """The weights of months, where all of them are seen in whole."""
    span = np.arange(first, last + 1)
    of_span = span.astype("datetime64[M]").astype(np.int64) % 12
    exposure = _spread(of_span, 12)
    if (exposure < 28).any():
        return {}
    own = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return _weights("months", tuple(range(1, 13)), own, exposure, k)


def _spread(places: Counts, n: int) -> npt.NDArray[np.float64]:
    return np.bincount(places, minlength=n).astype(np.float64)


def _weights(word: str, names: tuple[Any, ...], places: Counts, exposure: npt.NDArray[np.float64], k: int) -> dict[str, Any]:
    """Weights beside 1 on average, where the places differ more than chance (chi-square far beyond its freedom)."""
    counts = np.bincount(places, minlength=len(names)).astype(np.float64)
    expected = exposure / exposure.sum() * counts.sum()
    chi = float((((counts - expected) ** 2) / np.maximum(expected, 1e-9)).sum())
    if chi < 3 * len(names) + 10 or counts.sum() < 10 * k:
        return {}
    counts[counts < k] = 0
    rates = counts / np.maximum(exposure, 1e-9)
    rates /= rates.mean()
    return {
        word: {
            name: figures(rate, 3) for name, rate in zip(names, rates.tolist(), strict=True) if rate > 0 or word == "months"
        }
    }
