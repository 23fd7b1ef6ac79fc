"""CSV and its kin: every cell is read as the text that it is, so that nothing about it is lost before it is understood.

Reading goes: bytes to clean UTF-8 (:mod:`content`), the layout of the first lines (:mod:`csv_layout`), then all rows in one
pass of Arrow's parser. Rows with too few or too many cells are set aside by the parser, mended and put back in their places.
"""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from twinset.core.dataset import Dialect, Repair
from twinset.errors import DataError
from twinset.sources import content, names
from twinset.sources.csv_layout import SAMPLE, Layout, find_layout
from twinset.sources.raw import Raw

CELL = pa.dictionary(pa.int32(), pa.string())
_LARGEST_BLOCK = (1 << 31) - 1
_NOT_CLOSED = "a quote is opened and not closed where its cell ends"
_Odd = tuple[int, str]  # a row's number and its text


def read_csv(path: Path) -> Raw:
    """A delimited text file as text columns, dictionary-encoded; a file that can't be one is a DataError."""
    text, repairs = content.clean(content.load(path))
    sample = bytes(text.slice(0, min(SAMPLE, text.size))).decode("utf-8", "ignore")
    if not sample.strip():
        raise DataError(f"{path} holds no text; a table has a header and rows")
    layout = find_layout(sample, is_whole=text.size <= SAMPLE)
    table, row_repairs = _read_rows(text.slice(layout.start), layout, path)
    table, end_repairs = _without_empty_end(table, layout)
    named, name_repairs = names.settle(layout.names[: table.num_columns])
    dialect = Dialect(format="csv", separator=layout.separator, header=layout.has_header)
    return Raw(
        table.rename_columns(list(named)), True, dialect, repairs + layout.repairs + name_repairs + row_repairs + end_repairs
    )


def _without_empty_end(table: pa.Table, layout: Layout) -> tuple[pa.Table, tuple[Repair, ...]]:
    """The table without a last column that has neither a name nor a value: rows that end in a separator."""
    last = table.column(table.num_columns - 1)
    if layout.names[-1].strip() or table.num_columns == 1 or any(cell.strip() for cell in pc.unique(last).to_pylist()):
        return table, ()
    repair = Repair("separators at the end of rows left out", count=table.num_rows)
    return table.remove_column(table.num_columns - 1), (repair,)


def _read_rows(text: pa.Buffer, layout: Layout, path: Path) -> tuple[pa.Table, tuple[Repair, ...]]:
    table, odd = _parse(text, layout)
    n_odd = len(odd) + _swallows_the_rest(text, table)
    if not n_odd:
        return table, ()
    for quote, escape, what in (
        ('"', "\\", "quotes within cells taken as such"),
        (None, None, "quotes taken as plain signs"),
    ):
        other, other_odd = _parse(text, dataclasses.replace(layout, escape=escape), quote)
        if not other_odd and not _swallows_the_rest(text, other):
            return other, (Repair(f"rows in which quotes do not pair up; {what}", count=n_odd),)
    if not odd:
        raise DataError(f"{path}: a quote that is opened in row {table.num_rows:,} below the header is never closed")
    return _put_back(table, odd, _Where(path, text, layout))


def _swallows_the_rest(text: pa.Buffer, table: pa.Table) -> bool:
    """Whether a quote that is never closed has made one cell of all that follows it."""
    last = table.slice(max(table.num_rows - 1, 0)).to_pylist()
    return any("\n" in cell for row in last for cell in row.values()) and bytes(text).count(b'"') % 2 == 1


def _parse(text: pa.Buffer, layout: Layout, quote: str | None = '"') -> tuple[pa.Table, list[_Odd]]:
    """All rows of the right width, and the odd ones. One thread, so that the parser can number the rows."""
    odd: list[_Odd] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        odd.append((row.number - 1, row.text))
        return "skip"

    labels = [str(number) for number in range(len(layout.names))]
    if text.size == 0:
        return pa.table({label: pa.array([], CELL) for label in labels}), odd
    parse = arrow_csv.ParseOptions(
        delimiter=layout.separator,
        quote_char=quote or False,
        escape_char=layout.escape or False,
        newlines_in_values=quote is not None,
        ignore_empty_lines=len(labels) > 1,
        invalid_row_handler=set_aside,
    )
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(labels, CELL), strings_can_be_null=False, check_utf8=False)
    block = 1 << 20
    while True:
        odd.clear()
        options = arrow_csv.ReadOptions(use_threads=False, column_names=labels, block_size=block)
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(text), read_options=options, parse_options=parse, convert_options=convert
            ), odd
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) or block >= min(text.size, _LARGEST_BLOCK):
                raise DataError(f"the text can't be cut into rows: {error}") from error
            block = min(block * 32, max(text.size, block), _LARGEST_BLOCK)


def _put_back(table: pa.Table, odd: list[_Odd], where: _Where) -> tuple[pa.Table, tuple[Repair, ...]]:
    """The odd rows in their places: short ones padded with empty cells, empty cells behind the last column dropped."""
    width = table.num_columns
    rows = [where.cells(text) for _, text in odd]
    n_short = sum(len(row) < width for row in rows)
    repairs = []
    if n_short:
        repairs.append(Repair("rows with too few cells, filled up with missing ones", count=n_short))
    if n_short < len(rows):
        repairs.append(
            Repair("rows with empty cells behind the last column, which were left out", count=len(rows) - n_short)
        )
    padded = [row[:width] + [""] * (width - len(row)) for row in rows]
    mended = pa.table([pa.array(cells, CELL) for cells in zip(*padded, strict=True)], names=table.column_names)
    places = np.array([number for number, _ in odd])
    kept = np.setdiff1d(np.arange(table.num_rows + len(odd)), places, assume_unique=True)
    order = np.argsort(np.concatenate([kept, places]), kind="stable")
    return pa.concat_tables([table, mended]).unify_dictionaries().take(pa.array(order)), tuple(repairs)


@dataclass(frozen=True, slots=True)
class _Where:
    """The text that odd rows were found in, to mend them and to say where they are."""

    path: Path
    text: pa.Buffer
    layout: Layout

    def cells(self, row: str) -> list[str]:
        try:
            cells = next(csv.reader([row], delimiter=self.layout.separator, escapechar=self.layout.escape, strict=True))
        except (csv.Error, StopIteration) as error:
            raise self._wrong(row, _NOT_CLOSED) from error
        if any(cell.strip() for cell in cells[len(self.layout.names) :]):
            counts = f"{len(cells)} cells, and the table has {len(self.layout.names)} columns"
            raise self._wrong(
                row, f"{counts}; put quotes around cells that hold {self.layout.separator!r}, or remove the surplus"
            )
        if len(cells) < len(self.layout.names) and "\n" in row.rstrip():
            raise self._wrong(row, _NOT_CLOSED)
        return cells

    def _wrong(self, row: str, what: str) -> DataError:
        before = bytes(self.text).partition(row.encode())[0]
        return DataError(f"{self.path}, line {self.layout.line + before.count(bytes([10])) + 1}: {what}")
