"""Arithmetic on the places of numbers: a number is a list of columns, one a place, each with a value for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.person import born, is_female
from twinset.synthesizers.people.sheet import Sheet

Columns = list[Ints]
NAME = "national_id"
"""The streams of identity numbers."""


def fixed(signs: str, n: int) -> Columns:
    """The same signs in every row: digits, and capital letters from 10."""
    return [np.full(n, int(sign, 36), np.int64) for sign in signs]


def random(sheet: Sheet, n_places: int, *names: str) -> Columns:
    """Random digits of a row's own."""
    return [column.astype(np.int64) - ord("0") for column in text.digits(n_places, sheet.draws, *names).T]


def split(numbers: Ints, n_places: int) -> Columns:
    """The places of whole numbers, the highest first."""
    return [numbers // 10**place % 10 for place in range(n_places - 1, -1, -1)]


def joined(columns: Sequence[Ints]) -> Ints:
    """The whole numbers that places make."""
    total = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        total = total * 10 + column
    return total


def weighted(columns: Sequence[Ints], weights: Sequence[int]) -> Ints:
    """The sum of places times weights."""
    total = np.zeros(len(columns[0]), np.int64)
    for column, weight in zip(columns, weights, strict=True):
        total += column * weight
    return total


def luhn(columns: Sequence[Ints]) -> Ints:
    """The check digit that follows the places (ISO/IEC 7812-1)."""
    total = np.zeros(len(columns[0]), np.int64)
    for place, column in enumerate(reversed(columns)):
        doubled = column * 2 if place % 2 == 0 else column
        total += doubled - 9 * (doubled > 9)
    return -total % 10


def ean(columns: Sequence[Ints]) -> Ints:
    """The check digit of a GS1 number."""
    return -weighted(columns, [3 if place % 2 == 0 else 1 for place in range(len(columns))][::-1]) % 10


def mod_97(columns: Sequence[Ints]) -> Ints:
    """The number mod 97, letters counting as two digits from 10."""
    rest = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        rest = np.where(column >= 10, rest * 100 + column, rest * 10 + column) % 97
    return rest


def iso_11_10(columns: Sequence[Ints]) -> Ints:
    """The check digit by ISO/IEC 7064, MOD 11,10."""
    product = np.full(len(columns[0]), 10, np.int64)
    for column in columns:
        total = (column + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return (11 - product) % 10


def elevens(columns: Columns, weights: Sequence[int]) -> Columns:
    """Places with a last one that is their weighted sum mod 11; where that is ten, the place before gives way."""
    *front, last = columns
    check = weighted(columns, weights) % 11
    moved = np.where(check == 10, (last + 1) % 10, last)
    return [*front, moved, weighted([*front, moved], weights) % 11]


def spelled(columns: Sequence[Ints | str]) -> pa.Array:
    """The places as text, with marks between them where a text stands for a column."""
    n = next(len(column) for column in columns if not isinstance(column, str))
    letters = np.empty((n, len(columns)), np.uint8)
    signs = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
    for place, column in enumerate(columns):
        letters[:, place] = ord(column) if isinstance(column, str) else signs[column]
    return text.from_matrix(letters)


@dataclass(frozen=True, slots=True)
class Birth:
    """The day of birth as numbers use it."""

    year: Ints
    month: Ints
    day: Ints

    @property
    def short(self) -> Columns:
        """The last two digits of the year."""
        return split(self.year, 2)


def birth(sheet: Sheet) -> Birth:
    """The rows' day of birth."""

    def make(sheet: Sheet) -> Birth:
        days = born(sheet).astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        number = months.astype(np.int64)
        day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
        return Birth(number // 12 + 1970, number % 12 + 1, day)

    return sheet.once("birth", make)


def parity(sheet: Sheet, *, women: int) -> Columns:
    """A random digit that is even or odd by sex."""
    half = sheet.draws.below(5, NAME, "parity")
    return [half * 2 + np.where(is_female(sheet), women, 1 - women)]


def dashed(columns: Columns, mark: str, *places: int) -> pa.Array:
    """Places with a mark after some of them."""
    found: list[Ints | str] = []
    for place, column in enumerate(columns, start=1):
        found += [column, mark] if place in places else [column]
    return spelled(found)
