"""The provider of people: coherent records in columns, in the words of installed packages (Faker, Mimesis, GeoNames).

Every row is a function of its index: blocks of any size give the same rows, and a field that is not asked for is not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.people import Ask, Field
from twinset.synthesizers.people import records
from twinset.synthesizers.people.draws import Draws, Ints
from twinset.synthesizers.people.facts import locales
from twinset.synthesizers.people.weights import shares, table
from twinset.synthesizers.people.words.store import edition


@dataclass(frozen=True, slots=True)
class People:
    """The provider ``people`` of the registry's group ``providers``."""

    @property
    def version(self) -> str:
        return edition()

    def locales(self) -> tuple[str, ...]:
        return tuple(locales.LOCALES)

    def records(self) -> Mapping[str, tuple[Field, ...]]:
        return {
            name: tuple(Field(field, one.type, one.storage, one.nullable) for field, one in record.recipes.items())
            for name, record in records.RECORDS.items()
        }

    def check(self, ask: Ask) -> None:
        records.check(ask)

    def make(self, ask: Ask) -> pa.StructArray:
        records.check(ask)
        draws = Draws(ask.seed, ask.start, ask.n)
        if len(ask.locales) == 1 or not ask.n:
            columns = records.make(ask, ask.locales[0][0], draws)
        else:
            columns = _mixed(ask, draws)
        return pa.StructArray.from_arrays(columns, list(ask.of))


def _mixed(ask: Ask, draws: Draws) -> list[pa.Array]:
    """Rows of several locales: those of each made together, then put back into their places."""
    which = table(shares([weight for _, weight in ask.locales])).take(_units(ask, draws).small("locale"))
    order = np.argsort(which, kind="stable")
    counts = np.bincount(which, minlength=len(ask.locales))
    groups: list[Ints] = np.split(order, np.cumsum(counts)[:-1])
    made = [
        records.make(ask, code, draws.at(rows + draws.start))
        for (code, _), rows in zip(ask.locales, groups, strict=True)
        if len(rows)
    ]
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    places = pa.array(back)
    return [pa.concat_arrays(parts).take(places) for parts in zip(*made, strict=True)] if made else []


def _units(ask: Ask, draws: Draws) -> Draws:
    """What has a locale: a household where the record is one of its members, else each row."""
    return records.homes(ask, draws)
