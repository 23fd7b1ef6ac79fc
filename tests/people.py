"""What tests of people share: records of one locale, made once."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from twinset.core.people import Ask
from twinset.core.seed import Seed
from twinset.synthesizers.people import People
from twinset.synthesizers.people.facts.locales import LOCALES

CODES = tuple(LOCALES)
N = 10_000
CONSENT = {record: {"ids_may_be_real": True} for record in ("person", "household")}
"""So that every locale can be asked for all fields."""


def ask(
    record: str, n: int = N, *, of: tuple[str, ...] = (), locale: object = "en_US", start: int = 0, **options: object
) -> Ask:
    """An ask for all fields of a record, or the given ones."""
    fields = of or tuple(field.name for field in People().records()[record])
    locales = ((locale, 1.0),) if isinstance(locale, str) else tuple(locale)
    return Ask(record, n, Seed(11), start, locales, fields, options)


@cache
def made(record: str, locale: str) -> pa.Table:
    """Ten thousand rows of a record."""
    return table(ask(record, locale=locale, **CONSENT.get(record, {})))


def table(one: Ask) -> pa.Table:
    rows = People().make(one)
    return pa.table(dict(zip(one.of, rows.flatten(), strict=True)))
