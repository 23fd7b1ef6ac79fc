"""Vehicles: make and model that belong together, the model's year, and a vehicle identification number that tells it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.numbers.columns import fixed, random, spelled, weighted
from twinset.synthesizers.people.person import AS_OF
from twinset.synthesizers.people.sheet import Recipe, Sheet

_LETTERS = np.array([int(sign, 36) for sign in "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"])
_YEARS = np.array([int(sign, 36) for sign in "ABCDEFGHJKLMNPRSTVWXY123456789"])
_VALUES = np.array([*range(10), 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9])
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _model_index(sheet: Sheet) -> Ints:
    return sheet.once("model*", lambda sheet: sheet.any_of("model"))


def _make(sheet: Sheet) -> pa.Array:
    return sheet.take("make", _model_index(sheet))


def _model(sheet: Sheet) -> pa.Array:
    return sheet.take("model", _model_index(sheet))


def _year(sheet: Sheet) -> Ints:
    """The model's year: newer ones more often, back to twenty years before ``as_of``."""

    def make(sheet: Sheet) -> Ints:
        newest = int(str(sheet.options.get("as_of", AS_OF))[:4])
        return newest - np.minimum(sheet.draws.below(21, "year", "one"), sheet.draws.below(21, "year", "two"))

    return sheet.once("years", make)


def _years(sheet: Sheet) -> pa.Array:
    return pa.array(_year(sheet).astype(np.int16))


def _vin(sheet: Sheet) -> pa.Array:
    """Seventeen signs (ISO 3779); the first is 0, which no maker of any country has, the ninth is the check digit."""
    kind = [_LETTERS[sheet.draws.below(len(_LETTERS), "vin", str(place))] for place in range(5)]
    year, plant = _YEARS[(_year(sheet) - 1980) % 30], _LETTERS[sheet.draws.below(len(_LETTERS), "vin", "plant")]
    places = [*fixed("0TW", sheet.n), *kind, *fixed("0", sheet.n), year, plant, *random(sheet, 6, "vin", "serial")]
    rest = weighted([_VALUES[column] for column in places], _WEIGHTS) % 11
    places[8] = np.where(rest == 10, int("X", 36), rest)
    return spelled(places)


RECIPES = {
    "make": Recipe(_make, types.Categorical()),
    "model": Recipe(_model, types.Categorical()),
    "year": Recipe(_years, types.Integer(), pa.int16()),
    "vin": Recipe(_vin, types.Identifier("opaque")),
}
