"""One column: tried by each rule in turn, or read as it was declared, and put into its storage."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.core.schema import Column, Value, Values
from twinset.errors import DataError
from twinset.privacy import K
from twinset.sources.inference import declared, missing, typed
from twinset.sources.inference.booleans import boolean
from twinset.sources.inference.cells import Cells, each, tally, tidy
from twinset.sources.inference.clocks import time_of_day
from twinset.sources.inference.dates import eight_digits, moment
from twinset.sources.inference.documents import document
from twinset.sources.inference.durations import length_of_time
from twinset.sources.inference.guess import Guess, Hints, Rule
from twinset.sources.inference.identifiers import identifier
from twinset.sources.inference.labels import label
from twinset.sources.inference.missing import Views
from twinset.sources.inference.ordinals import ordinal
from twinset.sources.inference.people import person
from twinset.sources.inference.quantities import number
from twinset.sources.inference.spots import point

_OF_FORM: tuple[Rule, ...] = (document, person)
_OF_TIMES: tuple[Rule, ...] = (moment, time_of_day, length_of_time, point)
_OF_WORDS: tuple[Rule, ...] = (identifier, ordinal)
_SAME = (types.Integer, types.Real, types.Boolean, types.Categorical, types.Date, types.DateTime, types.Time)


@dataclass(frozen=True)
class Found:
    """A column as it will be, and what the table must know of it.

    ``words`` counts the words for missing; ``is_key`` says that it names rows and that no two cells are equal or missing.
    """

    column: Column
    values: pa.Array | pa.ChunkedArray
    repairs: tuple[Repair, ...] = ()
    words: Counter[str] = dataclasses.field(default_factory=Counter)
    decimal: str = ""
    is_doubtful: bool = False
    is_key: bool = False
    n_distinct: int = 0


def find(name: str, raw: pa.ChunkedArray, options: Mapping[str, object] | None, table: Hints) -> Found:
    """What a column is. ``options`` is what the user declared of it."""
    if table.is_text:
        return _from_text(name, raw, options, table)
    return _from_stored(name, raw, options, table)


def _from_text(name: str, raw: pa.ChunkedArray, options: Mapping[str, object] | None, table: Hints) -> Found:
    before, n_trimmed = tidy(tally(name, raw))
    views = missing.views(before)
    found, cells = _settled(views, options, table, is_stored=False)
    trimmed = (Repair("blanks around cells were removed", name, n_trimmed),) if n_trimmed else ()
    return dataclasses.replace(found, repairs=trimmed + found.repairs, words=missing.words(before, cells))


def _from_stored(name: str, raw: pa.ChunkedArray, options: Mapping[str, object] | None, table: Hints) -> Found:
    values, repairs = typed.stored(raw, name)
    if typed.is_nested(values.type) or pa.types.is_null(values.type):
        return _whole(name, values, options, repairs)
    if options is None and typed.says_itself(values.type) and values.null_count < len(values):
        return _said_by_itself(name, values, repairs, table)
    cells = tally(name, values)
    ordered = typed.in_order(raw, cells)
    if ordered is not None and options is None:
        found = _found(cells, ordered)
    else:
        found, _ = _settled(Views(cells, cells), options, table, is_stored=True)
    return dataclasses.replace(found, repairs=repairs + found.repairs)


def _said_by_itself(name: str, values: pa.ChunkedArray, repairs: tuple[Repair, ...], table: Hints) -> Found:
    """Times and truths that were stored as such, which mean the same whichever cells are equal."""
    cells = each(name, values)
    guess = typed.meaning(cells, table)
    column = Column(name, guess.type, values.type, nullable=values.null_count > 0, reason=guess.reason)
    if cells.n_present >= K and isinstance(guess.type, _SAME) and pc.all(pc.equal(cells.values, cells.values[0])).as_py():
        column = _constant(column, cells.values[0].as_py())
    return Found(column, values, repairs)


def _whole(name: str, values: pa.ChunkedArray, options: Mapping[str, object] | None, repairs: tuple[Repair, ...]) -> Found:
    """Columns whose cells are not compared: nested ones, and those that hold nothing."""
    is_empty = values.null_count == len(values)
    kind, reason = (types.Empty(), "every cell is missing") if is_empty else typed.nested(values)
    if options is not None and (said := declared.parse(name, options).type) != kind:
        raise DataError(f"column {name!r} is declared {said.word}, and holds {values.type}")
    column = Column(name, kind, values.type, nullable=values.null_count > 0, reason=reason)
    return Found(column, values, repairs)


def _settled(views: Views, options: Mapping[str, object] | None, table: Hints, *, is_stored: bool) -> tuple[Found, Cells]:
    """The column as guessed, or as declared; and the view of the cells that was taken."""
    if options is not None and "type" in options:
        column = declared.parse(views.labels.name, options)
        cells = declared.view(views, column)
    else:
        guess, cells = _typed(views.labels, table) if is_stored else _first(views, table)
        found = _found(cells, guess)
        if options is None:
            return found, cells
        column = declared.parse(cells.name, options, found.column)
    read = _found(cells, declared.read(cells, column, table))
    return dataclasses.replace(read, column=declared.settled(read.column, column, options), is_doubtful=False), cells


def _first(views: Views, table: Hints) -> tuple[Guess, Cells]:
    """The first guess at text, from the surest rule on, and the view that it is of."""
    if not views.labels.n_present:
        return _nothing(views.labels), views.labels
    of_values: tuple[Rule, ...] = (boolean, eight_digits, number, *_OF_TIMES)
    return _tried(((_OF_FORM, views.labels), (of_values, views.values), (_OF_WORDS, views.labels)), views.labels, table)


def _tried(trials: Sequence[tuple[tuple[Rule, ...], Cells]], rest: Cells, table: Hints) -> tuple[Guess, Cells]:
    for rules, cells in trials:
        for rule in rules if cells.n_present else ():
            if (guess := rule(cells, table)) is not None:
                return guess, cells
    return label(rest, table), rest


def _nothing(cells: Cells) -> Guess:
    return Guess(types.Empty(), cells.values, "every cell is missing")


def _typed(cells: Cells, table: Hints) -> tuple[Guess, Cells]:
    if not cells.n_present:
        return _nothing(cells), cells
    if cells.values.type != pa.string():
        return typed.meaning(cells, table), cells
    times = missing.views(cells).values
    guess, view = _tried(((_OF_FORM, cells), (_OF_TIMES, times), (_OF_WORDS, cells)), cells, table)
    return typed.with_repairs(guess, view, cells, table), view


def _found(cells: Cells, guess: Guess) -> Found:
    values = cells.expand(guess.values)
    n_lost = int(values.null_count) - (cells.n_rows - cells.n_present)
    lost = (Repair(guess.lost, cells.name, n_lost),) if n_lost else ()
    column = Column(cells.name, guess.type, values.type, guess.domain, nullable=values.null_count > 0, reason=guess.reason)
    is_constant = cells.n_distinct == 1 and cells.n_present >= K and not n_lost
    if is_constant and guess.domain is None and isinstance(guess.type, _SAME):
        column = _constant(column, guess.values[0].as_py())
    return Found(
        column,
        values,
        guess.repairs + lost,
        decimal=guess.decimal,
        is_doubtful=guess.is_doubtful,
        is_key=isinstance(guess.type, types.Identifier) and _is_key(cells, guess.values),
        n_distinct=cells.n_distinct,
    )


def _is_key(cells: Cells, values: pa.Array) -> bool:
    """Whether no cell is missing and no two are equal, also as what they were read as (1 and 1.0)."""
    if not cells.is_unique or cells.n_present < cells.n_rows:
        return False
    return values is cells.values or pc.count_distinct(values).as_py() == cells.n_distinct


def _constant(column: Column, value: object) -> Column:
    """The column with its one value as domain; K rows or more share it."""
    shown: Value = value if isinstance(value, Value) else value.isoformat() if hasattr(value, "isoformat") else str(value)
    reason = f"{column.reason}; the same in every row that has one"
    return dataclasses.replace(column, domain=Values((shown,)), reason=reason)
