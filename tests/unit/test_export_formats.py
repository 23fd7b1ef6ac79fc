"""Exporters: names and endings, dialects to the letter, what is refused beforehand, files whole or not at all."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from twinset.core import types
from twinset.core.dataset import Dialect
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import PlanError, SchemaError, UserError
from twinset.export import Exporter, dialect_for, exporter, exporter_for, formats
from twinset.export.atomic import replacing
from twinset.export.ipc import GROUP_ROWS

MARKS = {"twinset.synthetic": "true", "twinset.generation": "1"}
GERMAN = Dialect("csv", ";", ",", "NA")


def make(name: str, folder: Path, columns: dict[str, tuple[types.Type, pa.Array]], dialect: Dialect = Dialect()) -> Path:
    table = table_of(columns)
    rows = pa.record_batch([array for _, array in columns.values()], schema=table.arrow)
    made = exporter(name)
    made.check(table, dialect)
    made.write_part([rows], folder / "part", table, dialect)
    made.assemble([folder / "part"], folder / f"out.{name}", table, dialect, MARKS)
    return folder / f"out.{name}"


def table_of(columns: dict[str, tuple[types.Type, pa.Array]]) -> Table:
    return Table("t", tuple(Column(name, kind, array.type) for name, (kind, array) in columns.items()))


# Names and endings


def test_each_exporter_is_one() -> None:
    assert set(formats()) >= {"arrow", "avro", "csv", "jsonl", "parquet", "sql"}
    for name in formats():
        assert isinstance(exporter(name), Exporter)
    endings = [ending for all_of_one in formats().values() for ending in all_of_one]
    assert len(set(endings)) == len(endings)


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.csv", "csv"), ("b/a.TSV", "csv"), ("a.parquet", "parquet"), ("a.b.jsonl", "jsonl"), ("a.feather", "arrow")],
)
def test_endings_name_the_exporter(path: str, name: str) -> None:
    assert exporter_for(path) == name
    assert exporter_for(Path(path)) == name


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("a.xlsx", "spreadsheets are read but not written; write .csv"),
        ("a.csv.gz", "write .parquet"),
        ("a.parqet", r"did you mean '\.parquet'"),
        ("a", "without an ending.*known endings: .*csv"),
        ("a.doc", "'.doc' names no format"),
    ],
)
def test_other_endings_say_what_to_do(path: str, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        exporter_for(path)


def test_a_dialect_is_kept_where_the_format_is() -> None:
    assert dialect_for("a.csv", GERMAN) == GERMAN
    assert dialect_for("a.tsv", GERMAN) == Dialect("csv", "\t", ",", "NA")
    assert dialect_for("a.jsonl", GERMAN) == Dialect("jsonl")
    assert dialect_for("a.csv", Dialect("parquet")) == Dialect("csv")


# CSV and JSON lines, to the letter


def test_csv_in_the_words_of_its_source(tmp_path: Path) -> None:
    columns = {
        "Preis; netto": (types.Real(2), pa.array([1234.5, None, -0.004, 1e300])),
        "Maß": (types.Real(), pa.array([0.1, 1.0, float("inf"), None])),
        "Zahl": (types.Integer(), pa.array([1, -2, None, 3], pa.int16())),
        "Betrag": (types.Real(2), pa.array([Decimal("1.50"), None, Decimal("-3.00"), Decimal("0.05")], pa.decimal128(9, 2))),
        "bezahlt": (types.Boolean(("nein", "ja")), pa.array([True, False, None, True])),
        "Tag": (types.Date("%d.%m.%y"), pa.array([date(1999, 12, 31), None, date(2024, 2, 29), date(2000, 1, 1)])),
        "Monat": (types.Date("%B %Y, %a"), pa.array([date(1999, 12, 31), None, date(2024, 2, 29), date(2000, 1, 1)])),
        "Dauer": (types.Duration("s", "clock"), pa.array([5400, 90061, None, -1], pa.duration("s"))),
        "Wort": (types.Text(), pa.array(["NA", "", 'sagt "ja"', "a;b\nc"])),
    }
    assert make("csv", tmp_path, columns, GERMAN).read_text() == (
        '"Preis; netto";Maß;Zahl;Betrag;bezahlt;Tag;Monat;Dauer;Wort\n'
        '1234,50;0,1;1;1,50;ja;31.12.99;December 1999, Fri;01:30:00;"NA"\n'
        "NA;1,0;-2;NA;nein;NA;NA;25:01:01;\n"
        '0,00;inf;NA;-3,00;NA;29.02.24;February 2024, Thu;NA;"sagt ""ja"""\n'
        '1e+300;NA;3;0,05;ja;01.01.00;January 2000, Sat;-00:00:01;"a;b\nc"\n'
    )


