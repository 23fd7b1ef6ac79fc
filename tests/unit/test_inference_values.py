"""That values are read for what they are, cell by cell, and that all that changes on the way is counted."""

import datetime
import decimal
import itertools

import pyarrow as pa
import pytest

from twinset.core.dataset import Dialect
from twinset.sources.inference import infer
from twinset.sources.raw import Raw

UTC = datetime.UTC


def inferred(columns, separator=","):
    arrays = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    return infer(Raw(pa.table(arrays), True, Dialect("csv", separator)), "t", {})


def values_of(cells, name="x", separator=","):
    return inferred({name: cells}, separator).rows[name].to_pylist()


def mended(found):
    return {repair.what: repair.count for repair in found.repairs}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["9223372036854775807", "-9223372036854775808"], [2**63 - 1, -(2**63)]),
        (["18446744073709551615", "0"], [2**64 - 1, 0]),
        (["99999999999999999999", "-5"], [decimal.Decimal(10**20 - 1), decimal.Decimal(-5)]),
        (["1.5", "2", ".25", "3."], [1.5, 2.0, 0.25, 3.0]),
        (["1e3", "2.5E-2"], [1000.0, 0.025]),
        (["1,234.5", "7"], [1234.5, 7.0]),
        (["1'234'567", "-12"], [1234567, -12]),
        (["$1,000", "-$5"], [1000, -5]),
        (["12.5 %", "3%"], [12.5, 3.0]),
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1.234,5", "7,25"], [1234.5, 7.25]),
        (["$5.25", "($1,000.50)", "$(2.00)"], [5.25, -1000.5, -2.0]),
        (["(12)", "7"], [-12, 7]),
    ],
)
def test_numbers(cells, expected):
    assert values_of(cells) == expected


@pytest.mark.parametrize(
    ("separator", "beside", "expected"),
    [(",", "1", 1234), (";", "1", 1.234), (",", "0,5", 1.234), (";", "0.5", 1234), (";", "1.000,5", 1.234)],
)
def test_whether_a_comma_groups_or_decides_is_learned_from_the_table(separator, beside, expected):
    found = inferred({"x": ["1,234", "5,678"], "beside": [beside, beside]}, separator)
    assert found.rows["x"].to_pylist()[0] == expected


def test_points_group_where_the_table_has_decimal_commas():
    found = inferred({"x": ["1.234", "5.678"], "beside": ["0,5", "1,25"]}, ";")
    assert found.rows["x"].to_pylist() == [1234, 5678]
    assert found.dialect.decimal == ","
    assert inferred({"x": ["1.234", "5.678"]}).rows["x"].to_pylist() == [1.234, 5.678]


def test_signs_that_are_removed_are_counted():
    assert mended(inferred({"x": ["$1,000", "$5", ""]})) == {"the sign $ removed, signs between thousands removed": 2}


def test_infinities_and_a_few_odd_cells_among_many_numbers_become_missing_and_are_counted():
    cells = [f"{i}.5" for i in range(400)] + ["inf", "-Infinity", "abc"]
    found = inferred({"x": cells})
    assert found.rows["x"].to_pylist() == [i + 0.5 for i in range(400)] + [None] * 3
    assert mended(found) == {"cells that are no numbers, or infinite, became missing": 3}


