"""What holds of reading, whatever is in the file."""

import csv
import datetime
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from twinset.core.dataset import Dialect
from twinset.core.schema import Column
from twinset.errors import UserError
from twinset.sources import read
from twinset.sources.inference import infer
from twinset.sources.raw import Raw

ATOMS = [
    "1", "2.5", "-3", "007", "x", "yes", "no", "2020-01-02", "13/02/2020", "1,5", "1.234", "1.234,5", "$5", "12%", "NA", "",
    "?", "-", "null", "inf", "nan", "1e5", "a@b.co", "+49 123 4567890", '{"a":1}', "[1]", "12:30", "25:00:01", "PT1H", "1:5",
    " x ", "é", "low", "high", "A-01", "550e8400-e29b-41d4-a716-446655440000", "52.1, 4.3", "9999999999999999999", "true",
    "Jan", "Q1 2020", "<5", "5+", "10-20", "1 - a", "2013-01-01T10:00:00Z", "2013-01-01 10:00:00.5+02:00", "€", "'", "\\",
    "0x1A", "20200101", "00:00", "31.12.99", "1,234", "-0", "+7", ".5", "5.", "--", "Feb-20", "2020-13-45", "24:00", "A. F.",
]  # fmt: skip
NAMES = ["id", "name", "date", "lat", "lon", "phone", "x", "created_at", "zip", "customer_id", "age", "grade", "duration"]
ENDINGS = ["csv", "jsonl", "json", "parquet", "arrow", "xlsx", "csv.gz", "txt", "none"]
BEGINNINGS = [b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"[", b"{"]
FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d %b %Y", "%B %d, %Y", "%Y%m%d", "%-d-%-m-%Y", "%A, %d %B %Y"]
PRINTABLE = st.text(st.sampled_from("ab1,;|\t\"'\\\n\r é.-"), max_size=8)


def file_of(folder, name, content):
    path = Path(folder) / name
    path.write_bytes(content)
    return path


@st.composite
def pools(draw):
    """Columns of cells, each drawn from a few atoms, as real columns are."""
    size = draw(st.integers(1, 60))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    columns = {}
    for name in names:
        few = draw(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=5))
        columns[name] = draw(st.lists(st.sampled_from(few), min_size=size, max_size=size))
    return columns


def inferred(columns, declared=None):
    raw = Raw(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), True, Dialect("csv"))
    return infer(raw, "t", declared or {})


@given(
    st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "json", "parquet", "arrow", "xlsx", "csv.gz", "txt", "none"])
)
def test_no_bytes_are_more_than_a_users_mistake(content, ending):
    with tempfile.TemporaryDirectory() as folder:
        try:
            data = read(file_of(folder, f"t.{ending}", content))
        except UserError:
            return
        assert data.count(data.schema.only.name) > 0


@given(
    st.sampled_from([b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"[", b"{"]),
    st.binary(max_size=200),
)
def test_nor_bytes_that_begin_like_a_known_format(magic, content):
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(file_of(folder, "t", magic + content + magic))
        except UserError:
            pass


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE), min_size=1, max_size=30), st.sampled_from(",;|\t"), st.booleans())
def test_every_text_comes_out_of_a_csv_as_it_was_written(rows, separator, quotes_all):
    assume(any(cell.strip() for row in rows for cell in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL)
    writer.writerows([("first", "second"), *rows])
    declared = {"first": {"type": "text"}, "second": {"type": "text"}}
    with tempfile.TemporaryDirectory() as folder:
        data = read(file_of(folder, "t.csv", text.getvalue().encode()), columns=declared)
    expected = [tuple(cell.strip() or None for cell in row) for row in rows]
    assert [tuple(row.values()) for row in data.to_arrow().to_pylist()] == expected


@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=50))
def test_whole_numbers_are_exact(numbers):
    assume(any(number is not None for number in numbers))
    found = inferred({"x": ["" if number is None else str(number) for number in numbers]})
    assert found.rows["x"].to_pylist() == numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_real_numbers_are_exact(numbers):
    found = inferred({"x": [repr(number) for number in numbers]})
    assert found.rows["x"].to_pylist() == numbers


@given(
    st.lists(st.dates(datetime.date(1970, 1, 1), datetime.date(2068, 12, 31)), min_size=1, max_size=50),
    st.sampled_from(FORMATS),
)
def test_days_are_exact_in_every_format(days, format):
    cells = [day.strftime(format) for day in days]
    assert inferred({"x": cells}, {"x": {"type": "date", "format": format}}).rows["x"].to_pylist() == days
    if any(day.day > 12 for day in days) and format not in ("%d.%m.%y", "%Y%m%d"):
        assert inferred({"x": cells}).rows["x"].to_pylist() == days


@given(
    st.lists(st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2200, 1, 1)), min_size=1, max_size=50),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.sampled_from([("", None), ("Z", datetime.UTC), ("+05:30", datetime.timezone(datetime.timedelta(hours=5.5)))]),
)
def test_points_in_time_are_exact(moments, unit, zone):
    ending, tz = zone
    cells = [moment.isoformat(timespec=unit) + ending for moment in moments]
    expected = [datetime.datetime.fromisoformat(moment.isoformat(timespec=unit)).replace(tzinfo=tz) for moment in moments]
    assert inferred({"at": cells}, {"at": {"type": "datetime"}}).rows["at"].to_pylist() == expected


@given(pools())
def test_a_schema_says_what_the_rows_are(columns):
    found = inferred(columns)
    for column in found.table.columns:
        values = found.rows[column.name]
        assert values.type == column.storage
        assert len(values) == len(columns[column.name])
        assert column.nullable == (values.null_count > 0)
        assert Column.from_data(column.name, column.to_data(), column.storage) == column


@given(pools())
@example({"id": ["9999999999999999999"] * 10})
@example({"name": ["1"] * 20, "id": ["1"] * 19 + ["1,234"]})
def test_a_schema_declared_again_gives_the_same(columns):
    found = inferred(columns)
    assume(not any("became missing" in repair.what or "another way" in repair.what for repair in found.repairs))
    again = inferred(columns, {column.name: column.to_data() for column in found.table.columns})
    assert again.rows == found.rows
    assert again.table == found.table


@given(pools(), st.randoms(use_true_random=False))
def test_types_do_not_hang_on_the_order_of_rows(columns, random):
    """But for sequences, which are known by it, and for the format of dates that two cells write in two ways."""
    order = list(range(len(next(iter(columns.values())))))
    random.shuffle(order)
    first = inferred(columns)
    second = inferred({name: [cells[i] for i in order] for name, cells in columns.items()})
    ordered = {"identifier", "date", "datetime", "time", "duration"}
    for one, other in zip(first.table.columns, second.table.columns, strict=True):
        if one.type.word not in ordered:
            assert one.type.word == other.type.word


@pytest.mark.parametrize("separator", [",", ";"])
@given(columns=pools())
def test_reading_never_depends_on_chunks(separator, columns):
    plain = {name: pa.chunked_array([pa.array(cells, pa.string())]) for name, cells in columns.items()}
    cut = {name: pa.chunked_array([array.chunk(0)[:7], array.chunk(0)[7:]]) for name, array in plain.items()}
    found = [infer(Raw(pa.table(one), True, Dialect("csv", separator)), "t", {}) for one in (plain, cut)]
    assert found[0].table == found[1].table
    assert found[0].rows == found[1].rows
