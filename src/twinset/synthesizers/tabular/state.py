"""Layouts as plain data: what a saved sampler says about its columns, written and read back with every check.

Which codec a column has is in the data; that it fits the column's storage is checked by making it join no rows.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import DataError, TwinsetError
from twinset.privacy.alphabet import Alphabet
from twinset.synthesizers.tabular.clock import MINUTES, SECONDS
from twinset.synthesizers.tabular.codec import Codec, Making
from twinset.synthesizers.tabular.codecs import LabelCodec, PlaceholderCodec, is_textual
from twinset.synthesizers.tabular.fields import MOST_SYMBOLS, Field, LabelField, NumberField
from twinset.synthesizers.tabular.kept import KeptCodec
from twinset.synthesizers.tabular.layout import Layout
from twinset.synthesizers.tabular.marginal import Marginal
from twinset.synthesizers.tabular.nested import ListCodec, StructCodec, inner_column
from twinset.synthesizers.tabular.people import Person, is_known
from twinset.synthesizers.tabular.quantities import MomentCodec, NumberCodec, PointCodec
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.ticks import MOST_DECIMALS, PER_SECOND, Grid, largest_tick

Data = dict[str, Any]
_AXES = ("latitude", "longitude")
MOST_ELEMENTS, MOST_PEOPLE = 2**24, 2**24
"""No list is longer, and no row has more people."""


def layout_to_data(layout: Layout, writer: Writer) -> list[Data]:
    """Plain data for a layout; arrays go to the writer."""
    return [_codec_to_data(codec, writer) for codec in layout.codecs]


def layout_from_data(data: Any, table: Table, reader: Reader) -> Layout:
    """The layout of a table; DataError where it is not one."""
    if len(expect(data, list, "layout")) != len(table.columns):
        raise DataError(f"the sampler knows {len(data)} columns, and table {table.name!r} has {len(table.columns)}")
    pairs = zip(data, table.columns, strict=True)
    layout = Layout(table, tuple(_codec_from_data(one, column, reader) for one, column in pairs))
    try:
        layout.join([field.decode(np.empty(0, np.uint16), Seed(0).generator()) for field in layout.fields], _NOTHING)
    except (pa.ArrowException, TypeError, ValueError, IndexError, AttributeError, TwinsetError) as error:
        raise DataError(f"the sampler's layout does not fit the columns of table {table.name!r}: {error}") from error
    return layout


_NOTHING = Making(0, 0, 0, Seed(0), Seed(0))


def _codec_to_data(codec: Codec, writer: Writer) -> Data:
    match codec:
        case NumberCodec(_, grid, field, exact):
            data = {"decimals": grid.decimals, "ladder": list(grid.ladder), "clock": grid.clock}
            return {"codec": "number", **data, "field": field_to_data(field, writer), "exact": writer.put(exact)}
        case MomentCodec(_, day, clock):
            return {"codec": "moment", "day": field_to_data(day, writer), "clock": field_to_data(clock, writer)}
        case PointCodec(_, grid, latitude, longitude):
            fields = {"latitude": field_to_data(latitude, writer), "longitude": field_to_data(longitude, writer)}
            return {"codec": "point", "decimals": grid.decimals, "ladder": list(grid.ladder), **fields}
        case LabelCodec(_, label, other):
            return {"codec": "label", "field": field_to_data(label, writer), "other": other}
        case PlaceholderCodec(_, presence, n_per_row, person):
            data = {"codec": "placeholder", "presence": _optional(presence, writer), "n_per_row": n_per_row}
            return data if person is None else {**data, "person": _person_to_data(person)}
        case KeptCodec(_, presence, texts, n_rows):
            kept = {"texts": list(texts), "counts": list(n_rows)}
            return {"codec": "kept", "presence": _optional(presence, writer), **kept}
        case StructCodec(_, presence, children):
            inner = [_codec_to_data(child, writer) for child in children]
            return {"codec": "struct", "presence": _optional(presence, writer), "children": inner}
        case ListCodec(_, length, element, marginals):
            counts = [writer.put(marginal.counts) for marginal in marginals]
            inner_data = {"element": _codec_to_data(element, writer), "counts": counts}
            return {"codec": "list", "length": field_to_data(length, writer), **inner_data}
    raise TypeError(f"not a codec: {codec!r}")


def _codec_from_data(data: Any, column: Column, reader: Reader) -> Codec:
    data = _Checked(expect(data, dict, "codec"))
    match data["codec"]:
        case "number":
            return _number_codec(data, column, reader)
        case "moment" if pa.types.is_timestamp(column.storage):
            a_day = 86_400 * PER_SECOND[column.storage.unit]
            day = number_field_from_data(data["day"], reader, 2**63 // a_day)
            return MomentCodec(column, day, number_field_from_data(data["clock"], reader, a_day))
        case "point":
            grid = _grid(data)
            latitude, longitude = (number_field_from_data(data[axis], reader, 1000 * 10**grid.decimals) for axis in _AXES)
            return PointCodec(column, grid, latitude, longitude)
        case "label":
            other = None if data["other"] is None else expect(data["other"], str, "label")
            return LabelCodec(column, _label_field(data["field"]), other)
        case "placeholder":
            person = _person(data["person"], column) if "person" in data else None
            return PlaceholderCodec(column, _presence(data["presence"]), _rate(data["n_per_row"]), person)
        case "kept" if isinstance(column.type, types.Text) and column.type.keep and is_textual(column.storage):
            return _kept_codec(data, column)
        case "struct" if pa.types.is_struct(column.storage):
            inner = [inner_column(f"{column.name}.{field.name}", field.type) for field in column.storage]
            pairs = zip(expect(data["children"], list, "children"), inner, strict=False)
            children = tuple(_codec_from_data(child, one, reader) for child, one in pairs)
            if len(children) != len(inner) or len(data["children"]) != len(inner):
                raise DataError(f"the sampler's children of {column.name!r} are not those of its storage")
            return StructCodec(column, _presence(data["presence"]), children)
        case "list" if pa.types.is_list(column.storage) or pa.types.is_large_list(column.storage):
            element = _codec_from_data(data["element"], inner_column(f"{column.name}[]", column.storage.value_type), reader)
            counts = expect(data["counts"], list, "counts")
            if len(counts) != len(element.fields):
                raise DataError(f"the sampler's elements of {column.name!r} are not as they were saved")
            pairs_ = zip(element.fields, counts, strict=True)
            marginals = tuple(marginal_from_data(number, field, reader) for field, number in pairs_)
            return ListCodec(
                column, number_field_from_data(data["length"], reader, MOST_ELEMENTS, least=0), element, marginals
            )
    raise DataError(f"the sampler's codec {data['codec']!r:.40} does not fit column {column.name!r} ({column.storage})")


def _kept_codec(data: Data, column: Column) -> KeptCodec:
    texts = tuple(expect(text, str, "text") for text in expect(data["texts"], list, "texts"))
    counts = tuple(whole(count, 1, 2**40, "count") for count in expect(data["counts"], list, "counts"))
    if len(texts) != len(counts):
        raise DataError(f"the sampler's texts of column {column.name!r} are not as they were saved")
    return KeptCodec(column, _presence(data["presence"]), texts, counts)


def _number_codec(data: Data, column: Column, reader: Reader) -> NumberCodec:
    grid = dataclasses.replace(_grid(data), clock=whole(data["clock"], 0, SECONDS, "clock"))
    if grid.clock not in (0, MINUTES, SECONDS) or (grid.clock and grid.decimals):
        raise DataError(f"the sampler's clock of column {column.name!r} has {grid.clock} ticks a day")
    most = largest_tick(column.storage, grid.decimals)
    field, exact = number_field_from_data(data["field"], reader, most), reader.get(data["exact"], np.float64)
    if len(exact) not in (0, len(field.alphabet.atoms)) or (np.abs(exact) > most).any():
        raise DataError("the sampler's exact numbers are not those of its atoms")
    return NumberCodec(column, grid, field, exact)


def _grid(data: Data) -> Grid:
    return Grid(whole(data["decimals"], 0, MOST_DECIMALS, "decimals"), _steps(data["ladder"]))


def _rate(data: Any) -> float:
    rate: float = expect(data, float, "rate")
    if not 0 <= rate <= 1:
        raise DataError(f"the sampler's rate is not from 0 to 1: {rate}")
    return rate


def _person_to_data(person: Person) -> Data:
    return {"locale": person.locale, "who": person.who, "n_per_row": person.n_per_row, "field": person.field}


def _person(data: Any, column: Column) -> Person:
    data = _Checked(expect(data, dict, "person"))
    locale = expect(data["locale"], str, "locale")
    if not isinstance(column.type, types.Personal) or not is_textual(column.storage) or not is_known(locale):
        raise DataError(f"the sampler's person of column {column.name!r} is none: {locale!r:.40}")
    who = whole(data["who"], 0, MOST_PEOPLE, "person")
    person = Person.of(column, locale)
    field = data.get("field", person.field)  # a name may be a last name, for what stands beside it
    if field != person.field and (person.field, field) != ("name", "last_name"):
        raise DataError(f"the sampler's person of column {column.name!r} has no such field: {field!r:.40}")
    return dataclasses.replace(person, who=who, n_per_row=_rate(data["n_per_row"]), field=field)


class _Checked(dict[str, Any]):
    """A dict whose missing entries are a DataError."""

    def __missing__(self, key: str) -> Any:
        raise DataError(f"the sampler's data lack {key!r}")


def marginal_from_data(number: object, field: Field, reader: Reader) -> Marginal:
    """Counts of a field's symbols; DataError where they are not."""
    counts = reader.get(number, np.int64, length=field.n_symbols)
    if (counts < 0).any() or counts.sum() > 2**53:
        raise DataError("the sampler's counts are not counts")
    return Marginal(counts)


