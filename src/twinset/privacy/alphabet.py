"""The shared alphabet of a column of numbers: what of it may be learned and given out again.

A value that at least k entities hold is an atom: it stays itself. All others are drawn inside cells, intervals that hold at
least k entities each, whose ends are nobody's value. So heaps, zeros and round numbers survive, and no number comes back
because one person had it.

Rare values also keep how round they are: cells are made apart for each step of a ladder (whole numbers, tens, hundreds;
seconds, minutes, hours) that the rare values show more often than chance would. The lowest and the highest cell end at the
k-th entity's value (clipping). Numbers are "ticks": float64 that are whole where the column has a grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers, Owners, enough, holders, of_rows

Ticks = npt.NDArray[np.float64]
ANYWHERE = 0.0
"""The step of numbers that are on no grid."""


@dataclass(frozen=True)
class Alphabet:
    """Symbols in the order of their place: atoms (``rung`` -1, low == high) and cells [low, high] on the grid of a rung.

    ``steps`` are the kept steps of the ladder, from fine to coarse, each a multiple of the one before (the first may be
    ANYWHERE); a cell's values are multiples of its step and not of the next one. Atoms are never drawn from a cell.
    """

    low: Ticks
    high: Ticks
    rung: npt.NDArray[np.int8]
    steps: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.low)

    @cached_property
    def middle(self) -> Ticks:
        return (self.low + self.high) / 2

    @cached_property
    def points(self) -> Ticks:
        """How many values each symbol stands for (its width where there is no grid), at least 1."""
        return np.where(self.rung < 0, 1.0, np.maximum(self._spans[1], 1.0))

    @cached_property
    def atoms(self) -> Ticks:
        """The values that stay themselves, ascending."""
        return self.low[self._atoms]

    @cached_property
    def _atoms(self) -> Numbers:
        return np.flatnonzero(self.rung < 0)

    @cached_property
    def _cells(self) -> list[Numbers]:
        return [np.flatnonzero(self.rung == rung) for rung in range(len(self.steps))]

    @cached_property
    def _spans(self) -> tuple[Ticks, Ticks]:
        """For each cell the rank of its first free grid point, and how many it has; (low, width) where there is no grid."""
        first, count = self.low.copy(), self.high - self.low
        for rung, cells in enumerate(self._cells):
            if self.steps[rung] != ANYWHERE and len(cells):
                before = self._free(rung, self._up_to(rung, np.ceil(self.low[cells] / self.steps[rung]) - 1))
                last = self._free(rung, self._up_to(rung, np.floor(self.high[cells] / self.steps[rung])))
                first[cells], count[cells] = before + 1, np.maximum(last - before, 1)
        return first, count

    def _skip(self, rung: int) -> float:
        """Every how many-th grid point of a rung belongs to the next one; 0 for the last."""
        return self.steps[rung + 1] / self.steps[rung] if rung + 1 < len(self.steps) else 0.0

    def _up_to(self, rung: int, point: Ticks) -> Ticks:
        """The number of the rung's own points in (0, point]: those that are not the next rung's."""
        skip = self._skip(rung)
        return point - np.floor(point / skip) if skip else point

    def _points_of_atoms(self, rung: int) -> Ticks:
        """Ranks of the atoms among the rung's own points, ascending."""
        point = self.low[self._atoms] / self.steps[rung]
        skip = self._skip(rung)
        own = (point == np.floor(point)) & ((point % skip != 0) if skip else True)
        return self._up_to(rung, point[own])

    def _free(self, rung: int, rank: Ticks) -> Ticks:
        return rank - np.searchsorted(self._points_of_atoms(rung), rank, side="right")

    def decode(self, symbols: Numbers, draws: Ticks) -> Ticks:
        """A value for each symbol: the atom itself, or the cell's value at the given uniform draw from [0, 1)."""
        first, count = self._spans
        value = self.low[symbols]
        for rung, cells in enumerate(self._cells):
            if not len(cells):
                continue
            here = np.flatnonzero(self.rung[symbols] == rung)
            which = symbols[here]
            if self.steps[rung] == ANYWHERE:
                value[here] = first[which] + draws[here] * count[which]
                continue
            rank = first[which] + np.floor(draws[here] * count[which])
            atoms = self._points_of_atoms(rung)
            rank = rank + np.searchsorted(atoms - np.arange(len(atoms)) - 1, rank, side="left")
            skip = self._skip(rung)
            point = rank + np.floor((rank - 1) / (skip - 1)) if skip else rank
            value[here] = point * self.steps[rung]
        return value

    def encode(self, values: Ticks) -> Numbers:
        """The symbol of each value: its atom, the cell of its rung that holds it or is nearest, or the nearest symbol."""
        if not len(self) and len(values):
            raise ValueError("an empty alphabet has no symbols")
        symbols = np.empty(len(values), dtype=np.int64)
        is_left = np.ones(len(values), dtype=np.bool_)
        if len(self._atoms):
            atoms = self.low[self._atoms]
            place = np.minimum(np.searchsorted(atoms, values), len(atoms) - 1)
            symbols, is_left = self._atoms[place], atoms[place] != values
        rest = np.flatnonzero(is_left)
        rungs = rung_of(values[rest], self.steps)
        for rung, cells in enumerate(self._cells):
            is_mine = rungs == rung
            mine = rest[is_mine]
            if len(cells) and len(mine):
                borders = (self.high[cells][:-1] + self.low[cells][1:]) / 2
                symbols[mine] = cells[np.searchsorted(borders, values[mine], side="right")]
                is_left[mine] = False
        others = np.flatnonzero(is_left)
        symbols[others] = _nearest(self.middle, values[others])
        return symbols


