"""Identity numbers of Europe's countries.

What makes a number nobody's stands beside each function. Where it says "none", the country has no such range that is known:
the number is valid, may be somebody's, and is made only where a plan says that it may. Numbers that tell birth and sex tell
those of the row.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import (
    NAME,
    birth,
    dashed,
    elevens,
    fixed,
    iso_11_10,
    joined,
    luhn,
    parity,
    random,
    spelled,
    split,
    weighted,
)
from twinset.synthesizers.people.person import born, is_female
from twinset.synthesizers.people.sheet import Sheet


def austria(sheet: Sheet) -> pa.Array:
    """Serials below 100, where counting begins (Dachverband der Sozialversicherungsträger). Social insurance number.

    Months above 12 would not do: where the serials of a day have run out, 13 to 15 are given.
    """
    day = birth(sheet)
    serial = 1 + sheet.draws.below(98, NAME)
    tail = [*split(day.day, 2), *split(day.month, 2), *day.short]

    def check(serial: Ints) -> Ints:
        return weighted([*split(serial, 3), *tail], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11

    serial = serial + (check(serial) == 10)
    return spelled([*split(serial, 3), check(serial), *tail])


def belgium(sheet: Sheet) -> pa.Array:
    """Serials 000 and 999, which the counter from 001 to 998 never gives."""
    day = birth(sheet)
    serial = np.where(is_female(sheet), 0, 999)
    places = [*day.short, *split(day.month, 2), *split(day.day, 2), *split(serial, 3)]
    number = joined(places) + np.where(day.year >= 2000, 2 * 10**9, 0)
    return dashed([*places, *split(97 - number % 97, 2)], ".", 2, 4, 9)


def czech(sheet: Sheet) -> pa.Array:
    """Months with 32 more, which are none when 50 (women) and 20 (more numbers) are off. Rodné číslo, in Slovakia too.

    So the Czech social security's check ("Standardní kontrola rodného čísla a evidenčního čísla pojištěnce"). Days have
    nothing more, since insurers number foreigners by days from 41 and 51. Births before 1954 have no check digit.
    """
    day = birth(sheet)
    month = day.month + 32 + np.where(is_female(sheet), 50, 0)
    places = elevens([*day.short, *split(month, 2), *split(day.day, 2), *random(sheet, 3, NAME)], [1, -1] * 4 + [1])
    numbers = spelled([*places[:6], "/", *places[6:]])
    return pc.if_else(pa.array(day.year >= 1954), numbers, pc.utf8_slice_codeunits(numbers, 0, 10))


def denmark(sheet: Sheet) -> pa.Array:
    """Days of birth with 60 more, as replacement numbers of hospitals and tests have them."""
    day = birth(sheet)
    century = np.where(day.year >= 2000, 4 + sheet.draws.below(6, NAME, "century"), sheet.draws.below(4, NAME, "century"))
    places = [*split(day.day + 60, 2), *split(day.month, 2), *day.short, century, *random(sheet, 2, NAME)]
    return dashed([*places, *parity(sheet, women=0)], "-", 6)


def finland(sheet: Sheet) -> pa.Array:
    """Serials from 900, which are for temporary use and tests."""
    day = birth(sheet)
    places = [*split(day.day, 2), *split(day.month, 2), *day.short]
    serial = [*fixed("9", sheet.n), *random(sheet, 1, NAME), *parity(sheet, women=0)]
    signs = np.array([int(sign, 36) for sign in "0123456789ABCDEFHJKLMNPRSTUVWXY"])
    check = signs[joined([*places, *serial]) % 31]
    old = spelled([*places, "-", *serial, check])
    return pc.if_else(pa.array(day.year >= 2000), spelled([*places, "A", *serial, check]), old)


def france(sheet: Sheet) -> pa.Array:
    """The department 00, which there is not."""
    day = birth(sheet)
    sex = [np.where(is_female(sheet), 2, 1)]
    places = [*sex, *day.short, *split(day.month, 2), *fixed("00", sheet.n), *random(sheet, 6, NAME)]
    return spelled([*places, *split(97 - joined(places) % 97, 2)])


def germany(sheet: Sheet) -> pa.Array:
    """The same digit three times in a row, which a tax identification number never has."""
    order = np.argsort([sheet.draws.wide(NAME, str(digit)) for digit in range(10)], axis=0, kind="stable")
    first = np.where(order[0] == 0, order[8], order[0])
    distinct = [first, *(order[place] for place in range(1, 8))]
    places = [*distinct[:4], distinct[3], distinct[3], *distinct[4:]]
    return spelled([*places, iso_11_10(places)])


def greece(sheet: Sheet) -> pa.Array:
    """Months with 20 more: an AMKA begins with the day of birth (law 3655/2008, art. 153), and no month is above 12."""
    day = birth(sheet)
    places = [*split(day.day, 2), *split(day.month + 20, 2), *day.short, *random(sheet, 3, NAME), *parity(sheet, women=0)]
    return spelled([*places, luhn(places)])


def hungary(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 9; people's begin with 8 (law XX of 1996, annex 1). Tax identification number, with the days
    since 1867."""
    days = (born(sheet) + 37_620).astype(np.int64)
    return spelled(elevens([*fixed("9", sheet.n), *split(days, 5), *random(sheet, 3, NAME)], range(1, 10)))


