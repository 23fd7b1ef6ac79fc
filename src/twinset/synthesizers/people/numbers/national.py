"""National identity numbers by country: the right shape, the right check digits, and nobody's where that can be had.

What makes a number nobody's stands beside each function. Where it says "none", the country has no such range: the number is
valid and may be somebody's. Numbers that tell birth and sex tell those of the row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import (
    Columns,
    birth,
    elevens,
    fixed,
    iso_11_10,
    joined,
    luhn,
    random,
    spelled,
    split,
    weighted,
)
from twinset.synthesizers.people.numbers.italian import codice_fiscale
from twinset.synthesizers.people.person import born, is_female
from twinset.synthesizers.people.sheet import Sheet

_NAME = "national_id"


def _parity(sheet: Sheet, *, women: int) -> Columns:
    """A random digit that is even or odd by sex."""
    half = sheet.draws.below(5, _NAME, "parity")
    return [half * 2 + np.where(is_female(sheet), women, 1 - women)]


def _dashed(columns: Columns, mark: str, *places: int) -> pa.Array:
    """Places with a mark after some of them."""
    found: list[Ints | str] = []
    for place, column in enumerate(columns, start=1):
        found += [column, mark] if place in places else [column]
    return spelled(found)


def _argentina(sheet: Sheet) -> pa.Array:
    """From 99 million, which has not been reached."""
    return spelled([*fixed("99", sheet.n), *random(sheet, 6, _NAME)])


def _australia(sheet: Sheet) -> pa.Array:
    """None. Tax file number."""
    return spelled(elevens(random(sheet, 8, _NAME), (1, 4, 3, 7, 5, 8, 6, 9)))


def _austria(sheet: Sheet) -> pa.Array:
    """None. Social insurance number, with the day of birth."""
    day = birth(sheet)
    serial = 100 + sheet.draws.below(899, _NAME)
    tail = [*split(day.day, 2), *split(day.month, 2), *day.short]

    def check(serial: Ints) -> Ints:
        return weighted([*split(serial, 3), *tail], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11

    serial = serial + (check(serial) == 10)
    return spelled([*split(serial, 3), check(serial), *tail])


def _belgium(sheet: Sheet) -> pa.Array:
    """Serials 000 and 999, which the counter from 001 to 998 never gives."""
    day = birth(sheet)
    serial = np.where(is_female(sheet), 0, 999)
    places = [*day.short, *split(day.month, 2), *split(day.day, 2), *split(serial, 3)]
    number = joined(places) + np.where(day.year >= 2000, 2 * 10**9, 0)
    return _dashed([*places, *split(97 - number % 97, 2)], ".", 2, 4, 9)


def _brazil(sheet: Sheet) -> pa.Array:
    """None. CPF."""
    places = random(sheet, 9, _NAME)
    for first in (10, 11):
        places = [*places, weighted(places, range(first, 1, -1)) * 10 % 11 % 10]
    return spelled([*places[:3], ".", *places[3:6], ".", *places[6:9], "-", *places[9:]])


def _canada(sheet: Sheet) -> pa.Array:
    """Social insurance numbers that begin with 0 are not given out."""
    places = [*fixed("0", sheet.n), *random(sheet, 7, _NAME)]
    return _dashed([*places, luhn(places)], " ", 3, 6)


def _china(sheet: Sheet) -> pa.Array:
    """Area codes that begin with 99, which no place has."""
    day = birth(sheet)
    places = [*fixed("99", sheet.n), *random(sheet, 4, _NAME), *split(day.year, 4), *split(day.month, 2), *split(day.day, 2)]
    places += [*random(sheet, 2, _NAME, "serial"), *_parity(sheet, women=0)]
    check = (12 - weighted(places, [2 ** (17 - place) % 11 for place in range(17)])) % 11
    return spelled([*places, np.where(check == 10, ord("X") - 55, check)])


def _czech(sheet: Sheet) -> pa.Array:
    """None. Rodné číslo; nine places and no check digit for births before 1954."""
    day = birth(sheet)
    month = day.month + np.where(is_female(sheet), 50, 0)
    places = elevens([*day.short, *split(month, 2), *split(day.day, 2), *random(sheet, 3, _NAME)], [1, -1] * 4 + [1])
    numbers = spelled([*places[:6], "/", *places[6:]])
    return pc.if_else(pa.array(day.year >= 1954), numbers, pc.utf8_slice_codeunits(numbers, 0, 10))


def _denmark(sheet: Sheet) -> pa.Array:
    """Days of birth with 60 more, as replacement numbers of hospitals and tests have them."""
    day = birth(sheet)
    century = np.where(day.year >= 2000, 4 + sheet.draws.below(6, _NAME, "century"), sheet.draws.below(4, _NAME, "century"))
    places = [*split(day.day + 60, 2), *split(day.month, 2), *day.short, century, *random(sheet, 2, _NAME)]
    return _dashed([*places, *_parity(sheet, women=0)], "-", 6)


def _finland(sheet: Sheet) -> pa.Array:
    """Serials from 900, which are for temporary use and tests."""
    day = birth(sheet)
    places = [*split(day.day, 2), *split(day.month, 2), *day.short]
    serial = [*fixed("9", sheet.n), *random(sheet, 1, _NAME), *_parity(sheet, women=0)]
    signs = np.array([int(sign, 36) for sign in "0123456789ABCDEFHJKLMNPRSTUVWXY"])
    check = signs[joined([*places, *serial]) % 31]
    old = spelled([*places, "-", *serial, check])
    return pc.if_else(pa.array(day.year >= 2000), spelled([*places, "A", *serial, check]), old)


def _france(sheet: Sheet) -> pa.Array:
    """The department 00, which there is not."""
    day = birth(sheet)
    sex = [np.where(is_female(sheet), 2, 1)]
    places = [*sex, *day.short, *split(day.month, 2), *fixed("00", sheet.n), *random(sheet, 6, _NAME)]
    return spelled([*places, *split(97 - joined(places) % 97, 2)])


def _germany(sheet: Sheet) -> pa.Array:
    """The same digit three times in a row, which a tax identification number never has."""
    order = np.argsort([sheet.draws.wide(_NAME, str(digit)) for digit in range(10)], axis=0, kind="stable")
    first = np.where(order[0] == 0, order[8], order[0])
    distinct = [first, *(order[place] for place in range(1, 8))]
    places = [*distinct[:4], distinct[3], distinct[3], *distinct[4:]]
    return spelled([*places, iso_11_10(places)])


def _greece(sheet: Sheet) -> pa.Array:
    """None. AMKA, with the day of birth."""
    day = birth(sheet)
    places = [*split(day.day, 2), *split(day.month, 2), *day.short, *random(sheet, 3, _NAME), *_parity(sheet, women=0)]
    return spelled([*places, luhn(places)])


def _hungary(sheet: Sheet) -> pa.Array:
    """None. Tax identification number, with the days since 1867."""
    days = (born(sheet) + 37_620).astype(np.int64)
    return spelled(elevens([*fixed("8", sheet.n), *split(days, 5), *random(sheet, 3, _NAME)], range(1, 10)))


def _india(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 9999, as those of the authority's test system do."""
    places = [*fixed("9999", sheet.n), *random(sheet, 7, _NAME)]
    return _dashed([*places, _verhoeff(places)], " ", 4, 8)


