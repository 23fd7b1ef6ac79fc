"""CSV as it is found in the world: every odd file is read whole, mended and counted, or refused with the line."""

import bz2
import gzip
import io
import time
import zipfile

import pyarrow as pa
import pytest

from twinset.core.dataset import Dialect
from twinset.errors import DataError
from twinset.sources import read


def table_of(tmp_path, content, name="t.csv", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, **options)


def rows_of(data):
    return data.to_arrow().to_pydict()


def mended(data):
    return {(repair.what, repair.column): repair.count for repair in data.repairs}


def zstd(content):
    return pa.compress(content, codec="zstd", asbytes=True)


PLAIN = {"n": [1, 2, 3], "w": ["x", "y", "z"]}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(tmp_path, separator, line_end):
    lines = [separator.join(row) for row in (("n", "w"), ("1", "x"), ("2", "y"), ("3", "z"))]
    data = table_of(tmp_path, line_end.join(lines))
    assert rows_of(data) == PLAIN
    assert data.dialect == Dialect("csv", separator)


@pytest.mark.parametrize(
    ("encode", "said"),
    [
        (lambda text: text.encode("utf-8"), None),
        (lambda text: text.encode("utf-8-sig"), None),
        (lambda text: text.encode("utf-16"), "text written in utf-16, comes out in utf-8"),
        (lambda text: text.encode("utf-16-le"), "text written in utf-16-le, comes out in utf-8"),
        (lambda text: text.encode("utf-32"), "text written in utf-32, comes out in utf-8"),
        (lambda text: text.encode("cp1252"), "bytes that are not utf-8, read as windows-1252"),
        (
            lambda text: text.encode("latin-1").replace("é".encode("latin-1"), "é".encode()),
            "bytes that are not utf-8, read as windows-1252",
        ),
    ],
)
def test_encodings_are_found_and_said(tmp_path, encode, said):
    text = "größe,café\n" + "\n".join(f"{i},Ärger {'é' if i % 2 else 'ü'}" for i in range(40))
    data = table_of(tmp_path, encode(text))
    assert data.to_arrow().column_names == ["größe", "café"]
    assert data.to_arrow()["café"].to_pylist() == [f"Ärger {'é' if i % 2 else 'ü'}" for i in range(40)]
    assert [what for what, _ in mended(data)] == ([said] if said else [])


def test_each_stray_byte_is_counted(tmp_path):
    data = table_of(tmp_path, "a,b\n1,ü\n2,x".encode() + "\n3,ü\n4,\x80ä\n".encode("latin-1"))
    assert data.to_arrow()["b"].to_pylist() == ["ü", "x", "ü", "€ä"]
    assert mended(data) == {("bytes that are not utf-8, read as windows-1252", None): 3}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("t.csv.gz", gzip.compress),
        ("t.csv.bz2", bz2.compress),
        ("t.csv.zst", zstd),
        ("t.gz", gzip.compress),
    ],
)
def test_compressed_files_are_read(tmp_path, name, pack):
    data = table_of(tmp_path, pack(b"n,w\n1,x\n2,y\n3,z\n"), name)
    assert rows_of(data) == PLAIN
    assert data.schema.only.name == "t"


