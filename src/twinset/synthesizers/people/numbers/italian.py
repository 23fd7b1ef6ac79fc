"""The Italian tax code: letters of both names, the day of birth with the sex, a place, and a check letter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import birth, fixed, spelled, split
from twinset.synthesizers.people.person import first_index, is_female, last_index, of_both
from twinset.synthesizers.people.sheet import Sheet

_MONTHS = np.array([int(letter, 36) for letter in "ABCDEHLMPRST"])
_ODD = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23])


def codice_fiscale(sheet: Sheet) -> pa.Array:
    """The place Z999, which no country or town has."""
    day = birth(sheet)
    days = day.day + np.where(is_female(sheet), 40, 0)
    last, first = (_letters(sheet, part) for part in ("last", "first"))
    places = [*last[last_index(sheet)].T, *first[first_index(sheet)].T]
    places += [*day.short, _MONTHS[day.month - 1], *split(days, 2), *fixed("Z999", sheet.n)]
    return spelled([*places, _check(places)])


def _check(places: Sequence[Ints]) -> Ints:
    """A letter for the sum of the places mod 26, those at odd places by a table."""
    total = np.zeros(len(places[0]), np.int64)
    for place, column in enumerate(places):
        order = np.where(column >= 10, column - 10, column)
        total += _ODD[order] if place % 2 == 0 else order
    return total % 26 + 10


def _letters(sheet: Sheet, part: str) -> Ints:
    """The three letters of each word of a book, as values from 10."""
    words = of_both(sheet, f"{part}:ascii").to_pylist()
    codes = "".join(letters_of(word, is_first=part == "first") for word in words)
    return np.array([int(letter, 36) for letter in codes]).reshape(-1, 3)


def letters_of(word: str, *, is_first: bool) -> str:
    """Three letters for a name: its consonants, then its vowels, then X; the second of four consonants of a first name is
    left out."""
    letters = [letter for letter in word.upper() if letter.isalpha()]
    consonants = [letter for letter in letters if letter not in "AEIOU"]
    if is_first and len(consonants) > 3:
        del consonants[1]
    return "".join([*consonants, *(letter for letter in letters if letter in "AEIOU"), *"XXX"][:3])
