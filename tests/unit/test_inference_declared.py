"""What the user declares wins: cells are read as that, and must fit it."""

import datetime

import pyarrow as pa
import pytest

import twinset as ts
from twinset.core import types
from twinset.core.schema import Range, Values
from twinset.errors import DataError, SchemaError
from twinset.sources import read


def declared(tmp_path, cells, option, name="x"):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([f"{name},row", *(f'"{cell}",{i}' for i, cell in enumerate(cells))]))
    return read(path, columns={name: option})


def values_of(data, name="x"):
    return data.to_arrow()[name].to_pylist()


@pytest.mark.parametrize(
    ("cells", "option", "expected"),
    [
        (["1", "2"], {"type": "categorical"}, [1, 2]),
        (["1", "2"], {"type": "categorical", "values": ["2", "1"]}, [1, 2]),
        (["01", "2"], {"type": "categorical"}, ["01", "2"]),
        (["007", "8"], {"type": "integer"}, [7, 8]),
        (["1", "2"], {"type": "real", "decimals": 2}, [1.0, 2.0]),
        (["1.0", "2.0"], {"type": "integer"}, [1, 2]),
        (["0", "1"], {"type": "boolean"}, [False, True]),
        (["off", "on"], {"type": "boolean", "words": ["off", "on"]}, [False, True]),
        (["01/02/2024"], {"type": "date", "format": "%d/%m/%Y"}, [datetime.date(2024, 2, 1)]),
        (["01/02/2024"], {"type": "date", "format": "%m/%d/%Y"}, [datetime.date(2024, 1, 2)]),
        (["20240201"], {"type": "date", "format": "%Y%m%d"}, [datetime.date(2024, 2, 1)]),
        (["2024-02-01"], {"type": "date"}, [datetime.date(2024, 2, 1)]),
        (["2024-02-01"], {"type": "datetime"}, [datetime.datetime(2024, 2, 1)]),
        (["1700000000"], {"type": "datetime", "format": "%s"}, [datetime.datetime(2023, 11, 14, 22, 13, 20)]),
        (["10:30"], {"type": "time"}, [datetime.time(10, 30)]),
        (["10:30:00"], {"type": "duration"}, [datetime.timedelta(hours=10, minutes=30)]),
        (["hello", "you"], {"type": "text"}, ["hello", "you"]),
        (["4711", "4712"], {"type": "identifier", "form": "opaque"}, ["4711", "4712"]),
        (["4711", "4712"], {"type": "personal", "kind": "national_id"}, ["4711", "4712"]),
        (["1.5", "95.25"], {"type": "geo", "axis": "longitude"}, [1.5, 95.25]),
        (["big", "small"], {"type": "ordinal", "values": ["small", "big"]}, ["big", "small"]),
        (["", "NA"], {"type": "empty"}, [None, None]),
    ],
)
def test_cells_are_read_as_declared(tmp_path, cells, option, expected):
    data = declared(tmp_path, cells, option)
    column = data.schema.only["x"]
    assert values_of(data) == expected
    assert column.type.word == option["type"]
    assert column.reason == "declared"
    for key in ("decimals", "words", "form", "kind", "axis"):
        if key in option:
            found = getattr(column.type, key)
            assert (list(found) if isinstance(found, tuple) else found) == option[key]


@pytest.mark.parametrize(
    ("cells", "option", "said"),
    [
        (["1", "x", "y"], {"type": "integer"}, "2 of 3 cells can't be read as integer, for example 'x'"),
        (["1.5", "2"], {"type": "integer"}, "1 of 2 cells can't be read as integer, for example '1.5'"),
        (["31/01/2024", "1/31/2024"], {"type": "date", "format": "%d/%m/%Y"}, "1 of 2 cells .* for example '1/31/2024'"),
        (["maybe", "yes"], {"type": "boolean"}, "can't be read as"),
        (["a", "b"], {"type": "date"}, "declared date, and holds text"),
        (["5", "7", "200"], {"type": "integer", "range": [0, 120]}, "1 of 3 cells lie outside .* for example '200'"),
        (["a", "b", "c"], {"type": "categorical", "values": ["a", "b"]}, "1 of 3 cells lie outside .* for example 'c'"),
        (["a", ""], {"type": "categorical", "nullable": False}, "not nullable, and has missing cells"),
        (["a", "b"], {"type": "empty"}, "declared empty"),
    ],
)
def test_cells_that_do_not_fit_are_refused_with_count_and_example(tmp_path, cells, option, said):
    with pytest.raises(DataError, match=said):
        declared(tmp_path, cells, option)


def test_personal_cells_are_never_shown(tmp_path):
    with pytest.raises(DataError, match="1 of 2 cells lie outside") as caught:
        declared(
            tmp_path,
            ["eve@example.org", "bob@example.org"],
            {"type": "personal", "kind": "email", "values": ["bob@example.org"]},
        )
    assert "eve" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"type": "number"}, "column 'x': unknown column type 'number'"),
        ({"type": "integer", "decimals": 2}, "no option 'decimals'"),
        ({"type": "ordinal"}, "give its labels in order"),
        ({"type": "integer", "range": ["a", "b"]}, "are not of its type, integer"),
        ({"type": "integer", "range": [5, 1]}, "from low to high"),
    ],
)
def test_declarations_that_make_no_sense_are_refused(tmp_path, option, said):
    with pytest.raises(SchemaError, match=said):
        declared(tmp_path, ["1", "2"], option)


