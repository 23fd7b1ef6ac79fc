"""Bank accounts and payment cards: IBANs with right check digits at banks that are none, cards for tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import (
    Columns,
    fixed,
    joined,
    luhn,
    mod_97,
    random,
    spelled,
    split,
    weighted,
)
from twinset.synthesizers.people.person import AS_OF
from twinset.synthesizers.people.sheet import Recipe, Sheet

ACCOUNTS = {
    "AT": "99999###########",
    "BE": "999#######",
    "BR": "99999999#####" + "#" * 10 + "C1",
    "CH": "99999############",
    "CZ": "9999" + "#" * 16,
    "DE": "99999999##########",
    "DK": "9999##########",
    "EG": "99999999" + "#" * 17,
    "ES": "99999999##########",
    "FI": "999999#######",
    "FR": "9999999999###########",
    "GB": "TEST000000########",
    "GR": "9999999" + "#" * 16,
    "HU": "999999" + "#" * 18,
    "IL": "999999" + "#" * 13,
    "IT": "9999999999############",
    "NL": "TEST##########",
    "NO": "9999######",
    "PL": "99999999" + "#" * 16,
    "PT": "99999999###########",
    "RO": "TEST" + "#" * 16,
    "SA": "99" + "#" * 18,
    "SE": "999" + "#" * 17,
    "SK": "9999" + "#" * 16,
    "TR": "999990" + "#" * 16,
    "UA": "999999" + "#" * 19,
}
"""Accounts by country, before their own check digits: bank codes of nines, or TEST, which no bank has."""

CURRENCIES = {
    "AR": "ARS", "AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CN": "CNY", "CZ": "CZK", "DK": "DKK", "EG": "EGP",
    "GB": "GBP", "HU": "HUF", "IL": "ILS", "IN": "INR", "JP": "JPY", "KR": "KRW", "MX": "MXN", "NO": "NOK", "NZ": "NZD",
    "PL": "PLN", "RO": "RON", "RU": "RUB", "SA": "SAR", "SE": "SEK", "TR": "TRY", "UA": "UAH", "US": "USD",
}  # fmt: skip
"""Currencies; all others have the euro."""


def _belgium(places: Columns) -> Columns:
    rest = joined(places) % 97
    return [*places, *split(np.where(rest == 0, 97, rest), 2)]


def _spain(places: Columns) -> Columns:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    bank, account = places[:8], places[8:]
    checks = [(11 - weighted(part, weights[-len(part) :]) % 11) % 11 for part in (bank, account)]
    return [*bank, *(np.where(check == 10, 1, check) for check in checks), *account]


def _france(places: Columns) -> Columns:
    bank, branch, account = joined(places[:5]), joined(places[5:10]), joined(places[10:])
    return [*places, *split(97 - (89 * bank + 15 * branch + 3 * account) % 97, 2)]


def _italy(places: Columns) -> Columns:
    odd = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21])
    total = np.zeros(len(places[0]), np.int64)
    for place, column in enumerate(places):
        total += odd[column] if place % 2 == 0 else column
    return [total % 26 + 10, *places]


def _norway(places: Columns) -> Columns:
    front, last = places[:-1], places[-1]
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    moved = np.where(-weighted(places, weights) % 11 == 10, (last + 1) % 10, last)
    return [*front, moved, -weighted([*front, moved], weights) % 11]


def _portugal(places: Columns) -> Columns:
    return [*places, *split(98 - mod_97([*places, *fixed("00", len(places[0]))]), 2)]


def _finland(places: Columns) -> Columns:
    return [*places, luhn(places)]


_CHECKS: dict[str, Callable[[Columns], Columns]] = {
    "BE": _belgium,
    "ES": _spain,
    "FI": _finland,
    "FR": _france,
    "IT": _italy,
    "NO": _norway,
    "PT": _portugal,
}


def _account_places(sheet: Sheet) -> Columns | None:
    form = ACCOUNTS.get(sheet.locale.country)
    if form is None:
        return None
    digits = iter(random(sheet, form.count("#"), "account"))
    places = [next(digits) if sign == "#" else fixed(sign, sheet.n)[0] for sign in form]
    check = _CHECKS.get(sheet.locale.country)
    return places if check is None else check(places)


def _iban(sheet: Sheet) -> pa.Array:
    """An IBAN (ISO 13616); missing where the country has none."""
    places = _account_places(sheet)
    if places is None:
        return sheet.constant(None)
    country = fixed(sheet.locale.country, sheet.n)
    check = 98 - mod_97([*places, *country, *fixed("00", sheet.n)])
    return spelled([*country, *split(check, 2), *places])


def _account(sheet: Sheet) -> pa.Array:
    """The national part of the IBAN; ten digits where there is none."""
    places = _account_places(sheet)
    return spelled(places if places is not None else random(sheet, 10, "account"))


def _bic(sheet: Sheet) -> pa.Array:
    """The code of a bank that is none, in a place that ends in 0, which is how test codes are told (ISO 9362)."""
    return sheet.constant(f"TEST{sheet.locale.country}X0")


def _currency(sheet: Sheet) -> pa.Array:
    return sheet.constant(CURRENCIES.get(sheet.locale.country, "EUR"))


ACCOUNT = {
    "iban": Recipe(_iban, types.Personal("iban"), nullable=True),
    "bic": Recipe(_bic, types.Categorical()),
    "account": Recipe(_account, types.Identifier("opaque")),
    "currency": Recipe(_currency, types.Categorical()),
}

BRANDS = {
    "visa": ("411111", "424242", "400000"),
    "mastercard": ("555555", "520082", "222300"),
    "amex": ("378282", "371449"),
    "discover": ("601111",),
    "jcb": ("353011",),
}
"""First six digits of the cards that payment firms publish for tests."""

_COMMON = {"visa": 6, "mastercard": 6}
_STARTS = [(brand, start) for brand, starts in BRANDS.items() for start in starts * _COMMON.get(brand, 1)]


def _start(sheet: Sheet) -> Ints:
    def make(sheet: Sheet) -> Ints:
        brand = sheet.options.get("brand")
        allowed = np.array([place for place, (name, _) in enumerate(_STARTS) if brand in (None, name)])
        return np.asarray(allowed[sheet.draws.below(len(allowed), "brand")])

    return sheet.once("start", make)


def _brand(sheet: Sheet) -> pa.Array:
    return text.take(pa.array([brand for brand, _ in _STARTS]), _start(sheet))


def _card_number(sheet: Sheet) -> pa.Array:
    """Sixteen digits, fifteen for American Express; the last one is Luhn's."""
    starts = np.array([[int(sign) for sign in start] for _, start in _STARTS])[_start(sheet)]
    places = [*starts.T, *random(sheet, 9, "card")]
    long = spelled([*places, luhn(places)])
    is_short = np.array([brand == "amex" for brand, _ in _STARTS])[_start(sheet)]
    if not is_short.any():
        return long
    return pc.if_else(pa.array(is_short), spelled([*places[:14], luhn(places[:14])]), long)


def _expiry(sheet: Sheet) -> pa.Array:
    """Month and year, in the five years after ``as_of``."""
    year, month = (int(part) for part in str(sheet.options.get("as_of", AS_OF)).split("-")[:2])
    months = year * 12 + month + sheet.draws.below(60, "expiry")
    return spelled([*split(months % 12 + 1, 2), "/", *split(months // 12 % 100, 2)])


def _cvc(sheet: Sheet) -> pa.Array:
    """Three digits, four for American Express."""
    four = text.from_matrix(text.digits(4, sheet.draws, "cvc"))
    is_short = np.array([brand != "amex" for brand, _ in _STARTS])[_start(sheet)]
    return pc.if_else(pa.array(is_short), pc.utf8_slice_codeunits(four, 0, 3), four)


CARD = {
    "brand": Recipe(_brand, types.Categorical()),
    "number": Recipe(_card_number, types.Personal("card")),
    "expires": Recipe(_expiry, types.Categorical()),
    "cvc": Recipe(_cvc, types.Identifier("opaque")),
}
