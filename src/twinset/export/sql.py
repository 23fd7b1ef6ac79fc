"""SQL: one INSERT statement for every 500 rows, in the SQL that databases have in common.

Names stand in double quotes, texts in single ones, both doubled within; whatever a text holds, it stays data. MySQL and
MariaDB, which read quotes and backslashes in their own way, are told so in the first line, a comment to all others. Moments
are ISO 8601 with a blank, true and false are '1' and '0' (which booleans, bits and numbers all take), lists and structs
JSON text. NaN and infinities become NULL, and NUL characters, which databases do not have in texts, U+FFFD. Marks are
comments. Tables that others refer to are loaded first; where rows refer to rows of their own table, foreign keys are
checked when all of them are there (SET CONSTRAINTS ALL DEFERRED, PRAGMA defer_foreign_keys).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.export.atomic import replacing
from twinset.export.cells import spell
from twinset.export.ipc import row_groups, write_stream
from twinset.export.json import is_nested, json_of
from twinset.export.text import as_bytes, check_columns, slices

ROWS = 500
"""Of one statement; SQL Server takes at most 1,000."""
_PART = pa.schema([("row", pa.string())])
_MYSQL = "/*!40101 SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,NO_BACKSLASH_ESCAPES') */;\n"


@dataclass(frozen=True, slots=True)
class Sql:
    """Writes SQL inserts."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".sql",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError for columns that are no text."""
        check_columns(table, literals)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """An Arrow stream of rows in brackets."""
        rows = (_rows(piece, table) for batch in batches for piece in slices(batch))
        write_stream(rows, path, _PART)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """Statements of so many rows over all parts."""
        columns = ", ".join(map(_named, table.names))
        begin = f"INSERT INTO {_named(table.name)} ({columns}) VALUES\n"
        with replacing(path) as file:
            file.write(_MYSQL.encode())
            for key in sorted(marks):
                file.write(f"-- {' '.join(f'{key}: {marks[key]}'.split())}\n".encode())
            n_rows = _write(file, row_groups(parts, _PART), begin)
            file.write(b";\n" if n_rows else b"")


def _write(file: BinaryIO, groups: Iterator[pa.Table], begin: str) -> int:
    """Rows, each after a comma or the beginning of a statement; gives their number."""
    n_rows = 0
    for group in groups:
        for batch in group.to_batches():
            places = np.arange(n_rows, n_rows + batch.num_rows)
            first = pa.array(places % ROWS == 0)
            before = pc.if_else(pa.array(places == 0), begin, pc.if_else(first, f";\n{begin}", ",\n"))
            for piece in slices(pa.record_batch([before, batch["row"]], names=["before", "row"])):
                file.write(as_bytes(pc.binary_join_element_wise(*piece.columns, ""), ""))
            n_rows += batch.num_rows
    return n_rows


def _rows(rows: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    cells = [literals(array, column.type) for array, column in zip(rows.columns, table.columns, strict=True)]
    inside = pc.binary_join_element_wise(*cells, ", ", null_handling="replace", null_replacement="NULL")
    return pa.record_batch([pc.binary_join_element_wise("(", inside, ")", "")], schema=_PART)


def literals(array: pa.Array, kind: types.Type) -> pa.Array:
    """The values of a column as SQL writes them; what is missing stays missing."""
    if is_nested(array.type):
        return _quoted(json_of(array, kind))
    if pa.types.is_dictionary(array.type):
        return literals(array.dictionary_decode(), kind)
    if pa.types.is_boolean(array.type):
        return pc.if_else(array, "'1'", "'0'")
    if pa.types.is_temporal(array.type):
        return _quoted(_moments(array, kind))
    text = spell(array, kind)
    if pa.types.is_floating(array.type):
        return pc.if_else(pc.is_finite(array), text, pa.scalar(None, pa.string()))
    is_number = pa.types.is_integer(array.type) or pa.types.is_decimal(array.type)
    return text if is_number else _quoted(text)


def _moments(array: pa.Array, kind: types.Type) -> pa.Array:
    """Moments as databases read them, whatever format the type has; no fraction where it is zero."""
    if isinstance(kind, types.Date | types.DateTime | types.Time | types.Duration):
        kind = dataclasses.replace(kind, format=None)
    if not pa.types.is_timestamp(array.type):
        return spell(array, kind)
    text = pc.replace_substring(spell(array, kind), "T", " ", max_replacements=1)
    text = pc.replace_substring_regex(text, r"^([0-9 :-]+)\.0+([^0-9]|$)", r"\1\2")
    return pc.replace_substring(text, "Z", "+00:00")


def _quoted(text: pa.Array) -> pa.Array:
    text = pc.replace_substring(pc.replace_substring(text, "'", "''"), "\x00", "\ufffd")
    return pc.binary_join_element_wise("'", text, "'", "")


def _named(name: str) -> str:
    """A name of a table or column."""
    return '"' + name.replace('"', '""').replace("\x00", "\ufffd") + '"'