def test_csv_without_a_header_and_of_one_column(tmp_path: Path) -> None:
    columns = {"a": (types.Text(), pa.array(["x", None, "y"]))}
    assert make("csv", tmp_path, columns, Dialect("csv", header=False)).read_text() == 'x\n""\ny\n'
    assert make("csv", tmp_path, columns, Dialect("csv", missing="-")).read_text() == "a\nx\n-\ny\n"


def test_json_lines_to_the_letter(tmp_path: Path) -> None:
    moment = pa.array([datetime(2024, 3, 31, 0, 30), None], pa.timestamp("ms", "Europe/Zurich"))
    columns = {
        'a "b"': (types.Real(), pa.array([1.0, float("nan")])),
        "at": (types.DateTime("Europe/Zurich", "ms"), moment),
        "ok": (types.Boolean(("no", "yes")), pa.array([True, None])),
        "text": (types.Text(), pa.array(['tab\t"q" \\ \x01 é', None])),
        "doc": (types.Json(), pa.array(['{"a": 1}', None])),
        "long": (types.Duration("us"), pa.array([timedelta(hours=26, seconds=1.5), timedelta(0)])),
        "tree": (types.Nested(), pa.array([{"x": [1.5, None], "m": "ü"}, {"x": None, "m": None}])),
        "map": (types.Nested(), pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int8()))),
        "none": (types.Empty(), pa.nulls(2)),
    }
    assert make("jsonl", tmp_path, columns).read_text() == (
        '{"a \\"b\\"":1.0,"at":"2024-03-31T01:30:00.000+01:00","ok":true,"text":"tab\\t\\"q\\" \\\\ \\u0001 é",'
        '"doc":"{\\"a\\": 1}","long":"PT26H1.5S","tree":{"x":[1.5,null],"m":"ü"},"map":{"k":1},"none":null}\n'
        '{"a \\"b\\"":null,"at":null,"ok":null,"text":null,"doc":null,"long":"PT0S","tree":{"x":null,"m":null},'
        '"map":null,"none":null}\n'
    )


def test_nested_values_are_json_in_csv(tmp_path: Path) -> None:
    columns = {
        "a": (types.Nested(), pa.array([["x", None], []], pa.list_(pa.string()))),
        "b": (types.Nested(), pa.array([[1, 2], None], pa.list_(pa.int8(), 2))),
        "c": (types.Categorical(), pa.array(["u", None]).dictionary_encode()),
        "d": (types.Integer(), pa.array([12345678901.0, None])),
    }
    path = make("csv", tmp_path, columns, Dialect("csv"))
    assert path.read_text() == 'a,b,c,d\n"[""x"",null]","[1,2]",u,12345678901\n[],,,\n'


def test_arrow_reads_the_same_table_back_from_csv(tmp_path: Path) -> None:
    draw, n = Seed(1).generator(), 5000
    is_missing = draw.random(n) < 0.2
    arrays = {
        "whole": pa.array(draw.integers(-(10**12), 10**12, n), mask=is_missing),
        "real": pa.array(draw.normal(size=n) * 10.0 ** draw.integers(-20, 20, n), mask=is_missing),
        "rounded": pa.array(draw.integers(-(10**6), 10**6, n).astype(float), mask=is_missing),
        "truth": pa.array(draw.random(n) < 0.5, mask=is_missing),
        "day": pa.array(draw.integers(0, 30000, n).astype(np.int32), mask=is_missing).cast(pa.date32()),
        "at": pa.array(draw.integers(0, 2 * 10**9, n), mask=is_missing).cast(pa.timestamp("s")),
        "seen": pa.array(draw.integers(0, 2 * 10**12, n), mask=is_missing).cast(pa.timestamp("ms", "UTC")),
        "word": pa.array(draw.choice(['"', "a,b", "x\ny", "", "long word"], n).astype(object), pa.string(), mask=is_missing),
    }
    kinds = [types.Integer(), types.Real(), types.Real(), types.Boolean(), types.Date(), types.DateTime(unit="s")]
    kinds += [types.DateTime("UTC", "ms"), types.Text()]
    path = make("csv", tmp_path, dict(zip(arrays, zip(kinds, arrays.values(), strict=True), strict=True)), Dialect("csv"))
    convert = pa.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    read = pa.csv.read_csv(path, parse_options=pa.csv.ParseOptions(newlines_in_values=True), convert_options=convert)
    # types as Arrow infers them, from the text alone
    assert read.schema.field("rounded").type == pa.float64()
    assert read.cast(pa.schema([(name, array.type) for name, array in arrays.items()])).equals(pa.table(arrays))


