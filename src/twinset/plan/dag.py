"""The order of stages: each after those that it needs."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.plan.model import Plan


def in_order(plan: Plan) -> tuple[str, ...]:
    """Stage names, needed ones first, otherwise as written; PlanError for an unknown need or a circle, which is shown."""
    for name, stage in plan.stages.items():
        for need in stage.needs:
            if need not in plan.stages:
                raise PlanError(f"stage {name!r} needs {need!r}, which is not in the plan{nearest(need, plan.stages)}")
    sorter = TopologicalSorter({name: stage.needs for name, stage in plan.stages.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise PlanError(f"stages need each other in a circle: {' -> '.join(reversed(error.args[1]))}") from None
    rank = {name: place for place, name in enumerate(plan.stages)}
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=rank.__getitem__)
        order += ready
        sorter.done(*ready)
    return tuple(order)
