"""Drawing less often what looks less real.

What a chain gets wrong of how fields hang together, a discriminator sees: boosted trees that tell rows that were learned
from, from rows that the chain draws. Their odds are the ratio of the two densities, so of a quarter more rows than are asked
for those stay whose odds are better (discriminator rejection sampling; Azadi et al., ICLR 2019). Each of the two sets of
trees is grown on one half of the rows, for as long as the other half bears it out; where that is not worth it, the chain
stays as it is. Rows that are made are never compared with rows that were learned from. In a context each row has two
candidates, and one stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.privacy.values import Numbers, Owners
from twinset.synthesizers.tabular.fields import Field, Symbols
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.trees.boost import Bins, Boosted, Kin, Pace, boost, boosted_from_data, boosted_to_data
from twinset.synthesizers.tabular.trees.codes import Codes, Coding, Floats, codes_of, ordered_by_target

_MORE = 4
"""One row in so many is drawn beyond what is asked for."""
MOST_ROWS, _PACE, _WORTH, _FEWEST_NATS = 48_000, Pace(60, 0.2), 0.0005, 5.0
"""Rows of each kind to tell apart at most; trees; nats that telling them must bring for a row, and for all rows."""


@dataclass(frozen=True, slots=True)
class Refinement:
    """The fields that are looked at (some more than once), a table from each one's symbols to codes, and the trees."""

    looked_at: tuple[int, ...]
    tables: tuple[Codes, ...]
    parts: tuple[Boosted, ...]

    def choose(self, symbols: Mapping[int, Symbols], n_rows: int, rng: np.random.Generator) -> Numbers:
        """Which ``n_rows`` of the rows with these symbols stay, by systematic sampling (Madow 1949)."""
        odds = self._odds(symbols)
        order = rng.permutation(len(odds))
        reached = np.cumsum(_chances(odds, n_rows)[order])
        picked = np.searchsorted(reached, np.arange(1, n_rows + 1) - rng.random())  # rounding changes no count
        return np.sort(order[np.minimum(picked, len(order) - 1)])

    def pick(self, symbols: Mapping[int, Symbols], rng: np.random.Generator) -> Numbers:
        """One of the two places of each row: the n-th of the first half or of the second, by their odds."""
        odds = self._odds(symbols)
        n_rows = len(odds) // 2
        first = odds[:n_rows] / (odds[:n_rows] + odds[n_rows:])
        return np.arange(n_rows) + n_rows * (rng.random(n_rows) >= first)

    def _odds(self, symbols: Mapping[int, Symbols]) -> Floats:
        seen = [symbols[one] for one in self.looked_at]
        columns = np.ascontiguousarray(codes_of(self.tables, seen, len(seen[0])).T)
        return np.asarray(np.exp(sum(part.logit(columns) for part in self.parts) / len(self.parts)))

    def to_data(self, writer: Writer) -> dict[str, Any]:
        return {
            "looked_at": list(self.looked_at),
            "tables": [writer.put(table) for table in self.tables],
            "parts": [boosted_to_data(part, writer) for part in self.parts],
        }


