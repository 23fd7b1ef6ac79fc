"""docs/people.md: its plan runs, and its tables say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tests.people import CODES, made
from tests.rules import column, sampler_of

from twinset.synthesizers.people import People, records
from twinset.synthesizers.people.facts import phones
from twinset.synthesizers.people.facts.locales import LOCALES
from twinset.synthesizers.people.numbers.national import is_nobodys
from twinset.synthesizers.people.words import words
from twinset.synthesizers.rules.kinds import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "people.md").read_text()
_ROW = r"^\| (\w\w_\w\w) \|" + r" (.*?) \|" * 6 + "$"
ROWS = {row[0]: row[1:] for row in re.findall(_ROW, PAGE, re.MULTILINE)}


def test_the_plan_of_the_page_is_one():
    (plan,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    stage = yaml.safe_load(plan)["stages"]["shop"]
    schema = sampler_of(stage["tables"], stage["locale"]).schema
    names = [one.name for one in schema["customers"].columns]
    assert names == ["customer_id", "name", "email", "phone", "city", "postcode", "card_number"]


def test_records_fields_and_options_are_those_of_the_page():
    told = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE))
    options = dict(re.findall(r"^\| `(\w+)` \| .*? \| ?(.*?) ?\|$", PAGE, re.MULTILINE))
    assert list(told) == list(People().records())
    known = {name: [field.name for field in fields] for name, fields in People().records().items()}
    for name, said in told.items():
        own, _, others = said.partition("and all of ")
        full = [word.strip() for word in own.split(",") if word.strip()] + known.get(others.strip("`"), [])
        assert sorted(full) == sorted(known[name])
        assert name in KINDS
        assert [word.strip() for word in options[name].split(",") if word.strip()] == list(records.RECORDS[name].options)


def test_the_page_tells_every_locale():
    assert tuple(ROWS) == CODES


@pytest.mark.parametrize("code", CODES)
def test_what_the_page_says_of_a_locale_is_so(code):
    first, place, phone, number, iban, tax = ROWS[code]
    people, country = made("person", code), LOCALES[code].country
    assert place == ("real" if words(code)["post_row"].to_pylist() == [""] else "region")
    assert people["region"].null_count == 0
    assert (phone == "nobody's") == (country in phones.RESERVED)
    assert (number == "") == (people["national_id"].null_count > 0)
    assert (number == "nobody's") == is_nobodys(country)
    assert (iban == "") == (people["iban"].null_count > 0)
    assert (first == "by year") == words(code).is_by_year
    assert (tax == "") == (made("company", code)["tax_id"].null_count > 0)


def test_the_rules_of_faker_on_the_page_work():
    rules = yaml.safe_load("\n".join(line.strip() for line in re.findall(r"^    \w+: \{rule: faker.*$", PAGE, re.MULTILINE)))
    assert len(rules) == 2
    assert all(len(column(rule, 10)) == 10 for rule in rules.values())
