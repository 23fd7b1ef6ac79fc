"""Texts, patterns, lookups, nested values, places, money, networks and files."""

from __future__ import annotations

import ipaddress
import re
import time
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from tests.rules import column, made, plain

from twinset.errors import PlanError, SchemaError

N = 5_000


def test_templates_take_other_columns_in_their_forms():
    columns = {
        "first": {"rule": "constant", "value": "Ana María"}, "n": {"rule": "sequence"},
        "gone": {"rule": "integer", "missing": 0.5},
        "made": {"rule": "template", "of": "{{{first:slug}.{first:initial}.{first:upper}-{n}}}"},
        "some": {"rule": "template", "of": "no {gone}"}, "plain": {"rule": "template", "of": "x"},
    }  # fmt: skip
    rows = made({"t": {"rows": 50, "columns": columns}})["t"].to_pylist()
    assert rows[1]["made"] == "{ana-mar-a.A.ANA MARÍA-2}"
    assert all((row["some"] is None) == (row["gone"] is None) for row in rows)
    assert {row["plain"] for row in rows} == {"x"}


@pytest.mark.parametrize("regex", [r"[A-Z]{2}-\d{4}", r"(ab|c)?x{1,3}", r"[äöü]\w{3}", r"[a-z]{30}(com|org)", r"^\d+$"])
def test_texts_match_their_regular_expression(regex):
    values = column({"rule": "pattern", "regex": regex}, 2_000).to_pylist()
    assert all(re.fullmatch(regex, value) for value in values)
    assert len(set(values)) > 5


def test_unique_texts_of_a_regular_expression_are_all_there():
    values = column({"rule": "pattern", "regex": r"[A-E][0-9]x?", "unique": True}, 100, part_rows=30).to_pylist()
    assert len(set(values)) == 100
    with pytest.raises(PlanError, match="two ways to one text"):
        column({"rule": "pattern", "regex": "a?a?", "unique": True}, 2)
    with pytest.raises(PlanError, match=r"unique and has 100 values, and 101 rows"):
        column({"rule": "pattern", "regex": r"[A-E][0-9]x?", "unique": True}, 101)


@pytest.mark.parametrize(
    "regex", ["(a+)+$" * 40, "(" * 50 + "a" + ")" * 50, "a{2000}", "(a{100}){100}", r"(?=a)b", r"\1", "["]
)
def test_catastrophic_and_foreign_regular_expressions_are_refused_at_once(regex):
    started = time.process_time()
    with pytest.raises(PlanError, match="the regular expression"):
        column({"rule": "pattern", "regex": regex}, 2)
    assert time.process_time() - started < 1


def test_texts_have_as_many_words_and_sentences_as_said():
    bare = column({"rule": "text", "words": [2, 4], "sentences": 0}, N).to_pylist()
    assert {len(text.split(" ")) for text in bare} == {2, 3, 4}
    assert all(re.fullmatch(r"[a-z]+( [a-z]+)*", text) for text in bare)
    texts = column({"rule": "text", "words": [3, 5], "sentences": [1, 2]}, N).to_pylist()
    sentence = r"[A-Z][a-z]*,?( [a-z]+,?){1,3} [a-z]+\."
    assert all(re.fullmatch(f"{sentence}( {sentence})?", text) for text in texts)
    assert {text.count(".") for text in texts} == {1, 2}
    assert column({"rule": "text", "words": 1}, 20).to_pylist()[0].endswith(".")


CITIES = [
    {"city": "Berlin", "country": "DE", "weight": 3}, {"city": "Bonn", "country": "DE", "weight": 1},
    {"city": "Lyon", "country": "FR", "weight": 5}, {"city": "Nowhere", "country": "XX", "weight": 0},
]  # fmt: skip


def test_lookups_keep_rows_together_in_their_weights():
    columns = {
        "place": {"rule": "lookup", "rows": CITIES, "weight": "weight", "hidden": True},
        "city": "place.city", "country": "place.country",
    }  # fmt: skip
    frame = made({"t": {"rows": N, "columns": columns}})["t"].to_pandas()
    counts = frame.groupby(["city", "country"]).size()
    assert set(counts.index) == {("Berlin", "DE"), ("Bonn", "DE"), ("Lyon", "FR")}
    assert stats.chisquare([counts["Berlin", "DE"], counts["Bonn", "DE"], counts["Lyon", "FR"]],
                           np.array([3, 1, 5]) / 9 * N).pvalue > 1e-4  # fmt: skip


