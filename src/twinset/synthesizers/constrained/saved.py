"""Forms as plain data, written and read back with every check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twinset.core.constraints import Constraint
from twinset.core.schema import Table
from twinset.errors import DataError
from twinset.synthesizers.constrained.check import Check
from twinset.synthesizers.constrained.form import KINDS, Form
from twinset.synthesizers.constrained.step import Step, entry

DOCUMENT, INNER = "constrained.json", "inner"


def form_to_data(form: Form) -> list[dict[str, Any]]:
    """Each step: which constraint it meets, its word, and what it learned."""
    places = {id(constraint): number for number, constraint in enumerate(form.table.constraints)}
    return [{"constraint": places[id(one.constraint)], "step": one.word, **one.to_data()} for one in form.steps]


def read_document(folder: Path) -> dict[str, Any]:
    """What :func:`form_to_data` and the engine's name were written into."""
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"the sampler's {DOCUMENT} is missing or damaged: {error}") from error
    if not isinstance(document, dict):
        raise DataError(f"the sampler's {DOCUMENT} is not an object")
    return document


def form_from_data(data: Any, table: Table, check: Check) -> Form:
    """The form of a table; DataError where it is none."""
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise DataError("the sampler's steps are not a list")
    steps: list[Step[Any]] = []
    for one in data:
        number = entry(one, "constraint", int)
        if not 0 <= number < len(table.constraints):
            raise DataError(f"the sampler's step meets a constraint that is not there: {number}")
        steps.append(_step(one, number, table.constraints[number], table, check))
    return Form(table, tuple(steps))


def _step(data: dict[str, Any], number: int, constraint: Constraint, table: Table, check: Check) -> Step[Any]:
    kind = KINDS.get(type(constraint))
    if kind is None or kind.word != data.get("step"):
        raise DataError(f"the sampler's step {data.get('step')!r:.40} does not meet a {constraint.word}")
    return kind.restore(constraint, table, data, check.books.get(number))