def test_many_odd_cells_make_labels_and_nothing_is_lost():
    cells = [*map(str, range(40)), *["low", "high"] * 10]
    found = inferred({"x": cells})
    assert found.rows["x"].to_pylist() == cells
    assert found.repairs == ()
    assert "numbers and words mixed" in found.table["x"].reason


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-02-29"], [datetime.date(2024, 2, 29)]),
        (["31/01/1999", "1/2/2024"], [datetime.date(1999, 1, 31), datetime.date(2024, 2, 1)]),
        (["29-Feb-2024"], [datetime.date(2024, 2, 29)]),
        (["September 5, 2023", "May 1, 2024"], [datetime.date(2023, 9, 5), datetime.date(2024, 5, 1)]),
        (["0001-01-01", "9999-12-31"], [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]),
        (["2024-01-31T23:59:59Z"], [datetime.datetime(2024, 1, 31, 23, 59, 59, tzinfo=UTC)]),
        (
            ["1/5/2024 12:05 AM", "11/5/2024 12:05 PM"],
            [datetime.datetime(2024, 1, 5, 0, 5), datetime.datetime(2024, 11, 5, 12, 5)],
        ),
        (
            ["2024-01-31 10:00:00.5", "2024-01-31 10:00:00.25"],
            [datetime.datetime(2024, 1, 31, 10, 0, 0, us) for us in (500_000, 250_000)],
        ),
        (["08:05", "23:59"], [datetime.time(8, 5), datetime.time(23, 59)]),
        (["36:00:01", "00:00:59"], [datetime.timedelta(hours=36, seconds=1), datetime.timedelta(seconds=59)]),
        (["P1DT2H", "-PT0.25S"], [datetime.timedelta(days=1, hours=2), datetime.timedelta(seconds=-0.25)]),
        (["2 days, 03:04:05", "1 day 00:00:00"], [datetime.timedelta(2, 11045), datetime.timedelta(1)]),
        (["59:59", "100:01"], [datetime.timedelta(minutes=59, seconds=59), datetime.timedelta(minutes=100, seconds=1)]),
    ],
)
def test_dates_and_times(cells, expected):
    assert values_of(cells) == expected


def test_offsets_of_several_kinds_are_turned_to_utc_and_counted():
    found = inferred({"x": ["2024-01-31 10:00:00+02:00", "2024-07-31 10:00:00-05:30"]})
    expected = [datetime.datetime(2024, 1, 31, 8, tzinfo=UTC), datetime.datetime(2024, 7, 31, 15, 30, tzinfo=UTC)]
    assert found.rows["x"].to_pylist() == expected
    assert mended(found) == {"offsets of several kinds, all turned to UTC": 2}


def test_dates_in_a_second_way_of_writing_are_read_and_counted():
    cells = [f"2024-01-{i:02d}" for i in range(1, 29)] + ["31/01/2024", "30/01/2024"]
    found = inferred({"x": cells})
    assert found.rows["x"].to_pylist()[-2:] == [datetime.date(2024, 1, 31), datetime.date(2024, 1, 30)]
    assert mended(found) == {"written in another way than most, comes out as they do": 2}


def test_dates_in_three_ways_none_of_them_usual_are_read_and_counted():
    days = [datetime.date(2021, 1, 1) + datetime.timedelta(17 * i) for i in range(30)]
    ways = itertools.cycle(["%Y-%m-%d", "%m/%d/%Y", "%b %d, %Y"])
    found = inferred({"d": [day.strftime(way) for day, way in zip(days, ways, strict=False)]})
    assert found.rows["d"].to_pylist() == days
    assert mended(found)["written in another way than most, comes out as they do"] == 20


def test_brackets_of_negative_numbers_are_counted():
    found = inferred({"x": ["(1.5)", "2.5", "(3.5)"]})
    assert mended(found) == {"brackets of negative numbers became a minus": 3}


def test_times_as_unix_prints_them_are_read():
    found = inferred({"x": ["Fri Jan 01 12:00:01 2021", "Sat Feb 13 01:02:03 2021"]})
    assert found.rows["x"].to_pylist() == [datetime.datetime(2021, 1, 1, 12, 0, 1), datetime.datetime(2021, 2, 13, 1, 2, 3)]
    assert found.table["x"].reason.startswith("points in time written Ddd Mon DD hh:mm:ss YYYY")


