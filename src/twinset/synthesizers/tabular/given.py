"""What rows are given: the same values everywhere, rows to complete one by one, or the shares of one column's values.

Given values come out exactly; what they say about the other fields is their symbol. A number that was never seen stands for
the nearest symbol, a label for the rare ones; where there are none it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.request import Fixed, Given, KeyRange, Part, Request, SeedRows, Shares
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.tabular.codec import Codec, mask_of
from twinset.synthesizers.tabular.codecs import PlaceholderCodec
from twinset.synthesizers.tabular.fields import LabelField, NumberField, Raw, Symbols
from twinset.synthesizers.tabular.known import FREE, GIVEN, PRESENT, Known
from twinset.synthesizers.tabular.layout import Layout, one_array

_GOLDEN = 0.6180339887498949


def check(request: Request, table: Table) -> None:
    """PlanError, with what is allowed, where the request can't be honoured."""
    given = request.given
    if given is None:
        return
    for name in _names(given):
        if name not in table.names:
            raise PlanError(f"there is no column {name!r} to be given; columns: {', '.join(table.names[:30])}")
    n_rows = request.size.get(table.name, 0)
    if isinstance(given, SeedRows) and given.rows.num_rows != n_rows:
        raise PlanError(f"{given.rows.num_rows} rows are given, and {n_rows} are asked for; ask for as many as are given")
    if isinstance(given, Shares):
        shares = list(given.shares.values())
        if not shares or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise PlanError(f"the shares of {given.column!r} sum to {sum(shares):g}; they must sum to 1, none below 0")
    given_columns(given, table, Part("", 0, KeyRange(0, 0), table.name), Seed(0))


def _names(given: Given) -> list[str]:
    if isinstance(given, Fixed):
        return list(given.values)
    return list(given.rows.column_names) if isinstance(given, SeedRows) else [given.column]


def given_columns(given: Given | None, table: Table, part: Part, seed: Seed) -> dict[str, pa.Array]:
    """The given columns of one part, in their storage; ``seed`` is the whole request's."""
    start, stop = part.keys.start, part.keys.stop
    match given:
        case Fixed(values):
            return {name: _repeated(table[name], value, stop - start) for name, value in values.items()}
        case SeedRows(rows):
            part_rows = rows.slice(start, stop - start)
            return {name: _cast(table[name], part_rows.column(name)) for name in rows.column_names}
        case Shares(name, shares):
            values = _cast(table[name], list(shares))
            bounds = np.cumsum(list(shares.values()))
            offset = seed.child("shares", name).generator().random()
            places = np.mod(offset + _GOLDEN * np.arange(start, stop), 1.0) * bounds[-1]
            return {name: values.take(pa.array(np.searchsorted(bounds[:-1], places, side="right")))}
    return {}


def _repeated(column: Column, value: object, n_rows: int) -> pa.Array:
    return _cast(column, [value]).take(pa.array(np.zeros(n_rows, dtype=np.int64)))


def _cast(column: Column, values: list[object] | pa.ChunkedArray) -> pa.Array:
    """Given values in the column's storage; PlanError where they do not fit."""
    try:
        held = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([pa.array(values)])
        return one_array(held if held.type == column.storage else held.cast(column.storage))
    except (pa.ArrowException, OverflowError) as error:
        raise PlanError(f"what is given for column {column.name!r} is not {column.storage}: {error}") from error


def known_of(given: Given | None, columns: Mapping[str, pa.Array], layout: Layout, n_rows: int) -> Known:
    """What the given columns (of one part) say about the layout's fields."""
    n_fields = len(layout.fields)
    states = np.full((n_rows, n_fields), FREE, dtype=np.uint8)
    symbols = np.zeros((n_rows, n_fields), dtype=np.uint16)
    raws: dict[int, Raw] = {}
    place = 0
    for codec in layout.codecs:
        of_codec = slice(place, place := place + len(codec.fields))
        if codec.column.name not in columns or of_codec.start == of_codec.stop:
            continue
        values = columns[codec.column.name]
        split = codec.split(values)
        raws |= dict(zip(range(of_codec.start, of_codec.stop), split, strict=True))
        symbols[:, of_codec] = _symbols(codec, split)
        is_missing, is_row = mask_of(values), isinstance(given, SeedRows)
        says_nothing = is_missing if is_row else np.zeros(n_rows, dtype=np.bool_)
        says_nothing = says_nothing | (~is_missing & (symbols[:, of_codec] == 0).all(axis=1))
        states[:, of_codec] = np.where(says_nothing, FREE, GIVEN)[:, None]
        if isinstance(given, SeedRows) and given.filled and not isinstance(codec, PlaceholderCodec):
            states[is_missing, place - len(codec.fields)] = PRESENT
    return Known(states, symbols, raws)


def _symbols(codec: Codec, raws: list[Raw]) -> Symbols:
    """Symbols (rows x fields) of a codec's raw values."""
    pairs = zip(codec.fields, raws, strict=True)
    return np.stack([field.encode(raw) for field, raw in pairs], axis=1)


def completed(given: Given | None, values: pa.Array, made: pa.Array, codec: Codec) -> pa.Array:
    """A column as it comes out: what is given, and what was made where a given row has nothing.

    Placeholders fill no gaps of rows that are to be filled: they would pass for what is really missing.
    """
    if not isinstance(given, SeedRows) or not values.null_count or (given.filled and isinstance(codec, PlaceholderCodec)):
        return values
    both = pa.chunked_array([values, made]).unify_dictionaries().combine_chunks()
    places = np.arange(len(values)) + len(values) * mask_of(values)
    return one_array(pa.chunked_array([both]) if isinstance(both, pa.Array) else both).take(pa.array(places))


def remarks(request: Request, layout: Layout) -> Iterator[str]:
    """Given values that were never learned, counted (cells of rows, else values), and what stands for them."""
    columns = _values_of(request.given, layout.table)
    for codec in layout.codecs:
        if codec.column.name not in columns or not codec.fields or isinstance(codec, PlaceholderCodec):
            continue
        values, fate = columns[codec.column.name].drop_null(), "they come out as given"
        symbols = _symbols(codec, codec.split(values))
        is_nothing = (symbols == 0).all(axis=1)
        if n_nothing := int(is_nothing.sum()):
            yield f"{codec.column.name}: {n_nothing:,} given values were never learned: {fate}, and condition nothing"
        if n_off := int((_is_off(codec, values, symbols) & ~is_nothing).sum()):
            yield f"{codec.column.name}: {n_off:,} given values were never learned: {fate}, and condition as the nearest do"


def _values_of(given: Given | None, table: Table) -> dict[str, pa.Array]:
    """The values given of each column: every row's cells, or each value once where they are the same for many rows."""
    if isinstance(given, Shares):
        return {given.column: _cast(table[given.column], list(given.shares))}
    n_rows = given.rows.num_rows if isinstance(given, SeedRows) else 1
    return given_columns(given, table, Part("", n_rows, KeyRange(0, n_rows), table.name), Seed(0))


def _is_off(codec: Codec, values: pa.Array, symbols: Symbols) -> npt.NDArray[np.bool_]:
    """True for labels that are none of the shared ones, and for numbers outside of what was learned."""
    is_off = np.zeros(len(values), dtype=np.bool_)
    for place, (field, raw) in enumerate(zip(codec.fields, codec.split(values), strict=True)):
        if isinstance(field, LabelField):
            is_off |= symbols[:, place] > len(field.labels)
        elif isinstance(field, NumberField) and len(field.alphabet):
            is_off |= (raw < field.alphabet.low.min()) | (raw > field.alphabet.high.max())
    return is_off
