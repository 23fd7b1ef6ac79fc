"""Tables whose rows are events or versions: what ``events`` and ``history`` of a plan make of their degree and columns."""

from __future__ import annotations

import dataclasses

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.plan import TableSpec
from twinset.synthesizers.rules.rule import Rule
from twinset.synthesizers.rules.tables import Made
from twinset.synthesizers.rules.timelines.changing import N_DRAWS, Changing
from twinset.synthesizers.rules.timelines.events import Events, EventsRecord
from twinset.synthesizers.rules.timelines.history import History, HistoryRecord


def timeline(spec: TableSpec, columns: dict[str, Made]) -> Rule | None:
    """The degree of a table of events or versions, whose record and hidden columns are added; None for other tables."""
    said = {word: given for word, given in (("events", spec.events), ("history", spec.history)) if given is not None}
    if not said:
        return None
    ((word, given),) = said.items()
    if word in columns:
        raise PlanError(f"there is a column {word!r}, which is the name of the record of {word}; rename it")
    if word == "events":
        events = Events.from_data(given)
        columns[word] = Made(EventsRecord(events), hidden=True)
        return events
    history = History.from_data(given)
    columns[word] = Made(HistoryRecord(history), hidden=True)
    for number, name in enumerate(history.columns):
        _change(name, number, history, columns)
    return history


def _change(name: str, number: int, history: History, columns: dict[str, Made]) -> None:
    """The column as one that changes; its own rule makes the hidden columns of what it changes to."""
    if name not in columns:
        raise PlanError(f"history: changes names {name!r}, which is no column{nearest(name, columns)}")
    own = columns[name]
    if own.unique or own.rule.reads():
        raise PlanError(f"history: {name!r} is unique or follows from other columns, so that it has no changes of its own")
    draws = tuple(f"{name} (draw {draw})" for draw in range(1, N_DRAWS + 1))
    for draw in draws:
        columns[draw] = dataclasses.replace(own, hidden=True)
    columns[name] = dataclasses.replace(own, rule=Changing(history, number, draws), missing=0.0)
