"""What columns of text are taken for, case by case: a name, some cells, and the type that a reader would give them."""

import itertools
import uuid

import pyarrow as pa
import pytest

from twinset.core.dataset import Dialect
from twinset.core.schema import Values
from twinset.core.types import to_data
from twinset.sources.inference import infer
from twinset.sources.raw import Raw


def column_of(name, cells, separator=",", beside=None):
    """The one column, as inference finds it in a text table."""
    arrays = {name: pa.array(cells, pa.string())} | {key: pa.array(values) for key, values in (beside or {}).items()}
    raw = Raw(pa.table(arrays), True, Dialect("csv", separator))
    return infer(raw, "t", {}).table[name]


def cycle(cells, size=60):
    return list(itertools.islice(itertools.cycle(cells), size))


def day(i, format="%d/%m/%Y"):
    import datetime

    return (datetime.date(2021, 1, 1) + datetime.timedelta(days=i * 11)).strftime(format)


CODES = ["DE", "FR", "NA", "US", "IT", "GB"]
LONG = [f"the box came late and was broken but the staff was kind {i}" for i in range(60)]
UUIDS = [str(uuid.UUID(int=i**21 + 1)) for i in range(40)]

CASES = [
    # numbers
    ("n", ["1", "2", "5", "17"], {"type": "integer"}),
    ("n", ["-3", "+4", "0"], {"type": "integer"}),
    ("n", ["1.5", "2.25", "3"], {"type": "real", "is_bare": True}),
    ("n", ["1.50", "2.25", "3.00"], {"type": "real", "decimals": 2}),
    ("n", ["1.0", "2.0", "3.0"], {"type": "real", "decimals": 1}),
    ("n", ["1e-9", "2.5e3"], {"type": "real"}),
    ("n", ["0.1", "0.30000000000000004"], {"type": "real"}),
    ("n", ["0.123456789012", "0.2"], {"type": "real"}),
    ("n", ["1,234", "12,345,678", "7"], {"type": "integer"}),
    ("n", ["1,234.50", "7.25"], {"type": "real", "decimals": 2}),
    ("n", ["$1,200.50", "-$3.00"], {"type": "real", "decimals": 2}),
    ("n", ["12.5%", "3.0%"], {"type": "real", "decimals": 1}),
    ("n", ["5 €", "7 €"], {"type": "integer"}),
    ("n", ["$5", "7 €"], {"type": "categorical"}),
    ("n", ["12%", "0.12"], {"type": "categorical"}),
    ("n", ["99999999999999999999", "5"], {"type": "integer"}),
    ("n", ["1" * 45, "2" * 45], {"type": "categorical"}),
    ("flag", ["0", "1"], {"type": "integer"}),
    ("tz", ["-10", "-5", "-6"], {"type": "integer"}),
    ("n", ["1", "2", "?"], {"type": "integer"}),
    ("n", ["1", "2", "x"], {"type": "categorical"}),
    ("code", ["007", "012", "123"], {"type": "categorical"}),
    # truth values
    ("b", ["yes", "no"], {"type": "boolean", "words": ["no", "yes"]}),
    ("b", ["Y", "N", ""], {"type": "boolean", "words": ["N", "Y"]}),
    ("b", ["true", "false"], {"type": "boolean"}),
    ("b", ["TRUE", "FALSE", "True", "TRUE", "FALSE"], {"type": "boolean", "words": ["FALSE", "TRUE"]}),
    ("b", ["ja", "nein"], {"type": "boolean", "words": ["nein", "ja"]}),
    ("b", ["Yes", "No", "Maybe"], {"type": "categorical"}),
    ("sex", ["M", "F"], {"type": "categorical"}),
    # dates and times
    ("d", ["2024-02-29", "2023-12-31"], {"type": "date"}),
    ("d", ["2024-02-30", "2023-12-31"], {"type": "categorical"}),
    ("d", [day(i) for i in range(40)], {"type": "date", "format": "%d/%m/%Y"}),
    ("d", [day(i, "%m/%d/%Y") for i in range(40)], {"type": "date", "format": "%m/%d/%Y"}),
    ("d", [day(i, "%-m/%-d/%Y") for i in range(40)], {"type": "date", "format": "%-m/%-d/%Y"}),
    ("d", [day(i, "%d.%m.%y") for i in range(40)], {"type": "date", "format": "%d.%m.%y"}),
    ("d", [day(i, "%Y%m%d") for i in range(40)], {"type": "date", "format": "%Y%m%d"}),
    ("d", [day(i, "%d-%b-%Y") for i in range(40)], {"type": "date", "format": "%d-%b-%Y"}),
    ("d", [day(i, "%B %-d, %Y") for i in range(40)], {"type": "date", "format": "%B %-d, %Y"}),
    ("d", [day(i, "%a, %d %b %Y") for i in range(40)], {"type": "date", "format": "%a, %d %b %Y"}),
    ("d", ["2024-01", "2024-02", "2023-11"], {"type": "date", "format": "%Y-%m"}),
    ("d", ["Dec-2011", "Jan-2012"], {"type": "date", "format": "%b-%Y"}),
    ("d", [f"{day(i, '%Y-%m-%d')} 00:00:00" for i in range(9)], {"type": "date", "format": "%Y-%m-%d 00:00:00"}),
    ("at", ["2024-01-31T10:00:00Z"], {"type": "datetime", "zone": "UTC", "unit": "s", "format": "%Y-%m-%dT%H:%M:%SZ"}),
    ("at", ["2024-01-31 10:00"], {"type": "datetime", "unit": "s", "format": "%Y-%m-%d %H:%M"}),
    ("at", ["1/31/2024 9:05 PM"], {"type": "datetime", "unit": "s", "format": "%-m/%-d/%Y %-I:%M %p"}),
    ("at", ["2024-01-31 10:00:00.125"], {"type": "datetime", "unit": "ms", "format": "%Y-%m-%d %H:%M:%S.%3f"}),
    ("at", ["2024-01-31 10:00:00.125001"], {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S.%f"}),
    (
        "at",
        ["2024-01-31 10:00:00+02:00"],
        {"type": "datetime", "zone": "+02:00", "unit": "s", "format": "%Y-%m-%d %H:%M:%S+02:00"},
    ),
    ("created_at", ["1700000000", "1700086400"], {"type": "datetime", "unit": "s", "format": "%s"}),
    ("updated_ts", ["1700000000123", "1700086400456"], {"type": "datetime", "unit": "ms", "format": "%Q"}),
    ("amount", ["1700000000", "1700086400"], {"type": "integer"}),
    ("t", ["08:15", "23:59"], {"type": "time", "format": "%H:%M"}),
    ("t", ["08:15:00", "23:59:59"], {"type": "time"}),
    ("t", ["8:15 AM", "11:59 PM"], {"type": "time", "format": "%-I:%M %p"}),
    ("t", ["08:15:00", "36:00:00"], {"type": "duration", "unit": "s", "format": "clock"}),
    ("call_duration", ["00:15:00", "01:00:00"], {"type": "duration", "unit": "s", "format": "clock"}),
    ("t", ["PT1H30M", "P1DT2S", "PT0.5S"], {"type": "duration", "unit": "ms"}),
    ("year", ["2013", "2014", "2015"], {"type": "integer"}),
    ("version", ["1.2.3", "1.10.0"], {"type": "categorical"}),
    # orders
    ("p", ["Low", "High", "Medium"], {"type": "ordinal"}),
    ("p", ["1 - poor", "2 - fair", "10 - best"], {"type": "ordinal"}),
    ("p", ["18-24", "25-34", "65+", "<18"], {"type": "ordinal"}),
    ("p", ["$0-$10k", "$10k-$20k", "over $20k"], {"type": "ordinal"}),
    ("p", ["2-1", "3-0", "1-1"], {"type": "categorical"}),
    ("p", ["10+ years", "< 1 year", "1 year", "2 years"], {"type": "ordinal"}),
    ("p", ["2020Q1", "2020Q4", "2019Q2"], {"type": "ordinal"}),
    ("p", ["Q1 2020", "Q4 2020", "Q2 2019"], {"type": "ordinal"}),
    ("p", ["May", "June", "Feb"], {"type": "ordinal"}),
    ("p", ["strongly agree", "Agree", "neutral", "strongly_disagree"], {"type": "ordinal"}),
    ("p", ["XS", "XL", "M"], {"type": "ordinal"}),
    ("grade", ["B", "A", "F", "D"], {"type": "ordinal"}),
    ("blood", ["A", "B", "O", "AB"], {"type": "categorical"}),
    ("dock", ["S", "C", "Q"], {"type": "categorical"}),
    # identifiers
    ("id", [str(i) for i in range(60)], {"type": "identifier", "form": "sequence"}),
    ("u", UUIDS, {"type": "identifier", "form": "uuid"}),
    ("u", [f"C-{i:04d}" for i in range(60)], {"type": "identifier", "form": "pattern", "pattern": "\\C\\-9999"}),
    ("u", [f"{i * 7919:010x}" for i in range(100, 160)], {"type": "identifier", "form": "pattern", "pattern": "h" * 10}),
    ("user_name", [f"user{i}" for i in range(60)], {"type": "personal", "kind": "user_name"}),
    (
        "ip",
        [f"10.0.{i}.{i * 3 % 256}" for i in range(60)],
        {"type": "identifier", "form": "pattern", "pattern": r"\1\0\.\199\.\199\.\199"},
    ),
    ("customer_id", [str(1000 + i % 30) for i in range(60)], {"type": "identifier", "form": "sequence"}),
    ("customer_id", [f"{1000 + i % 30}.0" for i in range(60)], {"type": "identifier", "form": "sequence"}),
    ("store_id", [str(i % 12) for i in range(600)], {"type": "categorical"}),
    ("customer_type_id", [str(i % 4) for i in range(600)], {"type": "categorical"}),
    ("id", ["", *(str(i * 3) for i in range(60))], {"type": "identifier", "form": "sequence"}),
    ("order_no", [str(5000 + 3 * i) for i in range(60)], {"type": "identifier", "form": "sequence"}),
    ("year", [str(1990 + i) for i in range(30)], {"type": "integer"}),
    ("region", ["1", "2", "3"], {"type": "categorical"}),
    ("education_num", ["1", "2", "3"], {"type": "integer"}),
    ("zip", ["90210", "10001", "60601"], {"type": "categorical"}),
    # places, documents, words
    ("lat", ["52.5", "-33.9"], {"type": "geo", "axis": "latitude", "decimals": 1}),
    ("pickup_longitude", ["13.4", "151.2"], {"type": "geo", "axis": "longitude", "decimals": 1}),
    ("lat", ["152.5", "-33.9"], {"type": "real", "decimals": 1}),
    ("where", ["52.52, 13.4", "-33.87, 151.21"], {"type": "geo", "decimals": 2}),
    ("j", ['{"a": 1}', "[1, 2]"], {"type": "json"}),
    ("j", ["{not json}", "{nor this}"], {"type": "categorical"}),
    ("comment", LONG, {"type": "text"}),
    ("title", [f"Blue house {i}" for i in range(60)], {"type": "text"}),
    ("country", CODES, {"type": "categorical"}),
    ("kind", ["Never-married", "Divorced"], {"type": "categorical"}),
    ("nothing", ["", "NA", "null"], {"type": "empty"}),
]


@pytest.mark.parametrize(("name", "cells", "expected"), CASES, ids=lambda value: str(value)[:40])
def test_what_a_column_is(name, cells, expected):
    size = max(60, len(cells))
    is_own = len(set(cells)) == len(cells) >= 30
    column = column_of(name, cells if is_own else cycle(cells, size))
    assert to_data(column.type) == expected


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["High", "low", "Medium"], ("low", "Medium", "High")),
        (["65+", "25-34", "<18", "18-24", "35-64"], ("<18", "18-24", "25-34", "35-64", "65+")),
        (["10 - j", "2 - b", "1 - a"], ("1 - a", "2 - b", "10 - j")),
        (["Dec", "Feb", "June"], ("Feb", "June", "Dec")),
        (["10+ years", "2 years", "< 1 year", "1 year"], ("< 1 year", "1 year", "2 years", "10+ years")),
        (["Q1 2020", "Q4 2019"], ("Q4 2019", "Q1 2020")),
        (["Stage 10", "Stage 2"], ("Stage 2", "Stage 10")),
        (["2014/15", "2013/14"], ("2013/14", "2014/15")),
        (["PhD", "High school", "Bachelor's"], ("High school", "Bachelor's", "PhD")),
        (["very satisfied", "Dissatisfied", "neutral"], ("Dissatisfied", "neutral", "very satisfied")),
    ],
)
def test_the_order_of_labels(cells, order):
    assert column_of("x", cycle(cells)).domain == Values(order)


