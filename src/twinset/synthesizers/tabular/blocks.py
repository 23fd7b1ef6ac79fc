"""Blocks of neighbouring numbers that the data do not tell apart, and rows that draw their number anew inside its block.

How often each single value comes is said by a column's alphabet as exactly as by the rows themselves, and whoever counts
sees that there is one more or less. So neighbours (atoms as well as cells of rare values) are put together for as long as
one density for both is hardly less likely than two, and nothing that is known of the rows beside parts them: merging from
the bottom up, as ChiMerge does (Kerber 1992). Heaps stay, as they stand out; gaps stay, as no symbol is in them; codes stay,
as other columns follow from them; and where rows are few, or several of one entity, everything stays, as what is said by
them would drown. Inside a block the density is a line whose slope the neighbouring blocks say (minmod; van Leer 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.privacy.alphabet import ANYWHERE, Alphabet, rung_of
from twinset.privacy.values import Numbers, Owners
from twinset.synthesizers.tabular.draws import Floats, evenly
from twinset.synthesizers.tabular.fields import NumberField, Symbols

_PRICE, _PARTS, _SURE = 3.0, 50, 3.5
"""Nats that a block must be worth; blocks hold one in so many of all rows at most; standard deviations beyond chance that
part two neighbours."""
_STRETCH = 8
"""Pairs of neighbours of which one joins in each turn, if any may."""
_LEAST = 0.05
"""Of a block's mean density, what its line never falls below."""
_FEW = 1 << 12
"""Rows up to which nothing is hidden."""

Table = npt.NDArray[np.float64]
"""Rows of each symbol (first axis) in each class of another field."""


def is_hidden(n_rows: int, owners: Owners) -> bool:
    """Whether noise is to hide who was learned from: what few rows say drowns in it, and those of one entity add up."""
    return n_rows > _FEW and owners is None


@dataclass(frozen=True, slots=True)
class Blocks:
    """The block of each symbol of a field, missing included, and its chance there."""

    block: Numbers
    chance: Floats

    @classmethod
    def learn(cls, field: NumberField, symbols: Symbols, beside: Sequence[npt.NDArray[np.uint8]] = ()) -> Blocks:
        """The blocks of rows with these symbols; ``beside`` are classes of other fields, for each row."""
        block, chance = np.arange(field.n_symbols), np.ones(field.n_symbols)
        seen = _Seen.of(field, symbols, beside)
        most = len(symbols) / _PARTS
        for line in _lines(field.alphabet):
            own = seen.at(line)
            inside = own.merged(most)
            block[line] = line[np.flatnonzero(np.diff(inside, prepend=-1))][inside]
            chance[line] = _chances(inside, own)
        return cls(np.unique(block, return_inverse=True)[1], chance)

    def redraw(self, symbols: Symbols, rng: np.random.Generator) -> Symbols:
        """For each row a symbol of the same block, spread evenly over the block's."""
        order = np.argsort(self.block, kind="stable")
        reached, inside = np.cumsum(self.chance[order]), self.block[order]
        block = self.block[symbols]
        first, last = (np.searchsorted(inside, block, side=side) for side in ("left", "right"))
        place = np.searchsorted(reached, block + evenly(block, rng), side="right")
        return order[np.clip(place, first, last - 1)].astype(symbols.dtype)


