"""The kinds of records: which fields each has, which options, and how one locale's rows of it are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from twinset.core import types
from twinset.core.people import Ask
from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.synthesizers.people import address, companies, households, options, person, phone, products
from twinset.synthesizers.people.draws import Draws
from twinset.synthesizers.people.facts import locales
from twinset.synthesizers.people.numbers import banking, national, vehicles
from twinset.synthesizers.people.sheet import Recipe, Sheet
from twinset.synthesizers.people.words import Words, counts, with_names, words


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record: its fields and the options that may be given with it."""

    recipes: Mapping[str, Recipe]
    options: tuple[str, ...] = ()


_PERSON = {
    **person.RECIPES,
    **phone.RECIPES,
    **address.RECIPES,
    "national_id": Recipe(national.national_id, types.Personal("national_id"), nullable=True),
    "iban": banking.ACCOUNT["iban"],
}

RECORDS = {
    "person": Record(_PERSON, ("ages", "as_of", national.CONSENT, "names", "unique_emails", "women")),
    "household": Record({**households.RECIPES, **_PERSON}, ("as_of", national.CONSENT, "names", "unique_emails")),
    "address": Record(address.RECIPES),
    "company": Record({**companies.RECIPES, **phone.RECIPES, **address.RECIPES}),
    "vehicle": Record(vehicles.RECIPES, ("as_of",)),
    "bank_account": Record({**banking.ACCOUNT, "country": address.RECIPES["country"]}),
    "card": Record(banking.CARD, ("as_of", "brand")),
    "product": Record(products.RECIPES),
}


def check(ask: Ask) -> None:
    """PlanError for what is not known, naming what is nearest."""
    record = RECORDS.get(ask.record)
    if record is None:
        raise PlanError(f"there is no record {ask.record!r}{nearest(ask.record, RECORDS)}; known: {', '.join(RECORDS)}")
    for name in ask.of:
        if name not in record.recipes:
            known = ", ".join(record.recipes)
            raise PlanError(f"{ask.record} has no field {name!r}{nearest(name, record.recipes)}; its fields: {known}")
    if not ask.locales:
        raise PlanError("people need a locale, such as en_US")
    for code, weight in ask.locales:
        locales.find(code)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
            raise PlanError(f"the weight of locale {code!r} is a number above 0, not {weight!r}")
    options.check(ask.record, record.options, ask.options)
    if "national_id" in ask.of and not ask.options.get(national.CONSENT, False):
        national.check(ask.record, (locales.find(code).country for code, _ in ask.locales))


def homes(ask: Ask, draws: Draws) -> Draws:
    """The draws of what a row shares: its household's, else its own."""
    return draws.at(households.heads(draws)) if ask.record == "household" else draws


def make(ask: Ask, code: str, draws: Draws) -> list[pa.Array]:
    """The fields asked for, for the rows of one locale."""
    given = dict(ask.options) | (households.member_options() if ask.record == "household" else {})
    sheet = Sheet(RECORDS[ask.record].recipes, locales.find(code), _words(code, given), draws, homes(ask, draws), given)
    return [sheet[name] for name in ask.of]


def _words(code: str, given: Mapping[str, Any]) -> Words:
    """The words of a locale, with the first names that the options say."""
    said = counts.per_locale(given["names"]) if given.get("names") else {}
    names = said.get(code) or said.get("")
    return words(code) if names is None else with_names(code, counts.frozen(names))
