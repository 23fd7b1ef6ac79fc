"""SQL inserts, loaded into the databases themselves, and Avro, read back by another's package."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from decimal import Decimal

import fastavro
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.test_export_properties import write

from twinset.core import types
from twinset.core.dataset import Dialect, Tables
from twinset.core.schema import Column, Table
from twinset.errors import SchemaError
from twinset.export import avro_columns, exporter
from twinset.export.avro import ORIGINAL
from twinset.export.sql import ROWS
from twinset.testing.strategies import datasets

HOSTILE = [
    "Robert'); DROP TABLE t;--", '"quoted" \'\'twice', "back\\slash \\' end", "line\nbreak\r\n\ttab", "-- no", "/* nor */",
    "%s :a ? $1 {b}", "NULL", "", "日本語 👩‍👩‍👧 \u202e", "x'00'", "'", "\\",
]  # fmt: skip
NAME = 'a "b" -- c\'; DROP'


def test_sql_to_the_letter() -> None:
    at = datetime(2024, 1, 2, 3, 4, 5)
    columns = {
        "id": (types.Identifier("sequence"), pa.array([1, 2])),
        'odd "name"': (types.Text(), pa.array(["it's", None])),
        "price": (types.Real(2), pa.array([3.5, float("nan")])),
        "paid": (types.Boolean(("no", "yes")), pa.array([True, False])),
        "day": (types.Date("%d.%m.%Y"), pa.array([date(2024, 2, 29), None])),
        "at": (types.DateTime(), pa.array([at, at.replace(microsecond=60)], pa.timestamp("us"))),
        "seen": (types.DateTime("UTC"), pa.array([datetime(2024, 1, 2), None], pa.timestamp("us", "UTC"))),
        "long": (types.Duration("s", "clock"), pa.array([timedelta(hours=1), None], pa.duration("s"))),
        "list": (types.Nested(), pa.array([["a'b"], None], pa.list_(pa.string()))),
    }  # fmt: skip
    table = Table("my table", tuple(Column(name, kind, array.type) for name, (kind, array) in columns.items()))
    rows = pa.record_batch([array for _, array in columns.values()], schema=table.arrow)
    assert write("sql", table, [[rows]], Dialect()).decode() == (
        "/*!40101 SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,NO_BACKSLASH_ESCAPES') */;\n"
        "-- twinset.synthetic: true\n"
        'INSERT INTO "my table" ("id", "odd ""name""", "price", "paid", "day", "at", "seen", "long", "list") VALUES\n'
        "(1, 'it''s', 3.50, '1', '2024-02-29', '2024-01-02 03:04:05', '2024-01-02 00:00:00+00:00', 'PT1H', '[\"a''b\"]'),\n"
        "(2, NULL, NULL, '0', NULL, '2024-01-02 03:04:05.000060', NULL, NULL, NULL);\n"
    )


def hostile_rows(n: int) -> tuple[Table, pa.RecordBatch]:
    columns = (
        Column("id", types.Integer(), pa.int64()), Column(NAME, types.Text(), pa.string()),
        Column("amount", types.Real(2), pa.float64()), Column("is_good", types.Boolean(), pa.bool_()),
        Column("at", types.DateTime(), pa.timestamp("us")),
    )  # fmt: skip
    texts = [HOSTILE[place % len(HOSTILE)] if place % 7 else None for place in range(n)]
    at = [datetime(1999, 12, 31, 23, 59, place % 60) for place in range(n)]
    arrays = [list(range(n)), texts, [place / 4 for place in range(n)], [place % 2 == 0 for place in range(n)], at]
    table = Table("o'rders; --", columns)
    return table, pa.record_batch([pa.array(a, c.storage) for a, c in zip(arrays, columns, strict=True)], schema=table.arrow)


