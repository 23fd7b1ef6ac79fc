"""Other files, tables and data frames; where files are looked for; what is refused and how."""

import datetime
import decimal
import gzip
import hashlib
import os
import uuid
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from twinset.core import types
from twinset.core.dataset import Dataset
from twinset.core.schema import Values
from twinset.errors import DataError, PlanError, SchemaError
from twinset.sources import content, fingerprint, read

TABLE = pa.table({"n": [1, 2, 3], "w": ["x", "y", None]})


def rows_of(data):
    return data.to_arrow().to_pydict()


def mended(data):
    return {(repair.what, repair.column): repair.count for repair in data.repairs}


def written(tmp_path, name, content=b""):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def write_stream(table, path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("t.parquet", pq.write_table),
        ("t.feather", pyarrow.feather.write_feather),
        ("t.arrow", lambda table, path: pyarrow.feather.write_feather(table, str(path), compression="uncompressed")),
        ("t.arrows", write_stream),
        ("no-ending", pq.write_table),
    ],
)
def test_columnar_files_keep_values_and_storage(tmp_path, name, write):
    write(TABLE, tmp_path / name)
    data = read(tmp_path / name)
    assert data.to_arrow() == TABLE
    assert isinstance(data, Dataset)
    assert data.role == "train"


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.csv"])
def test_a_file_that_is_shortened_after_it_was_read_changes_nothing(tmp_path, name):
    path = tmp_path / name
    if name == "t.csv":
        path.write_text("n,w\n" + "1,x\n2,y\n" * 100_000)
    else:
        table = pa.concat_tables([TABLE] * 100_000)
        pq.write_table(table, path) if name == "t.parquet" else pyarrow.feather.write_feather(
            table, str(path), compression="uncompressed"
        )
    data = read(path)
    before = data.fingerprint
    os.truncate(path, 10)
    assert read(data.to_arrow(), name="t").count("t") == data.count("t")
    assert data.to_arrow()["n"].to_pylist()[-1] in (2, 3)
    assert before == data.fingerprint


