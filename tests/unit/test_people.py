"""People are coherent: ten thousand of each locale, looked at field by field."""

from __future__ import annotations

import dataclasses
import datetime
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.people import CODES, CONSENT, N, ask, made, table

from twinset.core import registry
from twinset.core.people import Provider
from twinset.errors import PlanError
from twinset.synthesizers.people import People
from twinset.synthesizers.people.facts import phones, postcodes
from twinset.synthesizers.people.facts.locales import LOCALES
from twinset.synthesizers.people.words import words
from twinset.testing import BrokenContractError, check_provider

SHAPES = {
    **dict.fromkeys(["AR", "AT", "AU", "BE", "CH", "DK", "HU", "NO", "NZ"], "9999"),
    **dict.fromkeys(["DE", "EG", "ES", "FI", "FR", "IT", "KR", "MX", "SA", "TR", "UA", "US"], "99999"),
    **dict.fromkeys(["CN", "IN", "RO", "RU"], "999999"),
    **dict.fromkeys(["CZ", "GR", "SE", "SK"], "999 99"),
    "BR": "99999-999",
    "IL": "9999999",
    "JP": "999-9999",
    "PL": "99-999",
    "PT": "9999-999",
    **dict.fromkeys(["CA", "GB", "NL"], "A"),
}


def texts(column: pa.ChunkedArray) -> list[str]:
    return column.to_pylist()