def test_lookups_match_other_columns():
    columns = {
        "country": {"rule": "category", "values": ["DE", "FR", "IT", "XX"]},
        "city": {"rule": "lookup", "rows": CITIES, "weight": "weight", "match": {"country": "country"}, "column": "city"},
    }
    frame = made({"t": {"rows": N, "columns": columns}})["t"].to_pandas()
    assert set(frame[frame.country == "FR"].city) == {"Lyon"}
    assert frame[frame.country.isin(["IT", "XX"])].city.isna().all()
    german = frame[frame.country == "DE"].city
    assert abs((german == "Berlin").mean() - 0.75) < 0.05
    assert set(german) == {"Berlin", "Bonn"}


def test_lists_have_lengths_and_structs_fields():
    columns = {
        "n": {"rule": "integer", "low": 0, "high": 3},
        "tags": {"rule": "list", "of": {"rule": "category", "values": ["a", "b"]}, "length": {"rule": "formula", "of": "n"}},
        "copies": {"rule": "list", "of": {"rule": "formula", "of": "n * 2"}, "length": 2},
        "box": {"rule": "struct", "fields": {"w": {"rule": "uniform", "missing": 0.3}, "deep": {
            "rule": "struct", "fields": {"n": {"rule": "formula", "of": "n"}}}}},
        "again": "box.deep.n",
    }  # fmt: skip
    rows = made({"t": {"rows": 500, "columns": columns}}, part_rows=90)["t"].to_pylist()
    for row in rows:
        assert len(row["tags"]) == row["n"] == row["box"]["deep"]["n"] == row["again"]
        assert row["copies"] == [2 * row["n"]] * 2
    assert 0.2 < np.mean([row["box"]["w"] is None for row in rows]) < 0.4
    assert {tag for row in rows for tag in row["tags"]} == {"a", "b"}


def test_points_lie_in_their_box_by_area_and_about_each_other():
    columns = {
        "home": {"rule": "geo", "box": [47, 6, 55, 15]}, "lat": "home.latitude", "lon": "home.longitude",
        "work": {"rule": "geo", "near": "home", "km": 10}, "wlat": "work.latitude",
        "there": {"rule": "geo", "near": [52.5, 13.4], "km": 1, "form": "point", "decimals": 3}, "any": "geo.latitude",
    }  # fmt: skip
    frame = made({"t": {"rows": N, "columns": columns}})["t"].to_pandas()
    assert frame.lat.between(47, 55).all()
    assert frame.lon.between(6, 15).all()
    low, high = np.sin(np.radians([47, 55]))
    assert stats.kstest((np.sin(np.radians(frame.lat)) - low) / (high - low), "uniform").pvalue > 1e-4
    assert abs(np.std((frame.wlat - frame.lat) * 111.195) - 5) < 0.3
    assert frame.there.str.fullmatch(r"52\.\d{1,3}, 13\.\d{1,3}").all()
    assert frame["any"].min() < -60


def test_money_is_exact_in_the_coins_of_its_currency():
    made = column({"rule": "money", "currency": "EUR", "of": {"rule": "lognormal", "median": 40}, "endings": [0.99, 0.5]}, N)
    assert made.type == pa.decimal128(18, 2)
    assert {value % 1 for value in made.to_pylist()} == {Decimal("0.99"), Decimal("0.50")}
    yen = column({"rule": "money", "currency": "JPY", "of": {"rule": "normal", "mean": 0, "sd": 900}}, N)
    assert yen.type == pa.decimal128(18, 0)
    assert min(yen.to_pylist()) < 0 < max(yen.to_pylist())
    real = column({"rule": "money", "form": "real", "of": {"rule": "constant", "value": 1.005}}, 2)
    assert real.to_pylist() == [1.0, 1.0]


