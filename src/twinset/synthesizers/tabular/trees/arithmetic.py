"""Finding differences: which fields a number follows from, by a regression that outliers do not bend.

Which code is better is measured on rows that neither was learned from: how much each is surprised by the value, given the
guess.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.privacy import alphabet
from twinset.privacy.alphabet import ANYWHERE, Alphabet, Ticks
from twinset.privacy.values import Numbers, Owners, of_rows
from twinset.synthesizers.tabular.fields import NumberField, Raw
from twinset.synthesizers.tabular.trees.guess import Difference, Guess, around, seen, unit_of
from twinset.synthesizers.tabular.trees.regress import closest, regress, typical
from twinset.synthesizers.tabular.trees.told import Told

FEWEST_ROWS, MOST_ROWS = 200, 20_000
_WORTH, _KEEP, _LOGS = 0.98, 1.05, 0.98
_WINDOW, _GAIN = 40, 0.02
_SCOUTED, _SYMBOLS = 4000, 8
_STRENGTHS = (3.0, 10.0, 30.0, 100.0, 300.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A field of numbers that may be coded as a difference, and the fields of numbers before it.

    ``turns`` are all fields' turns; ``told`` is what is known to tell it.
    """

    number: int
    field: NumberField
    raws: Sequence[Raw]
    before: Sequence[int]
    turns: Sequence[float]
    owners: Owners
    k: int
    told: Told | None = None

    @property
    def turn(self) -> float:
        """After how many ticks the field's distances begin anew; none where it tells midnight from midnight."""
        return 0.0 if 0 in self.midnights and self.field.turn in self.midnights else self.field.turn

    @property
    def midnights(self) -> set[float]:
        """How the field's times of day write midnight."""
        ticks = self.raws[self.number]
        return {midnight for midnight in (0.0, self.field.turn) if self.field.turn and (ticks == midnight).any()}

    @property
    def ends(self) -> tuple[float, float]:
        """Between what a difference may come out: any time of day, else the ends of what is shared."""
        if self.turn:
            return 0.0, self.turn if self.turn in self.midnights else self.turn - unit_of(self.field.alphabet)
        return float(self.field.alphabet.low[0]), float(self.field.alphabet.high[-1])


def find_difference(case: Case, rng: np.random.Generator) -> Difference | None:
    """The difference that says the field more shortly than its own values do; None where there is none."""
    ticks = np.asarray(case.raws[case.number], dtype=np.float64)
    rows = np.flatnonzero(~np.isnan(ticks))
    if len(rows) < FEWEST_ROWS or (case.told is None and (not case.before or len(case.field.alphabet) < _SYMBOLS)):
        return None
    some = np.sort(rng.permutation(rows)[:MOST_ROWS])
    learning, judging = some[::2], some[1::2]
    guess = _best_guess(case, ticks, learning) if case.told is None else case.told.guess
    if guess is None:
        return None
    turn, parts = (case.turn, ()) if case.told is None else (0.0, case.told.parts)
    found = Difference(guess, case.field, *case.ends, turn, parts)
    distances = found.distance(ticks[rows], _at(case, guess, rows))
    shared = alphabet.learn(distances, of_rows(case.owners, ~np.isnan(ticks)), case.k, (guess.unit or ANYWHERE,))
    if not len(shared):
        return None
    found = dataclasses.replace(found, field=NumberField(case.field.name, shared))
    return found if case.told is not None or _is_shorter(found, case, ticks, (learning, judging)) else None


def _is_shorter(found: Difference, case: Case, ticks: Ticks, halves: tuple[Numbers, Numbers]) -> bool:
    """Whether distances say a value more shortly than the field's own symbols."""
    seen_at = [(_at(case, found.guess, half), ticks[half]) for half in halves]
    guesses = [found.guess.of(raws) for raws, _ in seen_at]
    by_value = _surprise(case.field.alphabet, [(own, place) for (_, own), place in zip(seen_at, guesses, strict=True)])
    distances = [found.distance(own, raws) for raws, own in seen_at]
    return _surprise(found.field.alphabet, list(zip(distances, guesses, strict=True))) + _GAIN < by_value


