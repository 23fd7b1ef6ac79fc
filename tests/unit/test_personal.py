"""Personal data is found by name and content, by content alone where that is proof, and not where it only looks so."""

import itertools

import numpy as np
import pyarrow as pa
import pytest

from twinset.privacy import national_ids, person_names
from twinset.privacy.column_names import words
from twinset.privacy.personal import find


def kind_of(name, texts):
    found = find(name, pa.array(list(dict.fromkeys(texts)), pa.string()))
    return None if found is None else found.kind


def drawn(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def digits(size, length, seed=0, first="123456789"):
    rng = drawn(seed)
    return [rng.choice(list(first)) + "".join(map(str, rng.integers(0, 10, length - 1))) for _ in range(size)]


def completed(bodies, is_valid):
    """Bodies with the first ending that makes them valid by a definition that is written out here, digit by digit."""
    return [next(body + ending for ending in _endings(body) if is_valid(body + ending)) for body in bodies]


def _endings(body):
    return itertools.chain(map(str, range(10)), (f"{i:02}" for i in range(100)))


def luhn(number):
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def mod_97(iban):
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def eleven(number):
    return sum(int(digit) * weight for digit, weight in zip(number, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def french(number):
    return len(number) == 15 and int(number[:13]) % 97 + int(number[13:]) == 97


PUBLISHED = {
    "French social security numbers": ["269054958815780", "2 69 05 49 588 157 80"],
    "German tax identification numbers": ["86095742719", "65929970489", "57549285017"],
    "Spanish identity numbers": ["12345678Z", "X1234567L", "00000000T", "Y1234567X"],
    "Italian tax codes": ["RSSMRA85T10A562S", "MRTMTT91D08F205J"],
    "Polish identity numbers": ["44051401359", "02070803628"],
    "Swedish personal numbers": ["811228-9874", "19811228-9874", "670919-9530"],
    "Dutch citizen service numbers": ["111222333", "123456782"],
    "Brazilian taxpayer numbers": ["529.982.247-25", "111.444.777-35"],
    "Indian Aadhaar numbers": ["234123412346", "2341 2341 2346"],
    "Chinese identity numbers": ["11010519491231002X", "34052419800101001X"],
    "Belgian national numbers": ["85.07.30-033-28"],
    "British National Insurance numbers": ["AB123456C", "QQ 12 34 56 C".replace("QQ", "AA")],
}


@pytest.mark.parametrize(("name", "numbers"), PUBLISHED.items())
def test_published_numbers_are_valid_and_their_neighbours_are_not(name, numbers):
    valid = {one.name: one for one in national_ids.NATIONAL_IDS}
    checks = [one for one in national_ids.NATIONAL_IDS if one.name == name]
    assert name in valid
    for number in numbers:
        plain = national_ids.bare(pa.array([number]))
        assert any(national_ids.is_valid(plain, one).all() for one in checks), number
        if name.startswith("British"):
            continue
        text = plain[0].as_py()
        place = next(i for i in range(len(text) - 1, -1, -1) if text[i].isdigit())
        turned = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        assert not any(national_ids.is_valid(pa.array([turned]), one).any() for one in checks), turned


def test_numbers_that_are_never_given_out():
    for number in ("QQ123456C", "GB123456A", "TN123456A", "AB123456E", "DA123456A"):
        assert not national_ids.is_valid(pa.array([number]), _named("British")).any()
    assert not national_ids.is_valid(pa.array(["11111111111"]), _named("Brazilian")).any()
    assert not national_ids.is_valid(pa.array(["000000000"]), _named("Dutch")).any()


@pytest.mark.parametrize("corsican", ["2A", "2B"])
def test_corsicans_have_a_letter(corsican):
    body = f"18506{corsican}001002"
    key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
    one = _named("French")
    assert national_ids.is_valid(pa.array([f"{body}{key:02}"]), one).all()
    assert not national_ids.is_valid(pa.array([f"{body}{key % 97 + 1:02}"]), one).any()


def test_cards_and_ibans_against_their_definitions():
    rng = drawn(1)
    cards = ["".join(map(str, rng.integers(0, 10, size))) for size in rng.integers(12, 21, 400)]
    expected = [luhn(card) and 13 <= len(card) <= 19 and card[0] in "23456" for card in cards]
    assert national_ids.is_card(pa.array(cards)).tolist() == expected
    assert any(expected)
    letters = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    ibans = [f"GB{rng.integers(2, 99):02}" + "".join(rng.choice(letters, 18)) for _ in range(3000)]
    expected = [mod_97(iban) for iban in ibans]
    assert national_ids.is_iban(pa.array(ibans)).tolist() == expected
    assert any(expected)
    known = [
        "DE89 3704 0044 0532 0130 00",
        "GB82 WEST 1234 5698 7654 32",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ]
    assert national_ids.is_iban(pa.array(known)).all()


NAMES = [
    f"{first} {last}"
    for first in ("Anna", "Mateo", "Priya", "Hans", "Fatima")
    for last in ("Smith", "Rossi", "Okafor", "Yilmaz")
]
SHOPS = ["Oak Table", "Blue Lamp", "Steel Chair", "Grace Vase", "Round Mirror", "Soft Rug", "Wide Shelf", "Tall Clock"]
FIRMS = ["Endeavor Air Inc.", "Virgin America", "Delta Air Lines Inc.", "Envoy Air", "SkyWest Airlines Inc."]
AIRPORTS = ["Lansdowne Airport", "Martin County Airport", "Henry County Airport", "John Day Airport", "Grant Field"]
CITIES = ["San Jose", "Santa Maria", "Paris", "London", "New York", "Los Angeles", "Hong Kong", "Rio de Janeiro", "St. Paul"]
IBANS = ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947", "BE71096123456769", "CH5604835012345678009"]

POSITIVE = [
    ("email", ["anna@example.org", "bob.x@mail.example.com"], "email"),
    ("contact", [f"user{i}@example.org" for i in range(20)], "email"),
    ("phone", ["+49 30 1234567", "030/1234567", "(212) 555-0123"], "phone"),
    ("x", [f"+4930{number}" for number in digits(20, 7)], "phone"),
    ("x", [f"({200 + i}) 555-{1000 + i}" for i in range(20)], "phone"),
    ("iban", ["DE12 3456 7890 1234 5678 90"], "iban"),
    (
        "x",
        ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947", "BE71096123456769", "CH5604835012345678009"],
        "iban",
    ),
    ("credit_card", ["4111 1111 1111 1111", "5555-5555-5555-4444"], "card"),
    ("credit_card", ["************4242", "************1881"], "card"),
    ("x", completed(digits(20, 15, first="456"), luhn), "card"),
    ("ssn", ["123456789", "123-45-6789"], "national_id"),
    ("x", [f"{i + 100:03}-{i + 10:02}-{i + 1000}" for i in range(20)], "national_id"),
    ("x", [number for number in digits(400, 9) if eleven(number)], "national_id"),
    ("x", completed([f"2{i % 100:02}{i % 12 + 1:02}75{i:06}" for i in range(100, 130)], french), "national_id"),
    ("passport_no", ["C01X00T47", "L898902C3"], "national_id"),
    ("address", ["12 Main St", "Bahnhofstraße 5, Berlin"], "address"),
    ("where", [f"{i} Oak Avenue, Springfield" for i in range(20)], "address"),
    ("where", [f"Gartenstraße {i}" for i in range(20)], "address"),
    ("first_name", ["Xochitl", "Njeri", "Anna"], "name"),
    ("surname", ["Smith", "O'Brien", "van Dijk"], "name"),
    ("CONTACTLASTNAME", ["Yu", "Henriot"], "name"),
    ("Name", [f"Braund, Mr. Owen {i}".rstrip("0123456789 ") + "x" * i for i in range(12)], "name"),
    ("name", NAMES, "name"),
    ("customer_name", ["Xochitl Quispe", "Njeri Wanjiku", "Aputsiaq Olsen"], "name"),
    ("anything", NAMES, "name"),
    ("director", NAMES, "name"),
]
NEGATIVE = [
    ("name", SHOPS),
    ("name", FIRMS),
    ("airport_name", AIRPORTS),
    ("product_name", ["Samsung Galaxy", "Anna Lamp", "Rosa Vase", "Oscar Chair", "Felix Desk"]),
    ("county_name", ["Adams", "Clay", "Marion", "Jackson", "Madison", "Lee"]),
    ("file_name", ["a.txt", "b.txt"]),
    ("phone_model", ["iPhone 12", "Pixel 6"]),
    ("PhoneService", ["Yes", "No"]),
    ("phone_calls", ["1234567", "7654321"]),
    ("mobile", ["0.123456", "0.654321"]),
    ("ip_address", ["10.0.0.1", "10.0.0.2"]),
    ("email_opt_in", ["yes", "no"]),
    ("card_type", ["Visa", "Amex"]),
    ("city", CITIES),
    ("x", digits(300, 9)),
    ("x", digits(300, 11)),
    ("x", digits(300, 16, first="456")),
    ("x", [f"{i:08}" for i in range(20240101, 20240131)]),
    ("x", [f"2024-01-31 1{i}:00:00" for i in range(9)]),
    ("code", [f"C-{i:04}" for i in range(60)]),
    ("tin", ["0.1234", "0.5678"]),
    ("comment", ["came late and broken", "very nice indeed", "would buy again", "never again", "it was all right"] * 3),
]


@pytest.mark.parametrize(("name", "texts", "kind"), POSITIVE, ids=lambda value: str(value)[:30])
def test_found(name, texts, kind):
    assert kind_of(name, texts) == kind


@pytest.mark.parametrize(("name", "texts"), NEGATIVE, ids=lambda value: str(value)[:30])
def test_not_found(name, texts):
    assert kind_of(name, texts) is None


def test_random_numbers_pass_checks_as_rarely_as_they_must():
    """One number in ten has Luhn's digit, one in eleven the Dutch one, one in 97 the IBAN's (each within five sigma)."""
    size = 20_000
    for passed, rate in (
        (national_ids.is_card(pa.array(digits(size, 16, 3, first="456"))), 1 / 10),
        (national_ids.is_valid(pa.array(digits(size, 9, 4)), _named("Dutch")), 1 / 11),
        (national_ids.is_valid(pa.array(digits(size, 11, 5)), _named("Brazilian")), 1 / 100),
        (national_ids.is_valid(pa.array(digits(size, 12, 6, first="23456789")), _named("Indian")), 1 / 10),
        (national_ids.is_valid(pa.array(digits(size, 11, 7)), _named("German")), 1 / 10),
        (national_ids.is_valid(pa.array(digits(size, 15, 8, first="12")), _named("French")), 1 / 97 * 0.97),
    ):
        sigma = (rate * (1 - rate) / size) ** 0.5
        assert abs(passed.mean() - rate) < 5 * sigma, rate


def _named(start):
    return next(one for one in national_ids.NATIONAL_IDS if one.name.startswith(start))


def test_a_million_values_cost_what_a_sample_costs():
    texts = pa.array([f"user{i}@example.org" for i in range(200_000)])
    assert find("x", texts).kind == "email"


def test_how_says_what_and_shows_nothing():
    found = find("email", pa.array(["eve@example.org"]))
    assert found.how == "e-mail addresses, by the column's name and its content"


def test_words_of_column_names():
    assert words("customerID") == words("customer_id") == words("Customer Id") == words("customerid") == ("customer", "id")
    assert words("HTTPServer2Name") == ("http", "server", "2", "name")
    assert words("") == ()


def test_given_names_are_words_in_small_letters():
    given, firms = person_names._known()
    assert len(given) > 700
    assert all(name == name.casefold() and name.isalpha() for name in given)
    assert given.isdisjoint(firms)
