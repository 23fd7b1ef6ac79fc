"""Filling in keys to partners, once all rows of a block are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core.keys import Places, at, is_live, numbered, plain
from twinset.core.seed import Seed
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.alike import as_numbers
from twinset.synthesizers.relational.live import filled
from twinset.synthesizers.relational.partners import ITS_OWN, KIN, LOST, Partner, match, match_within
from twinset.synthesizers.relational.shape import Tie


@dataclass(frozen=True)
class Pairing:
    """One key to partners, and the block's rows: as engines know them (``wides``) and as they come out (``rows``).

    ``may_miss``: the key may be missing; ``may_lose``: so may one that led to no row, as where a split cut it.
    """

    partner: Partner
    wides: Mapping[str, pa.Table]
    rows: Mapping[str, pa.Table]
    owners: Mapping[str, Places]
    may_miss: bool = True
    may_lose: bool = True

    def fill(self, rows: pa.Table, tie: Tie, seed: Seed) -> pa.Table:
        """The rows with the columns that the tie fills."""
        places = self._places(rows, tie, seed.generator())
        parents = self.rows[self.partner.parent]
        pairs = zip(tie.key.columns, tie.key.references, strict=True)
        return filled(rows, tie, {own: at(plain(parents.column(theirs)), places) for own, theirs in pairs})

    def _places(self, rows: pa.Table, tie: Tie, rng: np.random.Generator) -> Places:
        wide = self.wides[self.partner.child]
        kinds = plain(wide.column(self.partner.kind.name)).fill_null("").to_numpy(zero_copy_only=False)
        wanting = is_live(rows, tie.key)
        wanting &= (kinds != "") | (not self.may_miss)
        wanting &= (kinds != LOST) | (not self.may_lose)
        found = np.full(rows.num_rows, -1, dtype=np.int64)
        groups = self._groups(rows, tie)
        is_own, is_kin = wanting & (kinds == ITS_OWN), wanting & (kinds == KIN)
        if self.partner.is_tree:
            return self._up_the_tree(wanting, rng)
        theirs = self._owners_of(self.partner.parent)
        if is_own.any():
            found[is_own] = match_within(np.flatnonzero(is_own), theirs, rng)
        if is_kin.any():
            found[is_kin] = match_within(self.owners[self.partner.child][is_kin], theirs, rng)
        rest = np.flatnonzero(wanting & (found < 0))
        if groups is not None:
            found[wanting] = match_within(groups[0][wanting], groups[1], rng)
        elif len(rest):
            found[rest] = self._matched(rest, np.arange(self.rows[self.partner.parent].num_rows), rng)
        return found

    def _matched(self, rest: Numbers, parents: Numbers, rng: np.random.Generator) -> Places:
        """Partners among ``parents`` for the rows ``rest``."""
        if not len(parents):
            return np.full(len(rest), -1, dtype=np.int64)
        wide, above = self.wides[self.partner.child], self.wides[self.partner.parent]
        wishes = [plain(wide.column(column.name)).take(pa.array(rest)) for column in self.partner.wished]
        likes = [plain(above.column(column.name)).take(pa.array(parents)) for column in self.partner.wishes]
        taken = np.nan_to_num(as_numbers(above.column(self.partner.taken.name)))[parents].astype(np.int64)
        if not wishes:
            wishes, likes = [pa.nulls(len(rest), pa.float64())], [pa.nulls(len(parents), pa.float64())]
        return parents[match(wishes, likes, np.maximum(taken, 0), rng)]

    def _up_the_tree(self, wanting: npt.NDArray[np.bool_], rng: np.random.Generator) -> Places:
        """Rows at each depth get partners one level up; a level that nobody is on is left out."""
        depth = np.nan_to_num(as_numbers(self.wides[self.partner.child].column(self.partner.depth.name))).astype(np.int64)
        depth = np.where(wanting, np.maximum(depth, 1), 0)
        if not (depth == 0).any() and len(depth):
            depth[int(rng.integers(len(depth)))] = 0
        _, depth = np.unique(depth, return_inverse=True)
        found = np.full(len(depth), -1, dtype=np.int64)
        for level in range(1, int(depth.max(initial=0)) + 1):
            found[depth == level] = self._matched(np.flatnonzero(depth == level), np.flatnonzero(depth == level - 1), rng)
        return found

    def _owners_of(self, name: str) -> Places:
        owners = self.owners[name]
        return owners if len(owners) else np.full(self.rows[name].num_rows, -1, dtype=np.int64)

    def _groups(self, rows: pa.Table, tie: Tie) -> tuple[Numbers, Numbers] | None:
        """Groups of rows and partners by the key's columns that are filled already; None where none is."""
        shared = [pair for pair in zip(tie.key.columns, tie.key.references, strict=True) if pair[0] not in tie.fills]
        if not shared:
            return None
        parents = self.rows[self.partner.parent]
        sides = [(plain(rows.column(own)), plain(parents.column(theirs))) for own, theirs in shared]
        numbers = numbered([pa.concat_arrays([own, theirs.cast(own.type)]) for own, theirs in sides])
        return numbers[: rows.num_rows], numbers[rows.num_rows :]
