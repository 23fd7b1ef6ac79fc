"""Whatever the rows: files read back to what was written, and their bytes do not depend on how the rows were cut."""

from __future__ import annotations

import itertools
import json
import math
import re
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core import types
from twinset.core.dataset import Dialect, Tables
from twinset.core.schema import Column, Table
from twinset.export import exporter, formats
from twinset.testing.strategies import datasets

OF_TEXTS = {"alpaca", "conll", "messages", "sharegpt", "spacy"}
"""Formats that hold conversations or marked texts alone; tests/unit/test_export_texts.py has them."""
FORMATS = sorted(set(formats()) - OF_TEXTS)
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DIALECTS = st.builds(
    Dialect,
    st.just("csv"),
    st.sampled_from([",", ";", "\t", "|", "1", "."]),
    st.sampled_from([".", ","]),
    st.sampled_from(["", "NA", "-", "0", "null"]),
    st.booleans(),
)


class Spelt(float):
    """A number that knows how it was written."""

    def __new__(cls, text: str) -> Spelt:
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text


def write(name: str, table: Table, parts: Iterable[Iterable[pa.RecordBatch]], dialect: Dialect) -> bytes:
    made = exporter(name)
    made.check(table, dialect)
    with tempfile.TemporaryDirectory() as place:
        folder, paths = Path(place), []
        for number, batches in enumerate(parts):
            paths.append(folder / f"{number}.part")
            made.write_part(batches, paths[-1], table, dialect)
        made.assemble(paths, folder / "whole", table, dialect, {"twinset.synthetic": "true"})
        assert sorted(path.name for path in folder.iterdir()) == sorted([*(path.name for path in paths), "whole"])
        return (folder / "whole").read_bytes()


@pytest.mark.parametrize("name", FORMATS)
@given(
    data=datasets(is_finite=False), dialect=DIALECTS, cuts=st.lists(st.integers(0, 12), max_size=3), size=st.integers(1, 5)
)
def test_bytes_do_not_depend_on_the_cuts(name: str, data: Tables, dialect: Dialect, cuts: list[int], size: int) -> None:
    table, rows = data.schema.only, data.to_arrow()
    edges = sorted({0, rows.num_rows, *(cut for cut in cuts if cut < rows.num_rows)})
    pieces = [rows.slice(start, stop - start).to_batches(size) for start, stop in itertools.pairwise(edges)]
    assert write(name, table, pieces, dialect) == write(name, table, [rows.to_batches()], dialect)


@given(data=datasets())
def test_parquet_and_arrow_read_back_as_they_were(data: Tables) -> None:
    rows, table = data.to_arrow(), data.schema.only
    read = pq.read_table(pa.BufferReader(write("parquet", table, [rows.to_batches()], Dialect())))
    assert read.cast(table.arrow).equals(rows)  # Parquet keeps seconds as milliseconds
    assert read.schema.metadata[b"twinset.synthetic"] == b"true"
    read = pa.ipc.open_file(pa.BufferReader(write("arrow", table, [rows.to_batches()], Dialect()))).read_all()
    assert read.equals(rows)
    assert read.schema.metadata == {b"twinset.synthetic": b"true"}


@given(data=datasets(is_finite=False))
def test_json_lines_are_the_values(data: Tables) -> None:
    table, rows = data.schema.only, data.to_arrow()
    lines = write("jsonl", table, [rows.to_batches()], Dialect("jsonl")).decode().split("\n")
    assert lines.pop() == ""
    read = [json.loads(line, parse_constant=pytest.fail, parse_float=Spelt) for line in lines]
    assert all(list(row) == list(table.names) for row in read)
    for column in table.columns:
        for expected, found in zip(plain(rows[column.name], column), (row[column.name] for row in read), strict=True):
            assert_same(in_json(expected), found, column)


@given(data=datasets(is_finite=False), dialect=DIALECTS)
def test_csv_cells_are_the_values(data: Tables, dialect: Dialect) -> None:
    table, rows = data.schema.only, data.to_arrow()
    lines = list(cells_of(write("csv", table, [rows.to_batches()], dialect).decode(), dialect.separator))
    if dialect.header:
        assert [text for text, _ in lines.pop(0)] == list(table.names)
    assert len(lines) == rows.num_rows
    missing = (dialect.missing, False) if dialect.missing or len(table.columns) > 1 else ("", True)
    for place, column in enumerate(table.columns):
        for expected, cell in zip(plain(rows[column.name], column), (line[place] for line in lines), strict=True):
            assert (cell == missing) == (expected is None or (missing[1] and expected == "")), column
            if expected is not None:
                assert_same(expected, cell[0], column, dialect.decimal)


def cells_of(text: str, separator: str) -> Iterable[list[tuple[str, bool]]]:
    """Lines of (cell, was it quoted), read by the letter of RFC 4180."""
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^"\n{re.escape(separator)}]*))({re.escape(separator)}|\n)')
    line, place = [], 0
    while place < len(text):
        match = cell.match(text, place)
        assert match, text[place : place + 40]
        line.append((match[2], False) if match[1] is None else (match[1].replace('""', '"'), True))
        place = match.end()
        if match[3] == "\n":
            yield line
            line = []
    assert not line


