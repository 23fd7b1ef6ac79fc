"""Settled plans: what was found is written out, so that a reader can mend it and the plan makes the same again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twinset.core.dataset import Dataset
from twinset.core.schema import Table
from twinset.pipeline import steps
from twinset.pipeline.lookups import with_check_files
from twinset.pipeline.settings import Settings
from twinset.plan import Plan, TextSpec
from twinset.plan.linked import KeySpec, LinkedTable


def settled(plan: Plan, sources: Mapping[str, Dataset | None], folder: Path, settings: Settings) -> Plan:
    """The plan as it can be run again from ``folder``: every column's type and reason written out, paths from there."""
    stages = {}
    for name, stage in plan.stages.items():
        update: dict[str, Any] = {}
        if data := sources.get(name):
            update |= said_of(data)
        for kind in ("source", "sampler"):
            if (path := getattr(stage, kind)) is not None and "://" not in path:
                update[kind] = os.path.relpath(steps.place(path, settings), folder)
        if stage.given is not None and stage.given.rows is not None and "://" not in stage.given.rows:
            rows = os.path.relpath(steps.place(stage.given.rows, settings), folder)
            update["given"] = stage.given.model_copy(update={"rows": rows})
        if stage.text is not None:
            update["text"] = _text(stage.text, folder)
        stages[name] = stage.model_copy(update=update)
    return plan.model_copy(update={"stages": stages})


def said_of(data: Dataset) -> dict[str, Any]:
    """What a stage says of the one table of a dataset, or of each of several."""
    if len(data.schema.tables) == 1:
        return {"columns": columns_of(data)}
    return {"columns": {}, "linked": {table.name: _linked(table) for table in data.schema}}


def _linked(table: Table) -> LinkedTable:
    keys = tuple(
        KeySpec(columns=key.columns, table=key.table, references=key.references, when=dict([key.when]) if key.when else None)
        for key in table.foreign_keys
    )
    return LinkedTable(
        primary_key=table.primary_key or None, foreign_keys=keys, owner=table.owner.table if table.owner else "none",
        list=table.is_reference, columns={column.name: column.to_data() for column in table.columns},
    )  # fmt: skip


def _text(text: TextSpec, folder: Path) -> TextSpec:
    """The text with the files of its models and checks as they are named from ``folder``."""
    models = {}
    for name, model in text.models.items():
        files = {word: os.path.relpath(path, folder) for word in ("answers", "path") if (path := getattr(model, word))}
        models[name] = model.model_copy(update=files)
    checks = with_check_files(text.checks, lambda file: os.path.relpath(file, folder))
    return text.model_copy(update={"models": models, "checks": checks})


def columns_of(data: Dataset) -> dict[str, dict[str, Any]]:
    """The columns of a dataset of one table as a plan says them, those that were left out last."""
    columns: dict[str, dict[str, Any]] = {column.name: column.to_data() for column in data.schema.only.columns}
    left_out = [repair for repair in data.repairs if repair.column is not None and repair.column not in columns]
    return columns | {str(repair.column): {"type": "omit", "reason": repair.what} for repair in left_out}
