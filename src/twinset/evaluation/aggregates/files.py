"""Files of published aggregates: YAML or JSON in our format, and plain CSV cross tables.

A CSV table has a column for each variable and one called ``count`` or ``share`` (``percent`` is a hundred times a share);
``n`` is what a share rests on. An empty figure, or a text such as "*" or "<10", was suppressed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from twinset.core.registry import nearest
from twinset.errors import DataError, PlanError
from twinset.evaluation.aggregates.model import Aggregates, ColumnFigures, Correlation, CrossTable, Histogram
from twinset.plan import plain_yaml

_FIGURES = ("count", "share", "percent")
_SUPPRESSED = ("", "*", "c", "x", "..", "-", "na", "null", "suppressed")
_WORDS = {
    name for model in (Aggregates, ColumnFigures, Correlation, CrossTable, Histogram) for name in model.model_fields
}  # fmt: skip


def read_aggregates(path: Path) -> Aggregates:
    """The aggregates in a file; DataError where it can't be read or says what can't be."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"there is no file {str(path)!r}; twinset aggregates SOURCE -o {path.name} writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"can't read {path}: {error}") from error
    if path.suffix.lower() in (".csv", ".tsv"):
        return _validated(_from_csv(text, path), path)
    try:
        data = plain_yaml(text, name=str(path), what="file of aggregates")
    except PlanError as error:
        raise DataError(str(error)) from None
    if not isinstance(data, dict) or "twinset_aggregates" not in data:
        raise DataError(
            f'{path} is no file of aggregates: it starts with "twinset_aggregates: 1"; or give a CSV cross table'
        )
    return _validated(data, path)


def dump_aggregates(found: Aggregates, path: Path) -> str:
    """The text of a file: JSON where the name ends so, else YAML."""
    import yaml

    data = found.model_dump(mode="json", exclude_defaults=True)
    data = _bare({"twinset_aggregates": found.twinset_aggregates, "name": found.name, **data})
    if path.suffix.lower() == ".json":
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)


def _bare(value: Any) -> Any:
    """Whole numbers without a point, all the way down."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _validated(data: dict[Any, Any], path: Path) -> Aggregates:
    try:
        return Aggregates.model_validate(data)
    except ValidationError as error:
        raise DataError(f"{path}: " + "; ".join(map(_sentence, error.errors()[:5]))) from None


def _sentence(fault: Any) -> str:
    place = ".".join(map(str, fault["loc"])) or "the file"
    if fault["type"] == "extra_forbidden":
        return f"{place} is not a word of this format{nearest(fault['loc'][-1], _WORDS)}; see docs/aggregates.md"
    return f"{place}: {fault['msg'].removeprefix('Value error, ')}"


def _from_csv(text: str, path: Path) -> dict[str, Any]:
    """One cross table, in which no two cells are the same."""
    first = text.partition("\n")[0]
    separator = max("\t;,", key=first.count)
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=separator) if line]
    head = [name.strip() for name in lines[0]] if lines else []
    figure = next((name for name in _FIGURES if name in map(str.lower, head)), None)
    if figure is None or len(lines) < 2:
        raise DataError(f"{path} is no cross table: one of its columns is called count, share or percent; it has: {head}")
    place = [name.lower() for name in head].index(figure)
    n_place = [name.lower() for name in head].index("n") if "n" in map(str.lower, head) else None
    names = [name for i, name in enumerate(head) if i not in (place, n_place)]
    cells = [_cell(line, number, head, (place, n_place), path) for number, line in enumerate(lines[1:], 2)]
    if figure == "percent":
        for cell in cells:
            cell[len(names)] = None if cell[len(names)] is None else cell[len(names)] / 100
    counts = [cell[len(names)] for cell in cells]
    rows = sum(int(count) for count in counts if count is not None) if figure == "count" and None not in counts else None
    table = {"columns": names, "measure": "count" if figure == "count" else "share", "cells": cells, "n": rows}
    return {"name": path.stem, "source": path.name, "rows": rows, "tables": [table]}


def _cell(line: Sequence[str], number: int, head: list[str], places: tuple[int, int | None], path: Path) -> list[Any]:
    if len(line) != len(head):
        raise DataError(f"{path}, line {number}: {len(line)} fields where the header has {len(head)}")
    values = [text.strip() for i, text in enumerate(line) if i not in places]
    numbers = [_number(line[place], number, path) for place in places if place is not None]
    return [*values, *numbers]


def _number(text: str, number: int, path: Path) -> float | None:
    """The number; None for what was suppressed."""
    bare = text.strip()
    if bare.lower() in _SUPPRESSED or bare.startswith("<"):
        return None
    try:
        return float(bare.rstrip("%").replace(" ", ""))
    except ValueError:
        marks = ", ".join(repr(mark) for mark in _SUPPRESSED)
        raise DataError(f"{path}, line {number}: {bare!r} is no number; what was suppressed is {marks} or <10") from None
