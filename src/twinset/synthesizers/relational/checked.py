"""That what was read of a saved sampler fits its tables."""

from __future__ import annotations

from collections.abc import Mapping

from twinset.errors import DataError
from twinset.synthesizers.relational.known import Known


def check_copies(name: str, known: Mapping[str, Known]) -> None:
    """That what a table says again stands where its keys lead; DataError where it does not."""
    shape, above = known[name].shape, set()
    here = shape.owner
    while here is not None:
        above.add(here.key.table)
        here = known[here.key.table].shape.owner
    tied = {number: tie.key.table for number, tie in enumerate(shape.ties)}
    for one in known[name].copies:
        is_led = one.table in above if one.tie is None else tied.get(one.tie) == one.table
        if not is_led or one.column not in shape.table.names or one.source not in known[one.table].table.names:
            raise DataError("the sampler says again what stands in no row that its keys lead to")


def check(known: Known) -> None:
    """That what was read fits the table; DataError where it does not."""
    shape, names = known.shape, set(known.table.names)
    said = {*(gap.column for gap in known.gaps), *(total.column for total in known.totals)}
    said |= {*known.withheld, *known.mirrors, *([known.ordinal] if known.ordinal else [])}
    if said - names:
        raise DataError("the sampler speaks of columns that its table does not have")
    if set(known.labels) != {number for number, _ in shape.of("list")}:
        raise DataError("the sampler's lists are not those of its table's keys")
    if {one.number for one in known.partners} != {number for number, _ in shape.of("partner")}:
        raise DataError("the sampler's partners are not those of its table's keys")
    if not {choice.number for choice in known.choices} <= set(known.labels):
        raise DataError("the sampler's choices are not those of its table's keys")
    if not {name for one in known.combos for name in one.column_names} <= {choice.label for choice in known.choices}:
        raise DataError("the sampler's combinations are not of its table's keys")
    if (known.kept is not None) != known.table.is_reference:
        raise DataError("the sampler keeps rows of what is no list")
    if known.kept is not None and known.kept.schema.names != known.table.arrow.names:
        raise DataError("the sampler's list is not one of its table's rows")
