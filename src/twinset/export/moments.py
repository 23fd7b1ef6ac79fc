"""Dates, times, timestamps and lengths of time as text, in the format of their type, else in ISO 8601."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.export.strftime import by_distinct, check_format, digits, divided, spell_format

_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_FRACTION = {"s": "", "ms": ".%3f", "us": ".%f", "ns": ".%9f"}
_DAY = 86_400
_EPOCHS = {"%s": "s", "%Q": "ms"}


def spell_moments(array: pa.Array, kind: types.Type) -> pa.Array:
    """A column of dates, times, timestamps or durations as text; a type that shows a coarser unit rounds down to it."""
    pattern = getattr(kind, "format", None)
    if pa.types.is_date(array.type):
        return spell_format(pattern or "%Y-%m-%d", {"day": array.cast(pa.date32())})
    unit = min(array.type.unit, getattr(kind, "unit", array.type.unit), key=_PER_SECOND.__getitem__)
    if pa.types.is_duration(array.type):
        return _clock(array, unit) if pattern == "clock" else _iso_duration(array, unit)
    if pa.types.is_time(array.type):
        return spell_format(pattern or f"%H:%M:%S{_FRACTION[unit]}", _of_day(array, unit))
    if pattern in _EPOCHS:
        return _ticks(array, _EPOCHS[pattern]).cast(pa.string())
    zone = array.type.tz
    ending = "" if zone is None else "Z" if zone in ("UTC", "Z", "+00:00") else "%:z"
    subjects = {}
    if zone is not None:
        array, subjects["zone"] = _local(array)
    subjects |= {"day": pc.floor_temporal(array, unit="day").cast(pa.date32()), **_of_day(array, unit)}
    return spell_format(pattern or f"%Y-%m-%dT%H:%M:%S{_FRACTION[unit]}{ending}", subjects)


def check_moments(kind: types.Type, storage: pa.DataType) -> None:
    """SchemaError where the type's format can't be written from this storage."""
    pattern = getattr(kind, "format", None)
    if pattern is None or pa.types.is_duration(storage) or not pa.types.is_temporal(storage):
        return
    if pattern in _EPOCHS and pa.types.is_timestamp(storage):
        return
    subjects = set() if pa.types.is_time(storage) else {"day"}
    subjects |= set() if pa.types.is_date(storage) else {"second", "fraction"}
    check_format(pattern, subjects | ({"zone"} if pa.types.is_timestamp(storage) and storage.tz else set()))


def _local(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Local times without a zone, and how many seconds they are ahead of UTC: whole minutes, as formats write no more.

    (Before the age of railways zones were ahead by odd seconds; those stay in the time of day, so that no moment moves.)
    """
    naive, per_second = pa.timestamp(array.type.unit), _PER_SECOND[array.type.unit]
    utc = array.cast(pa.int64())
    ahead = pc.multiply(divided(pc.subtract(pc.local_timestamp(array).cast(pa.int64()), utc), 60 * per_second), 60)
    return pc.add(utc, pc.multiply(ahead, per_second)).cast(naive), ahead


def _of_day(array: pa.Array, unit: str) -> dict[str, pa.Array]:
    """Second of the day, and fraction of it in nanoseconds cut to ``unit``."""
    stored, per_second = array.cast(pa.int32() if array.type.bit_width == 32 else pa.int64()), _PER_SECOND[array.type.unit]
    coarse = per_second // _PER_SECOND[unit]
    fraction = pc.multiply(divided(stored, coarse, _PER_SECOND[unit]), 10**9 // _PER_SECOND[unit])
    return {"second": divided(stored, per_second, _DAY), "fraction": fraction}


def _clock(array: pa.Array, unit: str) -> pa.Array:
    """Hours, minutes and seconds, as 01:30:00; hours may be more than 24."""

    def spell(ticks: pa.Array) -> pa.Array:
        sign, second, fraction = _taken_apart(ticks, unit)
        hour, minute, last = divided(second, 3600), divided(second, 60, 60), divided(second, 1, 60)
        clock = pc.binary_join_element_wise(digits(hour, 2), digits(minute, 2), digits(last, 2), ":")
        return pc.binary_join_element_wise(sign, clock, fraction, "")

    return by_distinct(_ticks(array, unit), spell)


def _iso_duration(array: pa.Array, unit: str) -> pa.Array:
    """ISO 8601 without days, whose length is nobody's to say: PT26H3M0.5S."""

    def spell(ticks: pa.Array) -> pa.Array:
        sign, total, fraction = _taken_apart(ticks, unit)
        fraction = pc.utf8_rtrim(pc.utf8_rtrim(fraction, "0"), ".")
        hour, minute, second = divided(total, 3600), divided(total, 60, 60), divided(total, 1, 60)
        seconds = pc.binary_join_element_wise(second.cast(pa.string()), fraction, "S", "")
        is_shown = pc.or_(pc.or_(pc.not_equal(second, 0), pc.not_equal(fraction, "")), pc.equal(total, 0))
        return pc.binary_join_element_wise(
            sign, "PT", _counted(hour, "H"), _counted(minute, "M"), pc.if_else(is_shown, seconds, ""), ""
        )

    return by_distinct(_ticks(array, unit), spell)


def _counted(numbers: pa.Array, letter: str) -> pa.Array:
    return pc.if_else(pc.equal(numbers, 0), "", pc.binary_join_element_wise(numbers.cast(pa.string()), letter, ""))


def _ticks(array: pa.Array, unit: str) -> pa.Array:
    return divided(array.cast(pa.int64()), _PER_SECOND[array.type.unit] // _PER_SECOND[unit])


def _taken_apart(ticks: pa.Array, unit: str) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Sign, whole seconds and the text of the fraction (empty where the unit is the second)."""
    per_second, size = _PER_SECOND[unit], pc.abs(ticks)
    sign = pc.if_else(pc.less(ticks, 0), "-", "")
    if per_second == 1:
        return sign, size, pc.if_else(ticks.is_null(), pa.scalar(None, pa.string()), "")
    fraction = digits(divided(size, 1, per_second), len(str(per_second)) - 1)
    return sign, divided(size, per_second), pc.binary_join_element_wise(".", fraction, "")
