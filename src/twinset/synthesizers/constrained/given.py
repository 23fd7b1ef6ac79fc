"""Rows that are given, in the form that the engine learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from twinset.constraints import Functions, broken
from twinset.core.constraints import Combinations
from twinset.core.request import Fixed, Given, KeyRange, Request, SeedRows, Shares
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.synthesizers.constrained.check import Check
from twinset.synthesizers.constrained.form import Form
from twinset.synthesizers.constrained.joint import Joint
from twinset.synthesizers.constrained.pattern import Coded
from twinset.synthesizers.constrained.step import Step


def inner_given(request: Request, form: Form, check: Check, functions: Functions) -> Given | None:
    """What the engine is given; PlanError where that can't be said, or where given rows break a constraint themselves."""
    given = request.given
    if given is None:
        return None
    if isinstance(given, Shares):
        for step in form.steps:
            if given.column in step.writes:
                raise _cant(given.column, step, form.table)
        return given
    rows = _given_rows(given, form.table)
    if rows.num_rows:
        _check_rows(rows, check, functions)
    columns = {name: rows.column(name) for name in rows.schema.names}
    for step in form.steps:
        if taken := [name for name in step.takes if name in columns]:
            if not {*step.reads, *step.takes} <= set(rows.schema.names):
                raise _cant(taken[0], step, form.table)
            hidden = step.forward(rows)
            _check_known(step, hidden)
            columns = {name: column for name, column in columns.items() if name not in step.takes}
            columns |= dict(zip((column.name for column in step.hidden), hidden, strict=True))
    if isinstance(given, Fixed):
        return Fixed({name: column[0].as_py() for name, column in columns.items()})
    return SeedRows(pa.table(columns))


def given_columns(given: Given | None, form: Form, keys: KeyRange) -> dict[str, pa.Array]:
    """The given columns of patterns for one part, which no engine knows."""
    if given is None or isinstance(given, Shares):
        return {}
    names = [step.constraint.column for step in form.steps if isinstance(step, Coded)]
    rows = _given_rows(given, form.table)
    places = np.arange(keys.start, keys.stop) if isinstance(given, SeedRows) else np.zeros(len(keys), dtype=np.int64)
    return {name: rows.column(name).take(pa.array(places)) for name in names if name in rows.schema.names}


def _given_rows(given: Fixed | SeedRows, table: Table) -> pa.RecordBatch:
    """Given columns in their storage, one row for fixed values."""
    if isinstance(given, Fixed):
        given = SeedRows(pa.table({name: pa.array([value]) for name, value in given.values.items()}))
    arrays = {}
    for name in given.rows.column_names:
        if name not in table.names:
            raise PlanError(f"there is no column {name!r} to be given; columns: {', '.join(table.names[:30])}")
        try:
            arrays[name] = given.rows.column(name).cast(table[name].storage).combine_chunks()
        except pa.ArrowException as error:
            raise PlanError(f"what is given for column {name!r} is not {table[name].storage}: {error}") from error
    plain = {
        n: a if isinstance(a, pa.Array) else pa.concat_arrays(a.chunks or [pa.array([], a.type)]) for n, a in arrays.items()
    }
    return pa.RecordBatch.from_pydict(plain)


def _check_rows(rows: pa.RecordBatch, check: Check, functions: Functions) -> None:
    for number, constraint in enumerate(check.table.constraints):
        if not set(constraint.columns) <= set(rows.schema.names):
            continue
        if isinstance(constraint, Combinations):
            n_broken = int(check.books[number].lacks(rows).sum())
        else:
            n_broken = int(broken(constraint, check.table, rows, functions).sum())
        if n_broken:
            raise PlanError(f"{n_broken:,} of {rows.num_rows:,} given rows break {str(constraint)!r} themselves; mend them")


def _check_known(step: Step[Any], hidden: list[pa.Array]) -> None:
    if isinstance(step, Joint) and np.any(hidden[0].to_numpy() >= len(step.book)):
        raise PlanError(f"what is given is none of the {step.constraint}; they are those that enough entities share")


def _cant(name: str, step: Step[Any], table: Table) -> PlanError:
    others = [one for one in dict.fromkeys((*step.reads, *step.takes)) if one in table.names]
    return PlanError(
        f"{name!r} can't be given alone under the constraint {str(step.constraint)!r}; "
        f"give all of {', '.join(others)} in each row, or none of {', '.join(step.takes)}"
    )