def test_an_unknown_column_names_the_nearest(tmp_path):
    (tmp_path / "t.csv").write_text("amount,kind\n1,x\n")
    with pytest.raises(SchemaError, match="no column 'amout', did you mean 'amount'.*amount, kind"):
        read(tmp_path / "t.csv", columns={"amout": {"type": "integer"}})


def test_a_declaration_without_type_adds_to_what_is_found(tmp_path):
    data = declared(tmp_path, ["5", "70"], {"range": [0, 120]})
    column = data.schema.only["x"]
    assert column.type == types.Integer()
    assert column.domain == Range(0, 120)
    assert column.origin == "data"
    assert declared(tmp_path, ["a", "b"], {"values": ["a", "b", "c"]}).schema.only["x"].domain == Values(("a", "b", "c"))
    assert declared(tmp_path, ["a", "b"], {"nullable": True}).schema.only["x"].nullable


def test_origins_are_kept(tmp_path):
    option = {"type": "integer", "range": [0, 9], "origin": "public"}
    assert declared(tmp_path, ["5"], option).schema.only["x"].origin == "public"


def test_a_plan_shows_a_column_as_it_can_be_declared(tmp_path):
    """What is found, declared again, gives the same column."""
    path = tmp_path / "t.csv"
    rows = [
        f"{i},{i % 3}.5,{'yes' if i % 2 else 'no'},{'low' if i % 2 else 'high'},0{i % 9 + 1}/12/2020,x{i % 4}"
        f",{i % 5},{1700000000 + i},{i % 20}.0,1020{i % 9},{i % 24}:30,PT{i}M,u{i}@example.org,C-{i:03}"
        for i in range(40)
    ]
    path.write_text("\n".join(["id,n,b,o,d,c,store_id,created_at,user_id,zip,at,took,mail,key", *rows]))
    found = read(path)
    again = read(path, columns={column.name: column.to_data() for column in found.schema.only.columns})
    assert again.to_arrow() == found.to_arrow()
    assert [column.to_data() for column in again.schema.only.columns] == [c.to_data() for c in found.schema.only.columns]


class TestStored:
    """Declarations over columns that have a storage type of their own."""

    @pytest.mark.parametrize(
        ("array", "option", "expected", "storage"),
        [
            (pa.array([1, 2]), {"type": "categorical"}, [1, 2], pa.int64()),
            (pa.array([1, 2], pa.int8()), {"type": "integer"}, [1, 2], pa.int8()),
            (pa.array([1.0, 2.0]), {"type": "integer"}, [1, 2], pa.int64()),
            (pa.array([1, 2]), {"type": "real"}, [1.0, 2.0], pa.float64()),
            (pa.array([0, 1]), {"type": "boolean"}, [False, True], pa.bool_()),
            (
                pa.array([0, 86400]),
                {"type": "datetime", "unit": "s"},
                [datetime.datetime(1970, 1, 1 + i) for i in (0, 1)],
                pa.timestamp("s"),
            ),
            (pa.array([datetime.datetime(2024, 1, 31)]), {"type": "date"}, [datetime.date(2024, 1, 31)], pa.date32()),
            (pa.array([7, 8]), {"type": "text"}, ["7", "8"], pa.string()),
            (pa.array(["5", "6"]), {"type": "integer"}, [5, 6], pa.int64()),
            (pa.array([[1], [2]]), {"type": "nested"}, [[1], [2]], pa.list_(pa.int64())),
        ],
    )
    def test_are_cast_where_nothing_is_lost(self, array, option, expected, storage):
        data = read(pa.table({"x": array}), columns={"x": option})
        assert values_of(data) == expected
        assert data.schema.only["x"].storage == storage

    @pytest.mark.parametrize(
        ("array", "option", "said"),
        [
            (pa.array([1.5, 2.0]), {"type": "integer"}, "1 of 2 cells can't be read as integer"),
            (pa.array([0, 2]), {"type": "boolean"}, "1 of 2 cells can't be read as boolean"),
            (pa.array([datetime.datetime(2024, 1, 31, 5)]), {"type": "date"}, "1 of 1 cells can't be read as date"),
            (pa.array([True]), {"type": "date"}, "holds bool that can't be read"),
            (pa.array([[1]]), {"type": "integer"}, "declared integer, and holds list"),
        ],
    )
    def test_are_refused_otherwise(self, array, option, said):
        with pytest.raises(DataError, match=said):
            read(pa.table({"x": array}), columns={"x": option})


def test_a_moment_in_fractions_of_a_second_is_read_as_its_own_plan_says(tmp_path):
    path = tmp_path / "moments.csv"
    path.write_text("t\n" + "2013-01-01 10:00:00.5+02:00\n" * 10)
    column = ts.read(path).schema.only["t"]
    assert ts.read(path, columns={"t": column.to_data()}).schema.only["t"].type == column.type


@pytest.mark.parametrize("storage", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint64()])
def test_whole_numbers_of_any_width_are_moments_where_that_is_declared(storage):
    data = read(pa.table({"x": pa.array([60, 61, None], storage), "row": [1, 2, 3]}), columns={"x": {"type": "datetime"}})
    assert values_of(data)[2] is None
    assert values_of(data)[1] - values_of(data)[0] == datetime.timedelta(microseconds=1)


def test_a_whole_number_too_large_for_a_moment_is_told():
    table = pa.table({"x": pa.array([60, 2**63], pa.uint64())})
    with pytest.raises(DataError):
        read(table, columns={"x": {"type": "datetime"}})
