"""Numbers that states, banks and card issuers give out, told from other numbers by their check digits.

Texts are looked at without blanks, dots, hyphens and slashes, in capital letters. Each check is arithmetic on a matrix with
one row a text and one column a place; that a number was really given out is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Digits = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


def bare(texts: pa.Array) -> pa.Array:
    """Texts in capital letters without blanks, dots, hyphens and slashes."""
    return pc.utf8_upper(pc.replace_substring_regex(texts, r"[\s.\-/]", ""))


def is_card(texts: pa.Array) -> Truths:
    """Payment cards: 13 to 19 digits by ISO/IEC 7812, with Luhn's check digit."""
    return _any_length(bare(texts), r"^[2-6]\d{12,18}$", range(13, 20), _luhn)


def is_iban(texts: pa.Array) -> Truths:
    """International bank account numbers (ISO 13616): the number mod 97 is 1."""
    plain = bare(texts)
    moved = pc.binary_join_element_wise(pc.utf8_slice_codeunits(plain, 4, None), pc.utf8_slice_codeunits(plain, 0, 4), "")
    shaped = pc.if_else(pc.match_substring_regex(plain, r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$"), moved, "")
    return _any_length(shaped, r"^[A-Z0-9]{15,34}$", range(15, 35), lambda places: _mod_97(places) == 1)


def is_national_id(texts: pa.Array) -> tuple[str, float] | None:
    """The country's number that most of the texts are, and the share that is; None where none is valid."""
    plain = bare(texts)
    shares = [(float(is_valid(plain, one).mean()), one.name) for one in NATIONAL_IDS]
    share, name = max(shares, key=lambda found: found[0])
    return (name, share) if share > 0 else None


@dataclass(frozen=True, slots=True)
class NationalId:
    """One country's number: its regular expression, its length and its check over values of the places (A is 10)."""

    name: str
    pattern: str
    length: int
    check: Callable[[Digits], Truths]


def is_valid(plain: pa.Array, one: NationalId) -> Truths:
    """Which texts (see :func:`bare`) are numbers of one country's kind."""
    return _any_length(plain, one.pattern, range(one.length, one.length + 1), one.check)


def _any_length(plain: pa.Array, pattern: str, lengths: range, check: Callable[[Digits], Truths]) -> Truths:
    """Which texts are of the pattern and pass the check, which is given texts of one length at a time."""
    result = np.zeros(len(plain), bool)
    if not any(re.match(pattern, text) for text in plain.slice(0, 10).to_pylist()):
        return result
    fits = pc.match_substring_regex(plain, pattern)
    for length in lengths:
        chosen = np.flatnonzero(pc.and_(fits, pc.equal(pc.binary_length(plain), length)).to_numpy(zero_copy_only=False))
        if len(chosen):
            joined = "".join(plain.take(pa.array(chosen)).to_pylist()).encode()
            signs = np.frombuffer(joined, np.uint8).reshape(-1, length).astype(np.int64)
            result[chosen] = check(np.where(signs >= ord("A"), signs - ord("A") + 10, signs - ord("0")))
    return result


def _luhn(places: Digits) -> Truths:
    doubled = places[:, -2::-2] * 2
    total = places[:, -1::-2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)
    return np.asarray(total % 10 == 0)


def _mod_97(places: Digits) -> Digits:
    rest = np.zeros(len(places), np.int64)
    for place in places.T:
        rest = np.where(place >= 10, rest * 100 + place, rest * 10 + place) % 97
    return rest


def _number(places: Digits) -> Digits:
    weights: Digits = 10 ** np.arange(places.shape[1] - 1, -1, -1, dtype=np.int64)
    return np.asarray(places @ weights)


def _weighted(places: Digits, weights: str | list[int]) -> Digits:
    factors = np.array([int(weight) for weight in weights], np.int64)
    return places[:, : len(factors)] @ factors


def _french(places: Digits) -> Truths:
    """The 97's complement of the first thirteen places; Corsica's 2A and 2B count as 19 and 18."""
    digits = places.copy()
    corsican = digits[:, 6] >= 10
    digits[corsican, 5], digits[corsican, 6] = 1, 9 - (digits[corsican, 6] - 10)
    return np.asarray(97 - _number(digits[:, :13]) % 97 == _number(digits[:, 13:]))


def _german(places: Digits) -> Truths:
    """ISO/IEC 7064, MOD 11,10."""
    product = np.full(len(places), 10, np.int64)
    for digit in places[:, :10].T:
        total = (digit + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return np.asarray((11 - product) % 10 == places[:, 10])


def _spanish(places: Digits) -> Truths:
    """A letter for the number mod 23; X, Y and Z before a foreigner's number count as 0, 1 and 2."""
    digits = places.copy()
    digits[:, 0] = np.where(digits[:, 0] >= 33, digits[:, 0] - 33, digits[:, 0])
    letters = np.array([ord(letter) - 55 for letter in "TRWAGMYFPDXBNJZSQVHLCKE"])
    return np.asarray(letters[_number(digits[:, :8]) % 23] == digits[:, 8])


def _italian(places: Digits) -> Truths:
    """A letter for the sum of the places mod 26, those at odd places by a table."""
    table = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23])
    orders = np.where(places >= 10, places - 10, places)
    total = table[orders[:, 0:15:2]].sum(axis=1) + orders[:, 1:15:2].sum(axis=1)
    return np.asarray(total % 26 == orders[:, 15])


def _polish(places: Digits) -> Truths:
    month = (places[:, 2] % 2) * 10 + places[:, 3]
    return np.asarray((_weighted(places, "13791379131") % 10 == 0) & (month >= 1) & (month <= 12))


def _swedish(places: Digits) -> Truths:
    month, day = places[:, -8] * 10 + places[:, -7], places[:, -6] * 10 + places[:, -5]
    return np.asarray(_luhn(places[:, -10:]) & (month >= 1) & (month <= 12) & (day % 60 >= 1) & (day % 60 <= 31))


def _dutch(places: Digits) -> Truths:
    return np.asarray((_weighted(places, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0) & (places.sum(axis=1) > 0))


def _brazilian(places: Digits) -> Truths:
    first = _weighted(places, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
    second = _weighted(places, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
    same = (places == places[:, :1]).all(axis=1)
    return np.asarray((first == places[:, 9]) & (second == places[:, 10]) & ~same)


def _indian(places: Digits) -> Truths:
    """Verhoeff's check over the dihedral group of ten."""
    i, j = np.indices((10, 10))
    product = np.where(i < 5, np.where(j < 5, (i + j) % 5, 5 + (i + j) % 5), np.where(j < 5, 5 + (i - j) % 5, (i - j) % 5))
    turn = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])
    turned, checks = np.arange(10), np.zeros(len(places), np.int64)
    for place in places.T[::-1]:
        checks = product[checks, turned[place]]
        turned = turn[turned]
    return np.asarray(checks == 0)


def _chinese(places: Digits) -> Truths:
    """ISO/IEC 7064, MOD 11-2; a last X is ten."""
    last = np.where(places[:, 17] == 33, 10, places[:, 17])
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return np.asarray((_weighted(places, weights) + last) % 11 == 1)


def _belgian(places: Digits) -> Truths:
    number, check = _number(places[:, :9]), _number(places[:, 9:])
    return np.asarray((97 - number % 97 == check) | (97 - (number + 2 * 10**9) % 97 == check))


def _british(places: Digits) -> Truths:
    """No check digit: the prefixes that are never given out are ruled out."""
    never = [(11, 16), (16, 11), (20, 23), (23, 20), (23, 29), (29, 23), (35, 35)]
    allowed: Truths = np.all([(places[:, 0] != first) | (places[:, 1] != second) for first, second in never], axis=0)
    return allowed


NATIONAL_IDS = (
    NationalId("French social security numbers", r"^[1-4]\d{4}(\d{2}|2[AB])\d{8}$", 15, _french),
    NationalId("German tax identification numbers", r"^[1-9]\d{10}$", 11, _german),
    NationalId("Spanish identity numbers", r"^[\dXYZ]\d{7}[A-Z]$", 9, _spanish),
    NationalId("Italian tax codes", r"^[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$", 16, _italian),
    NationalId("Polish identity numbers", r"^\d{11}$", 11, _polish),
    NationalId("Swedish personal numbers", r"^\d{10}$", 10, _swedish),
    NationalId("Swedish personal numbers", r"^(19|20)\d{10}$", 12, _swedish),
    NationalId("Dutch citizen service numbers", r"^\d{9}$", 9, _dutch),
    NationalId("Brazilian taxpayer numbers", r"^\d{11}$", 11, _brazilian),
    NationalId("Indian Aadhaar numbers", r"^[2-9]\d{11}$", 12, _indian),
    NationalId("Chinese identity numbers", r"^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])\d{5}[\dX]$", 18, _chinese),
    NationalId("Belgian national numbers", r"^\d{11}$", 11, _belgian),
    NationalId("British National Insurance numbers", r"^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$", 9, _british),
)
