"""Values of one column, however another tool wrote them, read as the type that train says they are.

Empty text and the usual words for nothing ("NA", "null", "nan" ...) are missing. Text that can't be read as the type
becomes missing and is counted. Points in time are compared at their local time. It does not guess at formats: numbers have
a decimal point, dates are ISO 8601 or in train's own format.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.evaluation.encode import LABELS, NUMBERS, kind_of

FARTHEST = 1e100
"""Numbers beyond this are as good as infinite, and their squares are."""
_NOTHING = ("", "na", "n/a", "nan", "nat", "null", "none", "<na>")
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_CLOCK = r"^(?:(?P<days>\d+) days?,? )?(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d(?:\.\d+)?))?$"
_FALSE, _TRUE = ("false", "0", "0.0", "no", "n", "f"), ("true", "1", "1.0", "yes", "y", "t")


@dataclass(frozen=True, slots=True)
class Converted:
    """Values in the column's type, and how many could not be read and are missing now."""

    values: pa.ChunkedArray
    n_lost: int = 0


def working_storage(column: Column) -> pa.DataType:
    """The storage in which any value of this type can stand, for columns whose sides don't fit train's own."""
    if isinstance(column.type, types.Duration):
        return pa.duration("us")
    if kind_of(column.type) == "number":
        return pa.float64()
    if isinstance(column.type, types.Date):
        return pa.date32()
    if isinstance(column.type, types.DateTime):
        return pa.timestamp("us")
    return pa.time64("us") if isinstance(column.type, types.Time) else pa.string()


def converted(values: pa.ChunkedArray, column: Column, train: pa.ChunkedArray) -> Converted | None:
    """The values in train's storage or the working one; None where their shapes have nothing in common."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    is_label = isinstance(column.type, LABELS) and not isinstance(column.type, types.Boolean)
    may_differ = is_label or pa.types.is_floating(values.type) or getattr(values.type, "tz", None)
    if values.type == column.storage and not may_differ:
        return Converted(values)
    if isinstance(column.type, types.Boolean):
        return _as_boolean(values, column.type)
    if is_label:
        return _as_label(values, train)
    if isinstance(column.type, types.Duration):
        return _as_duration(values)
    if isinstance(column.type, NUMBERS) or kind_of(column.type) == "number":
        return _as_number(values)
    if kind_of(column.type) == "time":
        return _as_time(values, column)
    try:
        return Converted(values.cast(column.storage))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _lost(before: pa.ChunkedArray, after: pa.ChunkedArray) -> Converted:
    return Converted(after, max(after.null_count - before.null_count, 0))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _something(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without surrounding blanks; words for nothing are missing."""
    text = pc.utf8_trim_whitespace(values.cast(pa.string()))
    is_nothing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(_NOTHING))
    return pc.if_else(is_nothing, pa.scalar(None, pa.string()), text)


def _as_number(values: pa.ChunkedArray) -> Converted:
    values = values.cast(pa.float32()) if pa.types.is_float16(values.type) else values
    kind = values.type
    if _is_text(kind):
        text = _something(values)
        readable = pc.if_else(pc.match_substring_regex(text, _NUMBER), text, pa.scalar(None, pa.string()))
        return _lost(text, _as_number(readable.cast(pa.float64())).values)
    if pa.types.is_floating(kind):
        known = pc.if_else(pc.is_nan(values), pa.scalar(None, kind), values)
        return _lost(known, pc.if_else(pc.less(pc.abs(known), FARTHEST), known, pa.scalar(None, kind)))
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_boolean(kind):
        return Converted(values.cast(pa.float64(), safe=False) if pa.types.is_boolean(kind) else values)
    return _none_of(values, pa.float64())


def _none_of(values: pa.ChunkedArray, storage: pa.DataType) -> Converted:
    return _lost(values, pa.chunked_array([pa.nulls(len(values), storage)]))


def _as_boolean(values: pa.ChunkedArray, kind: types.Boolean) -> Converted:
    text = _something(values)
    lower = pc.utf8_lower(text)
    no, yes = ((word.lower(),) for word in kind.words or ("false", "true"))
    is_yes = pc.is_in(lower, value_set=pa.array((*_TRUE, *yes)))
    is_no = pc.and_not(pc.is_in(lower, value_set=pa.array((*_FALSE, *no))), pc.is_in(lower, value_set=pa.array(yes)))
    is_yes = pc.and_not(is_yes, pc.is_in(lower, value_set=pa.array(no)))
    return _lost(text, pc.if_else(pc.or_(is_yes, is_no), is_yes, pa.scalar(None, pa.bool_())))


