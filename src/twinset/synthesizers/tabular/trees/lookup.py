"""Fields that follow from labels: the distance of a route, the number of a degree, the region of a city.

Numbers that are really labels, such as a shop's, tell as labels do: nearly all rows hold one that many others hold. Where
(nearly) all rows of a label agree, a tree would have to part the labels one by one, and mixes up what it can't. Such a field
is looked up. Only what enough entities hold together is in the table; of the rest the field's own law speaks. So it does of
labels that stand for many others ("other", "unknown"), whose rows don't agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.privacy.values import Numbers, Owners, enough, holders
from twinset.synthesizers.tabular.fields import Field, LabelField, NumberField, Symbols
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.law import Classed

MOST_ENTRIES = 1 << 18
_SURE, _BETTER, _SCOUTED, _LABELS = 0.999, 0.01, 10_000, 10
_ODD_LABELS, _CLEAR, _PURE = 3, 0.75, 0.9
"""How many labels may fail to tell the field, the share of rows that they must leave, and that of a cell that must agree."""

_CODED, _ODD = 0.95, 1e-3
"""The share of a code's rows that hold what many hold; the weight of a field's own law where something else is given."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """``table`` has the target's symbol for each symbol of the inputs (one label or two), -1 where there is none."""

    inputs: tuple[int, ...]
    table: npt.NDArray[np.int32]
    width: int

    def of(self, symbols: Mapping[int, Symbols] | Sequence[Symbols]) -> npt.NDArray[np.int32]:
        """The symbol for each row, -1 where the table has none; ``width`` is how many symbols the last input has."""
        place = symbols[self.inputs[0]].astype(np.int64)
        return np.asarray(self.table[place if len(self.inputs) == 1 else place * self.width + symbols[self.inputs[1]]])

    def over(self, drawn: Symbols, symbols: Mapping[int, Symbols]) -> Symbols:
        """What is looked up, and what was drawn where the table has nothing."""
        found = self.of(symbols)
        return np.where(found >= 0, found, drawn).astype(np.uint16)

    def likelihood(self, own: Floats, asked: Symbols, symbols: Mapping[int, Symbols]) -> Floats:
        """The likelihood of each row's symbol; ``own`` is that by the field's own law."""
        found = self.of(symbols)
        return np.where(found >= 0, (1 - _ODD) * (found == asked) + _ODD * own, own)


@dataclass(frozen=True, slots=True)
class ClassedLookup:
    """A law over classes of symbols, and the table from symbols to these."""

    law: Classed
    classes: Codes

    @property
    def marginal(self) -> Floats:
        """The law over the classes, whatever the predictors."""
        return self.law.marginal

    def draw(self, predictors: Codes, tilt: Floats, rng: np.random.Generator) -> tuple[Symbols, Floats]:
        """By the field's own law; see :class:`twinset.synthesizers.tabular.trees.law.Classed`."""
        return self.law.draw(predictors, tilt, rng)

    def over(self, drawn: tuple[Symbols, Floats], found: npt.NDArray[np.int32], tilt: Floats) -> tuple[Symbols, Floats]:
        """What is looked up and how the tilt weighs it, and what was drawn where the table has nothing."""
        total = tilt[np.arange(len(found)), self.classes[np.maximum(found, 0)]]
        symbols = np.where(found >= 0, found, drawn[0]).astype(np.uint16)
        return symbols, np.where(found >= 0, total, drawn[1])


@dataclass(frozen=True, slots=True)
class Labelled:
    """Rows in which fields may follow from labels: their symbols and owners, and how many entities must hold something."""

    fields: Sequence[Field]
    symbols: Sequence[Symbols]
    counts: Sequence[Numbers]
    owners: Owners
    k: int
    n_context: int = 0
    told: Collection[int] = ()

    def labels(self) -> list[int]:
        """Labels that something may follow from, the more there is to know the earlier."""
        own = [number for number, field in enumerate(self.fields) if isinstance(field, LabelField) and len(field.labels) > 2]
        return self._most_first(own)

    def sayers(self) -> list[int]:
        """The same with numbers that say which one, not how much; those that others tell are none."""
        numbers = [one for one, field in enumerate(self.fields) if isinstance(field, NumberField) and one not in self.told]
        return self._most_first([*self.labels(), *(one for one in numbers if self._is_code(one))])

    def _is_code(self, number: int) -> bool:
        stays, counts = _stays(self.fields[number]), self.counts[number]
        return int(stays.sum()) > 2 and int(counts[stays].sum()) >= _CODED * max(int(counts[1:].sum()), 1)

    def _most_first(self, numbers: Sequence[int]) -> list[int]:
        return sorted(numbers, key=lambda number: (-_bits(self.counts[number]), number))