def _lines(alphabet: Alphabet) -> list[Numbers]:
    """Symbols of a field that may share a block, in order: the atoms and cells of one step of the ladder.

    Where numbers are on no grid, an atom is never there by chance, and stays by itself.
    """
    is_atom = alphabet.rung < 0
    rung = np.where(is_atom, rung_of(alphabet.low, alphabet.steps), alphabet.rung)
    if alphabet.steps and alphabet.steps[0] == ANYWHERE:
        rung = np.where(is_atom & (rung == 0), -1, rung)
    lines = [1 + np.flatnonzero(rung == one) for one in range(len(alphabet.steps))]
    return [line for line in lines if len(line) > 1]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of each symbol (or block): how many values it stands for, its rows, and what is beside them."""

    points: Floats
    rows: Floats
    beside: tuple[Table, ...]

    @classmethod
    def of(cls, field: NumberField, symbols: Symbols, beside: Sequence[npt.NDArray[np.uint8]]) -> _Seen:
        n_symbols, own = field.n_symbols, symbols.astype(np.int64)
        tables = []
        for classes in beside:
            n_classes = int(classes.max(initial=0)) + 1
            counts = np.bincount(own * n_classes + classes, minlength=n_symbols * n_classes)
            tables.append(counts.reshape(n_symbols, n_classes).astype(np.float64))
        rows = np.bincount(own, minlength=n_symbols).astype(np.float64)
        return cls(np.append(1.0, field.alphabet.points), rows, tuple(tables))

    def at(self, line: Numbers) -> _Seen:
        return _Seen(self.points[line], self.rows[line], tuple(table[line] for table in self.beside))

    def merged(self, most: float) -> Numbers:
        """The block of each: neighbours become one, those that lose least first, while none holds more than ``most``."""
        own, block = self, np.arange(len(self.rows))
        while (joins := own._joins(most)).any():
            first = np.flatnonzero(np.append(True, ~joins))
            block = np.cumsum(np.append(0, ~joins))[block]
            own = own._added_up(first)
        return block

    def _added_up(self, first: Numbers) -> _Seen:
        points, rows = (np.add.reduceat(own, first) for own in (self.points, self.rows))
        return _Seen(points, rows, tuple(np.add.reduceat(table, first, axis=0) for table in self.beside))

    def _joins(self, most: float) -> npt.NDArray[np.bool_]:
        """Which neighbours become one now, of no three more than two.

        Those that lose less than the pairs beside them, and of every few pairs the one that loses least: where all lose the
        same, or ever more, there would be one at a time.
        """
        alone = _times_log(self.rows) - self.rows * np.log(self.points)
        rows, points = _pairs(self.rows), _pairs(self.points)
        loss = alone[:-1] + alone[1:] - _times_log(rows) + rows * np.log(points)
        loss[(rows > most) | (loss >= _PRICE)] = np.inf
        for table in self.beside:
            some = np.flatnonzero(np.isfinite(loss))
            loss[some[_differ(table[some], table[some + 1])]] = np.inf
        around = np.concatenate([[np.inf], loss, [np.inf]])
        least = (loss <= around[:-2]) & (loss <= around[2:])
        fewer = np.pad(loss, (0, -len(loss) % _STRETCH), constant_values=np.inf).reshape(-1, _STRETCH)
        least[np.arange(len(fewer)) * _STRETCH + fewer.argmin(axis=1)] = True
        joins, place = np.isfinite(loss) & least, np.arange(len(loss))
        begun = np.maximum.accumulate(np.where(joins, 0, place + 1))
        return np.asarray(joins & ((place - begun) % 2 == 0))


def _pairs(own: Floats) -> Floats:
    return own[:-1] + own[1:]


def _times_log(count: Floats) -> Floats:
    return np.asarray(count * np.log(np.maximum(count, 1.0)))


def _differ(one: Table, other: Table) -> npt.NDArray[np.bool_]:
    """Whether classes are spread otherwise in one than in the other, row by row, beyond chance (likelihood ratio)."""
    both = one + other
    surprise = sum(
        sign * (_times_log(table).sum(axis=1) - _times_log(table.sum(axis=1)))
        for sign, table in ((1.0, one), (1.0, other), (-1.0, both))
    )
    freedom = np.maximum((both > 0).sum(axis=1) - 1, 0)
    return np.asarray(surprise > freedom / 2 + _SURE * np.sqrt(freedom / 2) + 1e-9)


def _chances(block: Numbers, seen: _Seen) -> Floats:
    """The chance of each symbol in its block: how many values it stands for, times the density there."""
    width, rows = np.bincount(block, weights=seen.points), np.bincount(block, weights=seen.rows)
    density, middle = rows / width, np.cumsum(width) - width / 2
    slope = np.zeros(len(width))
    if len(width) > 1:
        steps = np.diff(density) / np.diff(middle)
        left, right = np.append(steps[0], steps), np.append(steps, steps[-1])
        slope = np.where(left * right > 0, np.sign(left) * np.minimum(np.abs(left), np.abs(right)), 0.0)
    place = np.cumsum(seen.points) - seen.points / 2
    line = density[block] + slope[block] * (place - middle[block])
    share = seen.points * np.maximum(np.maximum(line, _LEAST * density[block]), 1e-12)
    return np.asarray(share / np.bincount(block, weights=share)[block])
