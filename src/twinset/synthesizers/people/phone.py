"""Telephone numbers of the country's form, from ranges that are nobody's where the country keeps such."""

from __future__ import annotations

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
    numbers = sheet.words.derived("number*", lambda: pa.array(phones.all_of(patterns)))
    which = sheet.draws.below(len(numbers), "phone")
    return text.woven((sheet.words["area"], sheet.any_of("area")), (numbers, which))


RECIPES = {"phone": Recipe(_phone, types.Personal("phone"))}
