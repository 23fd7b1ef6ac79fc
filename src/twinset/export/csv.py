"""CSV, in the dialect that the source came in: separator, decimal mark, missing word, header, formats of dates.

UTF-8 with ``\\n`` at the end of each line. A cell is quoted where it holds the separator, a quote or a line break, or where
it would read as a missing value: an empty text is ``""``, a missing one is nothing at all. (In a file of one column, where
nothing at all would be an empty line, both are ``""``.) Lists and structs are JSON text. CSV has no place for marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.export.cells import spell
from twinset.export.json import is_nested, json_of
from twinset.export.text import check_columns, concatenate, write_lines

_NUMERIC = frozenset("0123456789+-.einfa")


@dataclass(frozen=True, slots=True)
class Csv:
    """Writes CSV."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".csv", ".tsv")

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError for columns that are no text, PlanError for a dialect that can't be read back."""
        if len(dialect.separator) != 1 or dialect.separator in '"\r\n':
            raise PlanError(f"the separator of a CSV file is one character, not {dialect.separator!r}")
        if dialect.decimal not in (".", ","):
            raise PlanError(f"the decimal mark of a CSV file is a point or a comma, not {dialect.decimal!r}")
        if set(dialect.missing) & {dialect.separator, '"', "\r", "\n"}:
            raise PlanError(f"the word for missing values has no separator, quote or line break, unlike {dialect.missing!r}")
        check_columns(table, partial(_cells, dialect=dialect))

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The lines of one part, without the header."""
        write_lines(batches, path, partial(_lines, table=table, dialect=dialect))

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The header, if the dialect has one, and the lines of all parts."""
        names = _quoted(pa.array(table.names, pa.string()), dialect).to_pylist()
        concatenate(parts, path, head=dialect.separator.join(names) + "\n" if dialect.header else "")


def _lines(rows: pa.RecordBatch, table: Table, dialect: Dialect) -> pa.Array:
    cells = [_cells(array, column.type, dialect) for array, column in zip(rows.columns, table.columns, strict=True)]
    missing = dialect.missing or ('""' if len(cells) == 1 else "")
    return pc.binary_join_element_wise(*cells, dialect.separator, null_handling="replace", null_replacement=missing)


def _cells(array: pa.Array, kind: types.Type, dialect: Dialect) -> pa.Array:
    """The cells of one column as they stand in the file, except that missing ones are missing."""
    if is_nested(array.type):
        return _quoted(json_of(array, kind), dialect)
    text = spell(array, kind)
    if not any(test(array.type) for test in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)):
        return _quoted(text, dialect)
    if dialect.decimal != ".":
        text = pc.replace_substring(text, ".", dialect.decimal)
    is_apart = dialect.separator not in _NUMERIC | {dialect.decimal}
    return text if is_apart and not _NUMERIC.issuperset(dialect.missing or "?") else _quoted(text, dialect)


def _quoted(text: pa.Array, dialect: Dialect) -> pa.Array:
    """Cells in quotes where they would break the line or read as missing."""
    pattern = f'["\r\n{re.escape(dialect.separator)}]'
    is_quoted = pc.or_(pc.match_substring_regex(text, pattern), pc.equal(text, dialect.missing))
    if not pc.any(is_quoted).as_py():
        return text
    return pc.if_else(is_quoted, pc.binary_join_element_wise('"', pc.replace_substring(text, '"', '""'), '"', ""), text)