def plain(array: pa.ChunkedArray, column: Column) -> list[Any]:
    """Python values, dates and times as text by Python's own formatting, the slow way."""
    storage = array.type
    if not pa.types.is_temporal(storage):
        return [dict(value) if pa.types.is_map(storage) and value is not None else value for value in array.to_pylist()]
    raw = array.combine_chunks().cast(pa.int32() if storage.bit_width == 32 else pa.int64()).to_pylist()
    return [None if value is None else moment(value, storage, column.type) for value in raw]


def moment(value: int, storage: pa.DataType, kind: types.Type) -> str:
    if pa.types.is_date(storage):
        return spelled(datetime(1970, 1, 1) + timedelta(days=value), kind.format or "%Y-%m-%d", "")
    per_second = PER_SECOND[storage.unit]
    seconds, ticks = divmod(value, per_second)
    digits = f"{ticks:0{len(str(per_second)) - 1}d}" if per_second > 1 else ""
    if pa.types.is_duration(storage):
        return duration(value, per_second, kind)
    point = "." if digits else ""
    if pa.types.is_time(storage):
        return spelled(datetime(1970, 1, 1) + timedelta(seconds=seconds), f"%H:%M:%S{point}", digits)
    at = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    if storage.tz is None:
        return spelled(at, kind.format or f"%Y-%m-%dT%H:%M:%S{point}", digits)
    return zoned(at.replace(tzinfo=UTC), storage, kind, point, digits)


def zoned(at: datetime, storage: pa.DataType, kind: types.Type, point: str, digits: str) -> str:
    naive = pa.scalar(at.replace(tzinfo=None), pa.timestamp("s"))  # Arrow's own zones end their summers in 2037
    local = pc.local_timestamp(naive.cast(pa.timestamp("s", storage.tz))).as_py()
    ahead = timedelta(minutes=(local - naive.as_py()) // timedelta(minutes=1))
    sign, size = ("-", -ahead) if ahead < timedelta(0) else ("+", ahead)
    ending = "Z" if storage.tz == "UTC" else f"{sign}{size.seconds // 3600:02d}:{size.seconds // 60 % 60:02d}"
    local = at.replace(tzinfo=None) + ahead
    if kind.format:
        return spelled(local, kind.format, digits)
    return spelled(local, f"%Y-%m-%dT%H:%M:%S{point}", digits) + ending


def spelled(at: datetime, pattern: str, digits: str) -> str:
    """strftime, with four digits to a year before 1000 and with fractions that datetime does not have."""
    text = at.strftime(pattern.replace("%Y", f"{at.year:04d}").replace("%f", f"{digits:0<6}"[:6]))
    return text + digits if pattern.endswith(".") else text


def duration(value: int, per_second: int, kind: types.Type) -> str:
    sign = "-" if value < 0 else ""
    seconds, ticks = divmod(abs(value), per_second)
    digits = f".{ticks:0{len(str(per_second)) - 1}d}" if per_second > 1 else ""
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    if kind.format == "clock":
        return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{digits}"
    digits = digits.rstrip("0").rstrip(".")
    last = f"{seconds}{digits}S" if seconds or digits or not value else ""
    return f"{sign}PT{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}{last}"


def in_json(value: Any) -> Any:
    """The value with null for numbers that JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: in_json(inner) for key, inner in value.items()}
    return [in_json(inner) for inner in value] if isinstance(value, list) else value


def assert_same(expected: Any, found: Any, column: Column, decimal: str = ".") -> None:
    """``found`` is a cell's text, or what JSON made of it."""
    is_cell = isinstance(found, str)
    if isinstance(expected, bool):
        words = (getattr(column.type, "words", None) or ("false", "true")) if is_cell else (False, True)
        assert found == words[expected]
    elif isinstance(expected, dict | list):
        assert (json.loads(found) if is_cell else found) == in_json(expected)
    elif isinstance(expected, float):
        assert_same_real(expected, found.replace(decimal, ".") if is_cell else str(found), column)
    elif isinstance(expected, Decimal):
        assert Decimal(found.replace(decimal, ".") if is_cell else str(found)) == expected
    else:
        assert (int(found) if is_cell and isinstance(expected, int) else found) == expected


def assert_same_real(expected: float, text: str, column: Column) -> None:
    if math.isnan(expected):
        assert math.isnan(float(text))
        return
    decimals = getattr(column.type, "decimals", None)
    if decimals is None or not abs(expected) * 10**decimals < 2**53:
        kind = np.float32 if column.storage == pa.float32() else float
        assert kind(text) == kind(expected)
        assert not re.fullmatch(r"-?\d+", text), "a real would read back as a whole number"
    else:
        assert re.fullmatch(rf"-?\d+\.\d{{{decimals}}}" if decimals else r"-?\d+", text)
        assert abs(Decimal(text) - Decimal(expected)) <= Decimal(10) ** -decimals / 2 * (1 + Decimal(10) ** -9) + Decimal(
            math.ulp(expected)
        )
