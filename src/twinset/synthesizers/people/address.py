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
    parts = {name: (name, sheet.any_of(name, sheet.home)) for name in ("number", "street")}
    return sheet.laid_out(sheet.locale.line, parts)


def _postcode(sheet: Sheet) -> pa.Array:
    """First signs of the place, and an ending."""
    if len(sheet.words["post_row"]) == 1:
        return sheet.take("post_head", place(sheet))
    ending = sheet.any_of("post_row", sheet.home)
    return text.woven((sheet.words["post_head"], place(sheet)), (sheet.words["post_row"], ending))


def _address(sheet: Sheet) -> pa.Array:
    """Its parts in the order of the locale."""
    pieces = re.split(r"\{(\w+)\}", sheet.locale.order)
    return text.join(*(sheet[piece] if place % 2 else piece for place, piece in enumerate(pieces) if piece))


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