def test_every_storage_comes_back(tmp_path):
    moment = datetime.datetime(2024, 5, 6, 7, 8, 9)
    table = pa.table(
        {
            "i8": pa.array([1, 2], pa.int8()),
            "u64": pa.array([2**63, 5], pa.uint64()),
            "f32": pa.array([0.1, 2.5], pa.float32()),
            "dec": pa.array([decimal.Decimal("1.25"), None], pa.decimal128(9, 2)),
            "ns": pa.array([moment, None], pa.timestamp("ns")),
            "zone": pa.array([moment, moment], pa.timestamp("s", "Europe/Berlin")),
            "time": pa.array([datetime.time(1, 2, 3), None], pa.time64("us")),
            "span": pa.array([5, 7], pa.duration("ms")),
            "list": pa.array([[1], [2, 3]]),
            "struct": pa.array([{"a": 1}, {"a": 2}]),
            "flag": pa.array([True, None]),
            "none": pa.nulls(2, pa.float64()),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    assert read(table).to_arrow() == table
    assert read(tmp_path / "t.parquet").to_arrow() == pq.read_table(tmp_path / "t.parquet")


def test_decimal_places_are_found_in_stored_numbers():
    exact = np.arange(300) / 8
    table = pa.table(
        {
            "cents": np.round(np.linspace(0.01, 99, 300), 2),
            "halves": pa.array(np.round(np.linspace(0, 9, 300), 1), pa.float32()),
            "whole": np.arange(300.0),
            "eighths": exact,
            "any": np.sqrt(np.arange(300.0)),
        }
    )
    found = {column.name: column.type.decimals for column in read(table).schema.only.columns}
    assert found == {"cents": 2, "halves": 1, "whole": 0, "eighths": 3, "any": None}


def test_arrow_dictionaries_views_and_large_strings_become_plain_strings():
    table = pa.table(
        {
            "d": pa.array(["x", "y", None]).dictionary_encode(),
            "v": pa.array(["x", "y", None], pa.string_view()),
            "l": pa.array(["x", "y", None], pa.large_string()),
        }
    )
    data = read(table)
    assert set(data.to_arrow().schema.types) == {pa.string()}
    assert all(values == ["x", "y", None] for values in rows_of(data).values())


def test_uuids_in_bytes_become_text():
    ids = [uuid.UUID(int=i**20) for i in range(1, 30)]
    data = read(pa.table({"u": pa.array([None, *(one.bytes for one in ids)], pa.uuid()).slice(1)}))
    assert rows_of(data)["u"] == [str(one) for one in ids]
    assert data.schema.only["u"].type == types.Identifier("uuid")


def test_not_a_number_and_infinities_become_missing_and_are_counted():
    data = read(pa.table({"x": [1.5, float("nan"), float("inf"), -float("inf"), None]}))
    assert rows_of(data) == {"x": [1.5, None, None, None, None]}
    assert mended(data) == {("cells that are NaN became missing", "x"): 1, ("infinite cells became missing", "x"): 2}


def test_dates_stored_as_text_are_dates_and_other_text_stays():
    table = pa.table(
        {"day": ["2024-01-31", "", "2024-02-01"] * 9, "code": ["12", "13", "14"] * 9, "flag": ["True", "False", "True"] * 9}
    )
    data = read(table)
    assert [column.type.word for column in data.schema.only.columns] == ["date", "categorical", "categorical"]
    assert data.to_arrow()["code"].type == pa.string()
    assert mended(data) == {("text read as date", "day"): 18, ("words for missing became missing cells", "day"): 9}


def test_bytes_are_left_out_and_counted():
    data = read(pa.table({"photo": [b"x", None, b"y"], "n": [1, 2, 3]}))
    assert data.schema.only.names == ("n",)
    assert mended(data) == {("holds binary, which can't be learned: left out", "photo"): 2}


def test_what_is_declared_can_not_be_left_out_unsaid_and_something_must_stay():
    photos = pa.table({"photo": [b"x", b"y"], "n": [1, 2]})
    with pytest.raises(DataError, match="'photo' holds binary"):
        read(photos, columns={"photo": {"type": "text"}})
    with pytest.raises(DataError, match="no column of 'data' is left"):
        read(photos, columns={"n": {"type": "omit"}})


def test_a_column_is_left_out_where_that_is_asked_for():
    data = read(pa.table({"a": [1, 2], "b": ["x", None]}), columns={"b": {"type": "omit"}})
    assert data.schema.only.names == ("a",)
    assert mended(data) == {("left out, as was asked for", "b"): 1}
    again = read(pa.table({"a": [1, 2], "b": ["x", None]}), columns={"b": {"type": "omit", "reason": "secret"}})
    assert mended(again) == {("secret", "b"): 1}
    with pytest.raises(SchemaError, match="'b' is left out, so values of it can't be said as well"):
        read(pa.table({"a": [1, 2], "b": ["x", None]}), columns={"b": {"type": "omit", "values": ["x"]}})


class TestFrames:
    def test_pandas(self):
        frame = pd.DataFrame(
            {
                "size": pd.Categorical(["lo", "hi", "lo", "lo"], categories=["lo", "hi", "top"], ordered=True),
                "count": pd.array([1, None, 3, 4], dtype="Int64"),
                "x": [0.5, float("nan"), 1.5, 2.0],
                "when": pd.date_range("2024-01-01", periods=4, tz="UTC"),
            }
        )
        data = read(frame[frame["x"].ne(1.5)], name="mine")
        table = data.schema.only
        assert table.name == "mine"
        assert table["size"].domain == Values(("lo", "hi", "top"))
        assert table["size"].type == types.Ordinal()
        assert rows_of(data)["count"] == [1, None, 4]
        assert rows_of(data)["x"] == [0.5, None, 2.0]
        assert table["when"].type.zone == "UTC"
        assert mended(data) == {("the data frame's index, which has no name, left out", None): 1}

    def test_polars(self):
        frame = pl.DataFrame({"e": pl.Series(["a", "b", "a"], dtype=pl.Enum(["b", "a"])), "s": [{"k": 1}] * 3})
        data = read(frame)
        assert data.schema.only["e"].domain == Values(("b", "a"))
        assert rows_of(data) == {"e": ["a", "b", "a"], "s": [{"k": 1}] * 3}

    def test_record_batch_readers(self):
        assert read(TABLE.to_reader()).to_arrow() == TABLE

    def test_a_dataset_comes_back_as_it_is(self):
        data = read(TABLE)
        assert read(data) is data
        with pytest.raises(PlanError, match="has its schema already"):
            read(data, name="other")

    def test_columns_of_several_types_are_refused(self):
        with pytest.raises(DataError, match="can't be turned into an Arrow table"):
            read(pd.DataFrame({"a": [1, "x"]}))


class TestJson:
    def test_lines_keep_their_types(self, tmp_path):
        full = '{"n": 1, "day": "2024-01-31", "at": "2024-01-31 10:00:00", "tags": ["x"], "deep": {"k": 2.5}}'
        data = read(written(tmp_path, "t.jsonl", full + '\n\n{"n": 2, "extra": true}\n'))
        assert data.dialect.format == "jsonl"
        assert rows_of(data)["n"] == [1, 2]
        assert rows_of(data)["tags"] == [["x"], None]
        assert rows_of(data)["extra"] == [None, True]
        words = {column.name: column.type.word for column in data.schema.only.columns}
        assert words == {
            "n": "integer",
            "day": "date",
            "at": "datetime",
            "tags": "nested",
            "deep": "nested",
            "extra": "boolean",
        }
        assert data.repairs == ()

    def test_an_array_of_objects(self, tmp_path):
        data = read(written(tmp_path, "t.json", '[{"a": 1}, {"a": 2, "b": "x"}]'))
        assert rows_of(data) == {"a": [1, 2], "b": [None, "x"]}

    def test_a_field_of_several_types_is_text_and_counted(self, tmp_path):
        data = read(written(tmp_path, "t.ndjson", '{"a": 1}\n{"a": "x"}\n{"a": {"k": 2}}\n'))
        assert rows_of(data) == {"a": ["1", "x", '{"k": 2}']}
        assert mended(data) == {("values of several types, read as text", "a"): 3}

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ('{"a": 1}\n{"a": \n', "line 2: not valid JSON"),
            ('{"a": 1}\n\nnull\n', "line 3: an object is expected on each line, not NoneType"),
            ("null\nnull\n", "line 1"),
            ("[1, 2]", "item 1: an array of objects"),
            ('[{"a": 1}', "not valid JSON"),
            ("[]", "no columns"),
            ("{}\n{}\n", "no columns"),
        ],
    )
    def test_what_is_no_table_is_refused(self, tmp_path, content, said):
        with pytest.raises(DataError, match=said):
            read(written(tmp_path, "t.json", content))


