"""What is given is honoured, or refused with an error that the caller can act on; never left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from twinset.core import types
from twinset.core.request import Fixed, Given, SeedRows, Shares
from twinset.core.schema import Column
from twinset.core.synthesis import GivenKind
from twinset.errors import UserError
from twinset.testing.bench import Case, demand, sample

N_ROWS = 400
SHARE = 0.75
TOLERANCE = 0.11
"""Five standard errors of a share of 0.75 among 400 rows."""


def unsupported_given_is_refused(case: Case) -> None:
    """Each kind of Given that the traits do not name is a UserError."""
    table = case.sampler.schema.tables[0]
    column = table.columns[0]
    rows = pa.table({column.name: pa.nulls(case.request.size.get(table.name, 0), column.storage)})
    for kind, given in _kinds(column.name, rows).items():
        if kind not in case.traits.given:
            demand(_is_refused(case, given), f"{kind} is not among traits.given and goes unnoticed; raise a UserError")


def given_columns_are_known(case: Case) -> None:
    """A given column that does not exist is a UserError."""
    name = "no such column"
    rows = pa.table({name: pa.nulls(sum(case.request.size.values()), pa.int64())})
    for kind, given in _kinds(name, rows).items():
        if kind in case.traits.given:
            demand(_is_refused(case, given), f"{kind} with an unknown column goes unnoticed; raise a UserError")


def fixed_values_stand_in_every_row(case: Case) -> None:
    """Fixed(column = a) makes a column of a alone, for the first and for the last column of labels."""
    for column, values in _labels(case, "fixed"):
        cells = _cells(case, column, Fixed({column.name: values[1]}))
        demand(set(cells) == {values[1]}, f"{column.name!r} is fixed to {values[1]!r} and holds {set(cells)}")


def seed_rows_stand_in_their_rows(case: Case) -> None:
    """SeedRows with a column of labels makes that very column, across the edges of parts."""
    for column, values in _labels(case, "seed_rows"):
        pattern = [values[place % 2] for place in range(N_ROWS)]
        cells = _cells(case, column, SeedRows(pa.table({column.name: pa.array(pattern, column.storage)})))
        wrong = [place for place in range(N_ROWS) if cells[place] != pattern[place]]
        demand(not wrong, f"rows {wrong[:5]} of {column.name!r} are not those that were given")


def shares_come_out(case: Case) -> None:
    """Shares(column, {a: 0.75, b: 0.25}) makes about three a for each b, and nothing else."""
    for column, (common, rare, *_) in _labels(case, "shares"):
        cells = _cells(case, column, Shares(column.name, {common: SHARE, rare: 1 - SHARE}))
        found = cells.count(common) / N_ROWS
        demand(set(cells) <= {common, rare}, f"{column.name!r} is given as {common!r} and {rare!r} and holds {set(cells)}")
        demand(abs(found - SHARE) < TOLERANCE, f"{common!r} is given a share of {SHARE} in {column.name!r} and has {found}")


def _kinds(name: str, rows: pa.Table) -> dict[GivenKind, Given]:
    return {"fixed": Fixed({name: "a"}), "seed_rows": SeedRows(rows), "shares": Shares(name, {"a": 1.0})}


def _is_refused(case: Case, given: Given) -> bool:
    try:
        sample(case.sampler, replace(case.request, given=given))
    except UserError:
        return True
    return False


def _labels(case: Case, kind: GivenKind) -> Iterator[tuple[Column, list[object]]]:
    """The first and the last column of labels with the labels that come out; none where the kind is not supported."""
    if kind not in case.traits.given or len(case.sampler.schema.tables) != 1:
        return
    table = case.sampler.schema.only
    rows = sample(case.sampler, replace(case.request, size={table.name: N_ROWS}))[table.name]
    columns = [column for column in table.columns if isinstance(column.type, types.Categorical)]
    found = [(column, sorted(set(rows[column.name].to_pylist()) - {None}, key=repr)) for column in columns]
    several = [(column, values) for column, values in found if len(values) > 1]
    yield from several[:1]
    yield from several[1:][-1:]


def _cells(case: Case, column: Column, given: Given) -> list[object]:
    table = case.sampler.schema.only.name
    request = replace(case.request, size={table: N_ROWS}, part_rows=N_ROWS // 3, given=given)
    return list(sample(case.sampler, request)[table][column.name].to_pylist())


GIVEN_CHECKS = (
    unsupported_given_is_refused,
    given_columns_are_known,
    fixed_values_stand_in_every_row,
    seed_rows_stand_in_their_rows,
    shares_come_out,
)
