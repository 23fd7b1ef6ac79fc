"""Numbers coded as differences: what a field adds to a guess from the fields drawn before it.

Where numbers hang together by arithmetic (a length and a width, a total and its parts, a volume and its sides), steps along
each of them follow that badly and break it by a little everywhere. Such a field is coded as its distance from a linear
guess, in its own ticks or in logarithms; the distances get a shared alphabet of their own, so that an exact sum stays exact.
Which code is better is measured on rows that neither was learned from: how much each is surprised by the value, given the
guess.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.privacy import alphabet
from twinset.privacy.alphabet import ANYWHERE, Alphabet, Ticks
from twinset.privacy.values import Numbers, Owners, of_rows
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw, Symbols
from twinset.synthesizers.tabular.state import field_to_data, number_field_from_data
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.ticks import FARTHEST

Raws = Mapping[int, Raw] | Sequence[Raw]
"""Raw values of fields, by the field's number."""

FEWEST_ROWS, MOST_ROWS, MOST_INPUTS = 200, 20_000, 6
_ROUNDS, _WORTH, _KEEP, _LOGS = 8, 0.98, 1.05, 0.98
_WINDOW, _GAIN = 40, 0.02
_SCOUTED, _SYMBOLS = 4000, 8
_STRENGTHS = (3.0, 10.0, 30.0, 100.0, 300.0)


@dataclass(frozen=True, slots=True)
class Guess:
    """A weighted sum of the ticks of other fields, or of their logarithms; ``fill`` stands for what is missing.

    Rounded to whole ticks where ``is_whole``.
    """

    inputs: tuple[int, ...]
    slopes: Ticks
    fill: Ticks
    constant: float
    is_log: bool
    is_whole: bool

    def of(self, raws: Raws) -> Ticks:
        """The guess for each row, given raw values by field."""
        total = np.full(len(raws[self.inputs[0]]), self.constant)
        for number, slope, fill in zip(self.inputs, self.slopes, self.fill, strict=True):
            total += slope * _seen(raws[number], fill, self.is_log)
        total = np.exp(np.minimum(total, 700.0)) if self.is_log else total
        return np.rint(total) if self.is_whole else total


def _seen(ticks: Raw, fill: float, is_log: bool) -> Ticks:
    """Ticks or their logarithms; what has none is the fill."""
    if is_log:
        return np.log(np.where(ticks > 0, ticks, fill))
    return np.where(np.isnan(ticks), fill, ticks)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field as its distance from a guess. What comes out lies between the ends of the field's own alphabet."""

    guess: Guess
    field: NumberField
    low: float
    high: float

    def encode(self, ticks: Raw, raws: Raws) -> Symbols:
        """The symbols of these ticks, given raw values of earlier fields."""
        return self.field.encode(ticks - self.guess.of(raws))

    def decode(self, symbols: Symbols, raws: Raws, rng: np.random.Generator) -> Raw:
        """Ticks from symbols, given raw values of earlier fields."""
        return np.clip(self.guess.of(raws) + self.field.decode(symbols, rng), self.low, self.high)


@dataclass(frozen=True, slots=True)
class Case:
    """A field of numbers that may be coded as a difference, and the fields of numbers before it."""

    number: int
    field: NumberField
    raws: Sequence[Raw]
    before: Sequence[int]
    owners: Owners
    k: int


def find_difference(case: Case, rng: np.random.Generator) -> Difference | None:
    """The difference that says the field more shortly than its own values do; None where there is none."""
    ticks = np.asarray(case.raws[case.number], dtype=np.float64)
    rows = np.flatnonzero(~np.isnan(ticks))
    if len(rows) < FEWEST_ROWS or len(case.before) == 0 or len(case.field.alphabet) < _SYMBOLS:
        return None
    some = np.sort(rng.permutation(rows)[:MOST_ROWS])
    learning, judging = some[::2], some[1::2]
    guess = _best_guess(case, ticks, learning)
    if guess is None:
        return None
    guessed = guess.of(_at(case, guess, rows))
    step = ANYWHERE if not guess.is_whole else 1.0
    shared = alphabet.learn(ticks[rows] - guessed, of_rows(case.owners, ~np.isnan(ticks)), case.k, (step,))
    if not len(shared):
        return None
    own = case.field.alphabet
    found = Difference(guess, NumberField(case.field.name, shared), float(own.low[0]), float(own.high[-1]))
    halves = [(ticks[half], guess.of(_at(case, guess, half))) for half in (learning, judging)]
    by_value = _surprise(own, [(value, place) for value, place in halves])
    by_difference = _surprise(shared, [(value - place, place) for value, place in halves])
    return found if by_difference + _GAIN < by_value else None


