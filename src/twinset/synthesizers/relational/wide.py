"""Wide rows: a table's rows with what is learned beside them, and what of an owner's is context for its children."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pyarrow as pa

from twinset.core import types
from twinset.core.keys import Places, at, plain
from twinset.core.schema import Column
from twinset.synthesizers.relational.shape import MARK, OWN

_UNTOLD = types.Identifier | types.Personal | types.Text | types.Empty | types.Json
_SOUGHT = tuple(f"{OWN}{what} " for what in ("partner", "wish", "depth", "of"))
"""What says which partner is sought, and nothing of the row itself."""

_SCALARS = (pa.types.is_nested, pa.types.is_map, pa.types.is_binary)


def context_columns(owner: str, columns: Sequence[Column], child: str) -> tuple[Column, ...]:
    """What of an owner's columns is told to its rows in ``child``, under the names that it has there.

    Its own columns but for names and texts, what it has from its own owner, and its summary of this child; of other children
    how many rows there are.
    """
    return tuple(
        dataclasses.replace(column, name=_told(owner, column.name), nullable=True)
        for column in columns
        if _is_told(column, child)
    )


def _told(owner: str, name: str) -> str:
    if name.startswith(MARK) and not name.startswith(OWN):
        return name
    return f"{MARK}{owner}.{name.removeprefix(OWN)}"


def _is_told(column: Column, child: str) -> bool:
    if isinstance(column.type, _UNTOLD) or any(test(column.storage) for test in _SCALARS):
        return False
    if column.name == OWNER or column.name.startswith(_SOUGHT):
        return False
    is_summary = column.name.startswith(MARK) and ": " in column.name
    return not is_summary or column.name.startswith(f"{MARK}{child}: ") or column.name.endswith(": rows")


OWNER = f"{MARK}owner"
"""The column that says whose rows they are while an engine learns; nothing is drawn for it."""


GHOST = f"{MARK}ghost"
"""The column that says of an owner that is not there whether its rows have an orphan's key ("orphan") or none ("none")."""


def owner_column() -> Column:
    """The column OWNER."""
    return Column(OWNER, types.Identifier("sequence"), pa.int64())


def ghost_column() -> Column:
    """The column GHOST."""
    return Column(GHOST, types.Categorical(), pa.string())


def blank(n_rows: int) -> pa.Table:
    """As many rows of nobody, which is all that an engine is told of who owns what it makes."""
    return pa.table({OWNER: pa.nulls(n_rows, pa.int64())})


def told(owner: str, rows: pa.Table, columns: Sequence[Column], places: Places, child: str) -> pa.Table:
    """The context of a child's rows: those columns of the owner's wide rows at these places; missing at negative ones."""
    names = {_told(owner, name): name for name in rows.column_names}
    arrays = {column.name: at(plain(rows.column(names[column.name])), places) for column in columns}
    return pa.table(arrays) if arrays else pa.table({}, schema=pa.schema([]))


def beside(*tables: pa.Table) -> pa.Table:
    """The columns of several tables of as many rows, side by side."""
    arrays = {name: table.column(name) for table in tables for name in table.column_names}
    return pa.table(arrays)


def below(rows: pa.Table, more: pa.Table) -> pa.Table:
    """More rows below, missing in the columns that they do not have."""
    arrays = [
        pa.concat_arrays(
            [plain(rows.column(name)), plain(more.column(name)) if name in more.column_names else
             pa.nulls(more.num_rows, plain(rows.column(name)).type)]
        )
        for name in rows.column_names
    ]  # fmt: skip
    return pa.table(arrays, names=rows.column_names)