def find_lookups(seen: Labelled, targets: Collection[int], rng: np.random.Generator) -> dict[int, Lookup]:
    """By field, what it is looked up by: a label, else a pair of labels that tells it."""
    sayers = seen.sayers()
    if not sayers or not len(seen.symbols[0]):
        return {}
    some = np.sort(rng.permutation(len(seen.symbols[0]))[:_SCOUTED])
    chosen: dict[int, tuple[int, ...]] = {}
    for pairs in (False, True):
        for target in (one for one in targets if one not in chosen):
            tries = _pairs(seen, target, chosen) if pairs else _above(sayers, target)
            if inputs := _inputs(seen, target, tries, some):
                chosen[target] = inputs
    found = {target: _lookup(seen, target, inputs) for target, inputs in chosen.items()}
    return {target: lookup for target, lookup in found.items() if (lookup.table >= 0).any()}


def _above(sayers: Sequence[int], target: int) -> list[tuple[int, ...]]:
    """Each label or code with more to know than the field has."""
    return [(one,) for one in (sayers[: sayers.index(target)] if target in sayers else sayers)]


def _pairs(seen: Labelled, target: int, chosen: Mapping[int, tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Pairs of labels that don't follow from the field; those of a context come last, which may have many."""
    below = {target}
    for _ in chosen:
        below |= {one for one, inputs in chosen.items() if below & set(inputs)}
    labels = sorted(seen.labels(), key=lambda one: one < seen.n_context)[:_LABELS]
    return list(itertools.combinations([one for one in labels if one not in below], 2))


def _inputs(seen: Labelled, target: int, tries: Sequence[tuple[int, ...]], some: Numbers) -> tuple[int, ...] | None:
    """The inputs with the fewest entries that tell the field."""
    if _most(seen.symbols[target][some]) >= _SURE:
        return None
    tries = sorted((one for one in tries if _n_entries(seen, one) <= MOST_ENTRIES), key=lambda one: _n_entries(seen, one))
    everywhere = np.arange(len(seen.symbols[target]))
    return next((one for one in tries if all(_tells(seen, target, one, rows) for rows in (some, everywhere))), None)


def _tells(seen: Labelled, target: int, inputs: tuple[int, ...], rows: Numbers) -> bool:
    """Whether nearly all rows have their labels' symbol, and much more of them than have any one symbol.

    Rows of rare labels are not asked, nor, if need be, those of some labels that tell least.
    """
    rows = rows[np.logical_and.reduce([_stays(seen.fields[one])[seen.symbols[one][rows]] for one in inputs])]
    rest = rows
    for _ in range(1 + _ODD_LABELS):
        if not len(rest) or len(rest) < _CLEAR * len(rows):
            return False
        least = max(_SURE, 1 - _BETTER * (1 - _most(seen.symbols[target][rest])))
        if (agreement := _agreement(seen, target, inputs, rest)) >= least:
            return True
        if agreement < _CLEAR:
            return False
        rest = _without_worst(seen, target, inputs, rest)
    return False


def _most(symbols: Symbols) -> float:
    """The share of the most common symbol."""
    return int(np.bincount(symbols).max()) / len(symbols)


def _without_worst(seen: Labelled, target: int, inputs: tuple[int, ...], rows: Numbers) -> Numbers:
    """The rows without those of the label by which most rows disagree."""
    _, cell, counts = _cells(seen, target, inputs, rows)
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    n_odd = np.add.reduceat(counts, starts) - np.maximum.reduceat(counts, starts)
    width = seen.fields[inputs[-1]].n_symbols
    symbols = (cell[starts],) if len(inputs) == 1 else np.divmod(cell[starts], width)
    odd = [np.bincount(own, weights=n_odd) / n_odd.sum() for own in symbols]
    worst = int(np.argmax([one.max() for one in odd]))
    return np.asarray(rows[seen.symbols[inputs[worst]][rows] != odd[worst].argmax()])


def _agreement(seen: Labelled, target: int, inputs: tuple[int, ...], rows: Numbers) -> float:
    """The share of rows that have their labels' most common symbol, the first row of each not counted.

    None where most rows are such first ones.
    """
    _, cell, counts = _cells(seen, target, inputs, rows)
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    n_more = len(rows) - len(starts)
    return float((np.maximum.reduceat(counts, starts) - 1).sum()) / n_more if 2 * n_more >= len(rows) else 0.0


def _cells(seen: Labelled, target: int, inputs: tuple[int, ...], rows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The symbols of the target that go with each cell of inputs, the cells, ascending, and their rows."""
    width = seen.fields[target].n_symbols
    keys, counts = np.unique(_place(seen, inputs, rows) * width + seen.symbols[target][rows], return_counts=True)
    cell, symbol = np.divmod(keys, width)
    return symbol, cell, counts


def _place(seen: Labelled, inputs: tuple[int, ...], rows: Numbers) -> Numbers:
    place = np.zeros(len(rows), dtype=np.int64)
    for one in inputs:
        place = place * seen.fields[one].n_symbols + seen.symbols[one][rows]
    return place


def _n_entries(seen: Labelled, inputs: tuple[int, ...]) -> int:
    return int(np.prod([seen.fields[one].n_symbols for one in inputs]))


def _lookup(seen: Labelled, target: int, inputs: tuple[int, ...]) -> Lookup:
    """The table: the symbol of each cell that agrees, that enough entities hold there, and that stays itself."""
    rows = np.arange(len(seen.symbols[target]))
    symbol, cell, counts = _cells(seen, target, inputs, rows)
    order = np.lexsort((symbol, -counts, cell))
    first = order[np.flatnonzero(np.diff(cell[order], prepend=-1))]
    table = np.full(_n_entries(seen, inputs), -1, dtype=np.int32)
    total = np.add.reduceat(counts, np.flatnonzero(np.diff(cell, prepend=-1)))
    table[cell[first]] = np.where(counts[first] >= _PURE * total, symbol[first], -1)
    place = _place(seen, inputs, rows)
    goes = np.flatnonzero(table[place] == seen.symbols[target])
    held = holders(place[goes], len(table), None if seen.owners is None else seen.owners[goes])
    is_kept = held >= enough(seen.k, len(rows))
    is_kept &= np.logical_and.reduce(np.meshgrid(*(_stays(seen.fields[one]) for one in inputs), indexing="ij")).ravel()
    is_kept &= np.append(_stays(seen.fields[target]), False)[table]
    return Lookup(inputs, np.where(is_kept, table, -1).astype(np.int32), seen.fields[inputs[-1]].n_symbols)


def _stays(field: Field) -> npt.NDArray[np.bool_]:
    """Which symbols are one value each: neither missing, nor rare, nor drawn inside a cell."""
    stays = np.ones(field.n_symbols, dtype=np.bool_)
    stays[0] = False
    if isinstance(field, LabelField):
        stays[1 + len(field.labels) :] = False
    else:
        stays[1:] = field.alphabet.rung < 0
    return stays


def _bits(counts: Numbers) -> float:
    share = counts[counts > 0] / max(int(counts.sum()), 1)
    return float(-(share * np.log2(share)).sum())


def lookup_to_data(lookup: Lookup | None, writer: Writer) -> dict[str, Any] | None:
    """Plain data for a lookup; its table goes to the writer."""
    return None if lookup is None else {"inputs": list(lookup.inputs), "table": writer.put(lookup.table)}


def lookup_from_data(
    data: Any, fields: Sequence[Field], earlier: Collection[int], target: int, reader: Reader
) -> Lookup | None:
    """The lookup of a field by labels that are drawn earlier; DataError where it is not one."""
    if data is None:
        return None
    own = expect(data, dict, "lookup")
    inputs = tuple(whole(one, 0, len(fields) - 1, "field") for one in expect(own.get("inputs"), list, "inputs"))
    is_sound = len(inputs) in (1, 2) and set(inputs) <= set(earlier)
    if not is_sound:
        raise DataError("a lookup of the sampler is not by fields that are drawn before")
    n_entries = int(np.prod([fields[one].n_symbols for one in inputs]))
    table = reader.get(own.get("table"), np.int32, length=n_entries)
    if (table < -1).any() or (table >= fields[target].n_symbols).any():
        raise DataError("a lookup of the sampler gives symbols that its field does not have")
    return Lookup(inputs, table, fields[inputs[-1]].n_symbols)
