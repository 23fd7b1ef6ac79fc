"""What of a list's shared rows does not stay as it is: people, prose and documents, which a plan may let pass.

Its other texts, such as the names of products, are what many share.
"""

from __future__ import annotations

import pyarrow as pa

from twinset.core import types
from twinset.core.keys import plain
from twinset.core.schema import Column, Schema, Table
from twinset.privacy.prose import is_prose, tells_people

SAID = (
    "of a list's shared rows: what stands for it is made as in any row (type: text with keep: true in the plan lets it pass)"
)


def withheld(table: Table, rows: pa.Table, schema: Schema) -> tuple[str, ...]:
    """The columns whose values leave a list's rows; its keys never do."""
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    keys |= {name for other in schema for key in other.foreign_keys if key.table == table.name for name in key.references}
    return tuple(
        column.name
        for column in table.columns
        if column.name not in keys and _is_withheld(column, plain(rows.column(column.name)))
    )


def _is_withheld(column: Column, values: pa.Array) -> bool:
    if isinstance(column.type, types.Text) and column.type.keep:
        return False
    if isinstance(column.type, types.Personal | types.Json):
        return True
    if not isinstance(column.type, types.Text | types.Categorical | types.Identifier) or not pa.types.is_string(values.type):
        return False
    texts = values.drop_null().unique()
    return is_prose(texts) or tells_people(texts)


def without(rows: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """The rows with these columns missing."""
    for name in names:
        rows = rows.set_column(rows.column_names.index(name), name, pa.nulls(rows.num_rows, rows.schema.field(name).type))
    return rows


def put(rows: pa.Table, names: tuple[str, ...], made: pa.Table) -> pa.Table:
    """The rows with what was made in these columns."""
    for name in names:
        rows = rows.set_column(rows.column_names.index(name), name, made.column(name))
    return rows