def _nearest(places: Ticks, values: Ticks) -> Numbers:
    borders = (places[:-1] + places[1:]) / 2
    return np.searchsorted(borders, values, side="right")


def rung_of(values: Ticks, steps: Sequence[float]) -> Numbers:
    """For each value the number of the coarsest step that divides it (0 where none does)."""
    rungs = np.zeros(len(values), dtype=np.int64)
    rest = np.arange(len(values))
    for rung in range(1, len(steps)):
        rest = rest[np.remainder(values[rest], steps[rung]) == 0]
        rungs[rest] = rung
    return rungs


@dataclass(frozen=True, slots=True)
class _Rare:
    """The values too rare to be atoms: distinct and ascending, each row's place among them, and whose the rows are."""

    values: Ticks
    of_row: Numbers
    owners: Owners

    def where(self, chosen: npt.NDArray[np.bool_]) -> _Rare:
        rows = chosen[self.of_row]
        place = np.cumsum(chosen) - 1
        return _Rare(self.values[chosen], place[self.of_row[rows]], of_rows(self.owners, rows))


def learn(values: Ticks, owners: Owners, k: int, ladder: Sequence[float]) -> Alphabet:
    """The shared alphabet of these numbers (none missing); it is empty where fewer than ``k`` entities hold any.

    ``ladder``: candidate steps from fine to coarse, each a multiple of the one before; the first is 1, or ANYWHERE where
    some values are on no grid.
    """
    k = enough(k, len(values))
    distinct, of_row = np.unique(values, return_inverse=True)
    held = holders(of_row, len(distinct), owners)
    is_atom = held >= k
    atoms = distinct[is_atom]
    rare = _Rare(distinct, of_row, owners).where(~is_atom)
    rungs, steps = _kept_rungs(rare, k, ladder)
    lows, highs, kinds = [atoms], [atoms], [np.full(len(atoms), -1)]
    for rung in range(len(steps)):
        low, high = _cells_of(rare.where(rungs == rung), k, atoms)
        lows, highs, kinds = [*lows, low], [*highs, high], [*kinds, np.full(len(low), rung)]
    low, high, kind = np.concatenate(lows), np.concatenate(highs), np.concatenate(kinds)
    order = np.lexsort((kind, low, (low + high) / 2))
    return Alphabet(low[order], high[order], kind[order].astype(np.int8), steps)