def test_numbered_labels_that_few_rows_share_are_not_listed():
    column = column_of("x", cycle(["1 - a", "2 - b"], 80) + ["3 - a rare disease"] * 3)
    assert to_data(column.type) == {"type": "categorical"}
    assert column.domain is None


def test_a_constant_is_its_own_domain_where_enough_rows_share_it():
    column = column_of("x", ["EU"] * 10)
    assert column.domain == Values(("EU",))
    assert "the same in every row" in column.reason
    assert column_of("x", ["EU"] * 9).domain is None
    assert column_of("email", ["a@example.org"] * 50).domain is None
    assert column_of("d", ["2024-01-31"] * 50).domain == Values(("2024-01-31",))


def test_small_tables_are_understood_as_well():
    assert to_data(column_of("n", ["1", "2"]).type) == {"type": "integer"}
    assert to_data(column_of("d", ["13/02/2024"]).type) == {"type": "date", "format": "%d/%m/%Y"}
    assert to_data(column_of("x", ["a"]).type) == {"type": "categorical"}


def test_a_pattern_is_shown_only_where_enough_values_share_it():
    assert to_data(column_of("key", [f"PETER-{i}" for i in range(9)]).type) == {"type": "identifier"}


def test_day_and_month_are_told_apart_by_the_tables_other_dates():
    doubtful = cycle(["01/02/2020", "03/04/2020", "05/06/2020"])
    assert to_data(column_of("d", doubtful).type)["format"] == "%m/%d/%Y"
    assert "can't be told apart" in column_of("d", doubtful).reason
    assert to_data(column_of("d", doubtful, ";").type)["format"] == "%d/%m/%Y"
    sure = cycle(["31/01/2020", "01/02/2020"])
    assert to_data(column_of("d", doubtful, beside={"other": sure}).type)["format"] == "%d/%m/%Y"