def relatives(fields: Sequence[NumberField | None], raws: Sequence[Raw], rng: np.random.Generator) -> list[set[int]]:
    """Groups of fields of numbers that follow from each other closely (None: no field of numbers)."""
    rows = np.sort(rng.permutation(len(raws[0]))[:_SCOUTED]) if raws else np.zeros(0, dtype=np.int64)
    some = [raw[rows] for raw in raws]
    numbers = [number for number, field in enumerate(fields) if field is not None and len(field.alphabet) >= _SYMBOLS]
    groups: list[set[int]] = []
    for number in numbers:
        ticks = np.asarray(some[number], dtype=np.float64)
        there = np.flatnonzero(~np.isnan(ticks))
        own = fields[number]
        if own is None or len(there) < FEWEST_ROWS:
            continue
        guess = _best_guess(Case(number, own, some, [one for one in numbers if one != number], None, 2), ticks, there)
        if guess is not None:
            joined = {number, *guess.inputs}
            apart = [group for group in groups if not group & joined]
            groups = [*apart, joined.union(*(group for group in groups if group & joined))]
    return groups


def _at(case: Case, guess: Guess, rows: Numbers) -> dict[int, Raw]:
    return {number: case.raws[number][rows] for number in guess.inputs}


def _best_guess(case: Case, ticks: Ticks, rows: Numbers) -> Guess | None:
    is_whole = bool(case.field.alphabet.steps[:1] != (ANYWHERE,))
    best, spread = None, np.inf
    for is_log in (False, True):
        found = _fit(case, ticks[rows], rows, is_log, is_whole)
        if found is not None and found[1] < spread:
            best, spread = found
    return best


def _fit(case: Case, wanted: Ticks, rows: Numbers, is_log: bool, is_whole: bool) -> tuple[Guess, float] | None:
    """The guess of one form from as few fields as it needs, with its typical miss in ticks; None where it misses much."""
    if is_log:
        if (wanted > 0).mean() < _LOGS:
            return None
        rows, wanted = rows[wanted > 0], wanted[wanted > 0]
    columns, fills, numbers = [], [], []
    for number in case.before:
        own = np.asarray(case.raws[number], dtype=np.float64)[rows]
        there = own[own > 0] if is_log else own[~np.isnan(own)]
        if not len(there) or (is_log and len(there) < _LOGS * len(own)):
            continue
        fill = float(np.median(there))
        own = _seen(own, fill, is_log)
        if own.max() == own.min():
            continue
        columns.append(own)
        fills.append(fill)
        numbers.append(number)
    if not columns:
        return None
    target = np.log(wanted) if is_log else wanted
    spread = _typical(target - np.median(target))
    if spread == 0:
        return None
    kept = _closest(np.array(columns), target)
    slopes, constant, miss = _regress(np.array(columns)[kept], target)
    if 1 - (miss / spread) ** 2 < _WORTH:
        return None
    while len(kept) > 1:
        tries = [_regress(np.array(columns)[np.delete(kept, place)], target) for place in range(len(kept))]
        place = int(np.argmin([one[2] for one in tries]))
        if tries[place][2] > _KEEP * miss + 1e-9 * spread:
            break
        slopes, constant, _ = tries[place]
        kept = np.delete(kept, place)
    chosen = tuple(numbers[place] for place in kept)
    guess = Guess(chosen, slopes, np.array(fills)[kept], constant, is_log, is_whole)
    return guess, _typical(wanted - guess.of({number: case.raws[number][rows] for number in chosen}))


