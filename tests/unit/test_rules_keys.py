"""Keys that follow from a row's number: unique, in their form, with right check digits."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.rules import column, made, plain, sampler_of

from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules.keys import Permutation, shuffled


@given(st.integers(1, 3_000), st.integers(0, 2**40))
def test_a_permutation_takes_each_number_to_another(size, root):
    places = Permutation(size, Seed(root)).at(np.arange(size))
    assert sorted(places.tolist()) == list(range(size))


@pytest.mark.parametrize("size", [10**6, 2**40, 2**62])
def test_a_permutation_of_a_large_range_is_spread_evenly(size):
    places = Permutation(size, Seed(1)).at(np.arange(50_000))
    assert len(np.unique(places)) == 50_000
    counts, _ = np.histogram(places, bins=10, range=(0, size))
    assert abs(counts - 5_000).max() < 4.5 * np.sqrt(5_000 * 0.9)
    assert abs(np.corrcoef(places[:-1], places[1:])[0, 1]) < 0.02


def test_a_permutation_has_an_order_of_its_own_for_each_tweak():
    tweak = np.repeat(np.arange(40, dtype=np.uint64), 25)
    places = Permutation(25, Seed(1)).at(np.tile(np.arange(25), 40), tweak).reshape(40, 25)
    assert all(sorted(row) == list(range(25)) for row in places.tolist())
    assert len({tuple(row) for row in places.tolist()}) == 40


def test_uuids_are_unique_and_of_their_version():
    for version in (4, 7):
        values = column({"rule": "uuid", "version": version}, 5_000, part_rows=700).to_pylist()
        parsed = [uuid.UUID(value) for value in values]
        assert {(one.version, one.variant) for one in parsed} == {(version, uuid.RFC_4122)}
        assert len(set(values)) == 5_000
        assert all(str(one) == value for one, value in zip(parsed, values, strict=True))


def test_uuid_7_and_ulid_begin_with_their_time():
    values = column({"rule": "uuid", "version": 7, "begin": "2024-05-01T00:00:01"}, 3).to_pylist()
    begin = int(datetime.fromisoformat("2024-05-01T00:00:01+00:00").timestamp() * 1000)
    assert [int(value.replace("-", "")[:12], 16) for value in values] == [begin, begin + 1, begin + 2]
    ulids = column({"rule": "ulid"}, 2_000).to_pylist()
    assert ulids == sorted(ulids)
    assert len(set(ulids)) == 2_000
    assert all(re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", one) for one in ulids)


def test_snowflakes_rise_and_hold_their_machine():
    values = column({"rule": "snowflake", "machine": 5}, 2_000).to_numpy()
    assert (np.diff(values) > 0).all()
    assert {int(value) >> 12 & 1023 for value in values} == {5}


def luhn_sum(text: str) -> int:
    digits = [int(one) for one in text][::-1]
    return sum(digits[::2]) + sum(sum(divmod(2 * one, 10)) for one in digits[1::2])


def ean_sum(text: str) -> int:
    return sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(text))


def mod11_sum(text: str) -> int:
    return sum((10 if one == "X" else int(one)) * weight for weight, one in enumerate(text[::-1], 1))


@pytest.mark.parametrize(
    ("rule", "form", "is_right"),
    [
        ({"pattern": "999999999", "check": "luhn"}, r"\d{10}", lambda text: luhn_sum(text) % 10 == 0),
        ({"pattern": "999999999", "check": "mod11"}, r"\d{9}[\dX]", lambda text: mod11_sum(text) % 11 == 0),
        ({"pattern": "99999999", "check": "mod97"}, r"\d{10}", lambda text: int(text) % 97 == 1),
        ({"check": "ean13"}, r"2\d{12}", lambda text: ean_sum(text) % 10 == 0),
        ({"check": "ean13", "prefix": "400"}, r"400\d{10}", lambda text: ean_sum(text) % 10 == 0),
        ({"check": "isbn13"}, r"978\d{10}", lambda text: ean_sum(text) % 10 == 0),
        ({"pattern": r"A\A-999h*", "prefix": "No "}, r"No [A-Z]A-\d{3}[0-9a-f][A-Z0-9]", lambda text: True),
    ],
    ids=plain,
)
@pytest.mark.parametrize("unique", [False, True])
def test_codes_have_their_form_and_check_digits(rule, form, is_right, unique):
    values = column({"rule": "code", "unique": unique, **rule}, 3_000).to_pylist()
    assert all(re.fullmatch(form, value) and is_right(value) for value in values)
    assert len(set(values)) == 3_000 or not unique


def test_unique_values_fill_their_range_to_the_last():
    values = column({"rule": "integer", "low": 11, "high": 1_010, "unique": True}, 1_000, part_rows=90).to_pylist()
    assert sorted(values) == list(range(11, 1_011))
    assert values != sorted(values)


def test_more_unique_values_than_there_are_is_said_with_both_numbers():
    with pytest.raises(PlanError, match=r"t\.made is unique and has 100 values, and 101 rows are asked for"):
        column({"rule": "code", "pattern": "99", "unique": True}, 101)


@pytest.mark.parametrize("rule", [{"rule": "normal"}, {"rule": "category", "values": ["a"]}])
def test_what_can_not_be_unique_is_refused(rule):
    with pytest.raises(PlanError, match="can't be unique; unique values come from sequence"):
        column({**rule, "unique": True}, 2)
    with pytest.raises(PlanError, match=r"t\.a is the key: the rule .* can't be unique"):
        made({"t": {"rows": 1, "key": "a", "columns": {"a": rule}}})


def test_a_key_of_one_column_is_unique_without_being_asked():
    values = made({"t": {"rows": 1_000, "key": "sku", "columns": {"sku": {"rule": "code", "pattern": "999"}}}})["t"]["sku"]
    assert len(set(values.to_pylist())) == 1_000


def test_other_tables_refer_to_any_key():
    tables = made({
        "p": {"rows": 50, "key": "sku", "columns": {"sku": {"rule": "code", "pattern": "A99"}, "price": {"rule": "normal"}}},
        "o": {"rows": 500, "columns": {"sku": {"rule": "reference", "table": "p", "column": "sku"}, "price": "sku.price"}},
    })  # fmt: skip
    prices = dict(zip(tables["p"]["sku"].to_pylist(), tables["p"]["price"].to_pylist(), strict=True))
    assert tables["o"]["price"].to_pylist() == [prices[sku] for sku in tables["o"]["sku"].to_pylist()]
    assert len(set(tables["o"]["sku"].to_pylist())) == 50


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rule": "uuid", "version": 5}, "version is one of 4, 7"),
        ({"rule": "uuid", "time": "x"}, "time and begin go with version: 7"),
        ({"rule": "code"}, "needs a pattern"),
        ({"rule": "code", "pattern": "99", "check": "ean13"}, "goes with 12 digits"),
        ({"rule": "code", "pattern": "99", "check": "lunh"}, "did you mean 'luhn'"),
        ({"rule": "sequence", "step": 0}, "step is not 0"),
        ({"rule": "snowflake", "begin": "2001-01-01"}, "is not before epoch"),
        ({"rule": "ulid", "begin": "yesterday"}, "begin is a day or time"),
    ],
    ids=plain,
)
def test_wrong_options_are_named(rule, said):
    with pytest.raises(PlanError, match=said):
        column(rule, 2)


@given(st.integers(4, 14), st.integers(0, 2**40))
def test_shuffled_numbers_of_some_bits_are_all_there(bits, root):
    assert sorted(shuffled(np.arange(2**bits), bits, Seed(root)).tolist()) == list(range(2**bits))


def test_shuffled_numbers_are_spread_evenly():
    places = shuffled(np.arange(50_000), 62, Seed(1)).astype(float)
    assert abs(np.histogram(places, bins=16, range=(0, 2**62))[0] - 3_125).max() < 4.5 * np.sqrt(3_125)
    assert abs(np.corrcoef(places[:-1], places[1:])[0, 1]) < 0.02


STAFF = {
    "staff": {
        "rows": 2000,
        "key": "id",
        "columns": {
            "id": "uuid",
            "number": "sequence",
            "level": {"rule": "integer", "high": 9},
            "boss": {"rule": "reference", "table": "staff", "column": "id", "earlier": True},
            "boss_number": "boss.number",
            "boss_level": "boss.level",
        },
    }
}


@pytest.mark.parametrize("part_rows", [300, 100_000])
def test_a_reference_to_earlier_rows_has_no_circles_and_is_missing_in_the_first(part_rows):
    rows = made(STAFF, part_rows=part_rows)["staff"].to_pylist()
    assert [rows[0][name] for name in ("boss", "boss_number", "boss_level")] == [None, None, None]
    for row in rows[1:]:
        boss = rows[row["boss_number"] - 1]
        assert boss["number"] < row["number"]
        assert (boss["id"], boss["level"]) == (row["boss"], row["boss_level"])
    ranks = [(row["boss_number"] - 0.5) / (row["number"] - 1) for row in rows[100:]]
    assert stats.kstest(ranks, "uniform").pvalue > 1e-4
    schema = sampler_of(STAFF).schema["staff"]
    assert schema["boss"].nullable
    assert [(key.columns, key.table, key.references) for key in schema.foreign_keys] == [(("boss",), "staff", ("id",))]


@pytest.mark.parametrize(
    ("boss", "message"),
    [
        ({"table": "other", "column": "id"}, "earlier is said of rows of the same table, and 'other' is another one"),
        ({"table": "staff", "column": "id", "weights": "zipf"}, "earlier goes with weights that are all alike"),
        ({"table": "staff", "column": "id", "distinct": True}, "and without distinct"),
    ],
)
def test_earlier_rows_are_of_the_same_table_and_all_alike(boss, message):
    columns = {"id": "sequence", "boss": {"rule": "reference", "earlier": True, **boss}}
    with pytest.raises(PlanError, match=message):
        sampler_of({"staff": {"rows": 5, "columns": columns}, "other": {"rows": 5, "columns": {"id": "sequence"}}}).program  # noqa: B018


def test_earlier_rows_are_not_seen_from_within_a_list():
    one = {"rule": "list", "of": {"rule": "reference", "table": "t", "column": "id", "earlier": True}, "length": 2}
    with pytest.raises(PlanError, match="not seen from within a nested value"):
        sampler_of({"t": {"rows": 5, "columns": {"id": "sequence", "list": one}}}).program  # noqa: B018
