"""Numbers of states, banks and makers, checked by code of its own: plain arithmetic on one text at a time."""

from __future__ import annotations

import datetime
import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.people import CODES, ask, made, table

from twinset.errors import PlanError
from twinset.privacy import national_ids
from twinset.synthesizers.people import People
from twinset.synthesizers.people.facts.locales import LOCALES
from twinset.synthesizers.people.numbers.italian import letters_of
from twinset.synthesizers.people.numbers.national import MAYBE_SOMEBODYS, NUMBERS, is_nobodys

COUNTRIES = {locale.country: code for code, locale in LOCALES.items()}


def digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def dot(text: str, weights: list[int]) -> int:
    return sum(one * weight for one, weight in zip(digits(text), weights, strict=True))


def is_luhn(text: str) -> bool:
    total = 0
    for place, one in enumerate(reversed(digits(text))):
        total += sum(divmod(one * 2, 10)) if place % 2 else one
    return total % 10 == 0


def is_11_10(text: str) -> bool:
    product = 10
    for one in digits(text)[:-1]:
        product = ((one + product) % 10 or 10) * 2 % 11
    return (product + digits(text)[-1]) % 10 == 1


def germany(text, row):
    first = text[:10]
    triple = [sign for sign in set(first) if first.count(sign) == 3]
    assert triple, text
    assert triple[0] * 3 in first  # a number that is given out never has them side by side
    return text[0] != "0" and len(set(first)) == 8 and is_11_10(text)


def france(text, row):
    born = row["birth_date"]
    fits = text[0] == "21"[row["sex"] == "male"] and text[1:5] == f"{born:%y%m}" and text[5:7] == "00"
    return fits and (int(text[:13]) + int(text[13:])) % 97 == 0


def italy(text, row):
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    orders = [int(sign) if sign.isdigit() else ord(sign) - 65 for sign in text]
    total = sum(odd[one] if place % 2 == 0 else one for place, one in enumerate(orders[:15]))
    born = row["birth_date"]
    day = born.day + (40 if row["sex"] == "female" else 0)
    fits = text[6:8] == f"{born:%y}" and text[8] == "ABCDEHLMPRST"[born.month - 1] and int(text[9:11]) == day
    return fits and text[11:15] == "Z999" and chr(65 + total % 26) == text[15]


def spain(text, row):
    return text.startswith("99") and "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:8]) % 23] == text[8]


