"""Constraints: put on a dataset, around the engine that learns it, and proposed for a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from twinset.constraints import check
from twinset.constraints.propose import propose
from twinset.core import registry
from twinset.core.constraints import Constraint, to_data
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.schema import Schema
from twinset.core.synthesis import Function, Synthesizer
from twinset.plan import Plan


def constrained(data: Dataset, constraints: Sequence[Constraint]) -> Dataset:
    """The same rows under constraints; SchemaError where these fit neither the columns nor each other."""
    if not constraints:
        return data
    table = dataclasses.replace(data.schema.only, constraints=tuple(constraints))
    check(table)
    return Tables(Schema((table,)), {table.name: whole(data)}, data.role, data.dialect, data.repairs)


def with_proposals(plan: Plan, sources: Mapping[str, Dataset | None]) -> Plan:
    """The plan with the constraints that hold in every real row, where a stage says none; for its reader to mend."""
    stages = {}
    for name, stage in plan.stages.items():
        data = sources.get(name)
        if data is not None and not stage.constraints and len(data.schema.tables) == 1:
            found = propose(data.schema.only, whole(data))
            stage = stage.model_copy(update={"constraints": tuple(to_data(one) for one in found)})
        stages[name] = stage
    return plan.model_copy(update={"stages": stages})


def around(engine: Synthesizer, schema: Schema, functions: Mapping[str, Function]) -> Synthesizer:
    """The engine as it is for one table without constraints, else inside the one that follows keys or meets constraints."""
    relational = registry.lookup("synthesizers", "relational")
    if len(schema.tables) > 1 and not isinstance(engine, relational):
        linking: Synthesizer = relational(engine)
        return linking
    kind = registry.lookup("synthesizers", "constrained")
    if isinstance(engine, kind) or not any(table.constraints for table in schema):
        return engine
    made: Synthesizer = kind(engine, functions)
    return made
