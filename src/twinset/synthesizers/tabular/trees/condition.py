"""Drawing rows of which something is known: any fields, later ones of the chain included.

The law of a row is the product of its links' laws. Where all that is known comes first, plain drawing forward is exact. Else
each row gets a few particles (Gordon, Salmond and Smith 1993): free fields are drawn, steered towards what is given further
on (a twisted proposal; Guarniero, Johansen and Lee 2017); weights undo the steering and take in the likelihood of each given
field; rows whose weights have become uneven draw their particles anew by them. More sweeps follow with the last result kept
as one of the particles (conditional sequential Monte Carlo; Andrieu, Doucet and Holenstein 2010). Each of them leaves the
wanted law as it is, and so makes good what few particles miss; resampling is multinomial, as that asks for. The work for a
row is bounded, and no row is rejected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from twinset.core.seed import Seed
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Field, Symbols
from twinset.synthesizers.tabular.known import FREE, GIVEN, PRESENT, Known
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.law import Classed, choose
from twinset.synthesizers.tabular.trees.lookahead import Lookahead, n_pool

N_PARTICLES, N_SWEEPS = 16, 3
_AT_ONCE = 1 << 15
_FLOOR = 1e-12
"""The least likelihood: where what is given never goes together, all particles have this one, and it changes nothing."""

Drawn = dict[int, Symbols]


class Linked(Protocol):
    """What is asked of a link: one field given the fields drawn before it (their symbols, by field number)."""

    @property
    def target(self) -> int: ...

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


@dataclass(frozen=True, slots=True)
class _Step:
    """A link, what is known of its field, the given later fields that it is steered by, whether it changes weights."""

    link: Linked
    state: int
    guides: tuple[int, ...] = ()
    is_weighed: bool = False


@dataclass(frozen=True)
class Conditioner:
    """Draws from a chain of links what is known of their fields."""

    fields: tuple[Field, ...]
    links: Sequence[Linked]
    _classed: dict[int, Classed] = field(default_factory=dict)

    @cached_property
    def lookahead(self) -> Lookahead:
        drawn: Drawn = {}
        n_rows, rng = n_pool(len(self.fields)), Seed(0).child("lookahead").generator()
        for link in self.links:
            drawn[link.target] = link.draw(drawn, n_rows, rng)
        return Lookahead.of(self.fields, [drawn[number] for number in range(len(self.fields))])

    def classed(self, link: Linked) -> Classed:
        """The link's law over the classes of its field."""
        if link.target not in self._classed:
            self._classed[link.target] = link.classed(self.lookahead.tables[link.target])
        return self._classed[link.target]

    def draw(self, known: Known, seed: Seed) -> Symbols:
        """Symbols (rows x fields)."""
        symbols = known.symbols.copy()
        groups, of_row = np.unique(known.states, axis=0, return_inverse=True)
        for number, states in enumerate(groups):
            steps = self._steps(states.tolist())
            rows = np.flatnonzero(of_row.ravel() == number)
            n_weighed = max((place + 1 for place, step in enumerate(steps) if step.is_weighed), default=0)
            size = _AT_ONCE // N_PARTICLES if n_weighed else _AT_ONCE
            for start in range(0, len(rows), size):
                some = rows[start : start + size]
                rng = seed.child("known", number, start).generator()
                drawn = self._draw(steps, n_weighed, symbols[some], rng)
                for target, own in drawn.items():
                    symbols[some, target] = own
        return symbols

    def _steps(self, states: list[int]) -> list[_Step]:
        """What to do at each link for rows of which this is known."""
        steps: list[_Step] = []
        given = [link.target for link in self.links if states[link.target] == GIVEN]
        best: dict[int, float] = {}
        is_random = False
        for link in self.links:
            state = states[link.target]
            if state == PRESENT and not 0 < self.classed(link).marginal[0] < 1:
                state = FREE
            if state == GIVEN:
                given.remove(link.target)
                steps.append(_Step(link, GIVEN, is_weighed=is_random))
                for later in given:
                    best[later] = max(best.get(later, 0.0), self.lookahead.shared(link.target, later))
                continue
            guides = self.lookahead.guides(link.target, given, best) if given else []
            steps.append(_Step(link, state, tuple(guides), is_weighed=is_random and state == PRESENT))
            is_random = True
        return steps

    def _draw(self, steps: list[_Step], n_weighed: int, symbols: Symbols, rng: np.random.Generator) -> Drawn:
        kept: Drawn = {}
        for _ in range(N_SWEEPS if n_weighed else 0):
            particles = _Particles(self, symbols, N_PARTICLES)
            for step in steps[:n_weighed]:
                particles.advance(step, kept, rng)
            kept = particles.pick(rng)
        last = _Particles(self, symbols, 1, kept)
        for step in steps[n_weighed:]:
            last.advance(step, {}, rng)
        return last.drawn