def test_a_zip_of_one_file_is_read_and_of_two_is_refused(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("inner.csv", "n,w\n1,x\n2,y\n3,z\n")
    assert rows_of(table_of(tmp_path, held.getvalue(), "t.csv.zip")) == PLAIN
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("other.csv", "a\n1\n")
    with pytest.raises(DataError, match="holds 2 files"):
        table_of(tmp_path, held.getvalue(), "t.csv.zip")


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lambda content: pa.compress(content, codec="zstd", asbytes=True)]
)
def test_a_truncated_archive_is_refused(tmp_path, pack):
    packed = pack("".join(f"{i},{i * i % 97}\n" for i in range(9000)).encode())
    with pytest.raises(DataError, match=r"t\.csv\.gz can't be decompressed"):
        table_of(tmp_path, packed[: len(packed) // 2], "t.csv.gz")


def test_nul_characters_are_removed_and_counted(tmp_path):
    data = table_of(tmp_path, b"n,w\n1,x\0\n2,y\n3,\0z\0\n")
    assert rows_of(data) == PLAIN
    assert mended(data) == {("NUL characters removed", None): 3}


def test_quoted_cells_hold_separators_lines_and_quotes(tmp_path):
    data = table_of(tmp_path, 'a,b\n1,"x, y"\n2,"one\ntwo"\n3,"say ""no"""\n4,5" pipe\n')
    assert data.to_arrow()["b"].to_pylist() == ["x, y", "one\ntwo", 'say "no"', '5" pipe']
    assert data.repairs == ()


def test_quotes_escaped_by_a_backslash(tmp_path):
    data = table_of(tmp_path, 'a,b\n1,"{\\"k\\": 1, \\"l\\": 2}"\n2,"{\\"k\\": 3, \\"l\\": 4}"\n')
    assert data.to_arrow()["b"].to_pylist() == ['{"k": 1, "l": 2}', '{"k": 3, "l": 4}']


def test_a_quote_that_is_never_closed_is_a_sign(tmp_path):
    data = table_of(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n')
    assert data.to_arrow()["b"].to_pylist() == ["x", '"y', "z"]
    assert mended(data) == {("rows in which quotes do not pair up; quotes taken as plain signs", None): 1}


def test_a_quote_that_swallows_rows_is_refused_with_its_line(tmp_path):
    with pytest.raises(DataError, match=r"line 3: .*quote"):
        table_of(tmp_path, 'a,b,c\n1,"x, y",3\n2,"y\n3,z,4\n4,"a, b",5\n')


def test_short_rows_are_filled_and_empty_surplus_left_out_in_place(tmp_path):
    data = table_of(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,,\n9,10,11\n12\n")
    assert rows_of(data) == {"a": [1, 4, 6, 9, 12], "b": [2, 5, 7, 10, None], "c": [3, None, 8, 11, None]}
    assert mended(data) == {
        ("rows with too few cells, filled up with missing ones", None): 2,
        ("rows with empty cells behind the last column, which were left out", None): 1,
    }


def test_ragged_rows_keep_their_place_behind_blank_lines_and_quoted_lines(tmp_path):
    text = "a,b\n" + "".join(f'{i}\n\n{i},"x\n{i}"\n' for i in range(200))
    data = table_of(tmp_path, text)
    assert data.to_arrow()["a"].to_pylist() == [i for i in range(200) for _ in range(2)]
    assert data.to_arrow()["b"].to_pylist()[1::2] == [f"x\n{i}" for i in range(200)]


def test_surplus_cells_are_refused_with_the_line(tmp_path):
    with pytest.raises(DataError, match=r"t\.csv, line 4: 3 cells, and the table has 2 columns"):
        table_of(tmp_path, "a,b\n1,2\n3,4\n5,6,7\n8,9\n")


def test_columns_without_a_name_or_with_anothers_get_one(tmp_path):
    data = table_of(tmp_path, "a,a,,b, a \n1,2,3,4,5\n6,7,8,9,10\n")
    assert data.schema.only.names == ("a", "a_2", "column_3", "b", "a_3")
    assert len(data.repairs) == 3


def test_a_separator_at_the_end_of_rows_makes_no_column(tmp_path):
    for text in ("a,b,\n1,2,\n3,4,\n", "a,b\n1,2,\n3,4,\n", "a,b,\n1,2\n3,4\n"):
        data = table_of(tmp_path, text)
        assert rows_of(data) == {"a": [1, 3], "b": [2, 4]}
        assert len(data.repairs) == 1


def test_names_of_rows_before_a_shorter_header(tmp_path):
    data = table_of(tmp_path, '"x","y"\n"r1",2,3.5\n"r2",4,5.5\n')
    assert rows_of(data) == {"column_1": ["r1", "r2"], "x": [2, 4], "y": [3.5, 5.5]}


def test_titles_and_comments_above_the_header_are_left_out_and_counted(tmp_path):
    data = table_of(tmp_path, "# made by hand\nSales 2024\na,b,c\n1,2,3\n4,5,6\n")
    assert rows_of(data) == {"a": [1, 4], "b": [2, 5], "c": [3, 6]}
    assert mended(data) == {("lines above the header left out", None): 2}


def test_the_separator_that_excel_declares(tmp_path):
    data = table_of(tmp_path, "sep=|\na|b\n1|x\n")
    assert rows_of(data) == {"a": [1], "b": ["x"]}


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        ("a,b\nx,y\nz,w\n", True),
        ("country,2013,2014\nFR,1.5,2\nDE,3.5,4\n", True),
        (",0,1,2\n0,1.5,2.5,3.5\n1,4.5,5.5,6.5\n", True),
        ("1,a,2.5\n2,b,3.5\n3,c,4.5\n", False),
        ("red,small\nblue,large\nred,large\nblue,small\n", False),
        ("2024-01-01,x\n2024-01-02,y\n", False),
        ("x\ny\nz\n", True),
    ],
)
def test_whether_there_is_a_header(tmp_path, text, has_header):
    data = table_of(tmp_path, text)
    assert data.dialect.header is has_header
    assert data.count("t") == text.count("\n") - has_header
    if not has_header:
        assert data.schema.only.names[0] == "column_1"


def test_one_column_keeps_its_blank_lines_as_missing_cells(tmp_path):
    assert rows_of(table_of(tmp_path, "n\n1\n\n3\n")) == {"n": [1, None, 3]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n\r\n", "holds no text"),
        (b"a,b,c\n", "no rows"),
        (bytes(range(256)) * 8, "neither text nor a known format"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, said):
    with pytest.raises(DataError, match=said):
        table_of(tmp_path, content)


def test_a_giant_cell_is_one_cell(tmp_path):
    giant = "x" * 5_000_000
    data = table_of(tmp_path, f'a,b\n1,"{giant}"\n2,y\n')
    assert data.to_arrow()["b"].to_pylist() == [giant, "y"]


def test_two_thousand_columns_take_seconds(tmp_path):
    names = ",".join(f"c{i}" for i in range(2000))
    lines = [",".join(str((i * j) % 7) if j % 3 else f"{i * j}.25" for j in range(2000)) for i in range(50)]
    started = time.process_time()
    data = table_of(tmp_path, "\n".join([names, *lines]))
    assert time.process_time() - started < 8
    assert len(data.schema.only.columns) == 2000


def test_a_hundred_thousand_distinct_strings_take_no_python_per_row(tmp_path):
    content = "code,words\n" + "".join(f"AB-{i:06d},w{i * 7919 % 100_003} of {i}\n" for i in range(100_000))
    started = time.process_time()
    data = table_of(tmp_path, content)
    assert time.process_time() - started < 2
    assert [column.type.word for column in data.schema.only.columns] == ["identifier", "text"]
