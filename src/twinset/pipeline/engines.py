"""Engines by the words of a plan."""

from __future__ import annotations

import dataclasses
from typing import Any

from twinset.core import registry
from twinset.core.synthesis import Synthesizer
from twinset.errors import PlanError
from twinset.plan import Stage

_TABLES = ("tables", "locale")


def engine_of(stage: Stage) -> Synthesizer:
    """The synthesizer with its options; PlanError for unknown names and options."""
    cls = registry.lookup("synthesizers", stage.synthesizer)
    known = [field.name for field in dataclasses.fields(cls) if field.init and field.name not in _TABLES]
    for name in stage.options:
        if name not in known:
            raise PlanError(
                f"the synthesizer {stage.synthesizer!r} has no option {name!r}{registry.nearest(name, known)}; "
                f"its options: {', '.join(known) or 'none'}"
            )
    try:
        engine: Synthesizer = cls(**stage.options, **_tables(stage, cls))
    except (TypeError, ValueError) as error:
        raise PlanError(f"the options of {stage.synthesizer!r}: {error}") from error
    return engine


def _tables(stage: Stage, cls: Any) -> dict[str, Any]:
    """The tables of a stage, for an engine that makes them; PlanError where it makes none."""
    takes = {field.name for field in dataclasses.fields(cls)}.issuperset(_TABLES)
    if stage.tables and not takes:
        raise PlanError(f"the synthesizer {stage.synthesizer!r} makes no tables by rules; say synthesizer: rules")
    return {"tables": stage.tables, "locale": stage.locale} if takes else {}
