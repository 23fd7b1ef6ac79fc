"""A column of a history: its value stays from version to version until the column changes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core.schema import Column
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.timelines.families import Families
from twinset.synthesizers.rules.timelines.history import History

N_DRAWS = 3


@dataclass(frozen=True, slots=True)
class Changing(Options):
    """``draws`` are hidden columns of fresh values: at a change, the first of them that is another value is taken."""

    word: ClassVar[str] = "changing"
    history: History
    number: int
    draws: tuple[str, ...]

    def reads(self) -> tuple[str, ...]:
        return (*self.draws, *(f"parent.{path}" for path in self.history.paths))

    def column(self, name: str, scope: Scope) -> Column:
        return dataclasses.replace(scope.of(self.draws[0]), name=name)

    def make(self, rows: Rows) -> pa.Array:
        families = Families.of_rows(rows)
        drawn = self.history.of_rows(rows, families)
        place, position = families.place(rows), rows.position()
        lead = int(position[0]) if rows.n else 0
        values = pa.concat_arrays([rows.leading(path, lead) for path in self.draws])
        codes = values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
        n = lead + rows.n
        versions = np.concatenate([np.arange(lead), position])
        changed = drawn.changed[np.concatenate([np.arange(place[0] - lead, place[0]), place])] if n else place
        picked = self._picked(codes.reshape(len(self.draws), n), versions, changed == self.number)
        return values.take(pa.array(picked[lead:]))

    def _picked(self, codes: Index, versions: Index, is_changed: Index) -> Index:
        """Which of all values (one draw's after the other's) each row has; rows of a parent stand together, in order."""
        n = len(versions)
        picked = np.arange(n)
        order = np.argsort(versions, kind="stable")
        ends = np.searchsorted(versions[order], np.arange(1, (int(versions.max()) if n else 0) + 2))
        for rows in np.split(order, ends[:-1])[1:]:
            before = picked[rows - 1]
            old, pick = codes.ravel()[before], rows.copy()
            for number in range(len(codes) - 1, -1, -1):
                pick = np.where(codes[number][rows] != old, rows + number * n, pick)
            picked[rows] = np.where(is_changed[rows], pick, before)
        return picked