def n_drawn(n_rows: int) -> int:
    """How many rows have to be drawn so that ``n_rows`` can be chosen."""
    return n_rows + -(-n_rows // _MORE)


def _chances(odds: Floats, n_rows: int) -> Floats:
    """Chances in proportion to the odds, none above one, that sum to ``n_rows``."""
    if not len(odds):
        return odds
    chances = odds * (n_rows / odds.sum())
    while (is_over := chances > 1).any():
        chances[is_over] = 1
        rest = chances < 1
        chances[rest] *= (n_rows - (len(odds) - rest.sum())) / chances[rest].sum()
    return np.asarray(chances)


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows that were learned from, and as many that were drawn: the symbols of some fields of both, first the real ones.

    ``owners`` of the real rows, where entities have several; ``is_paired`` says that the n-th of each have the same context.
    """

    symbols: Mapping[int, Symbols]
    n_rows: int
    owners: Owners = None
    is_paired: bool = False

    @classmethod
    def of(
        cls, real: Sequence[Symbols], rows: Numbers, drawn: Mapping[int, Symbols], owners: Owners, n_context: int
    ) -> Compared:
        """Those real rows, and drawn ones."""
        both = {number: np.concatenate([real[number][rows], own]) for number, own in drawn.items()}
        return cls(both, len(rows), None if owners is None else owners[rows], n_context > 0)

    def half(self, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        """Half of the rows; all of an entity, and what was drawn for them, are on one side."""
        if self.owners is None and not self.is_paired:
            return rng.permutation(2 * self.n_rows) < self.n_rows
        owners = np.arange(self.n_rows) if self.owners is None else self.owners
        side = rng.permutation(int(owners.max()) + 1) % 2 == 0
        return np.append(side[owners], side[owners] if self.is_paired else rng.random(self.n_rows) < 0.5)

    def kin(self, least: int) -> Kin | None:
        """Whose the rows are; those that were drawn are nobody's."""
        return None if self.owners is None else Kin(np.append(self.owners, np.full(self.n_rows, -1)), least)


def learn_refinement(
    codings: Sequence[Coding], compared: Compared, least: int, rng: np.random.Generator
) -> Refinement | None:
    """What tells real rows from drawn ones by their symbols in the fields drawn; None where that is too little.

    ``least`` entities must be in a leaf that speaks for its rows, where entities have several.
    """
    n_rows = compared.n_rows
    is_real = np.arange(2 * n_rows) < n_rows
    looked_at, tables = _views(codings, compared.symbols, is_real)
    columns = np.ascontiguousarray(codes_of(tables, [compared.symbols[one] for one in looked_at], 2 * n_rows).T)
    bins, half, kin = Bins.of(columns), compared.half(rng), compared.kin(least)
    parts, gained = [], 0.0
    for side in (half, ~half):
        shaping, checking = np.flatnonzero(side), np.flatnonzero(~side)
        parts.append(boost(bins, is_real, shaping, checking, _PACE, kin))
        logit = parts[-1].logit(columns[:, checking])
        gained += float(np.log(2) - np.logaddexp(0, np.where(is_real[checking], -logit, logit)).mean()) / 2
    return Refinement(looked_at, tables, tuple(parts)) if gained > max(_WORTH, _FEWEST_NATS / n_rows) else None


def _views(
    codings: Sequence[Coding], symbols: Mapping[int, Symbols], is_real: npt.NDArray[np.bool_]
) -> tuple[tuple[int, ...], tuple[Codes, ...]]:
    """Fields and tables: numbers in their order, labels by how often they are real, days from all sides."""
    looked_at, tables = [], []
    for number, own in sorted(symbols.items()):
        coding = codings[number]
        by_odds = ordered_by_target(own.astype(np.int64), len(coding.codes), is_real.astype(np.int64), 2)
        for table in (coding.codes if coding.scores is not None else by_odds, *coding.views):
            looked_at.append(number)
            tables.append(table)
    return tuple(looked_at), tuple(tables)


def refinement_from_data(data: Any, fields: Sequence[Field], reader: Reader) -> Refinement:
    """The refinement over these fields; DataError where it is not one."""
    own = expect(data, dict, "refinement")
    looked_at = [whole(one, 0, len(fields) - 1, "field") for one in expect(own.get("looked_at"), list, "fields")]
    numbers, parts = (expect(own.get(name), list, name) for name in ("tables", "parts"))
    if not looked_at or len(numbers) != len(looked_at) or not 1 <= len(parts) <= 1000:
        raise DataError("the refinement of the sampler is not as it was saved")
    pairs = zip(numbers, looked_at, strict=True)
    tables = tuple(reader.get(number, np.uint8, length=fields[one].n_symbols) for number, one in pairs)
    return Refinement(tuple(looked_at), tables, tuple(boosted_from_data(part, len(tables), reader) for part in parts))