def _closest(columns: npt.NDArray[np.float64], target: Ticks) -> Numbers:
    """The columns whose ranks go most with the target's."""
    ranks = [np.argsort(np.argsort(one, kind="stable"), kind="stable") for one in (*columns, target)]
    alike = np.abs(np.atleast_2d(np.corrcoef(np.array(ranks, dtype=np.float64)))[-1, :-1])
    return np.sort(np.argsort(-np.nan_to_num(alike), kind="stable")[:MOST_INPUTS])


def _regress(columns: npt.NDArray[np.float64], target: Ticks) -> tuple[Ticks, float, float]:
    """Slopes, constant and typical miss of a regression that outliers do not bend (Cauchy weights; Holland, Welsch 1977)."""
    middle, scale = columns.mean(axis=1), columns.std(axis=1)
    design = np.vstack([(columns - middle[:, None]) / scale[:, None], np.ones(columns.shape[1])])
    weight, found = np.ones(len(target)), np.zeros(len(design))
    for _ in range(_ROUNDS):
        weighted = design * weight
        gram = weighted @ design.T + 1e-12 * len(target) * np.eye(len(design))
        found = np.linalg.solve(gram, weighted @ target)
        miss = target - found @ design
        weight = 1 / (1 + (miss / max(3 * _typical(miss), 1e-9)) ** 2)
    slopes = found[:-1] / scale
    return slopes, float(found[-1] - slopes @ middle), _typical(target - found @ design)


def _typical(miss: Ticks) -> float:
    return float(np.median(np.abs(miss)))


def _surprise(symbols: Alphabet, halves: Sequence[tuple[Ticks, Ticks]]) -> float:
    """Nats a value of the second half takes, told by the first half's rows with a guess like its own (window by window)."""
    (known, place), (asked, asked_place) = halves
    n_symbols = len(symbols)
    own, other = symbols.encode(known), symbols.encode(asked)
    edges = np.sort(place)[_WINDOW::_WINDOW]
    window, asked_window = (np.searchsorted(edges, one, side="right") for one in (place, asked_place))
    cells, counts = np.unique(window * n_symbols + own, return_counts=True)
    wanted = asked_window * n_symbols + other
    at = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    count = np.where(cells[at] == wanted, counts[at], 0)
    size = np.bincount(window, minlength=len(edges) + 1)[asked_window]
    overall = np.bincount(own, minlength=n_symbols) + 0.5
    share = (overall / overall.sum())[other]
    told = [np.log((count + m * share) / (size + m)).mean() for m in _STRENGTHS]
    return float(np.log(symbols.points[other]).mean() - max(told))


def difference_to_data(found: Difference, writer: Writer) -> dict[str, Any]:
    """Plain data for a difference; arrays go to the writer."""
    own = found.guess
    guess = {
        "inputs": list(own.inputs), "slopes": writer.put(own.slopes), "fill": writer.put(own.fill),
        "constant": own.constant, "is_log": own.is_log, "is_whole": own.is_whole,
    }  # fmt: skip
    return {"guess": guess, "field": field_to_data(found.field, writer), "low": found.low, "high": found.high}


def difference_from_data(data: Any, fields: Sequence[Field], earlier: Collection[int], reader: Reader) -> Difference:
    """The difference to some of the fields that are drawn earlier; DataError where it is not one."""
    data = expect(data, dict, "difference")
    own = expect(data.get("guess"), dict, "guess")
    inputs = tuple(whole(one, 0, len(fields) - 1, "field") for one in expect(own.get("inputs"), list, "inputs"))
    slopes, fill = (reader.get(own.get(name), np.float64, length=len(inputs)) for name in ("slopes", "fill"))
    constant, low, high = (expect(one, float, "number") for one in (own.get("constant"), data.get("low"), data.get("high")))
    is_log, is_whole = (expect(own.get(name), bool, name) for name in ("is_log", "is_whole"))
    is_sound = bool(inputs) and set(inputs) <= set(earlier) and all(isinstance(fields[one], NumberField) for one in inputs)
    if (
        not is_sound
        or low > high
        or not np.isfinite([*slopes, *fill, constant, low, high]).all()
        or (is_log and min(fill) <= 0)
    ):
        raise DataError("a difference of the sampler is not as it was saved")
    guess = Guess(inputs, slopes, fill, constant, is_log, is_whole)
    return Difference(guess, number_field_from_data(data.get("field"), reader, FARTHEST), low, high)