class _Particles:
    """Some particles for each row, side by side, and their weights."""

    def __init__(self, conditioner: Conditioner, symbols: Symbols, n_particles: int, drawn: Drawn | None = None) -> None:
        self._conditioner = conditioner
        self._symbols = symbols
        self._shape = (len(symbols), n_particles)
        self._log_weights = np.zeros(self._shape)
        self._ahead: dict[int, Floats] = {}
        self.drawn: Drawn = dict(drawn or {})

    def advance(self, step: _Step, kept: Drawn, rng: np.random.Generator) -> None:
        """Draw or weigh the field of one step. ``kept`` holds the fields of what stays each row's first particle."""
        number = step.link.target
        if step.state == GIVEN:
            own = np.repeat(self._symbols[:, number], self._shape[1])
            if step.is_weighed:
                self._weigh(step.link.likelihood(self.drawn, own) / self._ahead.pop(number, 1.0))
            self.drawn[number] = own
        elif step.guides or step.state == PRESENT:
            self.drawn[number] = self._steered(step, kept, rng)
        else:
            own = step.link.draw(self.drawn, self._shape[0] * self._shape[1], rng)
            self.drawn[number] = self._with_kept(own, kept, number)
        if step.guides or step.is_weighed:
            self._even_out(kept, rng)

    def _steered(self, step: _Step, kept: Drawn, rng: np.random.Generator) -> Symbols:
        """Draw a field, steered by its guides and, where it must be there, away from missing."""
        number, lookahead = step.link.target, self._conditioner.lookahead
        classed = self._conditioner.classed(step.link)
        tilt = np.ones((self._shape[0] * self._shape[1], len(classed.marginal)))
        agreements = {}
        for guide in step.guides:
            of_row = lookahead.agreement(guide, number)[lookahead.tables[guide][self._symbols[:, guide]]]
            agreements[guide] = np.repeat(of_row, self._shape[1], axis=0)
            tilt *= agreements[guide] / np.reshape(self._ahead.get(guide, 1.0), (-1, 1))
        if step.state == PRESENT:
            tilt[:, 0] = 0.0
        own, total = step.link.steered(self.drawn, classed, tilt, rng)
        own = self._with_kept(own, kept, number)
        self._weigh(total)
        for guide, agreement in agreements.items():
            self._ahead[guide] = agreement[np.arange(len(own)), lookahead.tables[number][own]]
        return own

    def _with_kept(self, own: Symbols, kept: Drawn, number: int) -> Symbols:
        if kept:
            own[:: self._shape[1]] = kept[number]
        return own

    def _weigh(self, factor: Floats) -> None:
        self._log_weights += np.log(np.maximum(factor, _FLOOR)).reshape(self._shape)

    @property
    def _weights(self) -> Floats:
        return np.asarray(np.exp(self._log_weights - self._log_weights.max(axis=1, keepdims=True)))

    def _even_out(self, kept: Drawn, rng: np.random.Generator) -> None:
        """Draw the particles of rows anew whose effective number of particles is below half."""
        weights, n_particles = self._weights, self._shape[1]
        uneven = np.flatnonzero(2 * weights.sum(axis=1) ** 2 < n_particles * (weights**2).sum(axis=1))
        if not len(uneven):
            return
        parents = choose(np.repeat(weights[uneven], n_particles, axis=0), rng).reshape(-1, n_particles)
        if kept:
            parents[:, 0] = 0
        source = np.arange(self._shape[0] * n_particles).reshape(self._shape)
        source[uneven] = uneven[:, None] * n_particles + parents
        self._log_weights[uneven] = 0.0
        self._take(source.ravel())

    def pick(self, rng: np.random.Generator) -> Drawn:
        """The fields of one particle of each row, by weight."""
        picked: Numbers = np.arange(self._shape[0]) * self._shape[1] + choose(self._weights, rng)
        return {number: own[picked] for number, own in self.drawn.items()}

    def _take(self, source: Numbers) -> None:
        self.drawn = {number: own[source] for number, own in self.drawn.items()}
        self._ahead = {number: own[source] for number, own in self._ahead.items()}