def netherlands(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 9999, which are for tests."""
    return spelled(elevens([*fixed("9999", sheet.n), *random(sheet, 4, NAME)], range(9, 1, -1)))


def norway(sheet: Sheet) -> pa.Array:
    """Months with 80 more, as the tax administration's synthetic people have them."""
    day = birth(sheet)
    start = [*split(day.day, 2), *split(day.month + 80, 2), *day.short]
    serial = sheet.draws.below(220, NAME) * 2 + np.where(is_female(sheet), 0, 1) + np.where(day.year >= 2000, 500, 0)
    for _ in range(12):  # a serial in six has no check digits; the next but one is tried
        places = [*start, *split(serial, 3)]
        one = -weighted(places, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        two = -weighted([*places, one], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        serial = serial + np.where((one == 10) | (two == 10), 2, 0)
    return spelled([*places, one, two])


def poland(sheet: Sheet) -> pa.Array:
    """Months with 60 more, which are for births from 2200 on."""
    day = birth(sheet)
    places = [*day.short, *split(day.month + 60, 2), *split(day.day, 2), *random(sheet, 3, NAME), *parity(sheet, women=0)]
    return spelled([*places, -weighted(places, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10])


def portugal(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 40, which no kind of taxpayer has."""
    places = [*fixed("40", sheet.n), *random(sheet, 6, NAME)]
    rest = weighted(places, range(9, 1, -1)) % 11
    return spelled([*places, np.where(rest <= 1, 0, 11 - rest)])


def romania(sheet: Sheet) -> pa.Array:
    """The county 99, which there is not."""
    day = birth(sheet)
    sex = np.where(is_female(sheet), 2, 1) + np.where(day.year >= 2000, 4, 0)
    places = [sex, *day.short, *split(day.month, 2), *split(day.day, 2), *fixed("99", sheet.n), *random(sheet, 3, NAME)]
    rest = weighted(places, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return spelled([*places, np.where(rest == 10, 1, rest)])


def russia(sheet: Sheet) -> pa.Array:
    """The region 00, which there is not. Taxpayer number."""
    places = [*fixed("00", sheet.n), *random(sheet, 8, NAME)]
    for weights in ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)):
        places = [*places, weighted(places, weights) % 11 % 10]
    return spelled(places)


def spain(sheet: Sheet) -> pa.Array:
    """From 99 million, which has not been reached."""
    places = [*fixed("99", sheet.n), *random(sheet, 6, NAME)]
    letters = np.array([ord(letter) - 55 for letter in "TRWAGMYFPDXBNJZSQVHLCKE"])
    return spelled([*places, letters[joined(places) % 23]])


def sweden(sheet: Sheet) -> pa.Array:
    """Months with 20 more: a person's number begins with the time of birth (folkbokföringslagen, 18 §).

    In twelve digits, of which the first two are 19 or 20: ten of them could be an organisation's, which has a month of at
    least 20 in its place (law 1974:174, 1 §) and 16 before it. The tax agency's numbers for tests are a list of single ones.
    """
    day = birth(sheet)
    places = [*split(day.year, 4), *split(day.month + 20, 2), *split(day.day, 2), *random(sheet, 2, NAME)]
    places += parity(sheet, women=0)
    return dashed([*places, luhn(places[2:])], "-", 8)


def switzerland(sheet: Sheet) -> pa.Array:
    """None. AHV number."""
    places = [*fixed("756", sheet.n), *random(sheet, 9, NAME)]
    return dashed([*places, -weighted(places, [1, 3] * 6) % 10], ".", 3, 7, 11)


def ukraine(sheet: Sheet) -> pa.Array:
    """Days since 1899 with 50,000 more, which are for births from 2036 on. Taxpayer number."""
    places = [*split((born(sheet) + 75_568).astype(np.int64), 5), *random(sheet, 3, NAME), *parity(sheet, women=0)]
    return spelled([*places, weighted(places, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10])


def united_kingdom(sheet: Sheet) -> pa.Array:
    """The prefix QQ, which is for examples. There is no check digit."""
    return spelled([*fixed("QQ", sheet.n), *random(sheet, 6, NAME), sheet.draws.below(4, NAME, "letter") + 10])