# Parquet and Arrow


def test_parquet_is_compressed_marked_and_in_row_groups(tmp_path: Path) -> None:
    n = 2 * GROUP_ROWS + 1
    draw = Seed(2).generator()
    columns = {
        "unlike": (types.Real(), pa.array(draw.normal(size=n))),
        "alike": (types.Categorical(), pa.array(draw.choice(["a", "b"], n).astype(object), pa.string())),
        "a.b": (types.Nested(), pa.array([{"c": [1]}] * n)),
    }
    file = pq.ParquetFile(make("parquet", tmp_path, columns))
    assert file.schema_arrow.metadata == {key.encode(): value.encode() for key, value in MARKS.items()}
    assert [file.metadata.row_group(place).num_rows for place in range(3)] == [GROUP_ROWS, GROUP_ROWS, 1]
    unlike, alike, nested = (file.metadata.row_group(0).column(place) for place in range(3))
    assert unlike.compression == "ZSTD"
    assert unlike.statistics.has_min_max
    assert not unlike.has_dictionary_page
    assert alike.has_dictionary_page
    assert nested.has_dictionary_page


def test_parquet_writes_texts_of_one_width_without_their_lengths_and_others_read_them(tmp_path: Path) -> None:
    numbers = np.arange(5_000)
    columns = {
        "even": (types.Text(), pa.array([f"{number * 7919 % 100_003:06d}" for number in numbers])),
        "ragged": (types.Text(), pa.array([str(number) for number in numbers])),
        "gaps": (types.Text(), pa.array([f"{number:05d}" if number % 3 else None for number in numbers])),
    }
    path = make("parquet", tmp_path, columns)
    group = pq.read_metadata(path).row_group(0)
    apart = ["DELTA_LENGTH_BYTE_ARRAY" in group.column(place).encodings for place in range(3)]
    assert apart == [True, False, True]
    for name, (_, array) in columns.items():
        assert pq.read_table(path)[name].to_pylist() == array.to_pylist()
        assert polars.read_parquet(path)[name].to_list() == array.to_pylist()


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_wide_rows_make_small_groups(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twinset.export.ipc._GROUP_BYTES", 2**20)
    columns = {"text": (types.Text(), pa.array(["x" * 2**14] * 200))}
    path = make(name, tmp_path, columns)
    n_groups = pq.ParquetFile(path).num_row_groups if name == "parquet" else pa.ipc.open_file(str(path)).num_record_batches
    assert 3 <= n_groups <= 5


def test_nothing_is_left_under_missing_values(tmp_path: Path) -> None:
    """The same values give the same Arrow file, whatever lies in memory where they are missing."""
    values = np.arange(4)
    files = []
    for hidden in (0, 99):
        held = np.where(values % 2, values, hidden)
        array = pa.Array.from_buffers(pa.int64(), 4, [pa.py_buffer(b"\x0a"), pa.py_buffer(held.tobytes())])
        struct = pa.StructArray.from_arrays([array], ["x"], mask=pa.array([True, False, False, False]))
        columns = {"a": (types.Integer(), array), "b": (types.Nested(), struct)}
        files.append(make("arrow", tmp_path, columns).read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize("name", ["arrow", "avro", "csv", "jsonl", "parquet", "sql"])
def test_no_rows_are_a_file_of_no_rows(name: str, tmp_path: Path) -> None:
    table = Table("t", (Column("a", types.Integer(), pa.int64()), Column("b", types.Text(), pa.string())))
    exporter(name).assemble([], tmp_path / "out", table, Dialect(), MARKS)
    exporter(name).write_part([], tmp_path / "part", table, Dialect())
    exporter(name).assemble([tmp_path / "part"] * 2, tmp_path / "other", table, Dialect(), MARKS)
    assert (tmp_path / "out").read_bytes() == (tmp_path / "other").read_bytes()
    if name == "csv":
        assert (tmp_path / "out").read_text() == "a,b\n"
    if name == "parquet":
        assert pq.read_table(tmp_path / "out").schema.equals(table.arrow)


# What is refused, before anything is made


@pytest.mark.parametrize(
    ("name", "kind", "storage", "words"),
    [
        ("csv", types.Nested(), pa.list_(pa.binary()), "column 'a': bytes have no place"),
        ("jsonl", types.Text(), pa.binary(), "column 'a': bytes have no place"),
        ("csv", types.Nested(), pa.month_day_nano_interval(), "column 'a' is stored as month_day_nano_interval"),
        ("parquet", types.Nested(), pa.month_day_nano_interval(), "Parquet does not have month_day_nano_interval"),
        ("csv", types.Date("%d.%m.%Y %H"), pa.date32(), "'%H' of the format .* can't be written; known here: %Y"),
        ("csv", types.DateTime(format="%Y %Q"), pa.timestamp("s"), "'%Q' of the format"),
        ("csv", types.DateTime(format="%Y %z"), pa.timestamp("s"), "'%z' of the format"),
        ("jsonl", types.Time("%Y"), pa.time32("s"), "'%Y' of the format"),
        ("csv", types.Date("day"), pa.date32(), "'day' of the format"),
    ],
)
def test_what_a_format_can_not_hold_is_refused(name: str, kind: types.Type, storage: pa.DataType, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        exporter(name).check(Table("t", (Column("a", kind, storage),)), Dialect())


@pytest.mark.parametrize(
    "dialect",
    [Dialect(separator=""), Dialect(separator='"'), Dialect(separator="::"), Dialect(decimal="x"), Dialect(missing="a,b")],
)
def test_dialects_that_nobody_could_read_are_refused(dialect: Dialect) -> None:
    with pytest.raises(UserError):
        exporter("csv").check(Table("t", ()), dialect)


# Files whole or not at all


def breaking_off(rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    yield rows
    raise RuntimeError("broken off")


@pytest.mark.parametrize("name", ["arrow", "avro", "csv", "jsonl", "parquet", "sql"])
def test_a_part_that_breaks_off_leaves_what_was_there(name: str, tmp_path: Path) -> None:
    rows = pa.record_batch({"a": pa.array([1, 2])})
    table = Table("t", (Column("a", types.Integer(), pa.int64()),))
    (tmp_path / "part").write_text("before")
    with pytest.raises(RuntimeError, match="broken off"):
        exporter(name).write_part(breaking_off(rows), tmp_path / "part", table, Dialect())
    assert [path.name for path in tmp_path.iterdir()] == ["part"]
    assert (tmp_path / "part").read_text() == "before"


@pytest.mark.parametrize("name", ["arrow", "avro", "csv", "jsonl", "parquet", "sql"])
def test_a_disk_that_takes_no_more_is_an_os_error(name: str, tmp_path: Path) -> None:
    draw = Seed(3).generator()
    rows = pa.record_batch({"a": pa.array(draw.integers(2**62, size=50_000))})
    table = Table("t", (Column("a", types.Integer(), pa.int64()),))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    exporter(name).write_part([rows], tmp_path / "part", table, Dialect())
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        with pytest.raises(OSError):
            exporter(name).assemble([tmp_path / "part"], tmp_path / "out", table, Dialect(), MARKS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert [path.name for path in tmp_path.iterdir()] == ["part"]


def test_replacing_shows_nothing_before_it_is_done(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as file:
        file.write(b"x")
        assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]
    assert (tmp_path / "a").read_bytes() == b"x"


# Speed


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_a_million_cells_of_text_take_less_than_a_second(name: str, tmp_path: Path) -> None:
    draw, n = Seed(4).generator(), 50_000
    label = pa.array(draw.choice(["alpha", "beta, gamma", "delta"], n).astype(object), pa.string())
    columns = {
        "whole": (types.Integer(), pa.array(draw.integers(10**6, size=n))),
        "real": (types.Real(), pa.array(draw.normal(size=n))),
        "price": (types.Real(2), pa.array(draw.gamma(2.0, 30.0, n))),
        "truth": (types.Boolean(("no", "yes")), pa.array(draw.random(n) < 0.5)),
        "label": (types.Categorical(), label),
        "day": (types.Date("%d.%m.%Y"), pa.array(draw.integers(20000, size=n).astype(np.int32)).cast(pa.date32())),
        "at": (types.DateTime(), pa.array(draw.integers(10**15, size=n)).cast(pa.timestamp("us"))),
        "long": (types.Duration("s", "clock"), pc.cast(pa.array(draw.integers(10**5, size=n)), pa.duration("s"))),
    }
    make(name, tmp_path, columns)
    start = time.process_time()
    make(name, tmp_path, columns)
    assert n * len(columns) / (time.process_time() - start) > 1e6