class TestWorkbooks:
    @pytest.fixture
    def book(self, tmp_path):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "First"
        sheet.append(["id", "when", "at", "x", "flag", "code", "blank"])
        for i in range(20):
            day = datetime.datetime(2024, 1, 1 + i)
            sheet.append([i, day, day + datetime.timedelta(hours=i, minutes=5), i / 2, i % 2 == 0, "007", None])
        sheet.append([])
        book.create_sheet("Second").append(["q"])
        book["Second"].append([5])
        book.save(tmp_path / "b.xlsx")
        return tmp_path / "b.xlsx"

    def test_the_first_sheet(self, book):
        data = read(book)
        words = [column.type.word for column in data.schema.only.columns]
        assert words == ["identifier", "date", "datetime", "real", "boolean", "categorical", "empty"]
        assert rows_of(data)["when"][2] == datetime.date(2024, 1, 3)
        assert rows_of(data)["at"][2] == datetime.datetime(2024, 1, 3, 2, 5)
        assert rows_of(data)["code"] == ["007"] * 20

    def test_a_sheet_by_name(self, book):
        data = read(f"{book}#Second")
        assert data.schema.only.name == "Second"
        assert rows_of(data) == {"q": [5]}

    def test_an_unknown_sheet_names_the_nearest(self, book):
        with pytest.raises(DataError, match="did you mean 'Second'.*sheets: First, Second"):
            read(f"{book}#Secnd")

    def test_a_damaged_workbook_is_refused(self, book):
        book.write_bytes(book.read_bytes()[:3000])
        with pytest.raises(DataError, match="is no workbook that can be read"):
            read(book)


