"""Telephone numbers of the country's form, from ranges that are nobody's where the country keeps such."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.synthesizers.people import text
from twinset.synthesizers.people.facts import phones
from twinset.synthesizers.people.sheet import Recipe, Sheet


def _phone(sheet: Sheet) -> pa.Array:
    country = sheet.locale.country
    patterns = phones.RESERVED.get(country) or phones.SHAPES[country]
    if "area" not in sheet.words:
        return text.filled(patterns, sheet.draws, "phone")
    areas = sheet.words.letters("area")
    assert areas is not None  # all of them have three digits
    numbers = text.filled_letters(patterns, sheet.draws, "phone")
    return text.from_matrix(np.concatenate([areas.take(sheet.any_of("area"), axis=0), numbers], axis=1))


RECIPES = {"phone": Recipe(_phone, types.Personal("phone"))}
