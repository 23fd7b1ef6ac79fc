"""Particles: several tries at each row, side by side, weighed by how well they go with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.known import FLOOR, GIVEN, PRESENT
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.law import Classed, choose
from twinset.synthesizers.tabular.trees.lookahead import Lookahead

Drawn = dict[int, Symbols]


class Linked(Protocol):
    """What is asked of a link: one field given the fields drawn before it (their symbols, by field number)."""

    @property
    def target(self) -> int: ...

    @property
    def is_steerable(self) -> bool:
        """Whether its classes are those of its field's symbols."""

    def draw(self, drawn: Mapping[int, Symbols], n_rows: int, rng: np.random.Generator) -> Symbols:
        """A symbol for each row."""

    def likelihood(self, drawn: Mapping[int, Symbols], symbols: Symbols) -> Floats:
        """The probability that a draw gives each row's symbol."""

    def classed(self, classes: Codes) -> Classed:
        """The law over classes of symbols, by a table from symbols to classes."""

    def steered(
        self, drawn: Mapping[int, Symbols], classed: Classed, tilt: Floats, rng: np.random.Generator
    ) -> tuple[Symbols, Floats]:
        """Symbols by the law times ``tilt`` (rows x classes), and what that product sums to for each row."""


class Steering(Protocol):
    """What particles look ahead with."""

    @property
    def lookahead(self) -> Lookahead: ...

    def classed(self, link: Linked) -> Classed:
        """The link's law over the classes of its field."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is known of a link's field, the given later fields that it is steered by, and whether it changes weights."""

    state: int
    guides: tuple[int, ...] = ()
    is_weighed: bool = False

    @property
    def is_steered(self) -> bool:
        return bool(self.guides) or self.state == PRESENT


class Particles:
    """The particles of some rows, a row's behind each other, and their weights.

    ``symbols`` (rows x fields) hold what is given, ``kind`` says which of the steps at each link are a row's.
    """

    def __init__(
        self, steering: Steering, symbols: Symbols, kind: Numbers, n_particles: int, drawn: Drawn | None = None
    ) -> None:
        self._steering = steering
        self._shape = (len(symbols), n_particles)
        self._row = np.repeat(np.arange(len(symbols)), n_particles)
        self._symbols, self._kind = symbols, kind[self._row]
        self._log_weights = np.zeros(len(self._row))
        self._ahead: dict[int, Floats] = {}
        self.drawn: Drawn = dict(drawn or {})

    def advance(self, link: Linked, steps: Sequence[Step], kept: Drawn, rng: np.random.Generator) -> None:
        """Draw or weigh the field of a link. ``kept`` holds the fields of what stays each row's first particle."""
        is_given, is_steered, is_weighed = (
            np.array(said)[self._kind]
            for said in ([s.state == GIVEN for s in steps], [s.is_steered for s in steps], [s.is_weighed for s in steps])
        )
        own = self._symbols[self._row, link.target]
        if len(plain := np.flatnonzero(~is_given & ~is_steered)):
            own[plain] = link.draw(self._of(plain), len(plain), rng)
        if len(steered := np.flatnonzero(is_steered)):
            tilt = self._tilt(link, steps, steered)
            own[steered], total = link.steered(self._of(steered), self._steering.classed(link), tilt, rng)
            self._weigh(steered, total)
        if kept:
            own[:: self._shape[1]] = kept[link.target]
        if self._shape[1] > 1:
            if len(weighed := np.flatnonzero(is_given & is_weighed)):
                likelihood = link.likelihood(self._of(weighed), own[weighed])
                self._weigh(weighed, likelihood / self._ahead_of(link.target)[weighed])
            self._look_ahead(link, steps, steered, own)
        self.drawn[link.target] = own
        if self._shape[1] > 1 and (is_weighed | is_steered).any():
            self._even_out(kept, rng)

    def pick(self, rng: np.random.Generator) -> Drawn:
        """The fields of one particle of each row, by weight."""
        picked: Numbers = np.arange(self._shape[0]) * self._shape[1] + choose(self._weights, rng.random(self._shape[0]))
        return {number: own[picked] for number, own in self.drawn.items()}

    def _of(self, some: Numbers) -> Drawn:
        if len(some) == len(self._row):
            return self.drawn
        return {number: own[some] for number, own in self.drawn.items()}

    def _tilt(self, link: Linked, steps: Sequence[Step], steered: Numbers) -> Floats:
        """By what the laws of the steered particles are multiplied (particles x classes)."""
        tilt = np.ones((len(steered), len(self._steering.classed(link).marginal)))
        for guide, some in self._guided(steps, steered):
            tilt[some] *= self._agreement(guide, link)[self._classes(guide, steered[some])]
            tilt[some] /= self._ahead_of(guide)[steered[some], None]
        tilt[np.array([step.state == PRESENT for step in steps])[self._kind[steered]], 0] = 0.0
        return tilt

    def _look_ahead(self, link: Linked, steps: Sequence[Step], steered: Numbers, own: Symbols) -> None:
        """Remember how well the drawn field agrees with its guides: later weights make up for it."""
        for guide, some in self._guided(steps, steered):
            classes = self._steering.lookahead.tables[link.target][own[steered[some]]]
            self._ahead_of(guide)[steered[some]] = self._agreement(guide, link)[self._classes(guide, steered[some]), classes]

    def _guided(self, steps: Sequence[Step], steered: Numbers) -> list[tuple[int, Numbers]]:
        """Each guide with the places among ``steered`` of the particles that it guides."""
        kind = self._kind[steered]
        guides = sorted({guide for step in steps for guide in step.guides})
        return [(guide, np.flatnonzero(np.array([guide in step.guides for step in steps])[kind])) for guide in guides]

    def _agreement(self, guide: int, link: Linked) -> Floats:
        return self._steering.lookahead.agreement(guide, link.target)

    def _classes(self, guide: int, some: Numbers) -> Codes:
        """The class that is given of a guide, for some particles."""
        classes: Codes = self._steering.lookahead.tables[guide][self._symbols[self._row[some], guide]]
        return classes

    def _ahead_of(self, guide: int) -> Floats:
        return self._ahead.setdefault(guide, np.ones(len(self._row)))

    def _weigh(self, some: Numbers, factor: Floats) -> None:
        self._log_weights[some] += np.log(np.maximum(factor, FLOOR))

    @property
    def _weights(self) -> Floats:
        """Rows x particles; the largest of a row is 1."""
        logs = self._log_weights.reshape(self._shape)
        return np.asarray(np.exp(logs - logs.max(axis=1, keepdims=True)))

    def _even_out(self, kept: Drawn, rng: np.random.Generator) -> None:
        """Draw the particles of rows anew whose effective number of particles is below half."""
        weights, n_particles = self._weights, self._shape[1]
        uneven = np.flatnonzero(2 * weights.sum(axis=1) ** 2 < n_particles * (weights**2).sum(axis=1))
        if not len(uneven):
            return
        draws = rng.random(n_particles * len(uneven))
        parents = choose(np.repeat(weights[uneven], n_particles, axis=0), draws).reshape(-1, n_particles)
        if kept:
            parents[:, 0] = 0
        source = np.arange(len(self._row)).reshape(self._shape)
        source[uneven] = uneven[:, None] * n_particles + parents
        self._log_weights.reshape(self._shape)[uneven] = 0.0
        self.drawn = {number: own[source.ravel()] for number, own in self.drawn.items()}
        self._ahead = {number: own[source.ravel()] for number, own in self._ahead.items()}
