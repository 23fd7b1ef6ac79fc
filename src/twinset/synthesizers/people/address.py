"""Where a household lives: street, city, region and postcode that belong together, and all in one line."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.sheet import Make, Recipe, Sheet


def place(sheet: Sheet) -> Ints:
    """Each row's place, as likely as people live there."""
    return sheet.once("place", lambda sheet: sheet.words.pick("city", sheet.home.small("place")))


def _of_place(book: str) -> Make:
    return lambda sheet: sheet.take(book, place(sheet))


def _street(sheet: Sheet) -> pa.Array:
    """Street and number in the order of the locale."""
    parts = {
        "number": sheet.take("number", sheet.any_of("number", sheet.home)),
        "street": sheet.take("street", sheet.any_of("street", sheet.home)),
    }
    return _laid_out(sheet.locale.line, parts)


def _postcode(sheet: Sheet) -> pa.Array:
    """First signs of the place, and an ending; side by side as bytes where all have one length, which is the quicker way."""
    if len(sheet.words["post_row"]) == 1:
        return sheet.take("post_head", place(sheet))
    row = sheet.any_of("post_row", sheet.home)
    heads, endings = sheet.words.letters("post_head"), sheet.words.letters("post_row")
    if heads is None or endings is None:
        return text.join(sheet.take("post_head", place(sheet)), sheet.take("post_row", row))
    return text.from_matrix(np.concatenate([heads.take(place(sheet), axis=0), endings.take(row, axis=0)], axis=1))


def _laid_out(form: str, parts: dict[str, pa.Array]) -> pa.Array:
    """Texts put into a form; two of them around one separator are joined without copies of it."""
    pieces = re.split(r"\{(\w+)\}", form)
    if len(pieces) == 5 and not pieces[0] and not pieces[4]:
        return text.join(parts[pieces[1]], parts[pieces[3]], separator=pieces[2])
    return text.join(*(parts[piece] if place % 2 else piece for place, piece in enumerate(pieces) if piece))


def _address(sheet: Sheet) -> pa.Array:
    names = re.findall(r"\{(\w+)\}", sheet.locale.order)
    return _laid_out(sheet.locale.order, {name: sheet[name] for name in names})


def _country(sheet: Sheet) -> pa.Array:
    return sheet.constant(sheet.locale.country)


def _locale(sheet: Sheet) -> pa.Array:
    return sheet.constant(sheet.locale.code)


def _degrees(axis: str) -> Make:
    """A point within about five kilometres of the city's centre, to four decimals (ten metres)."""

    def make(sheet: Sheet) -> pa.Array:
        steps = np.rint(sheet.words[axis].to_numpy() * 10_000).astype(np.int64).take(place(sheet))
        return pa.array((steps + sheet.home.below(901, axis) - 450) / 10_000)

    return make


RECIPES = {
    "street": Recipe(_street, types.Personal("address")),
    "city": Recipe(_of_place("city"), types.Categorical()),
    "region": Recipe(_of_place("region"), types.Categorical()),
    "region_code": Recipe(_of_place("region_code"), types.Categorical()),
    "postcode": Recipe(_postcode, types.Identifier("opaque")),
    "country": Recipe(_country, types.Categorical()),
    "locale": Recipe(_locale, types.Categorical()),
    "address": Recipe(_address, types.Personal("address")),
    "latitude": Recipe(_degrees("latitude"), types.Geo("latitude", 4), pa.float64()),
    "longitude": Recipe(_degrees("longitude"), types.Geo("longitude", 4), pa.float64()),
    "timezone": Recipe(_of_place("timezone"), types.Categorical()),
}
