"""Products: groceries with a price of their kind, a number of the shop's own and a bar code that no maker has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import ean, fixed, random, spelled
from twinset.synthesizers.people.sheet import Recipe, Sheet

_PRICES = {"dishes": (500, 2500), "drinks": (200, 3000), "fruits": (50, 600), "spices": (100, 800), "vegetables": (40, 500)}
"""Lowest and highest price of each kind, in cents."""


def _index(sheet: Sheet) -> Ints:
    return sheet.once("product*", lambda sheet: sheet.any_of("product"))


def _name(sheet: Sheet) -> pa.Array:
    return sheet.take("product", _index(sheet))


def _category(sheet: Sheet) -> pa.Array:
    return sheet.take("product_kind", _index(sheet))


def _price(sheet: Sheet) -> pa.Array:
    """Between the lowest and the highest price of the kind, low ones more often."""
    bounds = np.array([_PRICES.get(kind, (100, 2000)) for kind in sheet.words["product_kind"].to_pylist()])
    low, high = bounds[_index(sheet)].T
    share = np.minimum(sheet.draws.small("price", "one"), sheet.draws.small("price", "two")).astype(np.int64)
    return pa.array((low + ((high - low) * share >> 16)) / 100)


def _sku(sheet: Sheet) -> pa.Array:
    letters = [sheet.draws.below(26, "sku", str(place)) + 10 for place in range(3)]
    return spelled([*letters, "-", *random(sheet, 5, "sku")])


def _ean(sheet: Sheet) -> pa.Array:
    """Thirteen digits that begin with 2, which GS1 leaves to shops for numbers of their own."""
    places = [*fixed("2", sheet.n), *random(sheet, 11, "ean")]
    return spelled([*places, ean(places)])


RECIPES = {
    "name": Recipe(_name, types.Categorical()),
    "category": Recipe(_category, types.Categorical()),
    "price": Recipe(_price, types.Real(2), pa.float64()),
    "sku": Recipe(_sku, types.Identifier("opaque")),
    "ean": Recipe(_ean, types.Identifier("opaque")),
}