def _verhoeff(places: Columns) -> Ints:
    """Verhoeff's check digit over the dihedral group of ten."""
    i, j = np.indices((10, 10))
    product = np.where(i < 5, np.where(j < 5, (i + j) % 5, 5 + (i + j) % 5), np.where(j < 5, 5 + (i - j) % 5, (i - j) % 5))
    turn = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])
    turned, check = turn[np.arange(10)], np.zeros(len(places[0]), np.int64)
    for column in reversed(places):
        check = product[check, turned[column]]
        turned = turn[turned]
    return np.asarray(np.argmax(product == 0, axis=1)[check])


def _israel(sheet: Sheet) -> pa.Array:
    """None."""
    places = random(sheet, 8, _NAME)
    return spelled([*places, luhn(places)])


def _japan(sheet: Sheet) -> pa.Array:
    """None. Individual number (My Number)."""
    places = random(sheet, 11, _NAME)
    rest = weighted(places, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return spelled([*places, np.where(rest <= 1, 0, 11 - rest)])


def _korea(sheet: Sheet) -> pa.Array:
    """The place 99, which no office had while numbers told the place (to October 2020)."""
    day = birth(sheet)
    sex = np.where(is_female(sheet), 2, 1) + np.where(day.year >= 2000, 2, 0)
    places = [*day.short, *split(day.month, 2), *split(day.day, 2), sex, *fixed("99", sheet.n), *random(sheet, 3, _NAME)]
    return _dashed([*places, (11 - weighted(places, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10], "-", 6)


def _netherlands(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 9999, which are for tests."""
    return spelled(elevens([*fixed("9999", sheet.n), *random(sheet, 4, _NAME)], range(9, 1, -1)))


def _norway(sheet: Sheet) -> pa.Array:
    """Months with 80 more, as the tax administration's synthetic people have them."""
    day = birth(sheet)
    start = [*split(day.day, 2), *split(day.month + 80, 2), *day.short]
    serial = sheet.draws.below(220, _NAME) * 2 + np.where(is_female(sheet), 0, 1) + np.where(day.year >= 2000, 500, 0)
    for _ in range(12):  # a serial in six has no check digits; the next but one is tried
        places = [*start, *split(serial, 3)]
        one = -weighted(places, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        two = -weighted([*places, one], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        serial = serial + np.where((one == 10) | (two == 10), 2, 0)
    return spelled([*places, one, two])


def _poland(sheet: Sheet) -> pa.Array:
    """Months with 60 more, which are for births from 2200 on."""
    day = birth(sheet)
    places = [*day.short, *split(day.month + 60, 2), *split(day.day, 2), *random(sheet, 3, _NAME), *_parity(sheet, women=0)]
    return spelled([*places, -weighted(places, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10])


def _portugal(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 40, which no kind of taxpayer has."""
    places = [*fixed("40", sheet.n), *random(sheet, 6, _NAME)]
    rest = weighted(places, range(9, 1, -1)) % 11
    return spelled([*places, np.where(rest <= 1, 0, 11 - rest)])


def _romania(sheet: Sheet) -> pa.Array:
    """The county 99, which there is not."""
    day = birth(sheet)
    sex = np.where(is_female(sheet), 2, 1) + np.where(day.year >= 2000, 4, 0)
    places = [sex, *day.short, *split(day.month, 2), *split(day.day, 2), *fixed("99", sheet.n), *random(sheet, 3, _NAME)]
    rest = weighted(places, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return spelled([*places, np.where(rest == 10, 1, rest)])


def _russia(sheet: Sheet) -> pa.Array:
    """The region 00, which there is not. Taxpayer number."""
    places = [*fixed("00", sheet.n), *random(sheet, 8, _NAME)]
    for weights in ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)):
        places = [*places, weighted(places, weights) % 11 % 10]
    return spelled(places)


def _saudi(sheet: Sheet) -> pa.Array:
    """None."""
    places = [*fixed("1", sheet.n), *random(sheet, 8, _NAME)]
    return spelled([*places, luhn(places)])


def _spain(sheet: Sheet) -> pa.Array:
    """From 99 million, which has not been reached."""
    places = [*fixed("99", sheet.n), *random(sheet, 6, _NAME)]
    letters = np.array([ord(letter) - 55 for letter in "TRWAGMYFPDXBNJZSQVHLCKE"])
    return spelled([*places, letters[joined(places) % 23]])


def _sweden(sheet: Sheet) -> pa.Array:
    """Serials from 980, which are for people who are not."""
    day = birth(sheet)
    places = [*split(day.year, 4), *split(day.month, 2), *split(day.day, 2), *fixed("98", sheet.n), *_parity(sheet, women=0)]
    return _dashed([*places, luhn(places[2:])], "-", 8)


def _switzerland(sheet: Sheet) -> pa.Array:
    """None. AHV number."""
    places = [*fixed("756", sheet.n), *random(sheet, 9, _NAME)]
    return _dashed([*places, -weighted(places, [1, 3] * 6) % 10], ".", 3, 7, 11)


def _turkey(sheet: Sheet) -> pa.Array:
    """None."""
    places = random(sheet, 9, _NAME)
    places[0] = 1 + places[0] % 9
    odd, even = weighted(places[::2], [1] * 5), weighted(places[1::2], [1] * 4)
    tenth = (odd * 7 - even) % 10
    return spelled([*places, tenth, (odd + even + tenth) % 10])


def _ukraine(sheet: Sheet) -> pa.Array:
    """None. Taxpayer number, with the days since 1899."""
    places = [*split((born(sheet) + 25_568).astype(np.int64), 5), *random(sheet, 3, _NAME), *_parity(sheet, women=0)]
    return spelled([*places, weighted(places, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10])


def _united_kingdom(sheet: Sheet) -> pa.Array:
    """The prefix QQ, which is for examples. There is no check digit."""
    return spelled([*fixed("QQ", sheet.n), *random(sheet, 6, _NAME), sheet.draws.below(4, _NAME, "letter") + 10])


def _united_states(sheet: Sheet) -> pa.Array:
    """Areas from 900, which no social security number has, with groups below 50, which no other taxpayer's number has."""
    group, serial = 1 + sheet.draws.below(49, _NAME, "group"), 1 + sheet.draws.below(9999, _NAME, "serial")
    return _dashed([*fixed("9", sheet.n), *random(sheet, 2, _NAME), *split(group, 2), *split(serial, 4)], "-", 3, 5)


NUMBERS: dict[str, Callable[[Sheet], pa.Array]] = {
    "AR": _argentina,
    "AT": _austria,
    "AU": _australia,
    "BE": _belgium,
    "BR": _brazil,
    "CA": _canada,
    "CH": _switzerland,
    "CN": _china,
    "CZ": _czech,
    "DE": _germany,
    "DK": _denmark,
    "ES": _spain,
    "FI": _finland,
    "FR": _france,
    "GB": _united_kingdom,
    "GR": _greece,
    "HU": _hungary,
    "IL": _israel,
    "IN": _india,
    "IT": codice_fiscale,
    "JP": _japan,
    "KR": _korea,
    "NL": _netherlands,
    "NO": _norway,
    "PL": _poland,
    "PT": _portugal,
    "RO": _romania,
    "RU": _russia,
    "SA": _saudi,
    "SE": _sweden,
    "SK": _czech,
    "TR": _turkey,
    "UA": _ukraine,
    "US": _united_states,
}


def national_id(sheet: Sheet) -> pa.Array:
    """Each row's number; missing in the countries that are not among these (Egypt, Mexico, New Zealand)."""
    made = NUMBERS.get(sheet.locale.country)
    return sheet.constant(None) if made is None else made(sheet)


def is_nobodys(country: str) -> bool:
    """Whether a country's numbers are from a range that is never given out."""
    made = NUMBERS.get(country)
    return made is not None and not (made.__doc__ or "").startswith("None")
