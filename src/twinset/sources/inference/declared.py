"""Columns whose type the user declared: read as that type, and every cell must fit.

A declaration has the form in which a plan shows a column (:meth:`twinset.core.schema.Column.from_data`). One without
``type`` adds to what inference finds: ``{"range": [0, 120]}``. Its values count as read from the data, which is what a plan
that was written from data shows, unless it says ``origin: declared``.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.core.schema import Column, Range, Value, Values
from twinset.errors import DataError, SchemaError
from twinset.sources.inference import clocks, dates, durations, hints, numbers, quantities
from twinset.sources.inference.booleans import boolean, by_words
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.missing import Views
from twinset.sources.inference.ordinals import ordinal

_AS_LABELS = (types.Categorical, types.Ordinal, types.Identifier)
_AS_TEXT = (types.Text, types.Personal, types.Json)


def parse(name: str, options: Mapping[str, object], found: Column | None = None) -> Column:
    """The column that a declaration describes; what it leaves out is as inference found it, if it leaves out the type."""
    data = dict(options)
    if "type" not in data and found is not None:
        data = {**found.to_data(), **data}
        if "range" in options:
            data.pop("values", None)
    data["reason"] = str(options.get("reason", "declared"))
    return Column.from_data(name, data, pa.string())


def view(views: Views, column: Column) -> Cells:
    """The cells of a text column, with the words for missing taken out that the declared type suggests."""
    return views.labels if isinstance(column.type, (*_AS_LABELS, *_AS_TEXT)) else views.values


def read(cells: Cells, column: Column, table: Hints) -> Guess:
    """The cells as the declared type; cells that do not fit, or lie outside the declared domain, are a DataError."""
    guess = _as_type(cells, column, table)
    if guess is None:
        raise DataError(
            f"column {column.name!r} is declared {_said(column)}, and holds {_kind(cells)} that can't be read as that"
        )
    _all_fit(cells, pc.is_valid(guess.values), column, f"can't be read as {_said(column)}")
    if column.domain is not None:
        _all_fit(cells, _inside(guess.values, column), column, "lie outside the declared values or range")
    return dataclasses.replace(
        guess, type=_completed(column.type, guess.type), domain=column.domain or guess.domain, reason=column.reason
    )


def settled(found: Column, column: Column, options: Mapping[str, object]) -> Column:
    """The column as found by reading it, with what was declared beside the type."""
    if not column.nullable and found.nullable:
        raise DataError(
            f"column {found.name!r} is declared not nullable, and has missing cells; fill them, or leave nullable out"
        )
    nullable = column.nullable if "nullable" in options else found.nullable
    return dataclasses.replace(found, origin=column.origin, nullable=nullable)


def _completed(declared: types.Type, found: types.Type) -> types.Type:
    """The declared type, its unset options as they were found (the format of dates, the decimals of numbers)."""
    if type(declared) is not type(found) or dataclasses.asdict(declared) != dataclasses.asdict(type(declared)()):
        return declared
    return found


def _as_type(cells: Cells, column: Column, table: Hints) -> Guess | None:
    kind, stored = column.type, cells.values.type
    if isinstance(kind, _AS_LABELS):
        return _as_labels(cells, column, table)
    if isinstance(kind, _AS_TEXT) or (isinstance(kind, types.Geo) and kind.axis == "point"):
        return Guess(kind, cells.values.cast(pa.string()), column.reason)
    if isinstance(kind, types.Empty):
        return Guess(kind, cells.values, column.reason) if not cells.n_present else None
    if stored == pa.string():
        return _from_text(cells, column, table)
    return _from_stored(cells, column)


def _as_labels(cells: Cells, column: Column, table: Hints) -> Guess:
    is_text = cells.values.type == pa.string()
    if isinstance(column.type, types.Ordinal) and not isinstance(column.domain, Values):
        found = ordinal(cells, table) if is_text else None
        if found is None:
            raise SchemaError(
                f"column {column.name!r} is declared ordinal; give its labels in order, as values: [low, ..., high]"
            )
        return found
    numbered = _numbered(cells, column, table) if is_text else None
    if numbered is None:
        return Guess(column.type, cells.values, column.reason)
    mended = Repair(numbered.mended, cells.name, cells.count(pc.is_valid(numbered.values)))
    return Guess(column.type, numbered.values, column.reason, repairs=(mended,) if numbered.mended else ())


def _numbered(cells: Cells, column: Column, table: Hints) -> numbers.Numbers | None:
    """Labels and keys that are plain numbers as the numbers that inference stores them as.

    Those that only look like numbers once signs are removed (1,234) are, where inference takes them for such by their name.
    """
    is_key = isinstance(column.type, types.Identifier) and column.type.form == "sequence"
    is_code = isinstance(column.type, types.Categorical) and not hints.is_postal(column.name)
    found = numbers.read_numbers(cells, table) if is_key or is_code else None
    is_named = hints.is_code(column.name) if is_code else hints.is_key(column.name)
    if found is None or (found.mended and not is_named) or found.values.null_count:
        return None
    return None if is_code and not pa.types.is_integer(found.values.type) else found


def _from_text(cells: Cells, column: Column, table: Hints) -> Guess | None:
    kind = column.type
    if isinstance(kind, types.Date | types.DateTime):
        return _same_word(dates.by_format(cells, kind.format, table), kind)
    if isinstance(kind, types.Time):
        return clocks.time_by_format(cells, kind.format)
    if isinstance(kind, types.Duration):
        return durations.length_of_time(cells, table)
    if isinstance(kind, types.Boolean):
        return by_words(cells, kind.words) if kind.words else boolean(cells, table) or by_words(cells, ("0", "1"))
    if isinstance(kind, types.Integer | types.Real | types.Geo):
        parsed = numbers.parse(cells.values, table)
        guess = None if parsed is None else quantities.with_meaning(cells, parsed, table)
        return None if guess is None else _as_number(guess, kind, column.reason)
    return None


def _same_word(guess: Guess | None, kind: types.Date | types.DateTime) -> Guess | None:
    """Days as midnights where points in time are declared, and local times in the declared zone.

    None where days are declared and points in time are found, as the time of day would be lost.
    """
    if guess is None or isinstance(kind, types.Date):
        return guess if guess is None or isinstance(guess.type, types.Date) else None
    values, format = guess.values, getattr(guess.type, "format", None) or "%Y-%m-%d"
    if pa.types.is_date(values.type):
        values = values.cast(pa.timestamp("s"))
    if kind.zone is not None and values.type.tz is None:
        values = pc.assume_timezone(values, kind.zone, ambiguous="earliest", nonexistent="latest")
    return dataclasses.replace(guess, type=types.DateTime(values.type.tz, values.type.unit, format), values=values)


def _as_number(guess: Guess, kind: types.Type, reason: str) -> Guess:
    values = guess.values
    if isinstance(kind, types.Integer):
        values = _whole(values)
    elif isinstance(kind, types.Real) and not pa.types.is_decimal(values.type):
        values = values if pa.types.is_floating(values.type) else values.cast(pa.float64(), safe=False)
    found = guess.type if type(guess.type) is type(kind) else kind
    return dataclasses.replace(guess, type=found, values=values, reason=reason)


def _whole(values: pa.Array) -> pa.Array:
    """Whole numbers as integers; others become null, which is a misfit."""
    if not pa.types.is_floating(values.type):
        return values
    is_whole = pc.and_(pc.equal(pc.floor(values), values), pc.less(pc.abs(values), 2.0**63))
    return pc.if_else(is_whole, values, None).cast(pa.int64())


def _from_stored(cells: Cells, column: Column) -> Guess | None:
    kind, values = column.type, cells.values
    is_number = pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_decimal(values.type)
    guess = Guess(kind, values, column.reason)
    if isinstance(kind, types.Integer | types.Real | types.Geo) and is_number:
        return _as_number(guess, kind, column.reason)
    if isinstance(kind, types.Boolean):
        return guess if pa.types.is_boolean(values.type) else _zero_or_one(guess) if is_number else None
    if isinstance(kind, types.Date) and pa.types.is_date(values.type):
        return guess
    if isinstance(kind, types.Date) and pa.types.is_timestamp(values.type):
        days = values.cast(pa.date32(), safe=False)
        is_midnight = pc.equal(days.cast(values.type), values)
        return dataclasses.replace(guess, values=pc.if_else(is_midnight, days, None))
    if isinstance(kind, types.DateTime) and pa.types.is_timestamp(values.type):
        return dataclasses.replace(guess, type=types.DateTime(values.type.tz, values.type.unit))
    if isinstance(kind, types.DateTime) and (pa.types.is_date(values.type) or pa.types.is_integer(values.type)):
        return dataclasses.replace(guess, values=_as_ticks(values).cast(pa.timestamp(kind.unit, kind.zone)))
    is_same = (isinstance(kind, types.Time) and pa.types.is_time(values.type)) or (
        isinstance(kind, types.Duration) and pa.types.is_duration(values.type)
    )
    return guess if is_same else None


def _as_ticks(values: pa.Array) -> pa.Array:
    """Whole numbers as wide as moments are, those that are too large missing; dates as they are."""
    if pa.types.is_uint64(values.type):
        values = pc.if_else(pc.less_equal(values, pa.scalar(2**63 - 1, values.type)), values, None)
    return values if pa.types.is_date(values.type) else values.cast(pa.int64())


def _zero_or_one(guess: Guess) -> Guess:
    is_flag = pc.or_(pc.equal(guess.values, 0), pc.equal(guess.values, 1))
    return dataclasses.replace(
        guess, type=types.Boolean(("0", "1")), values=pc.if_else(is_flag, pc.equal(guess.values, 1), None)
    )


def _inside(values: pa.Array, column: Column) -> pa.Array:
    """Which values lie in the declared range, or are among the declared ones."""
    domain = column.domain
    try:
        if isinstance(domain, Range):
            low, high = (_scalar(end, values.type) for end in (domain.low, domain.high))
            return pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high))
        assert isinstance(domain, Values)
        allowed = pa.array([_scalar(value, values.type).as_py() for value in domain.values], values.type)
        return pc.is_in(values, value_set=allowed)
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise SchemaError(f"column {column.name!r}: its range or values are not of its type, {column.type.word}") from error


def _scalar(value: Value, storage: pa.DataType) -> pa.Scalar:
    """A domain's value in a storage; dates and times are ISO 8601 text there."""
    if pa.types.is_time(storage):
        return pa.scalar(datetime.time.fromisoformat(str(value)), storage)
    if pa.types.is_timestamp(storage):  # Arrow reads no more places than the unit has
        places = {"s": 0, "ms": 3, "us": 6, "ns": 9}[storage.unit]
        value = re.sub(r"\.(\d+)", lambda found: f".{found[1][:places]}" if places else "", str(value))
    if isinstance(value, int) and not -(2**63) <= value < 2**63:  # Arrow makes no scalar of a wider one by itself
        return pa.scalar(Decimal(value)).cast(storage)
    return pa.scalar(str(value) if storage == pa.string() else value).cast(storage)


def _all_fit(cells: Cells, fits: pa.Array, column: Column, what: str) -> None:
    misfits = pc.invert(pc.fill_null(fits, False))
    if not cells.n_distinct or not pc.any(misfits).as_py():
        return
    example = "" if isinstance(column.type, types.Personal) else f", for example {cells.values.filter(misfits)[0].as_py()!r}"
    raise DataError(
        f"column {column.name!r}: {cells.count(misfits):,} of {cells.n_present:,} cells {what}{example}; "
        "mend them, or declare another type"
    )


def _said(column: Column) -> str:
    options = ", ".join(f"{key} {value!r}" for key, value in types.to_data(column.type).items() if key != "type")
    return column.type.word + (f" ({options})" if options else "")


def _kind(cells: Cells) -> str:
    return "text" if cells.values.type == pa.string() else str(cells.values.type)