def _optional(field: LabelField | None, writer: Writer) -> Data | None:
    return None if field is None else field_to_data(field, writer)


def _presence(data: Any) -> LabelField | None:
    return None if data is None else _label_field(data)


def field_to_data(field: Field, writer: Writer) -> Data:
    """Plain data for a field; arrays go to the writer."""
    if isinstance(field, NumberField):
        own = field.alphabet
        arrays = {"low": writer.put(own.low), "high": writer.put(own.high), "rung": writer.put(own.rung)}
        return {"name": field.name, "steps": list(own.steps), **arrays}
    flags = {"has_rare": field.has_rare, "is_spread": field.is_spread, "is_ordered": field.is_ordered}
    return {"name": field.name, "labels": list(field.labels), "weights": list(field.weights), **flags}


def number_field_from_data(data: Any, reader: Reader, most: float, least: float | None = None) -> NumberField:
    """A field whose ticks lie in [``least``, ``most``]; as far below zero as above where there is no ``least``."""
    data = _Checked(expect(data, dict, "field"))
    low = reader.get(data["low"], np.float64)
    high = reader.get(data["high"], np.float64, length=len(low))
    rung = reader.get(data["rung"], np.int8, length=len(low))
    steps = _steps(data["steps"])
    is_atom = rung < 0
    if len(low) >= MOST_SYMBOLS or (low > high).any() or (rung < -1).any() or (rung >= len(steps)).any():
        raise DataError("the sampler's alphabet is not as it was saved")
    if (high > most).any() or (low < (-most if least is None else least)).any():
        raise DataError("the sampler's alphabet holds numbers that its column can't hold")
    if (low[is_atom] != high[is_atom]).any() or (np.diff((low + high) / 2) < 0).any():
        raise DataError("the sampler's alphabet is not in order")
    return NumberField(expect(data["name"], str, "name"), Alphabet(low, high, rung, steps))


