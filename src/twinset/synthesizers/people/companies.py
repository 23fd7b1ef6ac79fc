"""Companies: a name with its country's legal form, a domain made of it, an address, and a tax number of the right shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.facts import legal
from twinset.synthesizers.people.numbers.columns import (
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
from twinset.synthesizers.people.sheet import Recipe, Sheet


def _forms(sheet: Sheet) -> Ints:
    """The first legal form of a country has half of the companies, the others share the rest."""

    def make(sheet: Sheet) -> Ints:
        n = len(legal.forms(sheet.locale))
        return np.asarray(np.maximum(sheet.draws.below(2 * n, "form") - n, 0))

    return sheet.once("form", make)


def _owners(sheet: Sheet) -> tuple[Ints, Ints, Ints]:
    """The last name in the company's name, a second one, and whether that stands there too (one in three)."""

    def make(sheet: Sheet) -> tuple[Ints, Ints, Ints]:
        one, two = (sheet.words.pick("last_m", sheet.draws.small("owner", which)) for which in ("one", "two"))
        return one, two, sheet.draws.small("owners") < 21_845

    return sheet.once("owners", make)


def _pairs(sheet: Sheet, book: str, between: str) -> pa.Array:
    """One last name, or two with a word between them."""
    one, two, are_both = _owners(sheet)
    empty = len(sheet.words[book])
    seconds = sheet.words.derived(
        f"{book}+{between}", lambda: pa.array([*(between + word for word in sheet.words[book].to_pylist()), ""])
    )
    return text.join(sheet.take(book, one), text.take(seconds, np.where(are_both, two, empty)))


def _name(sheet: Sheet) -> pa.Array:
    forms = [form.partition("{}") for form in legal.forms(sheet.locale)]
    index = _forms(sheet)
    core = _pairs(sheet, "last_m", legal.AND.get(sheet.locale.language, " & "))
    parts = [core]
    if any(before for before, _, _ in forms):
        parts.insert(0, text.take(pa.array([before for before, _, _ in forms]), index))
    return text.join(*parts, text.take(pa.array([after for _, _, after in forms]), index))


def _legal_form(sheet: Sheet) -> pa.Array:
    forms = [form.replace("{}", "").strip(" «»") for form in legal.forms(sheet.locale)]
    return text.take(pa.array(forms), _forms(sheet))


def _domain(sheet: Sheet) -> pa.Array:
    """The names in ASCII and the row's number, in the top-level domain that is reserved for examples (RFC 2606)."""
    stem = _pairs(sheet, "last_m:ascii", "-")
    return text.join(stem, pa.array(sheet.draws.index + 1).cast(pa.string()), ".example")


def _email(sheet: Sheet) -> pa.Array:
    boxes = pa.array(["info@", "office@", "contact@", "sales@"])
    return text.join(text.take(boxes, sheet.draws.below(4, "box")), sheet["domain"])


def _germany(sheet: Sheet) -> pa.Array:
    places = random(sheet, 8, "tax")
    places[0] = 1 + places[0] % 9
    return spelled(["D", "E", *places, iso_11_10(places)])


def _austria(sheet: Sheet) -> pa.Array:
    places = random(sheet, 7, "tax")
    return spelled(["A", "T", "U", *places, (luhn([*places, *fixed("0", sheet.n)]) + 6) % 10])


def _belgium(sheet: Sheet) -> pa.Array:
    places = [*fixed("0", sheet.n), *random(sheet, 7, "tax")]
    return spelled(["B", "E", *places, *split(97 - joined(places) % 97, 2)])


def _france(sheet: Sheet) -> pa.Array:
    places = random(sheet, 8, "tax")
    siren = [*places, luhn(places)]
    return spelled(["F", "R", *split((12 + 3 * (joined(siren) % 97)) % 97, 2), *siren])


def _italy(sheet: Sheet) -> pa.Array:
    places = [*random(sheet, 7, "tax"), *fixed("001", sheet.n)]
    return spelled(["I", "T", *places, luhn(places)])


def _spain(sheet: Sheet) -> pa.Array:
    places = random(sheet, 7, "tax")
    return spelled(["E", "S", "B", *places, luhn(places)])


def _netherlands(sheet: Sheet) -> pa.Array:
    return spelled(["N", "L", *elevens(random(sheet, 8, "tax"), range(9, 1, -1)), "B", "0", "1"])


def _poland(sheet: Sheet) -> pa.Array:
    return spelled(["P", "L", *elevens(random(sheet, 9, "tax"), (6, 5, 7, 2, 3, 4, 5, 6, 7))])


def _sweden(sheet: Sheet) -> pa.Array:
    places = [*fixed("556", sheet.n), *random(sheet, 6, "tax")]
    return spelled(["S", "E", *places, luhn(places), "0", "1"])


def _switzerland(sheet: Sheet) -> pa.Array:
    places = elevens(random(sheet, 8, "tax"), (-5, -4, -3, -2, -7, -6, -5, -4))
    return spelled(["C", "H", "E", "-", *places[:3], ".", *places[3:6], ".", *places[6:]])


def _brazil(sheet: Sheet) -> pa.Array:
    places = [*random(sheet, 8, "tax"), *fixed("0001", sheet.n)]
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    for first in (1, 0):
        rest = weighted(places, weights[first:]) % 11
        places = [*places, np.where(rest < 2, 0, 11 - rest)]
    return spelled([*places[:2], ".", *places[2:5], ".", *places[5:8], "/", *places[8:12], "-", *places[12:]])


def _united_states(sheet: Sheet) -> pa.Array:
    """Employer numbers that begin with 07, which no office gives."""
    return spelled([*fixed("07", sheet.n), "-", *random(sheet, 7, "tax")])


TAX: dict[str, Callable[[Sheet], pa.Array]] = {
    "AT": _austria,
    "BE": _belgium,
    "BR": _brazil,
    "CH": _switzerland,
    "DE": _germany,
    "ES": _spain,
    "FR": _france,
    "IT": _italy,
    "NL": _netherlands,
    "PL": _poland,
    "SE": _sweden,
    "US": _united_states,
}


def _tax_id(sheet: Sheet) -> pa.Array:
    """The number under which a company pays taxes on its sales; missing for countries that are not among these."""
    made = TAX.get(sheet.locale.country)
    return sheet.constant(None) if made is None else made(sheet)


RECIPES = {
    "name": Recipe(_name, types.Text()),
    "legal_form": Recipe(_legal_form, types.Categorical()),
    "domain": Recipe(_domain, types.Identifier("opaque")),
    "email": Recipe(_email, types.Personal("email")),
    "tax_id": Recipe(_tax_id, types.Identifier("opaque"), nullable=True),
}