class TestPlaces:
    def test_patterns_and_lists_are_read_below_each_other(self, tmp_path):
        first = written(tmp_path, "sales-1.csv", "n,w\n1,x\n")
        second = written(tmp_path, "sales-2.csv", "w,n\ny,2\nz,3\n")
        whole = {"n": [1, 2, 3], "w": ["x", "y", "z"]}
        for source in (str(tmp_path / "sales-*.csv"), [first, second], (str(first), second)):
            data = read(source)
            assert rows_of(data) == whole
            assert data.schema.only.name == "sales"

    def test_files_whose_columns_differ_are_refused_by_name(self, tmp_path):
        written(tmp_path, "a1.csv", "n,w\n1,x\n")
        written(tmp_path, "a2.csv", "n,v\n1,x\n")
        with pytest.raises(SchemaError, match=r"a2\.csv and .*a1\.csv do not have the same columns.*'v', 'w'"):
            read(str(tmp_path / "a*.csv"))

    def test_stored_types_that_agree_are_put_together_and_others_refused(self, tmp_path):
        pq.write_table(pa.table({"a": pa.array([1], pa.int32())}), tmp_path / "p1.parquet")
        pq.write_table(pa.table({"a": pa.array([2**40], pa.int64())}), tmp_path / "p2.parquet")
        assert rows_of(read(str(tmp_path / "p*.parquet"))) == {"a": [1, 2**40]}
        pq.write_table(pa.table({"a": ["x"]}), tmp_path / "p3.parquet")
        with pytest.raises(SchemaError, match="types that agree"):
            read(str(tmp_path / "p*.parquet"))

    def test_a_missing_file_names_its_neighbours(self, tmp_path):
        written(tmp_path, "customers.csv", "a\n1\n")
        with pytest.raises(DataError, match=r"no file .*custmers\.csv.*did you mean 'customers\.csv'"):
            read(tmp_path / "custmers.csv")
        with pytest.raises(DataError, match=r"did you mean 'customers\.csv'"):
            read(tmp_path / "customers.parquet")

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("nowhere/x.csv", "directory '.*nowhere' does not exist"),
            ("*.none", "no file matches the pattern"),
            ("https://example.org/t.csv", "is an address"),
            ([], "list of files is empty"),
            (5, "not int"),
        ],
    )
    def test_sources_that_name_nothing(self, source, said):
        with pytest.raises(DataError, match=said):
            read(source)

    def test_a_directory_says_what_it_holds(self, tmp_path):
        written(tmp_path, "one.csv", "a\n1\n")
        with pytest.raises(DataError, match=r"is a directory.*pattern.*one\.csv"):
            read([tmp_path])

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to be")
    def test_a_file_that_may_not_be_read_is_refused(self, tmp_path):
        path = written(tmp_path, "secret.csv", "a\n1\n")
        path.chmod(0)
        os.seteuid(65534)
        try:
            with pytest.raises(DataError, match="can't be read: Permission denied"):
                read(path)
        finally:
            os.seteuid(0)

    def test_the_content_decides_where_the_ending_is_wrong(self, tmp_path):
        data = read(written(tmp_path, "t.parquet", "n,w\n1,x\n2,y\n"))
        assert rows_of(data) == {"n": [1, 2], "w": ["x", "y"]}
        assert mended(data) == {("the file's name ends in .parquet, it holds csv and was read as that", None): 1}
        pq.write_table(TABLE, tmp_path / "t.csv")
        assert read(tmp_path / "t.csv").to_arrow() == TABLE

    def test_text_of_an_unknown_ending_is_tried(self, tmp_path):
        assert rows_of(read(written(tmp_path, "t.export", "n;w\n1;x\n2;y\n"))) == {"n": [1, 2], "w": ["x", "y"]}
        assert rows_of(read(written(tmp_path, "t.txt", '{"a": 1}\n{"a": 2}\n'))) == {"a": [1, 2]}

    @pytest.mark.parametrize("cut", [5, 40, 200])
    def test_a_damaged_parquet_file_is_refused(self, tmp_path, cut):
        pq.write_table(TABLE, tmp_path / "t.parquet")
        content = (tmp_path / "t.parquet").read_bytes()
        (tmp_path / "t.parquet").write_bytes(content[:cut])
        with pytest.raises(DataError, match="is no Parquet file, or is damaged"):
            read(tmp_path / "t.parquet")

    def test_a_damaged_arrow_file_is_refused(self, tmp_path):
        with pytest.raises(DataError, match="is no Arrow file"):
            read(written(tmp_path, "t.arrow", b"ARROW1\0\0" + b"\1" * 50))