@pytest.mark.parametrize("unique", [False, True])
def test_addresses_are_addresses(unique):
    v4 = column({"rule": "ipv4", "network": "198.51.100.0/23", "unique": unique}, 512).to_pylist()
    assert all(ipaddress.ip_address(one) in ipaddress.ip_network("198.51.100.0/23") for one in v4)
    v6 = column({"rule": "ipv6", "unique": unique}, 2_000).to_pylist()
    assert all(str(ipaddress.ip_address(one)) == one and one.startswith("2001:db8:") for one in v6)
    macs = column({"rule": "mac", "unique": unique}, 2_000).to_pylist()
    assert all(re.fullmatch("02(:[0-9a-f]{2}){5}", one) for one in macs)
    for values in (v4, v6, macs) if unique else (v6, macs):
        assert len(set(values)) == len(values)


def test_names_of_hosts_pages_and_browsers():
    assert all(re.fullmatch(r"[a-z]+\.example\.(com|net|org)", one) for one in column("domain", 500).to_pylist())
    pages = column({"rule": "url", "under": ["shop.test"]}, 500).to_pylist()
    assert all(re.fullmatch(r"https://www\.shop\.test/[a-z]+(/[a-z]+){0,2}", one) for one in pages)
    agents = column("user_agent", 2_000).to_pylist()
    assert all(one.startswith("Mozilla/5.0 (") and "{" not in one for one in agents)
    assert len(set(agents)) > 50


def test_files_have_the_media_type_of_their_ending():
    columns = {"name": "file.name", "mime": "file.mime", "own": {"rule": "file", "extensions": {"pdf": 3, "png": 1}}}
    rows = made({"t": {"rows": 800, "columns": columns}})["t"].to_pylist()
    from twinset.synthesizers.rules.kinds.files import MEDIA_TYPES

    assert all(MEDIA_TYPES[row["name"].rpartition(".")[2]] == row["mime"] for row in rows)
    assert {row["own"]["extension"] for row in rows} == {"pdf", "png"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rule": "template", "of": "a{b"}, "a brace stands alone"),
        ({"rule": "template", "of": "{b:loud}"}, "what follows b: is one of"),
        ({"rule": "template", "of": "{nobody}"}, "has no column 'nobody'"),
        ({"rule": "text", "words": [5, 2]}, "words goes from few to many"),
        ({"rule": "text", "words": 9_000, "sentences": 2}, "at most 10,000 words"),
        ({"rule": "lookup", "rows": [{"a": 1}], "weight": "b"}, "a column of the looked up table is one of a"),
        ({"rule": "lookup", "rows": [{"a": 1}, {"a": "x"}]}, "values of one kind"),
        ({"rule": "lookup", "file": "x.csv"}, "is read when a plan is run"),
        ({"rule": "lookup"}, "rows is a list"),
        ({"rule": "list", "of": "uuid", "length": {"rule": "normal"}}, "length of a list is a whole number"),
        ({"rule": "list", "of": "uuid", "length": -1}, "from 0 to 100,000"),
        ({"rule": "struct", "fields": {}}, "fields is a mapping"),
        ({"rule": "geo", "box": [1, 2, 0, 3]}, "south < north"),
        ({"rule": "geo", "box": [-170, 2, 0, 3]}, "the south of box is a number from -90 to 90, not -170"),
        ({"rule": "geo", "near": [91, 0]}, "latitude of near is a number from -90 to 90"),
        ({"rule": "money", "of": {"rule": "boolean"}}, "money is made of numbers"),
        ({"rule": "money", "currency": "euro", "of": 1}, "a code of three letters"),
        ({"rule": "ipv4", "network": "10.0.0.0/40"}, "network is one such as"),
        ({"rule": "ipv6", "prefix": "nope"}, "prefix is two groups"),
        ({"rule": "file", "extensions": ["exee"]}, "each of extensions is one of"),
        ({"rule": "ipv4", "network": "192.0.2.0/24", "unique": True}, "has 256 values, and 300 rows"),
    ],
    ids=plain,
)  # fmt: skip
def test_wrong_options_are_named(rule, said):
    with pytest.raises((PlanError, SchemaError), match=said):
        column(rule, 300)
