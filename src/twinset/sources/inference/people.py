"""Personal data in text: what :mod:`twinset.privacy.personal` finds, as a guess."""

from __future__ import annotations

import pyarrow as pa

from twinset.core import types
from twinset.privacy import personal
from twinset.sources.inference import reasons
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints


def person(cells: Cells, table: Hints) -> Guess | None:
    """Personal data of a kind; the values are kept as they are and never learned."""
    found = personal.find(cells.name, cells.values, table.names)
    if found is None:
        return None
    return Guess(types.Personal(found.kind), cells.values, f"{found.how}, {reasons.distinct(cells)}")


def person_in_numbers(cells: Cells) -> Guess | None:
    """Personal data that is stored as whole numbers: telephone or identity numbers."""
    if not pa.types.is_integer(cells.values.type):
        return None
    found = personal.find(cells.name, cells.sample(500).cast(pa.string()))
    if found is None:
        return None
    return Guess(types.Personal(found.kind), cells.values, f"{found.how}, stored as numbers, {reasons.distinct(cells)}")
