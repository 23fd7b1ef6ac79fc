"""Engines by the words of a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from twinset.core import registry
from twinset.core.synthesis import Synthesizer
from twinset.errors import PlanError
from twinset.plan import Stage

_TABLES = ("tables", "locale")
_OWN = (*_TABLES, "text", "table")


def engine_of(stage: Stage) -> Synthesizer:
    """The synthesizer of a stage with its options; PlanError for unknown names and options."""
    cls = registry.lookup("synthesizers", stage.synthesizer)
    return engine_named(stage.synthesizer, stage.options, **_tables(stage, cls))


def engine_named(name: str, options: Mapping[str, Any], **tables: Any) -> Synthesizer:
    """The synthesizer of that name with its options; PlanError for unknown names and options."""
    cls = registry.lookup("synthesizers", name)
    known = [field.name for field in dataclasses.fields(cls) if field.init and field.name not in _OWN]
    for option in options:
        if option not in known:
            raise PlanError(
                f"the synthesizer {name!r} has no option {option!r}{registry.nearest(option, known)}; "
                f"its options: {', '.join(known) or 'none'}"
            )
    try:
        engine: Synthesizer = cls(**options, **tables)
    except (TypeError, ValueError) as error:
        raise PlanError(f"the options of {name!r}: {error}") from error
    return engine


def _tables(stage: Stage, cls: Any) -> dict[str, Any]:
    """The tables of a stage, for an engine that makes them; PlanError where it makes none."""
    fields = {field.name for field in dataclasses.fields(cls)}
    if "text" in fields:
        return {"text": stage.text, "locale": stage.locale, "table": stage.table or "text"}
    if stage.text is not None:
        raise PlanError(f"the synthesizer {stage.synthesizer!r} makes no text; say synthesizer: text")
    takes = fields.issuperset(_TABLES)
    if stage.tables and not takes:
        raise PlanError(f"the synthesizer {stage.synthesizer!r} makes no tables by rules; say synthesizer: rules")
    return {"tables": stage.edged_tables, "locale": stage.locale} if takes else {}
