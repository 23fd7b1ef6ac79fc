"""Drawing less often what looks less real.

What a chain gets wrong of how fields hang together, a discriminator sees: boosted trees that tell rows that were learned
from, from rows that the chain draws. Their odds are the ratio of the two densities, so of a quarter more rows than are asked
for those stay whose odds are better (discriminator rejection sampling; Azadi et al., ICLR 2019). Each of the two sets of
trees is grown on one half of the rows, for as long as the other half bears it out; where that is not worth it, the chain
stays as it is. Rows that are made are never compared with rows that were learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Field, Symbols
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.trees.boost import Bins, Boosted, Pace, boost, boosted_from_data, boosted_to_data
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
        seen = [symbols[one] for one in self.looked_at]
        columns = np.ascontiguousarray(codes_of(self.tables, seen, len(seen[0])).T)
        odds = np.exp(sum(part.logit(columns) for part in self.parts) / len(self.parts))
        order = rng.permutation(len(odds))
        reached = np.cumsum(_chances(odds, n_rows)[order])
        picked = np.searchsorted(reached, np.arange(1, n_rows + 1) - rng.random())  # rounding changes no count
        return np.sort(order[np.minimum(picked, len(order) - 1)])

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
    chances = odds * (n_rows / odds.sum())
    while (is_over := chances > 1).any():
        chances[is_over] = 1
        rest = chances < 1
        chances[rest] *= (n_rows - (len(odds) - rest.sum())) / chances[rest].sum()
    return np.asarray(chances)


def learn_refinement(
    codings: Sequence[Coding], real: Sequence[Symbols], drawn: Mapping[int, Symbols], seed: Seed
) -> Refinement | None:
    """What tells real rows from drawn ones by their symbols in the fields drawn; None where that is too little."""
    rng = seed.generator()
    n_rows = len(next(iter(drawn.values())))
    some = np.sort(rng.permutation(len(real[0]))[:n_rows])
    both = {number: np.concatenate([real[number][some], own]) for number, own in drawn.items()}
    is_real = np.arange(2 * n_rows) < n_rows
    looked_at, tables = _views(codings, both, is_real)
    columns = np.ascontiguousarray(codes_of(tables, [both[one] for one in looked_at], 2 * n_rows).T)
    bins, half = Bins.of(columns), rng.permutation(2 * n_rows) < n_rows
    parts, gained = [], 0.0
    for side in (half, ~half):
        shaping, checking = np.flatnonzero(side), np.flatnonzero(~side)
        parts.append(boost(bins, is_real, shaping, checking, _PACE))
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