def _as_label(values: pa.ChunkedArray, train: pa.ChunkedArray) -> Converted:
    """Text; a label that train does not know is taken for the one of train's that is the same number or truth value."""
    ours = pc.unique(train.cast(pa.string())).drop_null()
    text = values.cast(pa.string())
    if pc.all(pc.is_in(text, value_set=ours)).as_py():
        return Converted(values)
    text = pc.if_else(pc.is_in(text, value_set=ours), text, _something(text))
    strange = pc.unique(text).drop_null()
    strange = strange.filter(pc.invert(pc.is_in(strange, value_set=ours)))
    meant = {_meaning(label): label for label in reversed(ours.to_pylist())}
    pairs = [(label, meant[_meaning(label)]) for label in strange.to_pylist() if _meaning(label) in meant]
    if not pairs:
        return Converted(text)
    place = pc.index_in(text, value_set=pa.array([label for label, _ in pairs]))
    return Converted(pc.coalesce(pc.take(pa.array([label for _, label in pairs]), place), text))


def _meaning(label: str) -> object:
    try:
        return float(label)
    except ValueError:
        return label.lower() if label.lower() in ("true", "false") else label


def _as_time(values: pa.ChunkedArray, column: Column) -> Converted:
    """Dates, datetimes and times of day."""
    storage = working_storage(column)
    if _is_text(values.type):
        text = _something(values)
        return _lost(text, _read_clock(text, storage) if pa.types.is_time(storage) else _read_date(text, column, storage))
    if not pa.types.is_temporal(values.type) or pa.types.is_time(values.type) != pa.types.is_time(storage):
        return _none_of(values, storage)
    if getattr(values.type, "tz", None):
        values = pc.local_timestamp(values)
    return Converted(values.cast(storage, safe=False))


def _read_date(text: pa.ChunkedArray, column: Column, storage: pa.DataType) -> pa.ChunkedArray:
    moment = pa.timestamp("us")
    own = getattr(column.type, "format", None)
    if own is not None:
        read = pc.strptime(text, format=own, unit="us", error_is_null=True)
        if read.null_count < len(read):
            return read.cast(storage, safe=False)
    plain = pc.replace_substring(pc.utf8_slice_codeunits(text, 0, 19), "T", " ")
    full = pc.strptime(plain, format="%Y-%m-%d %H:%M:%S", unit="us", error_is_null=True)
    minutes = pc.strptime(plain, format="%Y-%m-%d %H:%M", unit="us", error_is_null=True)
    day = pc.strptime(plain, format="%Y-%m-%d", unit="us", error_is_null=True)
    fraction = pc.struct_field(pc.extract_regex(text, r"^.{19}(?P<fraction>\.\d+)"), "fraction")
    extra = pc.multiply(pc.fill_null(pc.cast(pc.binary_join_element_wise("0", fraction, ""), pa.float64()), 0.0), 1e6)
    whole = pc.coalesce(full, minutes, day)
    is_a_day = pc.equal(pc.strftime(whole, format="%Y-%m-%d"), pc.utf8_slice_codeunits(plain, 0, 10))
    whole = pc.if_else(is_a_day, whole, pa.scalar(None, whole.type))
    return pc.add(whole.cast(pa.int64()), pc.round(extra).cast(pa.int64())).cast(moment).cast(storage, safe=False)


def _read_clock(text: pa.ChunkedArray, storage: pa.DataType) -> pa.ChunkedArray:
    """Text such as 08:30, 08:30:15.5 or "1 days 02:00:00" in microseconds."""
    parts = pc.extract_regex(text, _CLOCK)
    seconds = pa.scalar(0.0)
    for name, unit in (("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1)):
        digits = pc.struct_field(parts, name)
        number = pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.float64())
        seconds = pc.add(seconds, pc.multiply(number, float(unit)))
    if pa.types.is_time(storage):
        seconds = pc.if_else(pc.less(seconds, 86_400.0), seconds, pa.scalar(None, pa.float64()))
    return pc.round(pc.multiply(seconds, 1e6)).cast(pa.int64()).cast(storage)


def _as_duration(values: pa.ChunkedArray) -> Converted:
    if _is_text(values.type):
        text = _something(values)
        return _lost(text, _read_clock(text, pa.duration("us")))
    if pa.types.is_duration(values.type):
        return Converted(values.cast(pa.duration("us"), safe=False))
    return _none_of(values, pa.duration("us"))