def test_firsts_of_the_month_are_read_as_such():
    assert to_data(column_of("d", cycle(["01/01/2020", "01/02/2020", "01/03/2020"])).type)["format"] == "%d/%m/%Y"


def test_birthdays_with_two_digits_lie_in_the_past():
    cells = [f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/{i % 60 + 31}" for i in range(200)]
    raw = Raw(pa.table({"birth_date": cells}), True, Dialect("csv"))
    assert {value.year for value in infer(raw, "t", {}).rows["birth_date"].to_pylist()} == set(range(1931, 1991))


def test_reasons_show_no_value_of_few_rows():
    """Ends of ranges are shown as they are only where K rows share them, patterns and labels likewise."""
    secret = 987_654_321
    cells = [str(i % 50) for i in range(500)] + [str(secret)]
    reason = column_of("income", cells).reason
    assert str(secret) not in reason
    assert f"{secret:,}" not in reason
    assert reason == "whole numbers, 51 distinct, 0 to 49"
    assert "about" in column_of("x", [f"{i * 37.5:.1f}" for i in range(500)]).reason
    for name, cells in (
        ("email", ["eve@example.org"] * 60),
        ("note", [*LONG, "Eve is ill"]),
        ("city", [*cycle(CODES), "Evetown"]),
    ):
        assert "eve" not in column_of(name, cells).reason.lower().replace("seven", "")
