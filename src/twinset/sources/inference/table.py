"""A whole table: each column found, doubts settled by what the other columns show, the primary key and the dialect."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dialect, Repair
from twinset.core.registry import nearest
from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.sources.inference import keys, missing, omitting
from twinset.sources.inference.column import Found, find
from twinset.sources.inference.guess import Hints
from twinset.sources.raw import Raw

_SHORT = re.compile(r"%-?([dm])[-/.]%-?[dm][-/.]%[yY]")

Declared = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Inferred:
    """A table with its schema, its values in storage, and how its text was written."""

    table: Table
    rows: pa.Table
    dialect: Dialect
    repairs: tuple[Repair, ...]


def infer(raw: Raw, name: str, declared: Declared) -> Inferred:
    """The schema and the values of a raw table. ``declared`` wins over what is found, column by column."""
    names = tuple(raw.table.column_names)
    for unknown in set(declared) - set(names):
        raise SchemaError(f"there is no column {unknown!r}{nearest(unknown, names)}; columns: {', '.join(names[:30])}")
    raw, left_out = omitting.leave_out(raw, name, declared)
    names = tuple(raw.table.column_names)
    has_times = not raw.is_text and raw.dialect.format != "jsonl"
    table = Hints(names, raw.is_text, has_times, raw.dialect.separator)
    found = [find(column, raw.table[column], declared.get(column), table) for column in names]
    found = _without_doubt(found, raw, declared, table)
    schema = Table(name, tuple(one.column for one in found))
    unique = frozenset(one.column.name for one in found if one.is_key)
    schema = dataclasses.replace(
        schema,
        primary_key=keys.primary_key(name, schema.columns, unique),
        entity=keys.entity(schema.columns, unique, {one.column.name: one.n_distinct for one in found}),
    )
    rows = pa.table([one.values for one in found], schema=schema.arrow)
    word = missing.usual([one.words for one in found])
    dialect = dataclasses.replace(raw.dialect, missing=word, decimal=_decimal(found) or ".") if raw.is_text else raw.dialect
    repairs = [*left_out]
    repairs += [repair for one in found for repair in (*one.repairs, *missing.repairs(one.column.name, one.words, word))]
    return Inferred(schema, rows, dialect, tuple(repairs))


def _without_doubt(found: Sequence[Found], raw: Raw, declared: Declared, table: Hints) -> list[Found]:
    """Doubtful columns found again, in the light of those that are not."""
    sure = [one for one in found if not one.is_doubtful]
    if len(sure) == len(found):
        return list(found)
    informed = dataclasses.replace(table, day_first=_day_first(sure), decimal=_decimal(sure))
    return [
        find(one.column.name, raw.table[one.column.name], declared.get(one.column.name), informed)
        if one.is_doubtful
        else one
        for one in found
    ]


def _day_first(found: Sequence[Found]) -> bool | None:
    """Whether days stand before months in most dates that have them as numbers before the year."""
    kinds = [one.column.type for one in found]
    formats = [kind.format or "" for kind in kinds if isinstance(kind, types.Date | types.DateTime)]
    votes = [match[1] == "d" for format in formats if (match := _SHORT.match(format))]
    return None if not votes else sum(votes) * 2 > len(votes)


def _decimal(found: Sequence[Found]) -> str | None:
    """The decimal sign of most columns of numbers that show one."""
    signs = [one.decimal for one in found if one.decimal]
    return max(set(signs), key=lambda sign: (signs.count(sign), sign)) if signs else None