def relatives(fields: Sequence[NumberField | None], raws: Sequence[Raw], rng: np.random.Generator) -> list[set[int]]:
    """Groups of fields of numbers that follow from each other closely (None: no field of numbers)."""
    rows = np.sort(rng.permutation(len(raws[0]))[:_SCOUTED]) if raws else np.zeros(0, dtype=np.int64)
    some = [raw[rows] for raw in raws]
    turns = [0.0 if field is None else field.turn for field in fields]
    numbers = [number for number, field in enumerate(fields) if field is not None and len(field.alphabet) >= _SYMBOLS]
    groups: list[set[int]] = []
    for number in numbers:
        ticks = np.asarray(some[number], dtype=np.float64)
        there = np.flatnonzero(~np.isnan(ticks))
        own = fields[number]
        if own is None or len(there) < FEWEST_ROWS:
            continue
        others = [one for one in numbers if one != number]
        guess = _best_guess(Case(number, own, some, others, turns, None, 2), ticks, there)
        if guess is not None:
            joined = {number, *guess.inputs}
            apart = [group for group in groups if not group & joined]
            groups = [*apart, joined.union(*(group for group in groups if group & joined))]
    return groups


def _at(case: Case, guess: Guess, rows: Numbers) -> dict[int, Raw]:
    return {number: case.raws[number][rows] for number in guess.inputs}


def _best_guess(case: Case, ticks: Ticks, rows: Numbers) -> Guess | None:
    unit = unit_of(case.field.alphabet)
    if turn := case.turn:
        found = _fit(case, _unwound(case, ticks[rows], rows, turn), rows, False, unit)
        if found is None:
            return None
        place = found[0].of(_at(case, found[0], rows))
        again = _fit(case, place + around(ticks[rows] - place, turn), rows, False, unit)
        return (again or found)[0]
    best, spread = None, np.inf
    for is_log in (False, True):
        found = _fit(case, ticks[rows], rows, is_log, unit)
        if found is not None and found[1] < spread:
            best, spread = found
    return best


def _unwound(case: Case, ticks: Ticks, rows: Numbers, turn: float) -> Ticks:
    """Times of day as distances from the time of day that they keep most to, so that none begins anew in between."""
    best, kept = ticks, _kept(ticks, turn)
    for number in case.before:
        if case.turns[number]:
            own = np.asarray(case.raws[number], dtype=np.float64)[rows] * (turn / case.turns[number])
            apart = ticks - own
            share = _kept(apart, turn)
            if share is not None and (kept is None or abs(share) > abs(kept)):
                middle = np.angle(share) / (2 * np.pi) * turn
                best, kept = np.where(np.isnan(own), ticks, own + middle + around(apart - middle, turn)), share
    return np.asarray(best)


def _kept(distances: Ticks, turn: float) -> complex | None:
    """The mean direction of distances around a circle, by its length how much they are alike."""
    there = distances[~np.isnan(distances)]
    return complex(np.exp(2j * np.pi * (there / turn)).mean()) if len(there) else None


def _fit(case: Case, wanted: Ticks, rows: Numbers, is_log: bool, unit: float) -> tuple[Guess, float] | None:
    """The guess of one form from as few fields as it needs, with its typical miss in ticks; None where it misses much."""
    if is_log:
        if (wanted > 0).mean() < _LOGS:
            return None
        rows, wanted = rows[wanted > 0], wanted[wanted > 0]
    numbers, fills, columns = _columns(case, rows, is_log)
    if not numbers:
        return None
    target = np.log(wanted) if is_log else wanted
    spread = typical(target - np.median(target))
    if spread == 0:
        return None
    kept = closest(columns, target)
    slopes, constant, miss = regress(columns[kept], target)
    if 1 - (miss / spread) ** 2 < _WORTH:
        return None
    while len(kept) > 1:
        tries = [regress(columns[np.delete(kept, place)], target) for place in range(len(kept))]
        place = int(np.argmin([one[2] for one in tries]))
        if tries[place][2] > _KEEP * miss + 1e-9 * spread:
            break
        slopes, constant, _ = tries[place]
        kept = np.delete(kept, place)
    chosen = tuple(numbers[place] for place in kept)
    guess = Guess(chosen, slopes, fills[kept], constant, is_log, unit)
    return guess, typical(wanted - guess.of(_at(case, guess, rows)))


def _columns(case: Case, rows: Numbers, is_log: bool) -> tuple[list[int], Ticks, npt.NDArray[np.float64]]:
    """The fields that may go into a guess, what fills them, and their ticks (fields x rows)."""
    columns, fills, numbers = [], [], []
    for number in case.before:
        own = np.asarray(case.raws[number], dtype=np.float64)[rows]
        there = own[own > 0] if is_log else own[~np.isnan(own)]
        if not len(there) or (is_log and len(there) < _LOGS * len(own)):
            continue
        fill = float(np.median(there))
        own = seen(own, fill, is_log)
        if own.max() > own.min():
            columns.append(own)
            fills.append(fill)
            numbers.append(number)
    return numbers, np.array(fills), np.array(columns)


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
