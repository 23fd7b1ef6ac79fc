"""What of a source does not come out as it is, in lines for its owner: people, texts and codes, by table and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from twinset.core import types
from twinset.core.dataset import Dataset
from twinset.core.schema import Column, Schema, Table
from twinset.evaluation.result import Note
from twinset.synthesizers.relational.withheld import SAID

_MOST = 12
"""Tables that a line names; the report names all columns."""

Test = Callable[[Column, Table], bool]


def tell(learned: Dataset | None, people: object, notes: Iterable[Note], say: Callable[[str], None]) -> None:
    """Say what becomes of the columns of a source that was learned; of none where nothing was."""
    for line in protected(learned.schema, people, notes) if learned is not None else ():
        say(line)


def protected(schema: Schema, people: object, notes: Iterable[Note]) -> Iterator[str]:
    """A line for each thing that happens to columns. ``people`` is the locale of those who are made up; ``notes`` are the
    fit's, which say what of a list's rows does not stay.
    """
    of_lists = {note.column for note in notes if note.text == SAID}
    who = f"made-up people ({people}) stand for personal data" if people else "placeholders stand for personal data"
    yield from _line(who, schema, _is_personal)
    yield from _line(
        "texts and documents are left out (keep: true lets texts pass)",
        schema,
        lambda one, table: _is_left_out(one, table, of_lists),
    )
    yield from _line("real texts pass, as the plan says keep", schema, _passes)
    yield from _line("codes are made anew", schema, _is_code)


def _line(what: str, schema: Schema, test: Test) -> Iterator[str]:
    found = {table.name: [one.name for one in table.columns if test(one, table)] for table in schema}
    found = {name: columns for name, columns in found.items() if columns}
    if not found:
        return
    if len(schema.tables) == 1:
        yield f"{what}: {', '.join(*found.values())}"
        return
    said = [f"{name} ({', '.join(columns)})" for name, columns in found.items()]
    yield f"{what}: {'; '.join(shortened(said, 'more tables'))}"


def shortened(said: Sequence[str], rest: str) -> list[str]:
    """The first of these, and how many more there are, so that a line of many tables can be read."""
    return [*said[:_MOST], *([f"{len(said) - _MOST} {rest}"] if len(said) > _MOST else [])]


def _is_personal(column: Column, table: Table) -> bool:
    return isinstance(column.type, types.Personal)


def _is_left_out(column: Column, table: Table, of_lists: Set[str | None]) -> bool:
    if table.is_reference:
        return f"{table.name}.{column.name}" in of_lists
    return isinstance(column.type, types.Json) or (isinstance(column.type, types.Text) and not column.type.keep)


def _passes(column: Column, table: Table) -> bool:
    return isinstance(column.type, types.Text) and column.type.keep


def _is_code(column: Column, table: Table) -> bool:
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    return isinstance(column.type, types.Identifier) and column.name not in keys and not table.is_reference
