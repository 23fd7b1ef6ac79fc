"""What every synthesizer must keep: honest traits and forecasts, and a fit that follows from its arguments alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

from twinset.core import types
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.core.synthesis import Forecast, GivenKind, Sampler, Synthesizer, Traits
from twinset.errors import UserError
from twinset.testing.bench import Case, FitRecorder, Plain, demand, same_rows, sample
from twinset.testing.conduct_checks import global_random_state, no_files_written

N_ROWS = 25
PART_ROWS = 10
SEED = Seed(11)


@dataclass(frozen=True)
class Subject:
    """A synthesizer under test, the data to fit it on, and the sampler that comes of it."""

    synthesizer: Synthesizer
    data: Dataset

    @cached_property
    def sampler(self) -> Sampler:
        return self.fit(self.data)

    @cached_property
    def request(self) -> Request:
        return self.asking(N_ROWS)

    @property
    def learns(self) -> bool:
        """Whether what it makes has the tables that it was fitted on, rather than tables of its own."""
        return [table.name for table in self.sampler.schema] == [table.name for table in self.data.schema]

    @cached_property
    def case(self) -> Case:
        return Case(self.sampler, self.request, type(self.synthesizer), self.synthesizer.traits)

    def fit(self, data: Dataset | None, ctx: FitRecorder | None = None) -> Sampler:
        schema = self.data.schema if data is None else data.schema
        return self.synthesizer.fit(data, schema=schema, seed=SEED.child("fit"), ctx=ctx or FitRecorder())

    def asking(self, n_rows: int) -> Request:
        size = {table.name: n_rows for table in self.sampler.schema}
        return Request(size, SEED.child("sample"), part_rows=PART_ROWS)


def is_a_synthesizer(subject: Subject) -> None:
    """A frozen dataclass with the members of the Protocol."""
    made = subject.synthesizer
    demand(isinstance(made, Synthesizer), f"{type(made).__name__} lacks some of: traits, forecast, fit, load")
    parameters = getattr(type(made), "__dataclass_params__", None)
    demand(parameters is not None and parameters.frozen, f"{type(made).__name__} is not a frozen dataclass of options")


def traits_are_typed(subject: Subject) -> None:
    """Traits name known kinds of Given, say whether it is private, and which extra it needs."""
    traits = subject.synthesizer.traits
    demand(isinstance(traits, Traits), f"traits is a Traits, not {type(traits).__name__}")
    known = frozenset(get_args(GivenKind))
    demand(traits.given <= known, f"traits.given names {sorted(traits.given - known)}; the kinds are {sorted(known)}")
    demand(isinstance(traits.is_private, bool), f"traits.is_private is true or false, not {traits.is_private!r}")
    demand(traits.extra is None or bool(traits.extra), "traits.extra is the name of an extra or None")


def forecast_is_finite(subject: Subject) -> None:
    """Finite, not negative, and not falling with the rows."""
    costs = []
    for n_rows in (0, 1_000, 10_000_000):
        cost = subject.synthesizer.forecast(subject.data.schema, {table.name: n_rows for table in subject.data.schema})
        demand(isinstance(cost, Forecast), f"forecast gives a Forecast, not {type(cost).__name__}")
        for value in (cost.seconds, cost.bytes, cost.money):
            demand(math.isfinite(value) and value >= 0, f"the forecast for {n_rows} rows is {cost}")
        costs.append(cost.seconds)
    demand(costs == sorted(costs), f"the forecast of seconds falls as the rows grow: {costs}")


def fit_is_deterministic(subject: Subject) -> None:
    """Two fits with the same seed make the same rows."""
    again = subject.fit(subject.data)
    rows = sample(subject.sampler, subject.request)
    demand(
        same_rows(rows, sample(again, subject.request)), "two fits on the same data with the same seed make different rows"
    )


def fit_leaves_the_data_alone(subject: Subject) -> None:
    """No cell of the data is changed, and the sampler says what tables and columns it makes."""
    data = _copy(subject.data)
    before = data.fingerprint
    subject.fit(data)
    demand(_copy(data).fingerprint == before, "fit changed the data that it was given")


def fit_needs_the_protocol_alone(subject: Subject) -> None:
    """A dataset that has nothing but the Protocol's members, and comes in small batches, gives the same sampler."""
    other = subject.fit(Plain(subject.data))
    rows = sample(subject.sampler, subject.request)
    demand(same_rows(rows, sample(other, subject.request)), "how the data is cut into batches decides what is learned")


def fit_without_data_is_refused_or_fine(subject: Subject) -> None:
    """Without data it either needs none or raises a UserError that says so."""
    with suppress(UserError):
        subject.fit(None)


def global_random_state_is_left_alone(subject: Subject) -> None:
    """It is neither read nor set, by fit or by make."""
    results = []
    for number in (1, 2):
        with global_random_state(number):
            results.append(sample(subject.fit(subject.data), subject.request))
    demand(same_rows(*results), "what is made depends on the global random state; draw from the Seed")


def no_files_are_written(subject: Subject) -> None:
    """Neither fit nor make writes a file: blobs go through ctx.put, state through State."""
    with no_files_written():
        sample(subject.fit(subject.data), subject.request)


def learned_schema_is_the_datas(subject: Subject) -> None:
    """What learned from tables makes tables of the same columns, in the same storage."""
    if subject.learns:
        for table in subject.data.schema:
            made, expected = subject.sampler.schema[table.name].arrow, table.arrow
            demand(made == expected, f"it learned the columns {expected} of {table.name!r}, and makes {made}")


def missing_values_survive(subject: Subject) -> None:
    """A column misses about as many values in what is made as in the data; none where it missed none, all where all.

    Media may be left out altogether by what makes none, if fit notes it.
    """
    if not subject.learns:
        return
    recorder = FitRecorder()
    rows = sample(subject.fit(subject.data, recorder), replace(subject.asking(400), part_rows=400))
    noted = {column for _, column, _ in recorder.notes}
    for table in subject.data.schema:
        real, made = whole(subject.data, table.name), rows[table.name]
        for column in table.columns if real.num_rows else ():
            expected, found = (one[column.name].null_count / one.num_rows for one in (real, made))
            is_left_out = isinstance(column.type, types.Media) and column.name in noted and found == 1
            is_kept = found == expected if expected in (0, 1) else abs(found - expected) < 0.15
            demand(
                is_kept or is_left_out,
                f"column {column.name!r} misses {expected:.0%} of its values, and {found:.0%} in what is made",
            )


def _copy(data: Dataset) -> Tables:
    return Tables(data.schema, {table.name: whole(data, table.name) for table in data.schema}, data.role)


SYNTHESIZER_CHECKS: tuple[Callable[[Subject], None], ...] = (
    is_a_synthesizer,
    traits_are_typed,
    forecast_is_finite,
    fit_is_deterministic,
    fit_leaves_the_data_alone,
    fit_needs_the_protocol_alone,
    fit_without_data_is_refused_or_fine,
    global_random_state_is_left_alone,
    no_files_are_written,
    learned_schema_is_the_datas,
    missing_values_survive,
)
