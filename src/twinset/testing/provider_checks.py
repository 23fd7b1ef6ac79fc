"""A provider of people keeps what kinds rely on: rows follow from their index, and fields do not depend on each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pyarrow as pa

from twinset.core.people import Ask, Provider
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.testing.bench import demand

N = 50


def fields_are_as_described(provider: Provider) -> None:
    """Each record has the fields that it tells, in the order asked for, of the storage that it tells."""
    for one in _asks(provider):
        made = provider.make(one)
        demand(len(made) == one.n, f"{one.record}: {one.n} rows were asked for, and {len(made)} came")
        told = {field.name: field for field in provider.records()[one.record]}
        demand([field.name for field in made.type] == list(one.of), f"{one.record} has other fields than were asked for")
        for field, column in zip(made.type, made.flatten(), strict=True):
            demand(field.type == told[field.name].storage, f"{one.record}.{field.name} is stored as {field.type}")
            is_fine = told[field.name].nullable or not column.null_count
            demand(is_fine, f"{one.record}.{field.name} is missing in some rows, which is not told")


def rows_follow_from_their_index(provider: Provider) -> None:
    """Blocks of any size give the same rows, and so does asking again."""
    for one in _asks(provider):
        whole = provider.make(one)
        parts = [
            provider.make(dataclasses.replace(one, start=start, n=end - start)) for start, end in ((0, 1), (1, 13), (13, N))
        ]
        demand(pa.concat_arrays(parts).equals(whole), f"{one.record}: other blocks give other rows")
        demand(provider.make(one).equals(whole), f"{one.record}: asking twice gives two answers")
        other = provider.make(dataclasses.replace(one, seed=Seed(2)))
        demand(not other.equals(whole), f"{one.record} does not depend on the seed")


def fields_do_not_shift_each_other(provider: Provider) -> None:
    """A field is the same whatever others are asked for with it."""
    for one in _asks(provider):
        whole = dict(zip(one.of, provider.make(one).flatten(), strict=True))
        for name in one.of:
            (alone,) = provider.make(dataclasses.replace(one, of=(name,))).flatten()
            demand(alone.equals(whole[name]), f"{one.record}.{name} changes with the fields beside it")


def mistakes_are_plan_errors(provider: Provider) -> None:
    """Unknown records, fields, locales and options are refused before anything is made."""
    (first, *_) = _asks(provider)
    wrong = (
        dataclasses.replace(first, record="no such record"),
        dataclasses.replace(first, of=("no such field",)),
        dataclasses.replace(first, locales=(("xx_XX", 1.0),)),
        dataclasses.replace(first, options={"no such option": 1}),
    )
    for one in wrong:
        demand(_refuses(provider, one), f"check lets {one!r} pass; raise a PlanError")


def _refuses(provider: Provider, one: Ask) -> bool:
    try:
        provider.check(one)
    except PlanError:
        return True
    return False


def _asks(provider: Provider) -> Iterator[Ask]:
    """One ask for all fields of each record, in one locale and in two."""
    codes = provider.locales()
    demand(bool(codes) and bool(provider.version), "a provider has locales, and tells its version")
    for record, fields in provider.records().items():
        of = tuple(field.name for field in fields)
        for chosen in (codes[:1], codes[-2:]):
            yield Ask(record, N, Seed(1), locales=tuple((code, 1.0) for code in chosen), of=of)


PROVIDER_CHECKS: tuple[Callable[[Provider], None], ...] = (
    fields_are_as_described,
    rows_follow_from_their_index,
    fields_do_not_shift_each_other,
    mistakes_are_plan_errors,
)