@pytest.mark.parametrize("n", [0, 1, ROWS - 1, ROWS, 2 * ROWS + 1])
def test_sqlite_takes_hostile_texts_as_data(n: int) -> None:
    table, rows = hostile_rows(n)
    text = write("sql", table, [[rows.slice(0, n // 3)], [rows.slice(n // 3)]], Dialect()).decode()
    assert text.count("INSERT INTO") == text.count(";\nINSERT") + (n > 0)
    with sqlite3.connect(":memory:") as base:
        quoted = NAME.replace('"', '""')
        base.execute(f'CREATE TABLE "o\'rders; --" (id INTEGER, "{quoted}" TEXT, amount REAL, is_good BOOLEAN, at TEXT)')
        base.executescript(text)
        found = base.execute('SELECT * FROM "o\'rders; --"').fetchall()
    expected = [list(row.values()) for row in rows.to_pylist()]
    assert found == [(*row[:3], int(row[3]), str(row[4])) for row in expected]


@given(data=datasets(is_finite=False))
def test_sqlite_takes_any_rows(data: Tables) -> None:
    table, rows = data.schema.only, data.to_arrow()
    text = write("sql", table, [rows.to_batches()], Dialect()).decode()
    names = [column.name.replace('"', '""') for column in table.columns]
    if len({name.lower() for name in names}) < len(names):
        return  # to SQLite, names that differ in case alone are one
    base = sqlite3.connect(":memory:")
    try:
        base.execute(f'CREATE TABLE "{table.name}" ({", ".join(f"{chr(34)}{name}{chr(34)} ANY" for name in names)})')
        base.executescript(text)
        found = base.execute(f'SELECT * FROM "{table.name}"').fetchall()
    finally:
        base.close()
    assert len(found) == rows.num_rows
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in found]
        if pa.types.is_string(column.storage) and not isinstance(column.type, types.Media):
            assert cells == [value and value.replace("\x00", "\ufffd") for value in rows[column.name].to_pylist()]
        assert [cell is None for cell in cells][: rows.num_rows] == [
            value is None or value != value or value in (float("inf"), float("-inf")) for value in raw(rows[column.name])
        ]


def raw(array: pa.ChunkedArray) -> list[object]:
    """Values, of which those that have no place in Python are whole numbers."""
    if pa.types.is_temporal(array.type):
        array = pa.chunked_array([c.cast(pa.int32() if array.type.bit_width == 32 else pa.int64()) for c in array.chunks])
    return array.to_pylist()


@given(data=datasets(is_finite=False), cut=st.integers(0, 12))
def test_avro_reads_back_what_was_written(data: Tables, cut: int) -> None:
    table, rows = data.schema.only, data.to_arrow()
    content = write("avro", table, [rows.slice(0, cut).to_batches(), rows.slice(cut).to_batches()], Dialect())
    reader = fastavro.reader(pa.BufferReader(content), return_record_name=False)
    assert reader.metadata["twinset.synthetic"] == "true"
    fields = reader.writer_schema["fields"]
    assert [field.get(ORIGINAL, field["name"]) for field in fields] == list(table.names)
    read = list(reader)
    assert len(read) == rows.num_rows
    for field, column in zip(fields, table.columns, strict=True):
        if pa.types.is_string(column.storage) or pa.types.is_boolean(column.storage) or pa.types.is_decimal(column.storage):
            assert [row[field["name"]] for row in read] == rows[column.name].to_pylist()
        if pa.types.is_integer(column.storage):
            assert [row[field["name"]] for row in read] == rows[column.name].to_pylist()


def test_avro_knows_moments_and_nested_values() -> None:
    columns = {
        "day": (types.Date(), pa.array([date(2024, 2, 29), None])),
        "at": (types.DateTime(), pa.array([datetime(2024, 1, 2, 3, 4, 5, 6), None], pa.timestamp("us"))),
        "price": (types.Real(2), pa.array([Decimal("1.50"), None], pa.decimal128(9, 2))),
        "big": (types.Integer(), pa.array([2**64 - 1, None], pa.uint64())),
        "tree": (types.Nested(), pa.array([{"x y": [1.5, None]}, None], pa.struct({"x y": pa.list_(pa.float64())}))),
        "map": (types.Nested(), pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int8()))),
        "label": (types.Categorical(), pa.array(["u", None]).dictionary_encode()),
    }
    table = Table("t", tuple(Column(name, kind, array.type) for name, (kind, array) in columns.items()))
    rows = pa.record_batch([array for _, array in columns.values()], schema=table.arrow)
    first, second = fastavro.reader(pa.BufferReader(write("avro", table, [[rows]], Dialect())))
    assert first == {
        "day": date(2024, 2, 29), "at": datetime(2024, 1, 2, 3, 4, 5, 6), "price": Decimal("1.50"), "big": 2**64 - 1,
        "tree": {"x_y": [1.5, None]}, "map": {"k": 1}, "label": "u",
    }  # fmt: skip
    assert set(second.values()) == {None}


def test_avro_refuses_what_it_does_not_have() -> None:
    table = Table("t", (Column("a", types.Nested(), pa.month_day_nano_interval()),))
    with pytest.raises(SchemaError, match="column 'a': Avro does not have month_day_nano_interval"):
        exporter("avro").check(table, Dialect())


def test_avro_of_plain_columns_is_what_its_own_package_reads() -> None:
    numbers = [0, -1, 1, -64, 64, 8191, -8192, 2**31, -(2**31), 2**62, 2**63 - 1, -(2**63), None]
    n = len(numbers)
    columns = {
        "long": pa.array(numbers, pa.int64()),
        "unsigned": pa.array([2**64 - 1 if number is None else abs(number) % 2**63 for number in numbers], pa.uint64()),
        "real": pa.array([None, float("inf"), -0.0, *([0.1] * (n - 3))]),
        "flag": pa.array([True, False, None, *([True] * (n - 3))]),
        "text": pa.array(["", None, "é" * 100, "x" * 70_000, *(["a"] * (n - 4))]),
        "bytes": pa.array([b"\0", None, *([b"ab"] * (n - 2))]),
        "fixed": pa.array([None, *([b"abc"] * (n - 1))], pa.binary(3)),
        "price": pa.array([None, Decimal("-12345678901234567890.12"), *([Decimal("0.01")] * (n - 2))], pa.decimal128(30, 2)),
        "nothing": pa.nulls(n),
        "label": pa.array([None, *(["u"] * (n - 1))]).dictionary_encode(),
    }
    rows = pa.record_batch(columns).slice(1)
    table = Table("t", tuple(Column(name, types.Text(), array.type) for name, array in columns.items()))
    content = write("avro", table, [[rows], [rows.slice(3)]], Dialect())
    known = [{**row, "unsigned": Decimal(row["unsigned"])} for row in rows.to_pylist()]
    assert list(fastavro.reader(pa.BufferReader(content))) == known + known[3:]


def test_the_bytes_of_a_row_are_those_of_the_specification() -> None:
    rows = pa.record_batch({"a": pa.array([-65]), "b": pa.array(["foo"]), "c": pa.array([None], pa.int64())})
    assert avro_columns.block(rows) == bytes([2, 0x81, 0x01, 2, 6]) + b"foo" + bytes([0])
    assert [avro_columns.long(number) for number in (0, -1, 1, 64)] == [b"\0", b"\1", b"\2", b"\x80\1"]