def _kept_rungs(rare: _Rare, k: int, ladder: Sequence[float]) -> tuple[Numbers, tuple[float, ...]]:
    """Each rare value's rung; kept are only those that at least 2k entities show, three times as often as chance would."""
    rungs = rung_of(rare.values, ladder)
    kept = [0]
    for rung in range(1, len(ladder)):
        held = int(holders(rungs[rare.of_row] == rung, 2, rare.owners)[1]) if len(rare.values) else 0
        below = int(np.isin(rungs[rare.of_row], range(kept[-1], rung)).sum())
        ratio = ladder[rung] / ladder[kept[-1]] if ladder[kept[-1]] else np.inf
        chance = below / (ratio - 1)
        at_or_above = int((rungs[rare.of_row] >= rung).sum())
        if held >= 2 * k and at_or_above >= 3 * chance:
            kept.append(rung)
    number = np.searchsorted(kept, rungs, side="right") - 1
    return number, tuple(float(ladder[rung]) for rung in kept)


def _cells_of(rare: _Rare, k: int, atoms: Ticks) -> tuple[Ticks, Ticks]:
    """Ends of the cells of one rung; none where fewer than k entities hold its values."""
    if not len(rare.values) or int(holders(np.zeros_like(rare.of_row), 1, rare.owners)[0]) < k:
        return np.empty(0), np.empty(0)
    cell = _grouped(rare, k)
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    stops = np.append(starts[1:], len(cell)) - 1
    least, most = rare.values[starts], rare.values[stops]
    half = (most - least) / np.maximum(stops - starts, 1) / 2
    low, high = least - half, most + half
    middle = (most[:-1] + least[1:]) / 2
    low[1:], high[:-1] = np.maximum(low[1:], middle), np.minimum(high[:-1], middle)
    is_first, is_last = not len(atoms) or atoms[0] > least[0], not len(atoms) or atoms[-1] < most[-1]
    low[0] = _kth(rare, cell == 0, k, from_below=True) if is_first else max(low[0], atoms[0])
    high[-1] = _kth(rare, cell == cell[-1], k, from_below=False) if is_last else min(high[-1], atoms[-1])
    return low, np.maximum(low, high)


def _grouped(rare: _Rare, k: int) -> Numbers:
    """A cell number for each distinct value: neighbours together until each cell has k entities, the outer ones 2k."""
    rows = np.bincount(rare.of_row, minlength=len(rare.values))
    cell = (np.cumsum(rows) - rows) // k
    turn = 0
    while True:
        _, cell = np.unique(cell, return_inverse=True)
        held = holders(cell[rare.of_row], int(cell[-1]) + 1, rare.owners)
        needed = np.full(len(held), k)
        needed[[0, -1]] = 2 * k
        small = held < needed
        if len(held) == 1 or not small.any():
            return np.asarray(cell, dtype=np.int64)
        is_second = (np.arange(len(held)) % 2 == turn % 2) & (np.arange(len(held)) > 0)
        joins = is_second & (small | np.roll(small, 1))
        cell = (np.cumsum(~joins) - 1)[cell]
        turn += 1


def _kth(rare: _Rare, chosen: npt.NDArray[np.bool_], k: int, *, from_below: bool) -> float:
    """The k-th entity's value of an outer cell, counted from outside; a quartile where the cell has fewer than 2k."""
    part = rare.where(chosen)
    order = np.argsort(part.of_row, kind="stable")
    order = order if from_below else order[::-1]
    places = part.of_row[order]
    if part.owners is not None:
        _, first = np.unique(part.owners[order], return_index=True)
        places = places[np.sort(first)]
    if len(places) >= 2 * k:
        return float(part.values[places[k - 1]])
    quarter = len(places) // 4
    return float((part.values[places[quarter]] + part.values[places[quarter + 1]]) / 2)