def poland(text, row):
    born = row["birth_date"]
    fits = text[:6] == f"{born:%y}{born.month + 60}{born:%d}" and int(text[9]) % 2 == (row["sex"] == "male")
    return fits and dot(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0


def brazil(text, row):
    bare = "".join(map(str, digits(text)))
    return re.fullmatch(r"\d{3}\.\d{3}\.\d{3}-\d\d", text) and all(
        dot(bare[: n + 1], [*range(n + 1, 1, -1), 1]) % 11 in ((0, 1) if bare[n] == "0" else (0,))
        or (dot(bare[:n], list(range(n + 1, 1, -1))) * 10) % 11 % 10 == int(bare[n])
        for n in (9, 10)
    )


def netherlands(text, row):
    return text.startswith("9999") and dot(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0


def sweden(text, row):
    born = row["birth_date"]
    fits = text[:8] == f"{born:%Y}{born.month + 20}{born:%d}" and int(text[11]) % 2 == (row["sex"] == "male")
    return fits and re.fullmatch(r"\d{8}-\d{4}", text) and is_luhn(text[2:])


def norway(text, row):
    born = row["birth_date"]
    one, two = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
    fits = text[:6] == f"{born:%d}{born.month + 80}{born:%y}" and int(text[8]) % 2 == (row["sex"] == "male")
    is_century = (int(text[6:9]) >= 500) == (born.year >= 2000)
    return fits and is_century and dot(text[:10], one) % 11 == 0 and dot(text, two) % 11 == 0


def finland(text, row):
    born = row["birth_date"]
    fits = text[:7] == f"{born:%d%m%y}{'A' if born.year >= 2000 else '-'}" and text[7] == "9"
    return fits and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31] == text[10]


def denmark(text, row):
    return text[:6] == f"{row['birth_date'].day + 60}{row['birth_date']:%m%y}" and int(text[-1]) % 2 == (
        row["sex"] == "male"
    )


def belgium(text, row):
    bare, born = text.replace(".", "").replace("-", ""), row["birth_date"]
    number = int(("2" if born.year >= 2000 else "") + bare[:9])
    return bare[:6] == f"{born:%y%m%d}" and bare[6:9] in ("000", "999") and 97 - number % 97 == int(bare[9:])


def switzerland(text, row):
    return re.fullmatch(r"756\.\d{4}\.\d{4}\.\d\d", text) and dot(text, [1, 3] * 6 + [1]) % 10 == 0


def austria(text, row):
    rest = dot(text, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11
    return text[4:] == f"{row['birth_date']:%d%m%y}" and rest == int(text[3]) and "000" < text[:3] < "100"


def czech(text, row):
    born = row["birth_date"]
    month = born.month + (82 if row["sex"] == "female" else 32)
    without = month - 50 * (month > 50)
    assert without - 20 * (without > 20) > 12  # as the Czech social security's check has it
    fits = text[:7] == f"{born:%y}{month:02}{born:%d}/"
    return fits and (int(text.replace("/", "")) % 11 == 0 if born.year >= 1954 else len(text) == 10)


def portugal(text, row):
    rest = dot(text[:8], [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return text.startswith("40") and int(text[8]) == (0 if rest < 2 else 11 - rest)


def romania(text, row):
    rest = dot(text[:12], [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return text[1:9] == f"{row['birth_date']:%y%m%d}99" and int(text[12]) == (1 if rest == 10 else rest)


def russia(text, row):
    one = dot(text[:10], [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10
    two = dot(text[:11], [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10
    return text.startswith("00") and text[10:] == f"{one}{two}"


def hungary(text, row):
    days = (row["birth_date"] - datetime.date(1867, 1, 1)).days
    return text[:6] == f"9{days}" and dot(text[:9], list(range(1, 10))) % 11 == int(text[9])


def ukraine(text, row):
    days = (row["birth_date"] - datetime.date(1899, 12, 31)).days
    check = dot(text[:9], [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10
    return int(text[:5]) == days + 50_000 and int(text[8]) % 2 == (row["sex"] == "male") and check == int(text[9])


def turkey(text, row):
    ones = digits(text)
    tenth = (sum(ones[0:9:2]) * 7 - sum(ones[1:8:2])) % 10
    return text[0] == "0" and ones[9] == tenth and ones[10] == sum(ones[:10]) % 10


def korea(text, row):
    born = row["birth_date"]
    rest = (11 - dot(text[:6] + text[7:13], [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10
    sex = "1234"[(row["sex"] == "female") + 2 * (born.year >= 2000)]
    return text[:10] == f"{born:%y%m%d}-{sex}99" and rest == int(text[13])


def china(text, row):
    total = sum(int(sign) * 2 ** (17 - place) for place, sign in enumerate(text[:17]))
    last = 10 if text[17] == "X" else int(text[17])
    is_sexed = int(text[16]) % 2 == (row["sex"] == "male")
    return text[:2] == "99" and text[6:14] == f"{row['birth_date']:%Y%m%d}" and is_sexed and (total + last) % 11 == 1


def japan(text, row):
    rest = dot(text[:11], [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return int(text[11]) == (0 if rest < 2 else 11 - rest)


def india(text, row):
    permuted, table_ = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [list(range(10))]
    for _ in range(7):
        table_.append([table_[-1][permuted[one]] for one in range(10)])
    check = 0
    for place, one in enumerate(reversed(digits(text))):
        turned = table_[place % 8][one]
        if check < 5:
            check = (check + turned) % 5 if turned < 5 else 5 + (check + turned) % 5
        else:
            check = 5 + (check - turned) % 5 if turned < 5 else (check - turned) % 5
    return re.fullmatch(r"0\d{3} \d{4} \d{4}", text) and check == 0


def united_states(text, row):
    area, group, serial = text.split("-")
    return 900 <= int(area) <= 999 and 1 <= int(group) <= 49 and int(serial) > 0


def greece(text, row):
    born = row["birth_date"]
    return text[:6] == f"{born:%d}{born.month + 20}{born:%y}" and is_luhn(text) and len(text) == 11


CHECKS = {
    "AR": lambda text, row: re.fullmatch(r"99\d{6}", text),
    "AT": austria,
    "AU": lambda text, row: dot(text, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0,
    "BE": belgium,
    "BR": brazil,
    "CA": lambda text, row: text[0] == "0" and is_luhn(text) and re.fullmatch(r"\d{3} \d{3} \d{3}", text),
    "CH": switzerland,
    "CN": china,
    "CZ": czech,
    "DE": germany,
    "DK": denmark,
    "ES": spain,
    "FI": finland,
    "FR": france,
    "GB": lambda text, row: re.fullmatch(r"QQ\d{6}[A-D]", text),
    "GR": greece,
    "HU": hungary,
    "IL": lambda text, row: is_luhn(text) and len(text) == 9,
    "IN": india,
    "IT": italy,
    "JP": japan,
    "KR": korea,
    "NL": netherlands,
    "NO": norway,
    "PL": poland,
    "PT": portugal,
    "RO": romania,
    "RU": russia,
    "SA": lambda text, row: text[0] == "0" and is_luhn(text) and len(text) == 10,
    "SE": sweden,
    "SK": czech,
    "TR": turkey,
    "UA": ukraine,
    "US": united_states,
}


@pytest.mark.parametrize("country", COUNTRIES)
def test_national_ids_are_valid_and_of_the_row(country):
    people = made("person", COUNTRIES[country]).select(["national_id", "birth_date", "sex"])
    if country in ("EG", "MX", "NZ"):
        assert people["national_id"].null_count == len(people)
        return
    for row in people.to_pylist():
        assert CHECKS[country](row["national_id"], row), row


KNOWN = {
    "BE": "Belgian", "BR": "Brazilian", "CN": "Chinese", "DE": "German", "ES": "Spanish", "FR": "French",
    "IT": "Italian", "NL": "Dutch", "PL": "Polish",
}  # fmt: skip


@pytest.mark.parametrize("country", KNOWN)
def test_our_own_look_at_personal_data_knows_them(country):
    numbers = made("person", COUNTRIES[country])["national_id"].combine_chunks()
    plain = national_ids.bare(numbers)
    mine = [one for one in national_ids.NATIONAL_IDS if one.name.startswith(KNOWN[country])]
    assert any(national_ids.is_valid(plain, one).all() for one in mine)


def test_functions_say_the_same_of_their_ranges():
    for country, made_by in NUMBERS.items():
        assert made_by.__doc__.startswith("None") == (country in MAYBE_SOMEBODYS), country


def test_it_is_said_which_numbers_may_be_somebodys():
    maybe = {country for country in COUNTRIES if not is_nobodys(country)}
    assert maybe == {*MAYBE_SOMEBODYS, "EG", "MX", "NZ"}


@pytest.mark.parametrize("record", ["person", "household"])
@pytest.mark.parametrize("country", COUNTRIES)
def test_numbers_that_may_be_somebodys_are_made_only_where_that_is_said_to_be_fine(record, country):
    locales = (("en_US", 1.0), (COUNTRIES[country], 1.0))
    one = ask(record, 100, of=("national_id",), locale=locales)
    if country not in MAYBE_SOMEBODYS:
        table(one)
        return
    for refused in (one, ask(record, 100, of=("national_id",), locale=locales, ids_may_be_real=False)):
        for method in (People().check, People().make):
            with pytest.raises(
                PlanError, match=f"in {MAYBE_SOMEBODYS[country]}: .*{{rule: {record}, ids_may_be_real: true}}"
            ):
                method(refused)
    table(ask(record, 100, of=("name", "birth_date", "city"), locale=locales))
    numbers = table(ask(record, 100, of=("national_id",), locale=locales, ids_may_be_real=True))["national_id"]
    assert numbers.null_count == 0


def test_italian_codes_take_the_letters_that_the_law_says():
    assert letters_of("rossi", is_first=False) == "RSS"
    assert letters_of("fo", is_first=False) == "FOX"
    assert letters_of("gianfranco", is_first=True) == "GFR"
    assert letters_of("anna", is_first=True) == "NNA"
    row = made("person", "it_IT").slice(0, 1).to_pylist()[0]
    assert row["national_id"][:3] == letters_of(row["last_name"], is_first=False)


LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI NL", 20: "AT", 21: "CH", 22: "DE GB", 23: "IL", 24: "CZ ES RO SA SE SK", 25: "PT",
    26: "TR", 27: "FR GR IT", 28: "HU PL", 29: "BR EG UA",
}  # fmt: skip
LENGTHS = {country: length for length, countries in LENGTHS.items() for country in countries.split()}


@pytest.mark.parametrize("country", COUNTRIES)
def test_ibans_are_valid_and_of_no_bank(country):
    ibans = made("person", COUNTRIES[country])["iban"].combine_chunks()
    if country not in LENGTHS:
        assert ibans.null_count == len(ibans)
        return
    for iban in ibans.to_pylist():
        assert len(iban) == LENGTHS[country]
        assert iban.startswith(country)
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1
        assert iban[4:8] == "TEST" or "99" in iban[4:8]
    assert national_ids.is_iban(ibans).all()


def test_national_check_digits_within_ibans():
    for iban in made("person", "fr_FR")["iban"].to_pylist()[:500]:
        bban = iban[4:]
        assert (89 * int(bban[:5]) + 15 * int(bban[5:10]) + 3 * int(bban[10:21]) + int(bban[21:])) % 97 == 0
    for iban in made("person", "no_NO")["iban"].to_pylist()[:500]:
        assert dot(iban[4:], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
    for iban in made("person", "nl_BE")["iban"].to_pylist()[:500]:
        assert int(iban[4:14]) % 97 == int(iban[14:]) % 97
    for iban in made("person", "pt_PT")["iban"].to_pylist()[:500]:
        assert int(iban[4:]) % 97 == 1
    for iban in made("person", "es_ES")["iban"].to_pylist()[:500]:
        weights = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]
        one, two = dot(iban[4:12], weights[2:]), dot(iban[14:], weights)
        for total, check in ((one, iban[12]), (two, iban[13])):
            assert int(check) == {11: 0, 10: 1}.get(11 - total % 11, 11 - total % 11)


def test_cards_are_for_tests_and_hold():
    cards = table(ask("card"))
    numbers = cards["number"].combine_chunks()
    assert national_ids.is_card(numbers).all()
    for brand, number, cvc in zip(*(cards[name].to_pylist() for name in ("brand", "number", "cvc")), strict=True):
        starts = {"visa": "4", "mastercard": "[25]", "amex": "3[47]", "discover": "6011", "jcb": "35"}
        assert re.match(starts[brand], number)
        assert len(number) == (15 if brand == "amex" else 16)
        assert len(cvc) == (4 if brand == "amex" else 3)
        assert is_luhn(number)
    assert set(cards["brand"].to_pylist()) == {"visa", "mastercard", "amex", "discover", "jcb"}
    expires = sorted(f"{text[3:]}{text[:2]}" for text in cards["expires"].to_pylist())
    assert (expires[0], expires[-1]) == ("2602", "3101")
    assert set(table(ask("card", 100, brand="amex"))["brand"].to_pylist()) == {"amex"}


def test_vehicles_tell_their_year_and_hold():
    cars = table(ask("vehicle"))
    values = {letter: int(one) for letter, one in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)}
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    makers = {}
    for car in cars.to_pylist():
        vin = car["vin"]
        ones = [values[sign] if sign.isalpha() else int(sign) for sign in vin[:8] + "0" + vin[9:]]
        rest = sum(one * weight for one, weight in zip(ones, weights, strict=True)) % 11
        assert vin[8] == ("X" if rest == 10 else str(rest))
        assert vin[0] == "0"
        assert "ABCDEFGHJKLMNPRSTVWXY123456789"[(car["year"] - 1980) % 30] == vin[9]
        makers.setdefault(car["model"], set()).add(car["make"])
    assert {2006, 2026} <= set(cars["year"].to_pylist()) <= set(range(2006, 2027))
    assert sum(len(found) > 1 for found in makers.values()) < 0.02 * len(makers)  # a few models have two makers


def test_products_have_bar_codes_of_no_maker():
    products = table(ask("product"))
    for ean in products["ean"].to_pylist():
        assert ean[0] == "2"
        assert dot(ean, [1, 3] * 6 + [1]) % 10 == 0
    prices = products.group_by("category").aggregate([("price", "min"), ("price", "max")])
    assert pc.all(pc.greater(prices["price_min"], 0)).as_py()
    kinds = {}
    for name, kind in zip(products["name"].to_pylist(), products["category"].to_pylist(), strict=True):
        kinds.setdefault(name, set()).add(kind)
    assert sum(len(found) > 1 for found in kinds.values()) < 5


@pytest.mark.parametrize("code", CODES)
def test_companies_have_the_form_of_their_country_and_a_domain_of_their_name(code):
    companies = table(ask("company", 2000, locale=code))
    domains = companies["domain"].to_pylist()
    assert len(set(domains)) == len(domains)
    for row in companies.to_pylist():
        assert all(part in row["name"] for part in row["legal_form"].split())
        assert re.fullmatch(r"[a-z0-9-]+\d+\.example", row["domain"])
        assert row["email"].endswith("@" + row["domain"])


TAX = {
    "AT": lambda text: len(text) == 11 and is_luhn_austrian(text[3:]),
    "BE": lambda text: 97 - int(text[2:10]) % 97 == int(text[10:]),
    "BR": lambda text: all(is_brazilian(text, n) for n in (12, 13)),
    "CH": lambda text: dot(text, [5, 4, 3, 2, 7, 6, 5, 4, 1]) % 11 == 0,
    "DE": lambda text: is_11_10(text) and text[2] != "0",
    "ES": lambda text: is_luhn(text),
    "FR": lambda text: is_luhn(text[4:]) and (12 + 3 * (int(text[4:]) % 97)) % 97 == int(text[2:4]),
    "IT": lambda text: is_luhn(text) and len(text) == 13,
    "NL": lambda text: dot(text[2:11], [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0,
    "PL": lambda text: dot(text[2:], [6, 5, 7, 2, 3, 4, 5, 6, 7, -1]) % 11 == 0,
    "SE": lambda text: is_luhn(text[2:12]) and text.endswith("01"),
    "US": lambda text: re.fullmatch(r"07-\d{7}", text),
}


def is_brazilian(text: str, n: int) -> bool:
    rest = dot("".join(map(str, digits(text)[:n])), [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2][-n:]) % 11
    return digits(text)[n] == (0 if rest < 2 else 11 - rest)


def is_luhn_austrian(text: str) -> bool:
    total = sum(sum(divmod(int(sign) * (1, 2)[place % 2], 10)) for place, sign in enumerate(text[:7]))
    return (10 - (total + 4) % 10) % 10 == int(text[7])


@pytest.mark.parametrize("country", COUNTRIES)
def test_tax_numbers_hold(country):
    numbers = table(ask("company", 2000, of=("tax_id",), locale=COUNTRIES[country]))["tax_id"]
    if country not in TAX:
        assert numbers.null_count == len(numbers)
    else:
        assert all(TAX[country](number) for number in numbers.to_pylist())


def test_bank_accounts_are_tests():
    accounts = table(ask("bank_account", 10, locale=(("de_DE", 1.0), ("en_US", 1.0))))
    for row in accounts.to_pylist():
        assert row["bic"] == f"TEST{row['country']}X0"
        assert (row["iban"] or row["account"]).endswith(row["account"])
        assert row["currency"] == {"DE": "EUR", "US": "USD"}[row["country"]]
    assert isinstance(accounts["iban"].type, type(pa.string()))
