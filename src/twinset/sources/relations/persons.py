"""Keys to persons: a column that holds personal data of another table's people, such as the e-mail of whoever acted.

Where the keys that are known already lead each row to that very person, the column only says again what stands there. Else
it is the way to them: the twin then has the same person in both tables, and privacy counts what is theirs together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.core import keys, types
from twinset.core.keys import Places
from twinset.core.schema import ForeignKey, Schema
from twinset.errors import SchemaError
from twinset.sources.relations import evidence
from twinset.sources.relations.codes import Coded, coverage

_FEWEST, _COVERED, _AGAIN = 20, 0.95, 0.95
"""Different people at least; the share of them that must be known there; the share of rows that say the same again."""
_KINDS = ("email", "user_name", "name", "phone", "national_id", "iban", "card")
"""The kinds that tell a person, the surest first."""


@dataclass
class Persons:
    """The columns of all tables, and the keys between these: those that are known, and more as they are found."""

    columns: Sequence[Coded]
    schema: Schema
    rows: Mapping[str, pa.Table]
    known: list[tuple[str, ForeignKey]]
    _places: dict[tuple[str, ForeignKey], Places] = field(default_factory=dict)

    def find(self) -> Iterator[tuple[str, ForeignKey, str]]:
        """Each key with its table and why we think so."""
        people = sorted((one for one in self.columns if _is_person(one)), key=lambda one: _KINDS.index(_kind(one)))
        targets = [one for one in people if one.is_unique and len(one.distinct) >= _FEWEST]
        texts = [one for one in self.columns if one.sort == "text" and not isinstance(one.column.type, types.Personal)]
        led = {(table, name) for table, key in self.known for name in key.columns}
        for own in [*people, *texts] if targets else []:
            if (own.table, own.name) in led:
                continue
            fits = [one for one in targets if self._is_among(own, one)]
            best = max(fits, key=self._worth, default=None)
            if best is None or any(self._says_again(own, one) for one in fits):
                continue
            key = ForeignKey((own.name,), best.table, (best.name,))
            self.known.append((own.table, key))
            yield own.table, key, f"the same persons, {coverage(own.distinct, best.distinct):.0%} of its values are there"

    def drop(self, own: Coded, other: Coded) -> bool:
        """Leave a key out that only says again what stands in the row that the other keys lead to; whether it does."""
        one = (own.table, ForeignKey((own.name,), other.table, (other.name,)))
        self.known.remove(one)
        if self._says_again(own, other):
            return True
        self.known.append(one)
        return False

    def _worth(self, one: Coded) -> tuple[int, int, bool]:
        """Of the tables that hold all of a column's people the one with the fewest others, then the one that says most."""
        return -len(one.rows), self._n_personal(one.table), self.schema[one.table].primary_key == (one.name,)

    def _n_personal(self, table: str) -> int:
        return sum(isinstance(column.type, types.Personal) for column in self.schema[table].columns)

    def _is_among(self, own: Coded, other: Coded) -> bool:
        """Whether a column's people are among another table's, who do not themselves lead to it."""
        if own.table == other.table or len(own.distinct) < _FEWEST or own.table in self._reached(other.table):
            return False
        mine, theirs = ((len(one.distinct), self._n_personal(one.table)) for one in (own, other))
        if (own.is_unique and mine >= theirs) or coverage(own.distinct, other.distinct) < _COVERED:
            return False
        return _kind(own) == _kind(other) or (not _is_person(own) and bool(evidence.by_values(own, other, 1.0)))

    def _reached(self, start: str) -> dict[str, tuple[tuple[str, ForeignKey], ...]]:
        """The tables that keys lead to from one, each with the shortest way there."""
        found: dict[str, tuple[tuple[str, ForeignKey], ...]] = {start: ()}
        rest = [start]
        for here in rest:
            for table, key in self.known:
                if table == here and key.table not in found:
                    found[key.table] = (*found[here], (table, key))
                    rest.append(key.table)
        return found

    def _says_again(self, own: Coded, other: Coded) -> bool:
        """Whether the way that is known leads each row to the person whose value it has."""
        way = self._reached(own.table).get(other.table)
        if way is None:
            return False
        spots = np.flatnonzero(own.is_present)
        for step in way:
            spots = np.where(spots >= 0, self._led(*step)[spots], -1)
        there = spots >= 0
        if not there.any():
            return False
        return bool((own.rows[there] == other.rows[spots[there]]).mean() >= _AGAIN)

    def _led(self, table: str, key: ForeignKey) -> Places:
        """The place that each row's key leads to; nowhere where the columns can't be compared."""
        if (table, key) not in self._places:
            sides = (
                self.rows[name].select(list(names)) for name, names in ((table, key.columns), (key.table, key.references))
            )
            mine, theirs = sides
            try:
                self._places[table, key] = keys.places(mine, key, theirs)
            except SchemaError:
                self._places[table, key] = np.full(mine.num_rows, keys.MISSING)
        return self._places[table, key]


def _is_person(one: Coded) -> bool:
    return one.sort == "text" and _kind(one) in _KINDS


def _kind(one: Coded) -> str:
    kind = one.column.type
    return kind.kind if isinstance(kind, types.Personal) else ""
