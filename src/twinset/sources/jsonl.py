"""JSON Lines, one object a line; and JSON files that are one array of objects.

Numbers, texts and truth values keep their types. A field that is text in one row and a number in another is read as text
throughout, and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.json as arrow_json

from twinset.core.dataset import Dialect, Repair
from twinset.errors import DataError
from twinset.sources import content, names
from twinset.sources.raw import Raw

Row = dict[str, object]
_NULL_LINE = re.compile(rb"^[ \t]*null", re.MULTILINE)


def read_jsonl(path: Path) -> Raw:
    """A table with one row an object; what is no object is a DataError with its line."""
    text, repairs = content.clean(content.load(path))
    start = bytes(text.slice(0, min(4096, text.size))).lstrip()
    if not start:
        raise DataError(f"{path} holds no text; JSON Lines has one object a line")
    try:
        table, mended = _from_rows(_array(path, text)) if start.startswith(b"[") else _from_lines(path, text)
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])
        raise DataError(f"{path}: {half} is half a character, in a text or a name; write the whole of it or none") from error
    named, renamed = names.settle(table.column_names)
    return Raw(table.rename_columns(list(named)), False, Dialect(format="jsonl"), repairs + mended + renamed)


def _from_lines(path: Path, text: pa.Buffer) -> tuple[pa.Table, tuple[Repair, ...]]:
    """All lines in one pass of Arrow's parser; by Python's where that meets fields of several types, or may meet a null.

    (A line that is null is a row without values to Arrow, and a block of nothing else ends the process.)
    """
    if _NULL_LINE.search(text):
        return _from_rows(_lines(path, text))
    try:
        table = _parse(text, None)
        if times := [field.name for field in table.schema if pa.types.is_timestamp(field.type)]:
            table = _parse(text, pa.schema([(name, pa.string()) for name in times]))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return _from_rows(_lines(path, text))
    return table, ()


def _parse(text: pa.Buffer, schema: pa.Schema | None) -> pa.Table:
    """Without a schema Arrow reads texts that look like times as times, and their way of writing would be lost."""
    block = min(max(1 << 20, text.size // 64), 1 << 28)
    return arrow_json.read_json(
        pa.BufferReader(text),
        read_options=arrow_json.ReadOptions(use_threads=False, block_size=block),
        parse_options=arrow_json.ParseOptions(explicit_schema=schema, newlines_in_values=False),
    )


def _lines(path: Path, text: pa.Buffer) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(bytes(text).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}, line {number}: not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise DataError(f"{path}, line {number}: an object is expected on each line, not {type(row).__name__}")
        rows.append(row)
    return rows


def _array(path: Path, text: pa.Buffer) -> list[Row]:
    try:
        rows = json.loads(bytes(text))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not valid JSON: {error}") from error
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise DataError(f"{path}, item {number}: an array of objects is expected, and here is {type(row).__name__}")
    return list(rows)


def _from_rows(rows: list[Row]) -> tuple[pa.Table, tuple[Repair, ...]]:
    columns = dict.fromkeys(name for row in rows for name in row)
    arrays: dict[str, pa.Array] = {}
    repairs: list[Repair] = []
    for name in columns:
        cells = [row.get(name) for row in rows]
        try:
            arrays[name] = pa.array(cells)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            arrays[name] = pa.array(_as_texts(cells), pa.string())
            repairs.append(Repair("values of several types, read as text", name, len(cells)))
    return pa.table(arrays), tuple(repairs)


def _as_texts(cells: Iterable[object]) -> list[str | None]:
    return [cell if cell is None or isinstance(cell, str) else json.dumps(cell, ensure_ascii=False) for cell in cells]