def test_at_least_twenty_locales_and_five_scripts():
    assert len(CODES) >= 40
    assert {"ja_JP", "zh_CN", "ru_RU", "el_GR", "ar_SA", "he_IL", "ko_KR", "hi_IN"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_name_is_made_of_its_parts(code):
    people = made("person", code)
    locale = LOCALES[code]
    for first, last, name in zip(*(texts(people[part]) for part in ("first_name", "last_name", "name")), strict=True):
        assert name == locale.name.format(first=first, last=last)


@pytest.mark.parametrize("code", CODES)
def test_names_fit_the_sex(code):
    people, known = made("person", code), words(code)
    for sex, letter in (("female", "f"), ("male", "m")):
        rows = people.filter(pc.equal(people["sex"], sex))
        assert 0.45 < len(rows) / N < 0.55
        assert set(texts(rows["first_name"])) <= set(known[f"first_{letter}"].to_pylist())
        assert set(texts(rows["last_name"])) <= set(known[f"last_{letter}"].to_pylist())


def test_slavic_and_greek_women_have_their_own_last_names():
    for code, his, hers in (
        ("ru_RU", "Смирнов", "Смирнова"),
        ("cs_CZ", "Novotný", "Novotná"),
        ("pl_PL", "Kowalski", "Kowalska"),
    ):
        people = made("person", code)
        women = people.filter(pc.equal(people["sex"], "female"))["last_name"]
        assert his not in texts(women)
        assert hers in words(code)["last_f"].to_pylist()


@pytest.mark.parametrize("code", CODES)
def test_user_name_and_email_are_those_of_the_name(code):
    people, known = made("person", code), words(code)
    spelt = {}
    for part in ("first_f", "first_m", "last_f", "last_m"):
        for word, plain in zip(known[part].to_pylist(), known[part + ":ascii"].to_pylist(), strict=True):
            spelt.setdefault((part[:-2], word), set()).add(plain)
    columns = (texts(people[part]) for part in ("first_name", "last_name", "user_name", "email"))
    for number, (first, last, user, email) in enumerate(zip(*columns, strict=True), start=1):
        assert re.fullmatch(r"[a-z0-9._]+", user)
        assert email.rpartition("@")[0] == user
        assert email.rpartition("@")[2] in ("example.com", "example.net", "example.org")
        assert any(f"{plain}{number}" in user for plain in spelt["last", last])
        assert any(user[0] == plain[0] for plain in spelt["first", first])
    assert len(set(texts(people["email"]))) == N


def test_emails_read_as_a_person_would_spell_them():
    german = words("de_DE")
    spelt = dict(zip(german["last_m"].to_pylist(), german["last_m:ascii"].to_pylist(), strict=True))
    assert spelt["Müller"] == "mueller"
    japanese = words("ja_JP")
    assert dict(zip(japanese["last_m"].to_pylist(), japanese["last_m:ascii"].to_pylist(), strict=True))["佐藤"] == "sato"


@pytest.mark.parametrize("code", CODES)
def test_a_postcode_is_its_regions(code):
    people, country = made("person", code), LOCALES[code].country
    pairs = {(code, post) for code, post in zip(texts(people["region_code"]), texts(people["postcode"]), strict=True)}
    regions = postcodes.regions(country)
    by_short = {short: heads for _, short, heads in regions.values()}
    for short, postcode in pairs:
        if short in by_short:
            assert postcode.startswith(tuple(by_short[short])), (short, postcode)
    assert {re.sub(r"\d", "9", postcode) for _, postcode in pairs} == {SHAPES[country]} or "A" in SHAPES[country]


@pytest.mark.parametrize(
    ("code", "city", "region", "postcode"),
    [
        ("en_US", "Houston", "Texas", r"7[5-9]\d{3}"),
        ("en_US", "Chicago", "Illinois", r"6[0-2]\d{3}"),
        ("en_US", "Washington", "District of Columbia", r"20[0-5]\d\d"),
        ("en_CA", "Montréal", "Quebec", r"[GHJ]\d[A-Z] \d[A-Z]\d"),
        ("en_AU", "Melbourne", "Victoria", r"3\d{3}"),
        ("en_GB", "Glasgow", "Scotland", r"[A-Z]{1,2}\d \d[A-Z]{2}"),
        ("en_IN", "Mumbai", "Maharashtra", r"4\d{5}"),
        ("en_IN", "Lucknow", "Uttar Pradesh", r"2[0-8]\d{4}"),
        ("en_IN", "Hyderabad", "Telangana", r"5\d{5}"),
        ("de_DE", "München", "Bayern", r"[89]\d{4}"),
        ("de_DE", "Berlin", "Berlin", r"1[023]\d{3}"),
        ("de_AT", "Wien", "Wien", r"1[0-2]\d\d"),
        ("fr_FR", "Marseille", "Provence-Alpes-Côte d'Azur", r"(0[456]|13|8[34])\d{3}"),
        ("es_ES", "Madrid", "Comunidad de Madrid", r"28\d{3}"),
        ("it_IT", "Milano", "Milano", r"201\d\d"),
        ("pl_PL", "Kraków", "małopolskie", r"3[0-4]-\d{3}"),
        ("cs_CZ", "Praha", "Praha", r"1\d\d \d\d"),
        ("sv_SE", "Stockholm", "Stockholms län", r"1\d\d \d\d"),
        ("nl_NL", "Amsterdam", "Noord-Holland", r"(1\d|20)\d\d [A-Z]{2}"),
        ("ru_RU", "Москва", "Москва", r"1[0-2]\d{4}"),
        ("uk_UA", "Львів", "Львівська область", r"(79|8[012])\d{3}"),
        ("tr_TR", "İstanbul", "İstanbul", r"34\d{3}"),
        ("el_GR", "Αθήνα", "Αττική", r"1\d\d \d\d"),
        ("ja_JP", "横浜市", "神奈川県", r"2[1-5]\d-\d{4}"),
        ("ko_KR", "부산광역시", "부산광역시", r"4[6-9]\d{3}"),
        ("he_IL", "ירושלים", "מחוז ירושלים", r"9[0-7]\d{5}"),
        ("ar_EG", "القاهرة", "القاهرة", r"11\d{3}"),
        ("zh_CN", "北京", "北京市", r"10\d{4}"),
        ("pt_BR", "São Paulo", "São Paulo", r"(0[1-9]|1\d)\d{3}-\d{3}"),
    ],
)  # fmt: skip
def test_large_cities_lie_where_they_lie(code, city, region, postcode):
    people = made("person", code)
    rows = people.filter(pc.equal(people["city"], city))
    assert len(rows) > 10
    found = dict(zip(texts(rows["region"]), texts(rows["postcode"]), strict=True))
    assert region in found
    assert all(re.fullmatch(postcode, value) for where, value in found.items() if where == region)


@pytest.mark.parametrize("code", CODES)
def test_the_address_is_made_of_its_parts(code):
    people = made("person", code)
    parts = [name for name in ("street", "city", "postcode") if "{" + name + "}" in LOCALES[code].order]
    for address, *others in zip(*(texts(people[name]) for name in ("address", *parts)), strict=True):
        assert all(part in address for part in others)
    for book in ("street", "city", "job"):
        assert words(code)[book].null_count == 0


@pytest.mark.parametrize("code", CODES)
def test_places_lie_in_their_zone(code):
    people = made("person", code)
    spread = {}
    for city, region, zone in zip(*(texts(people[name]) for name in ("city", "region", "timezone")), strict=True):
        spread.setdefault((city, region), set()).add(zone)
    assert max(map(len, spread.values())) <= 2
    assert pc.min_max(people["latitude"])["max"].as_py() <= 90


@pytest.mark.parametrize("code", CODES)
def test_telephone_numbers_are_of_the_countrys_shape(code):
    country = LOCALES[code].country
    patterns = phones.RESERVED.get(country) or phones.SHAPES[country]
    one = "|".join(re.escape(pattern).replace(r"\#", r"\d").replace("%", "[1-9]") for pattern in patterns)
    front = r"\([2-9]\d\d\) " if country in ("US", "CA") else ""
    assert all(re.fullmatch(f"{front}({one})", phone) for phone in texts(made("person", code)["phone"]))


def test_ages_are_what_was_asked_for():
    for day in ("2024-02-29", "2026-01-01", "2025-12-31"):
        people = table(ask("person", of=("birth_date",), ages=[20, 29], as_of=day))
        today = datetime.date.fromisoformat(day)
        ages = [
            today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            for born in texts(people["birth_date"])
        ]
        assert set(ages) == set(range(20, 30))


def test_children_have_no_job():
    for row in table(ask("household", 2000, of=("role", "birth_date", "job"))).to_pylist():
        assert (row["job"] is None) == (row["birth_date"] > datetime.date(2010, 1, 1))


def test_where_a_country_has_several_languages_people_live_where_theirs_is_spoken():
    for code, regions in (("fr_CA", {"Québec", "Nouveau-Brunswick"}), ("nl_BE", {"Brussel", "Vlaanderen"})):
        assert set(texts(made("person", code)["region"])) == regions
    assert {"Genève", "Vaud"} <= set(texts(made("person", "fr_CH")["region"]))
    assert not {"Genf", "Waadt"} & set(texts(made("person", "de_CH")["region"]))


def test_emails_need_not_be_unique():
    people = table(ask("person", of=("email", "user_name"), unique_emails=False))
    assert len(set(texts(people["email"]))) < N
    assert any(re.search(r"[a-z]@", email) for email in texts(people["email"]))


@pytest.mark.parametrize("record", list(People().records()))
@pytest.mark.parametrize("locale", ["en_US", (("de_DE", 1.0), ("ja_JP", 2.0), ("ru_RU", 1.0))], ids=["one", "mixed"])
def test_rows_do_not_depend_on_blocks_or_on_other_fields(record, locale):
    said = {"locale": locale, **CONSENT.get(record, {})}
    whole = table(ask(record, 1000, **said))
    cut = [table(ask(record, n, start=start, **said)) for start, n in ((0, 1), (1, 6), (7, 500), (507, 493))]
    assert pa.concat_tables(cut).combine_chunks().equals(whole.combine_chunks())
    for name in whole.column_names:
        assert table(ask(record, 40, of=(name,), **said))[name].equals(whole[name].slice(0, 40))


def test_locales_are_mixed_by_weight():
    people = table(ask("person", of=("locale", "country"), locale=(("en_US", 3.0), ("fr_FR", 1.0))))
    assert 0.72 < texts(people["country"]).count("US") / N < 0.78


def test_no_rows_are_no_error():
    assert len(People().make(ask("person", 0))) == 0
    assert len(People().make(ask("person", 0, locale=(("en_US", 1.0), ("de_DE", 1.0))))) == 0


def test_members_of_a_household_share_last_name_and_address():
    for code in ("en_US", "ru_RU"):
        rows = table(ask("household", 3000, locale=code)).to_pylist()
        homes = {}
        for row in rows:
            homes.setdefault(row["household_id"], []).append(row)
        sizes = np.bincount([len(home) for home in homes.values()])
        assert sizes[0] == 0
        assert all(sizes[1:6] > 20)
        for home in homes.values():
            assert len({(one["address"], one["postcode"], one["city"]) for one in home}) == 1
            assert len({(one["last_name"], one["sex"]) for one in home}) <= 2
            assert [one["role"] for one in home] == ["head", "partner", "child", "child", "child"][: len(home)]
            born = [one["birth_date"].year for one in home]
            assert all(child - born[0] >= 20 for child in born[2:])
        couples = [home for home in homes.values() if len(home) > 1]
        differ = np.mean([home[0]["sex"] != home[1]["sex"] for home in couples])
        assert 0.9 < differ < 0.99


@pytest.mark.parametrize("check", list(check_provider(People())), ids=lambda check: check.name)
def test_the_provider_keeps_the_contract(check):
    check.run()


@dataclass(frozen=True)
class Forgetful(People):
    """A provider that makes each block anew."""

    def make(self, one):
        return super().make(dataclasses.replace(one, start=0))


def test_a_provider_that_does_not_count_its_rows_is_found_out():
    failed = []
    for check in check_provider(Forgetful()):
        try:
            check.run()
        except BrokenContractError:
            failed.append(check.name)
    assert failed == ["rows_follow_from_their_index"]


def test_the_provider_is_found_by_name_and_says_what_it_is_made_of():
    provider = registry.lookup("providers", "people")()
    assert isinstance(provider, Provider)
    assert "faker" in provider.version


def test_mistakes_name_what_is_near():
    cases = [
        (ask("person", of=("nam",)), "did you mean 'name'"),
        (ask("person", of=("name",), locale="en_UK"), "did you mean 'en_"),
        (ask("person", of=("name",), age=[1, 2]), "did you mean 'ages'"),
        (ask("person", of=("name",), ages=[30, 20]), "two whole numbers"),
        (ask("person", of=("name",), as_of="today"), "2026-01-01"),
        (ask("person", of=("name",), as_of=20240101), "2026-01-01, and not before 1000-01-01, not 20240101"),
        (ask("person", of=("name",), as_of="0050-01-01"), "not before 1000-01-01"),
        (ask("person", of=("name",), women=2), "from 0 to 1"),
        (ask("person", of=("name",), unique_emails="no"), "true or false"),
        (ask("person", of=("name",), locale=(("en_US", 0.0),)), "above 0"),
        (ask("person", of=("name",), locale=()), "need a locale"),
    ]
    for one, said in cases:
        with pytest.raises(PlanError, match=re.escape(said)):
            People().make(one)
