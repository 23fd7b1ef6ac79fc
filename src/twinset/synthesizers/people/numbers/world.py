"""Identity numbers of countries outside Europe.

What makes a number nobody's stands beside each function. Where it says "none", the country has no such range that is known:
the number is valid, may be somebody's, and is made only where a plan says that it may. Numbers that tell birth and sex tell
those of the row.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import (
    NAME,
    Columns,
    birth,
    dashed,
    elevens,
    fixed,
    luhn,
    parity,
    random,
    spelled,
    split,
    weighted,
)
from twinset.synthesizers.people.person import is_female
from twinset.synthesizers.people.sheet import Sheet


def argentina(sheet: Sheet) -> pa.Array:
    """From 99 million, which has not been reached."""
    return spelled([*fixed("99", sheet.n), *random(sheet, 6, NAME)])


def australia(sheet: Sheet) -> pa.Array:
    """None. Tax file number."""
    return spelled(elevens(random(sheet, 8, NAME), (1, 4, 3, 7, 5, 8, 6, 9)))


def brazil(sheet: Sheet) -> pa.Array:
    """None. CPF."""
    places = random(sheet, 9, NAME)
    for first in (10, 11):
        places = [*places, weighted(places, range(first, 1, -1)) * 10 % 11 % 10]
    return spelled([*places[:3], ".", *places[3:6], ".", *places[6:9], "-", *places[9:]])


def canada(sheet: Sheet) -> pa.Array:
    """Social insurance numbers that begin with 0 are not given out."""
    places = [*fixed("0", sheet.n), *random(sheet, 7, NAME)]
    return dashed([*places, luhn(places)], " ", 3, 6)


def china(sheet: Sheet) -> pa.Array:
    """Area codes that begin with 99, which no place has."""
    day = birth(sheet)
    places = [*fixed("99", sheet.n), *random(sheet, 4, NAME), *split(day.year, 4), *split(day.month, 2), *split(day.day, 2)]
    places += [*random(sheet, 2, NAME, "serial"), *parity(sheet, women=0)]
    check = (12 - weighted(places, [2 ** (17 - place) % 11 for place in range(17)])) % 11
    return spelled([*places, np.where(check == 10, ord("X") - 55, check)])


def india(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 0, which the authority has kept back (UIDAI, "A UID Numbering Scheme", 2010). Aadhaar."""
    places = [*fixed("0", sheet.n), *random(sheet, 10, NAME)]
    return dashed([*places, _verhoeff(places)], " ", 4, 8)


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


def israel(sheet: Sheet) -> pa.Array:
    """None."""
    places = random(sheet, 8, NAME)
    return spelled([*places, luhn(places)])


def japan(sheet: Sheet) -> pa.Array:
    """None. Individual number (My Number)."""
    places = random(sheet, 11, NAME)
    rest = weighted(places, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return spelled([*places, np.where(rest <= 1, 0, 11 - rest)])


def korea(sheet: Sheet) -> pa.Array:
    """The place 99, which no office had while numbers told the place (to October 2020)."""
    day = birth(sheet)
    sex = np.where(is_female(sheet), 2, 1) + np.where(day.year >= 2000, 2, 0)
    places = [*day.short, *split(day.month, 2), *split(day.day, 2), sex, *fixed("99", sheet.n), *random(sheet, 3, NAME)]
    return dashed([*places, (11 - weighted(places, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10], "-", 6)


def saudi(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 0; citizens' begin with 1, residents' with 2, visitors' and companies' with others."""
    places = [*fixed("0", sheet.n), *random(sheet, 8, NAME)]
    return spelled([*places, luhn(places)])


def turkey(sheet: Sheet) -> pa.Array:
    """Numbers that begin with 0, as no number of the population register does (Nüfus ve Vatandaşlık İşleri)."""
    places = [*fixed("0", sheet.n), *random(sheet, 8, NAME)]
    odd, even = weighted(places[::2], [1] * 5), weighted(places[1::2], [1] * 4)
    tenth = (odd * 7 - even) % 10
    return spelled([*places, tenth, (odd + even + tenth) % 10])


def united_states(sheet: Sheet) -> pa.Array:
    """Areas from 900, which no social security number has, with groups below 50, which no other taxpayer's number has."""
    group, serial = 1 + sheet.draws.below(49, NAME, "group"), 1 + sheet.draws.below(9999, NAME, "serial")
    return dashed([*fixed("9", sheet.n), *random(sheet, 2, NAME), *split(group, 2), *split(serial, 4)], "-", 3, 5)
