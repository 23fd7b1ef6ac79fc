"""Numbers coded as differences: what a field adds to a guess from the fields drawn before it.

Where numbers hang together by arithmetic (a length and a width, a total and its parts, a volume and its sides), steps along
each of them follow that badly and break it by a little everywhere. Such a field is coded as its distance from a linear
guess, in its own ticks or in logarithms; the distances get a shared alphabet of their own, so that an exact sum stays exact.
Times of day begin anew after a day, and so do their distances. A guess may also be a part of one field: the hour of a time.
How differences are found is in :mod:`twinset.synthesizers.tabular.trees.arithmetic`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from twinset.errors import DataError
from twinset.privacy.alphabet import ANYWHERE, Alphabet, Ticks
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw, Symbols
from twinset.synthesizers.tabular.state import field_to_data, number_field_from_data
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.ticks import FARTHEST
from twinset.synthesizers.tabular.trees.parts import Part, part_from_data, part_to_data

Raws = Mapping[int, Raw] | Sequence[Raw]
"""Raw values of fields, by the field's number."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A weighted sum of the ticks of other fields, or of their logarithms; ``fill`` stands for what is missing.

    Rounded to whole units where there is a ``unit``. Where there is a ``part``, it is taken of the ticks first.
    """

    inputs: tuple[int, ...]
    slopes: Ticks
    fill: Ticks
    constant: float
    is_log: bool
    unit: float
    part: Part | None = None

    def of(self, raws: Raws) -> Ticks:
        """The guess for each row, given raw values by field."""
        total = np.full(len(raws[self.inputs[0]]), self.constant)
        for number, slope, fill in zip(self.inputs, self.slopes, self.fill, strict=True):
            own = seen(raws[number], fill, self.is_log)
            total += slope * (own if self.part is None else self.part.of(own))
        total = np.exp(np.minimum(total, 700.0)) if self.is_log else total
        return np.rint(total / self.unit) * self.unit if self.unit else total


def seen(ticks: Raw, fill: float, is_log: bool) -> Ticks:
    """Ticks or their logarithms; what has none is the fill."""
    if is_log:
        return np.log(np.where(ticks > 0, ticks, fill))
    return np.where(np.isnan(ticks), fill, ticks)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field as its distance from a guess. What comes out lies between ``low`` and ``high``.

    Where there is a ``turn``, what comes out begins anew after so many ticks, and distances are the shorter way round.
    Midnight is 0, or where that is the highest, the whole turn. ``parts`` says what the guess's inputs are where they make
    up a time of day: hour, minute, second.
    """

    guess: Guess
    field: NumberField
    low: float
    high: float
    turn: float = 0.0
    parts: tuple[Part, ...] = ()

    def distance(self, ticks: Raw, raws: Raws) -> Ticks:
        """How far these ticks are from the guess, given raw values of earlier fields."""
        return around(ticks - self.guess.of(raws), self.turn)

    def encode(self, ticks: Raw, raws: Raws) -> Symbols:
        """The symbols of these ticks, given raw values of earlier fields."""
        return self.field.encode(self.distance(ticks, raws))

    def decode(self, symbols: Symbols, raws: Raws, rng: np.random.Generator) -> Raw:
        """Ticks from symbols, given raw values of earlier fields."""
        ticks = self.guess.of(raws) + self.field.decode(symbols, rng)
        if self.turn:
            ticks = np.mod(ticks, self.turn)
            ticks = np.where((ticks == 0) & (self.high == self.turn), self.turn, ticks)
        return np.clip(ticks, self.low, self.high)


def around(distance: Ticks, turn: float) -> Ticks:
    """The shorter way round, where there is a turn: at least minus half of it, and below half of it."""
    return np.mod(distance + turn / 2, turn) - turn / 2 if turn else distance


def unit_of(own: Alphabet) -> float:
    """What all values of an alphabet are multiples of; 0 where there is nothing."""
    if own.steps[:1] == (ANYWHERE,):
        return 0.0
    whole = np.abs(np.append(own.atoms, own.steps if len(own.atoms) < len(own) else own.atoms[:0]))
    is_countable = len(whole) > 0 and bool((whole < 2.0**62).all())
    return float(max(np.gcd.reduce(whole.astype(np.int64)), 1)) if is_countable else 1.0


def difference_to_data(found: Difference, writer: Writer) -> dict[str, Any]:
    """Plain data for a difference; arrays go to the writer."""
    own = found.guess
    guess = {
        "inputs": list(own.inputs), "slopes": writer.put(own.slopes), "fill": writer.put(own.fill),
        "constant": own.constant, "is_log": own.is_log, "unit": own.unit, "part": part_to_data(own.part),
    }  # fmt: skip
    field = field_to_data(found.field, writer)
    ends = {"low": found.low, "high": found.high, "turn": found.turn}
    return {"guess": guess, "field": field, **ends, "parts": [part_to_data(part) for part in found.parts]}


def difference_from_data(data: Any, fields: Sequence[Field], earlier: Collection[int], reader: Reader) -> Difference:
    """The difference to some of the fields that are drawn earlier; DataError where it is not one."""
    data = expect(data, dict, "difference")
    guess = _guess_from_data(expect(data.get("guess"), dict, "guess"), len(fields), reader)
    low, high, turn = (expect(data.get(name), float, "number") for name in ("low", "high", "turn"))
    is_sound = set(guess.inputs) <= set(earlier) and all(isinstance(fields[one], NumberField) for one in guess.inputs)
    parts = [part_from_data(expect(one, dict, "part")) for one in expect(data.get("parts"), list, "parts")]
    is_sound = is_sound and len(parts) in (0, len(guess.inputs))
    if not is_sound or not np.isfinite([low, high, turn]).all() or low > high or not 0 <= turn <= FARTHEST:
        raise DataError("a difference of the sampler is not as it was saved")
    field = number_field_from_data(data.get("field"), reader, FARTHEST)
    return Difference(guess, field, low, high, turn, tuple(part for part in parts if part is not None))


def _guess_from_data(own: dict[str, Any], n_fields: int, reader: Reader) -> Guess:
    inputs = tuple(whole(one, 0, n_fields - 1, "field") for one in expect(own.get("inputs"), list, "inputs"))
    slopes, fill = (reader.get(own.get(name), np.float64, length=len(inputs)) for name in ("slopes", "fill"))
    constant, unit = (expect(own.get(name), float, "number") for name in ("constant", "unit"))
    is_log = expect(own.get("is_log"), bool, "is_log")
    is_sound = bool(inputs) and np.isfinite([constant, unit]).all() and 0 <= unit <= FARTHEST
    if not is_sound or (is_log and min(fill) <= 0):
        raise DataError("a guess of the sampler is not as it was saved")
    return Guess(inputs, slopes, fill, constant, is_log, unit, part_from_data(own.get("part")))