def test_a_few_cells_that_are_no_dates_become_missing_and_are_counted():
    start = datetime.date(2020, 1, 1)
    cells = [str(start + datetime.timedelta(days=i)) for i in range(300)] + ["soon", "2024-13-01"]
    found = inferred({"x": cells})
    assert found.rows["x"].null_count == 2
    assert mended(found) == {"cells that are no dates became missing": 2}


def test_blanks_around_cells_are_removed_and_counted():
    found = inferred({"x": [" a", "a ", "a", "b"], "n": [" 1", "2", "3 ", "4"]})
    assert found.rows.to_pydict() == {"x": ["a", "a", "a", "b"], "n": [1, 2, 3, 4]}
    assert [(repair.column, repair.count) for repair in found.repairs] == [("x", 2), ("n", 2)]


def test_other_spellings_of_yes_and_no_are_counted():
    found = inferred({"x": ["yes", "Yes", "no", "no", "Yes"]})
    assert found.rows["x"].to_pylist() == [True, True, False, False, True]
    assert mended(found) == {"spelled otherwise than no and Yes": 1}


class TestMissing:
    def test_the_usual_word_is_the_dialects_and_others_are_counted(self):
        found = inferred({"a": ["NA", "1", "NA", "2"], "b": ["x", "NA", "y", "null"], "c": ["?", "1", "2", "3"]})
        assert found.dialect.missing == "NA"
        assert found.rows.to_pydict() == {"a": [None, 1, None, 2], "b": ["x", None, "y", None], "c": [None, 1, 2, 3]}
        assert mended(found) == {
            "missing cells written 'null', come out written 'NA'": 1,
            "missing cells written '?', come out written 'NA'": 1,
        }

    def test_na_is_a_label_beside_empty_cells_and_among_countries(self):
        assert values_of(["NA", "", "EMEA", "NA"]) == ["NA", None, "EMEA", "NA"]
        assert values_of(["NA", "DE", "FR", "IT", "GB"], "country") == ["NA", "DE", "FR", "IT", "GB"]

    def test_signs_are_labels_among_labels(self):
        assert values_of(["?", "-", "a", "b"]) == ["?", "-", "a", "b"]
        assert values_of(["?", "-", "1", "2.5"]) == [None, None, 1.0, 2.5]
        assert values_of(["?", "2024-01-31"]) == [None, datetime.date(2024, 1, 31)]
        assert values_of(["-", "yes", "no"]) == [None, True, False]


def test_the_order_of_rows_and_every_cell_survive():
    """Against a plain reading of the same cells, over several families at once and in shuffled order."""
    size = 5000
    whole = [str(i * 7919 % 4001) for i in range(size)]
    real = [f"{i * 31 % 997 / 8:.3f}" for i in range(size)]
    word = [("red", "green", "blue", "")[i * 13 % 4] for i in range(size)]
    days = [str(datetime.date(2000, 1, 1) + datetime.timedelta(days=i * 37 % 9000)) for i in range(size)]
    found = inferred({"whole": whole, "real": real, "word": word, "day": days})
    expected = {
        "whole": [int(cell) for cell in whole],
        "real": [float(cell) for cell in real],
        "word": [cell or None for cell in word],
        "day": [datetime.date.fromisoformat(cell) for cell in days],
    }
    assert found.rows.to_pydict() == expected


def test_chunked_and_dictionary_columns_read_like_plain_ones():
    cells = list(itertools.islice(itertools.cycle(["1.5", "", "2", "NaN"]), 1000))
    plain = pa.chunked_array([cells])
    chunked = pa.chunked_array([cells[:10], [], cells[10:700], cells[700:]], pa.string())
    coded = pa.chunked_array([chunk.dictionary_encode() for chunk in chunked.chunks])
    found = [infer(Raw(pa.table({"x": one}), True, Dialect("csv")), "t", {}) for one in (plain, chunked, coded)]
    assert found[0].rows["x"].to_pylist() == found[1].rows["x"].to_pylist() == found[2].rows["x"].to_pylist()
    assert found[0].table == found[1].table == found[2].table