def _steps(data: Any) -> tuple[float, ...]:
    steps = tuple(expect(step, float, "step") for step in expect(data, list, "steps"))
    finer = [step for step in steps if step != 0]
    ratios = [b / a for a, b in itertools.pairwise(finer) if a > 0]
    is_fine = bool(steps) and 0 not in steps[1:] and all(0 <= step <= 1e18 for step in steps)
    if not is_fine or len(ratios) != max(len(finer) - 1, 0) or any(ratio < 2 or ratio % 1 for ratio in ratios):
        raise DataError("the sampler's steps are not as they were saved")
    return steps


def _label_field(data: Any) -> LabelField:
    data = _Checked(expect(data, dict, "field"))
    labels = tuple(expect(label, str, "label") for label in expect(data["labels"], list, "labels"))
    weights = tuple(whole(weight, 0, 2**53, "weight") for weight in expect(data["weights"], list, "weights"))
    if len(labels) != len(weights) or len(labels) > MOST_SYMBOLS - 2 or len(set(labels)) != len(labels):
        raise DataError("the sampler's labels are not as they were saved")
    flags = {name: expect(data[name], bool, name) for name in ("has_rare", "is_spread", "is_ordered")}
    return LabelField(expect(data["name"], str, "name"), labels, weights, **flags)
