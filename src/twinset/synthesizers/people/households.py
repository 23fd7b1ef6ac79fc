"""Households by arithmetic: which rows live together follows from a row's index alone.

Twelve rows in a row are cut into households of one to five by one of a few patterns, drawn for each dozen. The first row of
a household is its head, whose draws all its members share for last name and address.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Draws, Ints
from twinset.synthesizers.people.sheet import Recipe, Sheet
from twinset.synthesizers.people.weights import shares, table

DOZEN = 12
_PATTERNS = (
    (1, 2, 1, 4, 1, 2, 1), (2, 1, 3, 1, 2, 1, 2), (1, 1, 2, 4, 2, 1, 1), (2, 5, 1, 1, 1, 2),
    (3, 1, 2, 1, 4, 1), (4, 2, 1, 3, 2),
)  # fmt: skip


def _positions() -> Ints:
    """For each pattern and each of its twelve rows: the place of the row's head in the dozen."""
    return np.array([np.repeat(np.cumsum((0, *sizes))[:-1], sizes) for sizes in _PATTERNS])


def heads(draws: Draws) -> Ints:
    """The index of the head of each row's household."""
    rows = draws.index
    dozens, place = np.divmod(rows, DOZEN)
    if not len(rows):
        return rows
    first, last = int(dozens.min()), int(dozens.max())
    pattern = Draws(draws.seed, first, last - first + 1).below(len(_PATTERNS), "household")
    return np.asarray(dozens * DOZEN + _positions()[pattern[dozens - first], place])


def sexes(sheet: Sheet) -> Ints:
    """Partners are of two sexes in nineteen of twenty households."""
    own = sheet.draws.small("sex") < 33_423
    of_head = sheet.home.small("sex") < 33_423
    is_partner = sheet.draws.index - sheet.home.index == 1
    differ = sheet.draws.small("partner") < 62_259
    return np.where(is_partner, of_head ^ differ, own)


def ages(sheet: Sheet) -> Ints:
    """The head is 22 to 85 years old, the partner about as old, children at least 20 years younger."""
    weight = [100.0 if age < 55 else max(1.0, 100.0 - (age - 55) * 3.0) for age in range(22, 86)]
    of_head = 22 + table(shares(weight)).take(sheet.home.small("age"))
    member = sheet.draws.index - sheet.home.index
    partner = np.maximum(20, of_head + sheet.draws.below(9, "partner", "age") - 4)
    child = sheet.draws.below(np.clip(of_head - 21, 1, 25), "child", "age")
    return np.select([member == 0, member == 1], [of_head, partner], child)


def _household_id(sheet: Sheet) -> pa.Array:
    return pa.array(sheet.home.index + 1)


def _role(sheet: Sheet) -> pa.Array:
    member = np.minimum(sheet.draws.index - sheet.home.index, 2)
    return text.take(pa.array(["head", "partner", "child"]), member)


RECIPES = {
    "household_id": Recipe(_household_id, types.Identifier("opaque"), pa.int64()),
    "role": Recipe(_role, types.Categorical()),
}
"""A household's members are persons with these fields more."""


def member_options() -> dict[str, object]:
    """What tells :mod:`person` that its rows are members of households."""
    return {"age_of": ages, "sex_of": sexes}