class TestFingerprints:
    def test_of_files_is_the_hash_of_their_bytes(self, tmp_path):
        path = written(tmp_path, "t.csv", "a\n1\n")
        assert fingerprint(path) == hashlib.sha256(b"a\n1\n").hexdigest()
        other = written(tmp_path, "u.csv.gz", gzip.compress(b"a\n1\n", mtime=0))
        assert len({fingerprint(path), fingerprint(other), fingerprint([path, other]), fingerprint([other, path])}) == 4

    def test_of_tables_is_their_datasets(self):
        data = read(TABLE)
        assert fingerprint(TABLE) == fingerprint(data) == data.fingerprint
        assert fingerprint(TABLE) != fingerprint(TABLE.slice(1))


def test_what_can_be_read_only_once_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for place in (tmp_path / "pipe.csv", "/dev/zero"):
        with pytest.raises(DataError, match="a pipe or a device"):
            read(place)


def test_names_of_files_that_are_no_names_of_tables(tmp_path):
    for name in (".hidden.csv", "x" * 150 + ".csv", "a\\b.csv"):
        assert rows_of(read(written(tmp_path, name, "n\n1\n2\n"))) == {"n": [1, 2]}


def test_a_name_that_is_no_text_is_refused(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")
    Path(path).write_text("n\n1\n2\n")
    with pytest.raises(DataError, match="not written in UTF-8; rename"):
        read(path)


def test_half_a_character_in_json_is_refused(tmp_path):
    for line in (r'{"a": "\ud800"}', r'{"\udfff": 1}'):
        with pytest.raises(DataError, match="half a character"):
            read(written(tmp_path, "t.jsonl", line + "\n" + line))


@pytest.mark.parametrize("pack", ["gz", "zip"])
def test_text_that_swells_beyond_the_memory_is_refused(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(content, "_most_text", lambda: 1 << 20)
    text = b"n,w\n" + b"1,x\n" * 600_000
    path = tmp_path / f"t.csv.{pack}"
    if pack == "gz":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.csv", text)
    with pytest.raises(DataError, match="once decompressed"):
        read(path)


def test_a_workbook_with_a_title_and_other_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in (["Sales of the year"], ["region", "amount", "day"], ["N", 1.5, datetime.date(2024, 1, 2)], ["S", 2, None]):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.create_sheet("Cover")["A1"] = "A report"
    book.save(tmp_path / "b.xlsx")
    data = read(tmp_path / "b.xlsx")
    assert rows_of(data) == {"region": ["N", "S"], "amount": [1.5, 2.0], "day": [datetime.date(2024, 1, 2), None]}
    assert mended(data)[("lines above the header left out", None)] == 1
    assert mended(data)[("the workbook's other sheets, not read: Cover", None)] == 1
    with pytest.raises(DataError, match="no rows in this sheet.*its others: Data"):
        read(f"{tmp_path / 'b.xlsx'}#Cover")


def test_documents_in_markdown_are_rows_with_a_title_and_their_text(tmp_path):
    written(tmp_path, "a.md", "\n---\n\n## The river ##\n\nIt flows, and flows.\n")
    written(tmp_path, "b.md", "[no heading] here")
    written(tmp_path, "c.markdown", "Title\n# Below\n".encode("utf-16"))
    found = rows_of(read(tmp_path / "*.m*"))
    assert found["title"] == ["The river", "b", "Below"]
    assert found["text"] == ["---\n\n## The river ##\n\nIt flows, and flows.", "[no heading] here", "Title\n# Below"]


@pytest.mark.parametrize(("text", "said"), [("", "empty"), (" \n", "holds no text"), ("\x00\x01\x02" * 9, "neither text")])
def test_a_document_without_text_is_refused(tmp_path, text, said):
    path = written(tmp_path, "a.md", text)
    with pytest.raises(DataError, match=said):
        read(path)
