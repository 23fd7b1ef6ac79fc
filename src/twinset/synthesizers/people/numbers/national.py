"""National identity numbers by country: the right shape, the right check digits, and nobody's where that can be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa

from twinset.errors import PlanError
from twinset.synthesizers.people.numbers import europe, world
from twinset.synthesizers.people.numbers.italian import codice_fiscale
from twinset.synthesizers.people.sheet import Sheet

NUMBERS: dict[str, Callable[[Sheet], pa.Array]] = {
    "AR": world.argentina,
    "AT": europe.austria,
    "AU": world.australia,
    "BE": europe.belgium,
    "BR": world.brazil,
    "CA": world.canada,
    "CH": europe.switzerland,
    "CN": world.china,
    "CZ": europe.czech,
    "DE": europe.germany,
    "DK": europe.denmark,
    "ES": europe.spain,
    "FI": europe.finland,
    "FR": europe.france,
    "GB": europe.united_kingdom,
    "GR": europe.greece,
    "HU": europe.hungary,
    "IL": world.israel,
    "IN": world.india,
    "IT": codice_fiscale,
    "JP": world.japan,
    "KR": world.korea,
    "NL": europe.netherlands,
    "NO": europe.norway,
    "PL": europe.poland,
    "PT": europe.portugal,
    "RO": europe.romania,
    "RU": europe.russia,
    "SA": world.saudi,
    "SE": europe.sweden,
    "SK": europe.czech,
    "TR": world.turkey,
    "UA": europe.ukraine,
    "US": world.united_states,
}


def national_id(sheet: Sheet) -> pa.Array:
    """Each row's number; missing in the countries that are not among these (Egypt, Mexico, New Zealand)."""
    made = NUMBERS.get(sheet.locale.country)
    return sheet.constant(None) if made is None else made(sheet)


MAYBE_SOMEBODYS = {"AU": "Australia", "BR": "Brazil", "CH": "Switzerland", "IL": "Israel", "JP": "Japan"}
"""Countries that keep no range of numbers back, so that any valid one may be somebody's."""
CONSENT = "ids_may_be_real"
"""The option by which such numbers are made all the same."""


def check(record: str, countries: Iterable[str]) -> None:
    """PlanError where a country's numbers may be somebody's."""
    named = dict.fromkeys(MAYBE_SOMEBODYS[country] for country in countries if country in MAYBE_SOMEBODYS)
    if named:
        raise PlanError(
            f"{record}.national_id may be a real person's in {' and '.join(named)}: no numbers are known there that are "
            f"kept back. Leave it out (hide the column of the {record}, and name the fields that you want), or say that it "
            "may be: "
            f"{{rule: {record}, {CONSENT}: true}}"
        )


def is_nobodys(country: str) -> bool:
    """Whether a country's numbers are from a range that is never given out."""
    return country in NUMBERS and country not in MAYBE_SOMEBODYS
