"""A link that draws differences, seen by the symbols of its field's values, as conditioning sees all links.

Values that are drawn inside cells stand at the middle of their cell here; for values that stay themselves all is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from twinset.errors import InternalError
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw, Symbols
from twinset.synthesizers.tabular.trees.chain import Link
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.guess import Difference
from twinset.synthesizers.tabular.trees.law import Classed


@dataclass(frozen=True, slots=True)
class ByValue:
    """The link, its difference, and all fields of the chain. It can't be steered: its classes are those of differences."""

    link: Link
    difference: Difference
    fields: Sequence[Field]

    @property
    def target(self) -> int:
        return self.link.target

    @property
    def is_steerable(self) -> bool:
        return False

    def draw(self, drawn: Mapping[int, Symbols], n_rows: int, rng: np.random.Generator) -> Symbols:
        """A symbol for each row."""
        return self._values(self.link.draw(drawn, n_rows, rng), drawn, rng)

    def likelihood(self, drawn: Mapping[int, Symbols], symbols: Symbols) -> Floats:
        """The probability that a draw gives each row's symbol: its difference's, shared among the values of that one."""
        differences = self.difference.encode(self._ticks(self.target, symbols), self._raws(drawn))
        share = _points(self._field(self.target), symbols) / _points(self.difference.field, differences)
        return self.link.likelihood(drawn, differences) * np.minimum(share, 1.0)

    def classed(self, classes: Codes) -> Classed:
        """The law over missing and not missing."""
        n_symbols = self.difference.field.n_symbols
        return self.link.classed(np.minimum(np.arange(n_symbols), 1).astype(np.uint8))

    def steered(
        self, drawn: Mapping[int, Symbols], classed: Classed, tilt: Floats, rng: np.random.Generator
    ) -> tuple[Symbols, Floats]:
        """Symbols by the law times ``tilt`` (rows x missing or not), and what that product sums to for each row."""
        differences, total = self.link.steered(drawn, classed, tilt, rng)
        return self._values(differences, drawn, rng), total

    def _values(self, differences: Symbols, drawn: Mapping[int, Symbols], rng: np.random.Generator) -> Symbols:
        return self._field(self.target).encode(self.difference.decode(differences, self._raws(drawn), rng))

    def _raws(self, drawn: Mapping[int, Symbols]) -> dict[int, Raw]:
        return {number: self._ticks(number, drawn[number]) for number in self.difference.guess.inputs}

    def _ticks(self, number: int, symbols: Symbols) -> Raw:
        return np.append(np.nan, self._field(number).alphabet.middle)[symbols]

    def _field(self, number: int) -> NumberField:
        field = self.fields[number]
        if not isinstance(field, NumberField):
            raise InternalError(f"the field {field.name!r} has a difference and is no number")
        return field


def _points(field: NumberField, symbols: Symbols) -> Floats:
    """How many values each symbol stands for; missing stands for one."""
    points: Floats = np.append(1.0, field.alphabet.points)[symbols]
    return points


def by_value(links: Sequence[Link], fields: Sequence[Field]) -> tuple[Link | ByValue, ...]:
    """The links, those that draw differences seen by their values."""
    return tuple(link if link.difference is None else ByValue(link, link.difference, fields) for link in links)
